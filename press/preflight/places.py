"""Where words stand: over one another, over a drawing, out of their box or column, in the margin, before what comes first."""

from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import inf

from press.preflight.composed import BULLETS, letters, shortened
from press.preflight.printed import Box, Run, Sheet, Tags, bleeds
from press.preflight.promise import Finding
from press.preflight.wording import Placed

TOUCH = 1.0
"""What overlaps by less than a point touches; letters reach over their own space by as much."""
MIN_MARGIN_PT = 15 * 72 / 25.4
"""The least margin on every side: 15 mm (criteria.md L08)."""
_OVER = 3.0
"""So far, about a millimetre, letters may reach beyond the line that holds them, and so into the margin."""
_LINE = 6.0
"""A box that is lower holds no line of words: a rule, a bullet."""

_APART = "shorten the words, or give them room in the style sheet"


def checked(sheets: Sequence[Sheet], tags: Tags, read: Sequence[Placed]) -> Iterator[Finding]:
    """What is not in its place, the first of each kind on each page."""
    cells = list(_out_of_cells(tags, read))
    for number, sheet in enumerate(sheets, start=1):
        figures = [figure for figure in tags.figures if figure.page == number and figure.box]
        drawn = [box for figure in figures if (box := figure.box) and not bleeds(box, sheet.size)]
        for told in [*_over_words(sheet.runs), *_over_figures(number, read, drawn)][:1]:
            yield Finding("words-overlap", f"page {number}: {told}", _APART)
        for told in _struck(number, sheet, read):
            yield Finding("text-struck", f"page {number}: {told}", "look for `text-decoration` or a rule in a style sheet")
            break
        outside = [*_in_margins(sheet), *(told for page, told in cells if page == number), *_out_of_boxes(sheet)]
        for told in outside[:1]:
            yield Finding("word-outside", f"page {number}: {told}", _APART)
    yield from _backwards(read)


def _shown(run: Run) -> str:
    return shortened(run.text.replace("\x02", "-"), 6)


def _over_words(runs: Sequence[Run]) -> Iterator[str]:
    """Words over other words, looked for from the head of the page to its foot."""
    falling = sorted(runs, key=lambda run: -run.box[3])
    for position, run in enumerate(falling):
        left, bottom, right, _ = run.box
        for other in falling[position + 1 :]:
            if other.box[3] <= bottom + TOUCH:
                break
            box = other.box
            if box[0] + TOUCH < right and left + TOUCH < box[2] and box[3] - box[1] > TOUCH:
                yield f"the words '{_shown(run)}' and '{_shown(other)}' are printed over one another"


def _over_figures(page: int, read: Sequence[Placed], drawn: Sequence[Box]) -> Iterator[str]:
    """Words over a drawing or a code."""
    for placed in read if drawn else ():
        if placed.page == page:
            left, bottom, right, top = placed.run.box
            for box in drawn:
                if box[0] + TOUCH < right and left + TOUCH < box[2] and box[1] + TOUCH < top and bottom + TOUCH < box[3]:
                    yield f"the words '{_shown(placed.run)}' are printed over a drawing or a code"


def _struck(page: int, sheet: Sheet, read: Sequence[Placed]) -> Iterator[str]:
    """Words with a rule through their middle."""
    for placed in read if sheet.rules else ():
        run = placed.run
        low, high = run.baseline + 0.15 * run.size, run.baseline + 0.4 * run.size
        for left, bottom, right, top in sheet.rules if placed.page == page else ():
            if (
                bottom < high
                and low < top
                and letters(run.text).strip(BULLETS)
                and min(right, run.box[2]) - max(left, run.box[0]) > TOUCH
            ):
                yield f"the words '{_shown(run)}' are struck through"


def _in_margins(sheet: Sheet) -> Iterator[str]:
    """Words in the margins at the sides, at the head or at the foot of the page."""
    low = left = MIN_MARGIN_PT - _OVER
    right, high = sheet.size[0] - left, sheet.size[1] - low
    for run in sheet.runs:
        box = run.box
        if box[0] < left or box[2] > right or (run.mark >= 0 and (box[1] < low or box[3] > high)):
            yield f"the words '{_shown(run)}' run into the margin; {MIN_MARGIN_PT * 25.4 / 72:.0f} mm stay free on every side"


def _out_of_cells(tags: Tags, read: Sequence[Placed]) -> Iterator[tuple[int, str]]:
    """Words in a table that run into the next column: past where the words of that one begin, with their page."""
    lefts: dict[tuple[int, int, int], float] = {}
    celled = [(placed, cell) for placed in read if (cell := tags.cell_of(placed.element))]
    for placed, (table, column) in celled:
        key = placed.page, table, column
        lefts[key] = min(lefts.get(key, placed.run.box[0]), placed.run.box[0])
    for placed, (table, column) in celled:
        if placed.run.box[2] > lefts.get((placed.page, table, column + 1), inf) - TOUCH:
            yield placed.page, f"the words '{_shown(placed.run)}' run into the next column of their table"


def _out_of_boxes(sheet: Sheet) -> Iterator[str]:
    """Words that begin in a box and end outside it, or the other way round."""
    boxes = [box for box in sheet.decoration if box[3] - box[1] >= _LINE and not bleeds(box, sheet.size)]
    edges = sorted({(edge, box[1], box[3]) for box in boxes for edge in (box[0], box[2])})
    for run in sheet.runs:
        left, bottom, right, top = run.box
        middle = (bottom + top) / 2
        for _, low, high in edges[bisect(edges, (left + 2 * TOUCH,)) : bisect(edges, (right - 2 * TOUCH,))]:
            if low < middle < high:
                yield f"the words '{_shown(run)}' run over the edge of the box that they stand in"
                break


def _backwards(read: Sequence[Placed]) -> Iterator[Finding]:
    """Words that stand right above those that are read before them."""
    for before, after in pairwise(read):
        one, other = before.run.box, after.run.box
        above = other[1] >= one[3] - TOUCH and min(one[2], other[2]) - max(one[0], other[0]) > TOUCH
        if after.page < before.page or (after.page == before.page and above):
            told = f"page {after.page}: the words '{_shown(after.run)}' stand above '{_shown(before.run)}', which is read first"
            yield Finding("text-out-of-order", told, "look for what moves them in a style sheet or a template")
            return
