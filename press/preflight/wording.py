"""The words of a finished PDF, in the order of its tags, against those that were composed.

Layout may break lines, hyphenate there, drop spaces and set words in capitals; nothing else.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from press.preflight.composed import BULLETS, Mark, Wording, letters, shortened
from press.preflight.printed import Run, Sheet, Tags
from press.preflight.promise import Finding

_ENOUGH = 12
"""So many letters tell one place in a text from another."""
_UNBULLETED = dict.fromkeys(map(ord, BULLETS))
_MOST = 20
"""So many missing texts are named; the others are counted."""
_LOOK = "look for what a style sheet or a template hides, moves or adds"


class Placed(NamedTuple):
    """A run of tagged text: the page it stands on, counted from 1, and the position of its element among the tags."""

    page: int
    element: int
    run: Run


@dataclass
class Reading:
    """How printed runs and composed letters go together: each run with the letter it begins with, in order."""

    runs: list[Placed]
    starts: list[int] = field(default_factory=list)
    pages: list[tuple[str, str, int]] = field(default_factory=list)
    """Page numbers printed in a list of contents: the anchor, what is printed, and the page that this stands on."""
    findings: list[Finding] = field(default_factory=list)

    def at(self, offset: int) -> Placed | None:
        """The run that a letter stands in; None where reading broke off before it."""
        position = bisect_right(self.starts, offset) - 1
        return self.runs[position] if position >= 0 and not self.findings else None


def in_order(sheets: Sequence[Sheet], tags: Tags) -> tuple[list[Placed], dict[int, list[Placed]]]:
    """The tagged runs of text in reading order; and those of drawings, by the position of the drawing's element."""
    by_mark: dict[tuple[int, int], list[Run]] = {}
    for number, sheet in enumerate(sheets, start=1):
        for run in sheet.runs:
            if run.mark >= 0:
                by_mark.setdefault((number, run.mark), []).append(run)
    read: list[Placed] = []
    drawn: dict[int, list[Placed]] = {}
    for page, mark, element in tags.contents:
        kin = drawn.setdefault(element, []) if tags.elements[element].tag == "/Figure" else read
        kin += [Placed(page, element, run) for run in by_mark.get((page, mark), ())]
    return read, drawn


def compared(wording: Wording, runs: list[Placed]) -> Reading:
    """Reads the printed runs along the composed letters, up to the first difference."""
    reading = Reading(runs)
    _Matcher(wording, reading).match()
    return reading


class _Matcher:
    def __init__(self, wording: Wording, reading: Reading) -> None:
        self.wording, self.reading = wording, reading
        self.promised, self.at = wording.letters, 0
        self.stops = [*sorted(wording.marks), len(self.promised) + 1]
        """The letters before which something else is printed."""
        self.waiting: list[Mark] = []
        self.stop = 0

    def match(self) -> None:
        """Run by run; what is left over at the end is missing."""
        for position, placed in enumerate(self.reading.runs):
            said = letters(placed.run.text)
            self.reading.starts.append(self.at)
            if said and not self.take(said, placed):
                self.differ(position, said)
                return
        if self.at < len(self.promised):
            missing = self.wording.words(self.at)
            self.reading.findings.append(Finding("text-differs", f"the words '{missing}' are missing at the end", _LOOK))

    def take(self, said: str, placed: Placed) -> bool:
        """Whether the letters of a run are the next ones; then they are read."""
        while said:
            if self.at == self.stops[self.stop]:
                self.waiting += self.wording.marks[self.at]
                self.stop += 1
            while self.waiting:
                rest = self.marked(self.waiting[0], said, placed)
                if rest is None:
                    return False
                self.waiting.pop(0)
                said = rest
                if not said:
                    return True
            room = self.stops[self.stop] - self.at
            used, taken = follow(said[:room], self.promised, self.at)
            if not used:
                return False
            self.at, said = self.at + taken, said[used:]
            if said and self.at != self.stops[self.stop]:
                return False
        return True

    def marked(self, mark: Mark, said: str, placed: Placed) -> str | None:
        """What is left of a run after a number or bullet; None where it is not the one that belongs here."""
        if mark.kind == "bullet":
            return said[1:] if said[0] in BULLETS else said
        if mark.kind == "number":
            return said[len(mark.value) :].removeprefix(".") if said.startswith(mark.value) else None
        digits = said[: len(said) - len(said.lstrip("0123456789"))]
        if digits:
            self.reading.pages.append((mark.value, digits, placed.page))
        return said[len(digits) :] if digits else None

    def differ(self, position: int, said: str) -> None:
        """Says what is missing, added or other at the place where the run at this position stands."""
        runs = self.reading.runs
        printed = shortened(" ".join(placed.run.text for placed in runs[position : position + 8]).replace("\x02 ", "-"))
        coming = "".join(letters(placed.run.text) for placed in runs[position : position + 60]).translate(_UNBULLETED)
        page, promised = runs[position].page, self.wording.words(self.at)
        later = self.promised.find(coming[:_ENOUGH], self.at)
        if self.waiting and self.waiting[0].kind == "number":
            said = f"the number {self.waiting[0].value} of a list is missing before '{printed}'"
        elif self.waiting and self.waiting[0].kind == "page":
            said = f"the page number is missing before '{printed}'"
        elif later > self.at:
            said = f"the words '{self.wording.words(self.at, later)}' are missing before '{printed}'"
        elif coming.find(self.promised[self.at : self.at + _ENOUGH]) > 0:
            said = f"'{printed}' is printed before '{promised}' and was not written there"
        else:
            said = f"'{printed}' is printed where '{promised}' was written"
        self.reading.findings.append(Finding("text-differs", f"page {page}: {said}", _LOOK))


