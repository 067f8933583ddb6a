"""Cast off: the room that words will take, estimated from their lengths before any of them is set."""

from collections.abc import Sequence
from math import ceil
from typing import TypeVar

V = TypeVar("V")

TABLE_LINE = 95
"""Characters that a line across a whole table holds."""
CELL_SIDES = 3
"""Characters that would fit in the padding of a cell."""
BOLD = 1.1
"""How much wider bold letters are: the first cell of a row is bold."""
HALF_LINE = 50
"""Characters that a line across half the page holds, in small print."""


def shares(columns: Sequence[Sequence[str]]) -> list[float]:
    """The width of each column of a table, in percent, from the words of its cells.

    Each gets room for its longest word, and what is left by how much longer its longest cell is: in characters, what the
    automatic table layout does (https://www.w3.org/TR/css-tables-3/#width-distribution-algorithm).
    """
    weights = [BOLD] + [1.0] * (len(columns) - 1)
    least = [weight * _room(" ".join(cells).split()) for cells, weight in zip(columns, weights, strict=True)]
    most = [weight * _room(cells) for cells, weight in zip(columns, weights, strict=True)]
    rest = max(0, TABLE_LINE - sum(least)) / max(1, sum(most) - sum(least))
    widths = [low + rest * (high - low) for low, high in zip(least, most, strict=True)]
    return [round(100 * width / sum(widths), 1) for width in widths]


def halves(items: Sequence[V], texts: Sequence[str]) -> list[Sequence[V]]:
    """The items in two halves of about the same height, in order; a single one makes no second. `texts` are their words."""
    heights = [ceil(len(text) / HALF_LINE) for text in texts]
    cuts = range(len(items), 0, -1)
    cut = min(cuts, key=lambda cut: max(sum(heights[:cut]), sum(heights[cut:])), default=0)
    return [half for half in (items[:cut], items[cut:]) if half]


def _room(texts: Sequence[str]) -> int:
    """The characters that the longest of some texts takes, with the sides of its cell."""
    return max(map(len, texts), default=0) + CELL_SIDES
