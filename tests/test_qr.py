"""QR symbols: the outline is the symbol, it reads back, it is large enough to scan, and it never changes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from printroom import ROOT
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from press.compose.qr import MIN_MODULE_MM, QUIET_ZONE, Symbol, symbol
from press.edition import EDITIONS
from press.model.library import Library

Point = tuple[int, int]

_PATH = re.compile(r"(?:M\d+ \d+(?:[hv]-?\d+)+z)+")
_STEP = re.compile(r"M(\d+) (\d+)|([hv])(-?\d+)|(z)")

address = st.from_regex(r"https://[a-z]{3,12}\.com/[a-z0-9/-]{0,120}", fullmatch=True)


def sides(path: str) -> Iterator[tuple[Point, Point]]:
    """The straight sides of all contours of a path."""
    start = at = (0, 0)
    for x, y, way, length, _ in _STEP.findall(path):
        if x:
            start = at = (int(x), int(y))
            continue
        to = start if not way else (at[0] + int(length), at[1]) if way == "h" else (at[0], at[1] + int(length))
        yield at, to
        at = to


def filled(drawn: Symbol) -> list[list[bool]]:
    """The modules that the even-odd rule fills: those with an odd number of upright sides to the left of their middle."""
    upright: list[list[int]] = [[0] * (drawn.side + 1) for _ in range(drawn.side)]
    for (x1, y1), (x2, y2) in sides(drawn.path):
        assert x1 == x2 or y1 == y2, "a slanted side"
        for y in range(min(y1, y2), max(y1, y2)):
            upright[y][x1] += 1
    rows = []
    for row in upright:
        crossed, cells = 0, []
        for x in range(drawn.side):
            crossed += row[x]
            cells.append(crossed % 2 == 1)
        rows.append(cells)
    return rows


def picture(drawn: Symbol, scale: int = 4) -> Image.Image:
    """The symbol as a picture, so many pixels a module."""
    image = Image.new("L", (drawn.side, drawn.side), 255)
    image.putdata([0 if cell else 255 for row in filled(drawn) for cell in row])
    return image.resize((drawn.side * scale, drawn.side * scale), Image.Resampling.NEAREST)


@settings(max_examples=40, deadline=None)
@given(address)
def test_the_outline_fills_exactly_the_dark_modules(url: str) -> None:
    """The path is closed contours, and filled by the even-odd rule it is the symbol, module by module."""
    drawn = symbol(url)
    assert _PATH.fullmatch(drawn.path)
    code = QRCode(error_correction=ERROR_CORRECT_M, border=QUIET_ZONE)
    code.add_data(url, optimize=0)
    code.make(fit=True)
    assert filled(drawn) == [[bool(cell) for cell in row] for row in code.get_matrix()]


@settings(max_examples=40, deadline=None)
@given(address)
def test_the_picture_reads_back_as_the_address(url: str) -> None:
    """A reader finds one symbol, with the text of the address, at error correction M."""
    (read,) = zxingcpp.read_barcodes(picture(symbol(url)))
    assert read.text == url
    assert read.format == zxingcpp.BarcodeFormat.QRCode
    assert read.ec_level == "M"


def test_every_registered_address_reads_back(library: Library) -> None:
    """Word for word as the registry has it."""
    assert len(library.articles) > 10
    for article in library.articles.values():
        (read,) = zxingcpp.read_barcodes(picture(symbol(article.url)))
        assert read.text == article.url


def test_four_light_modules_surround_the_symbol(library: Library) -> None:
    """The quiet zone of ISO/IEC 18004 is light, and the symbol begins right after it."""
    assert QUIET_ZONE == 4
    for article in library.articles.values():
        rows = filled(symbol(article.url))
        dark = [(x, y) for y, row in enumerate(rows) for x, cell in enumerate(row) if cell]
        assert min(x for x, _ in dark) == min(y for _, y in dark) == QUIET_ZONE
        assert max(x for x, _ in dark) == max(y for _, y in dark) == len(rows) - QUIET_ZONE - 1
        assert len(rows) == symbol(article.url).side


def test_modules_of_the_longest_address_are_wide_enough_in_every_edition(library: Library) -> None:
    """Half a millimetre or more at the printed size, which is 25 mm or more."""
    longest = max((article.url for article in library.articles.values()), key=len)
    assert len(longest) > 80, "the registry has long addresses"
    for edition in EDITIONS.values():
        assert edition.symbol_mm >= 25
        assert symbol(longest).module_mm(edition.symbol_mm) >= MIN_MODULE_MM == 0.5


@pytest.mark.parametrize(("length", "side"), [(10, 29), (26, 33), (27, 37), (42, 37), (43, 41), (122, 53), (123, 57)])
def test_the_symbol_is_the_smallest_that_carries_the_text(length: int, side: int) -> None:
    """The sizes of ISO/IEC 18004, table 7, for bytes at error correction M, with the quiet zone."""
    assert symbol("https://a.b/".ljust(length, "c")[:length]).side == side


def test_neighbouring_modules_are_one_contour() -> None:
    """No seams, and no more points than corners: the path is a fraction of a path with a square for each module."""
    drawn = symbol("https://valorspine.com/what-is-spinal-fusion/")
    dark = sum(cell for row in filled(drawn) for cell in row)
    assert len(drawn.path) < dark * len("M00 00h1v1h-1z") / 2
    level = [way for _, _, way, _, _ in _STEP.findall(drawn.path)]
    assert all(first != second for first, second in pairwise(level) if first and second)


def test_the_same_address_gives_the_same_symbol_in_another_process() -> None:
    """The same input gives the same bytes."""
    url = "https://valorspine.com/what-is-spinal-fusion/"
    script = f"from press.compose.qr import symbol; print(symbol({url!r}).path)"
    said = {
        subprocess.run(
            [sys.executable, "-c", script], cwd=ROOT, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert said == {symbol(url).path}
