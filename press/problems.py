"""What is wrong, where, and what to do about it."""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal


class Fault(Exception):
    """The engine or the machine can't go on; the message is one sentence for the person at the keyboard."""


Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True)
class Mark:
    """A place in a file; line and column count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True)
class Problem:
    """One finding. `excerpt` is the source line it stands on, empty where there is none.

    An error in what documents share holds back those that use it: `holds` are the names under which they record that.
    """

    code: str
    severity: Severity
    message: str
    file: str
    line: int = 1
    column: int = 1
    hint: str | None = None
    excerpt: str = ""
    holds: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, str | int | None]:
        """The shape that `--format json` prints."""
        values = asdict(self)
        del values["excerpt"], values["holds"]
        return values

    def as_text(self) -> str:
        """`file:line:column: severity: message [code]`, the source line with a caret, the hint."""
        lines = [_on_a_line(f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message} [{self.code}]")]
        if self.excerpt:
            shown, caret = _window(self.excerpt, self.column)
            lines += [f"    {shown}", f"    {' ' * caret}^"]
        if self.hint:
            lines.append(_on_a_line(f"    hint: {self.hint}"))
        return "\n".join(lines)


def _on_a_line(text: str) -> str:
    """A text without what could move a terminal's cursor, turn its lines round, or not be written: file names hold such."""
    return _UNSHOWN.sub(lambda found: f"\\u{ord(found.group()):04x}", text)


_UNSHOWN = re.compile("[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _window(line: str, column: int, width: int = 100) -> tuple[str, int]:
    """The stretch of a long line around a column, with "…" where it is cut, and where the caret stands in it."""
    start = max(0, min(column - 1 - width // 2, len(line) - width))
    piece = "".join(char if char.isprintable() else " " for char in line[start : start + width])
    if start > 0:
        piece = "…" + piece[1:]
    if start + width < len(line):
        piece = piece[:-1] + "…"
    return piece, min(column - 1 - start, len(piece))


def counted(number: int, word: str) -> str:
    """A number and its word: `1 error`, `2 errors`, `0 errors`."""
    return f"{number} {word}{'s' * (number != 1)}"


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """By file, line and column; each finding once."""
    return sorted(set(problems), key=lambda p: (p.file, p.line, p.column, p.code, p.message))


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint that names the closest known word."""
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else None
