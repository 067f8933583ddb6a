"""Places: where in a file the words stand that a finding is about."""

import re
from bisect import bisect_right
from functools import cached_property
from itertools import islice

from press.model import Loc
from press.problems import Mark
from press.proofread.rule import Finding
from press.source import Source as Yaml

_PIECES = re.compile(r"\w+|[^\w\s]")
_GAP = r"[\s*\[\]]*"
_TARGET = re.compile(r"\]\([^)\s]*\)")
_WORDS = 5
"""So many words and signs are enough to find a sentence again."""

_LONGEST = 20_000
"""In a longer text, which no document has, a finding stands at the text's start."""


class Places:
    """Finds places in one file."""

    def __init__(self, file: Yaml) -> None:
        self.file = file

    def mark(self, finding: Finding) -> Mark:
        """The place of a finding: its words where they can be found in the file, else its value."""
        if finding.passage and (mark := self._words(finding)):
            return mark
        if finding.raw and (mark := self._find(finding.loc, re.compile(re.escape(finding.raw)), 0, with_targets=True)):
            return mark
        return self.file.mark(finding.loc)

    def _words(self, finding: Finding) -> Mark | None:
        """Words of a passage, found again in the file across its line ends and its markup."""
        assert finding.passage
        text, (start, end) = finding.passage.plain, finding.span
        pieces = _PIECES.findall(text[start:end])[:_WORDS]
        if not pieces or len(text) > _LONGEST:
            return None
        pattern = re.compile(r"(?<!\w)" * pieces[0][0].isalnum() + _GAP.join(map(re.escape, pieces)))
        earlier = sum(1 for match in pattern.finditer(text) if match.start() < start)
        return self._find(finding.loc, pattern, earlier, with_targets=False)

    def _find(self, loc: Loc, pattern: re.Pattern[str], skip: int, with_targets: bool) -> Mark | None:
        begin, end = self._window(loc)
        piece = self.file.text[begin:end]
        if not with_targets:
            piece = _TARGET.sub(lambda match: "]" + " " * (len(match.group()) - 1), piece)
        found = next(islice(pattern.finditer(piece), skip, None), None)
        return self._mark_at(begin + found.start()) if found else None

    def _window(self, loc: Loc) -> tuple[int, int]:
        """Where the text of a value starts and where the next value or field starts."""
        begin = self._offset(self.file.mark(loc))
        after = bisect_right(self._starts, begin)
        return begin, self._starts[after] if after < len(self._starts) else len(self.file.text)

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.file.text))]

    @cached_property
    def _starts(self) -> list[int]:
        return sorted({self._offset(mark) for marks in (self.file.marks, self.file.keys) for mark in marks.values()})

    def _offset(self, mark: Mark) -> int:
        return self._lines[min(mark.line, len(self._lines)) - 1] + mark.column - 1

    def _mark_at(self, offset: int) -> Mark:
        line = bisect_right(self._lines, offset)
        return Mark(line, offset - self._lines[line - 1] + 1)
