"""Room for the reader's pen: lines to write on, boxes to tick, fields and rows to fill in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from math import inf

from press.preflight.composed import Wording, shortened
from press.preflight.printed import Box, Sheet
from press.preflight.promise import Finding
from press.preflight.sight import Picture
from press.preflight.wording import Placed, Reading

MM = 72 / 25.4
MIN_PITCH_MM = 8.0
"""Between lines to write on (criteria.md L13)."""
MIN_TICK_MM = 4.0
"""The side of a box to tick (criteria.md L13)."""
MIN_LINE_MM = 80.0
"""The length of a line for a sentence."""
MIN_FIELD_MM = 45.0
"""The length of a line for a name, a number or a day."""
_TOLERANCE_MM = 0.15
_BESIDE_PT = 30.0
"""How far before its words a box to tick stands at most."""
_BELOW_PT = 60.0
"""How far below its label the line of a field runs at most."""


@dataclass(frozen=True)
class Page:
    """What stands on a page, and its picture."""

    sheet: Sheet
    picture: Picture

    def rules(self, least_mm: float, high: float, low: float) -> Iterator[Box]:
        """Boxes with a line that is seen along their foot, so long and between these heights, from the upper to the lower."""
        least = (least_mm - _TOLERANCE_MM) * MM
        wide = {box for box in self.sheet.decoration if low <= box[1] < high and box[2] - box[0] >= least}
        for box in sorted(wide, key=lambda box: -box[1]):
            if self.picture.ruled(box[0] + 2, box[2] - 2, box[1]):
                yield box


def checked(sheets: Sequence[Sheet], pictures: Sequence[Picture], promised: Wording, reading: Reading) -> Iterator[Finding]:
    """Each room that was composed, where reading came as far as its words."""
    pages = [Page(sheet, picture) for sheet, picture in zip(sheets, pictures, strict=True)]
    for (kind, offset), rooms in groupby(promised.rooms, key=lambda room: (room.kind, room.offset)):
        beside = reading.at(offset if kind in ("tick", "row") else offset - 1)
        if beside is None:
            continue
        if kind == "line":
            yield from _lines(pages, beside, reading.at(offset), len(list(rooms)))
        elif kind == "field":
            yield from _field(pages[beside.page - 1], beside)
        elif kind == "tick":
            yield from _tick(pages[beside.page - 1], beside)
    yield from _rows([placed for room in promised.rooms if room.kind == "row" and (placed := reading.at(room.offset))])


def _after(placed: Placed) -> str:
    return f"page {placed.page}: after '{shortened(placed.run.text, 6)}'"


def _lines(pages: Sequence[Page], above: Placed, below: Placed | None, count: int) -> Iterator[Finding]:
    """Lines to write on between two runs of words; some may stand on the next page."""
    found: list[tuple[int, float]] = [(above.page, above.run.baseline)]
    for number in range(above.page, min(above.page + 2, len(pages) + 1)):
        first = above.run.box[1] + 1 if number == above.page else pages[number - 1].sheet.size[1]
        last = below.run.box[3] if below and below.page == number and below.run.box[3] < first else 0.0
        if not last and below and below.page < number:
            break
        for box in pages[number - 1].rules(MIN_LINE_MM, first, last - 1):
            near = number > above.page or (box[0] - 2 <= above.run.box[2] and above.run.box[0] < box[2])
            if near and abs(box[1] - found[-1][1]) > 1:
                found.append((number, box[1]))
    if len(found) - 1 < count:
        told = f"{_after(above)} {len(found) - 1} of {count} lines to write on are printed, {MIN_LINE_MM:g} mm long or more"
        yield Finding("no-room-to-write", told, "see `.write` in the style sheet")
    rooms = [one - other for (page, one), (same, other) in pairwise(found[: count + 1]) if page == same]
    if (least := min(rooms, default=inf) / MM) < MIN_PITCH_MM - _TOLERANCE_MM:
        told = f"{_after(above)} there are {least:.1f} mm to write in; the least is {MIN_PITCH_MM:g} mm"
        yield Finding("no-room-to-write", told, "see `.write` in the style sheet")


def _field(page: Page, label: Placed) -> Iterator[Finding]:
    """The line of a field that is left empty, below its label or beside it."""
    baseline, left = label.run.baseline, label.run.box[0]
    if any(box[0] - 2 <= left < box[2] for box in page.rules(MIN_FIELD_MM, baseline, baseline - _BELOW_PT)):
        return
    told = f"{_after(label)} there is no line to write on, {MIN_FIELD_MM:g} mm long or more"
    yield Finding("no-room-to-write", told, "see `.to-write` in the style sheet")


def _tick(page: Page, words: Placed) -> Iterator[Finding]:
    """The box to tick before its words."""
    left, middle = words.run.box[0], (words.run.box[1] + words.run.box[3]) / 2
    sides = [
        min(box[2] - box[0], box[3] - box[1])
        for box in page.sheet.decoration
        if box[2] <= left + 1 and box[0] > left - _BESIDE_PT and box[1] < middle < box[3] and page.picture.drawn(box)
    ]
    if max(sides, default=0.0) < (MIN_TICK_MM - _TOLERANCE_MM) * MM:
        said = f"is {max(sides) / MM:.1f} mm wide" if sides else "is missing"
        told = (
            f"page {words.page}: the box to tick before '{shortened(words.run.text, 6)}' {said}; the least is {MIN_TICK_MM:g} mm"
        )
        yield Finding("no-room-to-write", told, "see `.checklist` in the style sheet")


def _rows(names: Sequence[Placed]) -> Iterator[Finding]:
    """Rows to fill in, from the name of one to that of the next."""
    for one, other in pairwise(names):
        high = one.run.baseline - other.run.baseline
        if one.page == other.page and 0 < high < (MIN_PITCH_MM - _TOLERANCE_MM) * MM:
            told = f"{_after(one)} the row is {high / MM:.1f} mm high; the least to write in is {MIN_PITCH_MM:g} mm"
            yield Finding("no-room-to-write", told, "see `.diary` in the style sheet")
            return
