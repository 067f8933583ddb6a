"""What can be seen: the words of each page, looked for in its picture. Ink that is not there, or covered, has no contrast."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple

from press.preflight.composed import shortened
from press.preflight.printed import Box, Figure, Run, Sheet
from press.preflight.promise import Finding

DPI = 72
"""One pixel a point: the thinnest of our letters then still differ from the paper by more than a third."""
LEAST_CONTRAST = 50
"""Of 255 greys, between letters and what they stand on. The palest words of the shipped pages have 124."""
MOST_BARE = 2.0
"""How many ems of a line, at half the height of its small letters, may go without ink, or without paper; print has 1.3."""
LEAST_OF_A_LINE = 15
"""Of 255 greys, between a line to write on and its paper, in all rows of pixels together: a hairline fills a part of one."""
HALFWAY = 0.28
"""Half the height of small letters, in ems above the baseline."""

_WORD = re.compile(r"\w")


class Picture(NamedTuple):
    """A page in greys, one pixel a point: rows from the top, each of so many bytes."""

    grey: memoryview
    width: int
    height: int
    stride: int

    @classmethod
    def of(cls, page: Any) -> "Picture":
        """The picture of a `pypdfium2.PdfPage`."""
        made = page.render(scale=DPI / 72, grayscale=True, may_draw_forms=False)
        return cls(memoryview(made.buffer).cast("B"), made.width, made.height, made.stride)

    def row(self, left: float, right: float, up: float) -> bytes:
        """The pixels of a line across the page, this many points above its foot; nothing where it lies off the page."""
        y = int(self.height - up)
        if not 0 <= y < self.height:
            return b""
        start = y * self.stride
        return self.grey[start + max(0, int(left)) : start + max(0, min(self.width, int(right) + 1))].tobytes()

    def drawn(self, box: Box) -> bool:
        """Whether anything is seen in a box."""
        step = max(1.0, (box[3] - box[1]) / 16)
        rows = (self.row(box[0], box[2], box[1] + step * number) for number in range(1, 16))
        return any(row and max(row) - min(row) >= LEAST_CONTRAST for row in rows)

    def ruled(self, left: float, right: float, up: float) -> bool:
        """Whether a line without gaps is seen at this height, darker than what is above it."""
        paper = max(self.row(left, right, up + 4), default=0)
        rows = (self.row(left, right, up + step) for step in (-0.7, 0.3, 1.3))
        return sum(max(0, paper - max(row)) for row in rows if row) >= LEAST_OF_A_LINE

    def shows(self, run: Run) -> bool:
        """Whether a run of words has contrast, and no long stretch without: at half the height of small letters, or at all."""
        row = self.row(run.box[0], run.box[2], run.baseline + HALFWAY * run.size)
        bare = int(MOST_BARE * run.size) + 1
        if row and (high := max(row)) - (low := min(row)) >= LEAST_CONTRAST:
            if len(row) < bare:
                return True
            parted = row.translate(_parted((low + high) // 2))
            if b"\0" * bare not in parted and b"\1" * bare not in parted:
                return True
        return not _WORD.search(run.text) or self._inked(run, bare)

    def _inked(self, run: Run, bare: int) -> bool:
        """Whether there is ink in every stretch of a run, at whatever height: dots and dashes leave most heights free."""
        left, bottom, right, top = run.box
        rows = [row for up in range(int(bottom), int(top) + 1) if (row := self.row(left, right, up + 0.5))]
        columns = bytes(max(column) - min(column) >= LEAST_CONTRAST for column in zip(*rows, strict=True))
        return 1 in columns and b"\0" * bare not in columns


@cache
def _parted(middle: int) -> bytes:
    """A table that makes greys up to the middle 0 and lighter ones 1."""
    return bytes(grey > middle for grey in range(256))


def checked(
    sheets: Sequence[Sheet], pictures: Sequence[Picture], figures: Sequence[Figure], codes: Sequence[str]
) -> Iterator[Finding]:
    """Words and drawings that nobody can see, the first on each page; QR codes, known by what they say, are read elsewhere."""
    for number, (sheet, picture) in enumerate(zip(sheets, pictures, strict=True), start=1):
        hidden = [f"the words '{shortened(run.text)}'" for run in sheet.runs if not picture.shows(run)]
        for figure in figures:
            if figure.page == number and figure.box and figure.alt not in codes and not picture.drawn(figure.box):
                hidden.append(f"the drawing '{shortened(figure.alt)}'")
        for what in hidden[:1]:
            yield Finding("text-hidden", f"page {number}: {what} can't be seen", _HINT)


_HINT = "look for what covers, clips, strikes or whitens it in a style sheet or a template"
