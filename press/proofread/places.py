"""Places: where in a file the words stand that a finding is about."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from press.model.base import Loc
from press.problems import Mark
from press.proofread.rule import Finding
from press.read.source import Source as Yaml

_CODED = r"\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)"
_LETTERS = {"'": re.compile("''|[^']"), '"': re.compile(rf'{_CODED}|[^"]', re.DOTALL)}
"""One letter of a value in quotes, as typed: a quote may stand for itself twice, or after a backslash."""

_CODED_BLANKS = "abtnvfr0eNLP_ \t\n"
"""What stands after a backslash for a blank, a line end or a control character."""

_BLOCK_HEAD = re.compile(r"[|>][^\n]*\n")


class Places:
    """Finds places in one file."""

    def __init__(self, file: Yaml) -> None:
        self.file = file

    def mark(self, finding: Finding) -> Mark:
        """The place of a finding: the letter of its text that it is about, else its value."""
        passage, (start, end) = finding.passage, finding.span
        if passage and finding.offset is not None:
            return self.letter(finding.loc, passage.raw, finding.offset)
        if passage and start < end:
            return self.letter(finding.loc, passage.raw, passage.inline.offset(start))
        if finding.raw:
            begin, after = self._window(finding.loc)
            found = self.file.text.find(finding.raw, begin, after)
            return self._mark_at(found) if found >= 0 else self.file.mark(finding.loc)
        return self.file.mark(finding.loc)

    def letter(self, loc: Loc, value: str, offset: int) -> Mark:
        """The place of a letter of a value, by its offset in it. A value and its text in the file differ in blanks and signs
        alone, so that the letters can be counted."""
        begin = self._offset(self.file.mark(loc))
        typed = next(islice(self._letters(begin), sum(map(_counts, value[:offset])), None), None)
        return self.file.mark(loc) if typed is None else self._mark_at(typed)

    def _letters(self, begin: int) -> Iterator[int]:
        """Where each letter of the value that starts here stands in the file, blanks and accents apart."""
        text, style = self.file.text, self.file.text[begin : begin + 1]
        if style in _LETTERS:
            matches = _LETTERS[style].finditer(text, begin + 1)
            return (match.start() for match in matches if _counts(_meant(match[0])))
        head = _BLOCK_HEAD.match(text, begin)
        start = head.end() if head else begin
        return (at for at in range(start, len(text)) if _counts(text[at]))

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


def _counts(letter: str) -> bool:
    return not letter.isspace() and not unicodedata.combining(letter)


def _meant(typed: str) -> str:
    """The letter that one letter in quotes stands for."""
    if len(typed) == 1 or typed[0] != "\\":
        return typed[0]
    if len(typed) > 2:
        return chr(min(int(typed[2:], 16), 0x10FFFF))
    return " " if typed[1] in _CODED_BLANKS else typed[1]