def follow(said: str, promised: str, at: int) -> tuple[int, int]:
    """How many letters of a run are the promised ones from `at` on, all or none; and how many promised ones that are."""
    if promised.startswith(said, at):
        return len(said), len(said)
    position, start = 0, at
    while position < len(said):
        wanted = promised[at : at + 1]
        if wanted and (said[position] == wanted or said.startswith(wanted.upper(), position)):
            position += 1 if said[position] == wanted else len(wanted.upper())
            at += 1
        elif position == len(said) - 1 and position and said[position] == "-":
            return len(said), at - start  # a word divided at the end of a line
        else:
            return 0, 0
    return len(said), at - start


def page_numbers(wording: Wording, reading: Reading) -> Iterator[Finding]:
    """The page numbers of a list of contents, against the pages where its parts begin."""
    for anchor, said, page in reading.pages:
        begins = reading.at(wording.anchors.get(anchor, -1))
        if begins and str(begins.page) != said:
            words = wording.words(wording.anchors[anchor])
            yield Finding(
                "wrong-page-number", f"page {page}: the contents send to page {said} for '{words}', on page {begins.page}"
            )


def missing(says: Sequence[str], runs: Sequence[Placed]) -> Iterator[Finding]:
    """Texts of the content that are nowhere in the PDF. They are looked for from one to the next, as they mostly stand so."""
    printed = "".join(letters(placed.run.text) for placed in runs).upper()
    plainly = printed.replace("-", "")
    at, lost = 0, []
    for text in says:
        wanted = letters(text).upper()
        found = printed.find(wanted, at)
        if found < 0:
            found = printed.find(wanted)
        if found < 0 and wanted.replace("-", "") not in plainly:
            lost.append(text)
        at = max(found, 0)
    for text in lost[:_MOST]:
        yield Finding("text-missing", f"'{shortened(text, 12)}' is written and not printed", _LOOK)
    if len(lost) > _MOST:
        yield Finding("text-missing", f"{len(lost) - _MOST} more texts are written and not printed", _LOOK)


def drawings(wording: Wording, tags: Tags, drawn: dict[int, list[Placed]], codes: Sequence[str]) -> Iterator[Finding]:
    """The drawings that were composed, each by its alternative text, with the words in it.

    One without an alternative text, which has a finding of its own, is taken for the next in order.
    """
    figures = [(position, element.alt) for position, element in enumerate(tags.elements) if element.tag == "/Figure"]
    for alt, labels in wording.pictures:
        if alt in codes:
            continue  # a QR code has checks of its own
        position = next((position for position, said in figures if said in (alt, "")), None)
        if position is None:
            yield Finding("missing-drawing", f"the drawing '{shortened(alt)}' is not printed", _LOOK)
            continue
        figures = [figure for figure in figures if figure[0] != position]
        said = "".join(letters(placed.run.text) for placed in drawn.get(position, ()))
        if said != labels:
            page = next((placed.page for placed in drawn.get(position, ())), 0)
            where = f"page {page}: " if page else ""
            told = f"{where}the labels of the drawing '{shortened(alt)}' say '{said}' and should say '{labels}'"
            yield Finding("text-differs", told, _LOOK)
