"""A file as it was read: its lines, its values, and where each of them stands."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from press.model.base import Loc
from press.problems import Mark, Problem

MAX_PROBLEMS = 100
"""A file with more problems than this has one cause; the others are not looked for."""


LONGEST_EXCERPT = 10_000
"""A longer line is not shown beside a problem: it was never typed by hand."""


@dataclass
class Source:
    """One YAML file as read: its values, where each stands, and what was wrong with it."""

    file: str
    text: str = ""
    values: Any = None
    marks: dict[Loc, Mark] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    emptied: list[Loc] = field(default_factory=list)
    """Values that are empty because a comment stands where they would."""
    folded: dict[Loc, range] = field(default_factory=dict)
    """The lines of texts that stand on several, and are read as one line or one a paragraph."""
    spoiled: set[Mark] = field(default_factory=set)
    """Where values start that were refused while they were read: nothing else is said of them."""
    typed_text: str | None = None
    """The text as typed, where its letters were put together in reading."""

    @cached_property
    def lines(self) -> list[str]:
        """The text line by line, as marks count lines."""
        return self.text.split("\n")

    def mark(self, loc: Loc) -> Mark:
        """The place of a value, or of the nearest value around it."""
        while loc and loc not in self.marks:
            loc = loc[:-1]
        return self.marks.get(loc, Mark())

    def typed(self, loc: Loc) -> str:
        """A number as it was typed: 1.10, where the value is 1.1."""
        mark = self.mark(loc)
        found = re.match(r"[-+.0-9]*", self.lines[mark.line - 1][mark.column - 1 :])
        return found.group() if found else ""

    def problem(self, code: str, message: str, mark: Mark, hint: str | None = None, **more: Any) -> Problem:
        """A problem of this file at a mark, with the line it stands on."""
        lines = self._typed_lines
        excerpt = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
        shown = excerpt if len(excerpt) <= LONGEST_EXCERPT else ""
        severity = more.get("severity", "error")
        at = self.in_file(mark)
        return Problem(code, severity, message, self.file, at.line, at.column, hint, shown)

    def in_file(self, mark: Mark) -> Mark:
        """The place in the file for a mark of the text: further on, where letters before it are typed as several characters."""
        if self.typed_text is None or not 0 < mark.line <= len(self._typed_lines):
            return mark
        line = self._typed_lines[mark.line - 1]
        if len(line) == len(self.lines[mark.line - 1]):
            return mark
        places = range(len(line) + 1)
        reached = bisect_right(places, mark.column - 1, key=lambda end: len(unicodedata.normalize("NFC", line[:end])))
        return Mark(mark.line, max(reached, 1))

    @cached_property
    def _typed_lines(self) -> list[str]:
        return self.lines if self.typed_text is None else self.typed_text.split("\n")

    def _report(self, code: str, message: str, mark: Mark, hint: str | None = None) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(self.problem("too-many-problems", "the problems from here on are not shown", mark))
            raise Refused
        self.problems.append(self.problem(code, message, mark, hint))


class Refused(Exception):
    """Reading stops here; the problem is already reported."""
