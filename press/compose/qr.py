"""An address as a QR symbol: one compact vector path, at a size that scans.

Error correction M and a quiet zone of four modules (ISO/IEC 18004); a module of at least 0.5 mm (criteria.md Q01-Q03).
"""

from dataclasses import dataclass
from functools import lru_cache

from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE = 4
MIN_MODULE_MM = 0.5


@dataclass(frozen=True)
class Symbol:
    """A QR symbol: its side in modules with the quiet zone, and its outline as an SVG path in modules."""

    side: int
    path: str

    def module_mm(self, side_mm: float) -> float:
        """The printed width of a module when the symbol with its quiet zone is `side_mm` wide."""
        return side_mm / self.side


@lru_cache(maxsize=4096)
def symbol(text: str) -> Symbol:
    """The smallest symbol that carries the text: ASCII alone, which every reader takes for the same letters."""
    if not text.isascii():
        raise ValueError(f"a code carries ASCII, and not '{text}'")
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text, optimize=0)
    code.make(fit=True)
    dark = [[bool(cell) for cell in row] for row in code.modules]
    return Symbol(len(dark) + 2 * QUIET_ZONE, _outline(dark))


def _outline(dark: list[list[bool]]) -> str:
    """Closed contours around the dark modules, to be filled by the even-odd rule: no seams between modules."""
    size = len(dark)

    def is_dark(x: int, y: int) -> bool:
        return 0 <= x < size and 0 <= y < size and dark[y][x]

    edges: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for y in range(size + 1):
        for x in range(size + 1):
            if is_dark(x, y) != is_dark(x, y - 1) and x < size:
                start, end = ((x, y), (x + 1, y)) if is_dark(x, y) else ((x + 1, y), (x, y))
                edges.setdefault(start, []).append(end)
            if is_dark(x, y) != is_dark(x - 1, y) and y < size:
                start, end = ((x, y + 1), (x, y)) if is_dark(x, y) else ((x, y), (x, y + 1))
                edges.setdefault(start, []).append(end)
    parts = []
    while edges:
        start = point = next(iter(edges))
        moves: list[tuple[int, int]] = []
        while True:
            ends = edges[point]
            following = ends.pop()
            if not ends:
                del edges[point]
            step = (following[0] - point[0], following[1] - point[1])
            if moves and (moves[-1][0] != 0) == (step[0] != 0):
                moves[-1] = (moves[-1][0] + step[0], moves[-1][1] + step[1])
            else:
                moves.append(step)
            point = following
            if point == start:
                break
        drawn = "".join(f"h{dx}" if dx else f"v{dy}" for dx, dy in moves[:-1])
        parts.append(f"M{start[0] + QUIET_ZONE} {start[1] + QUIET_ZONE}{drawn}z")
    return "".join(parts)
