"""What the YAML parser can't read, in our words: the place where an editor mends it, one sentence, and what to do."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import yaml

from press.problems import Mark

CUT = "YAML takes what stands behind ' #' for a comment, so it would not be printed"
CUT_HINT = "put the text in quotes; a comment goes on a line of its own"
INDENT_HINT = "line it up with the lines that belong with it"
_NO_DASH = "start it with `- `, or indent it below the item it belongs to"
BULLETS = "•◦▪‣·*–—−"
"""Signs that other programs start an item with."""
_GLUED = re.compile(r"^\s*(?:- +)*([\w-]+):(?=[^\s:/])")
_FIELD = re.compile(r"^\s*(?:- +)*[\w-]+:(?: |$)")
_ITEM = re.compile(r"^\s*-(?: |$)")
_COMMENTED = re.compile(r"(?<=\S)\s+(?=#)")
_CURLY = re.compile(r":\s+[“”„‟«»‘’‚‹›]")

Explained = tuple[Mark, str, str]
"""Place, message and hint."""


@dataclass(frozen=True)
class Fault:
    """An error of the parser, the lines of the file, and the last value that was read before it."""

    error: yaml.MarkedYAMLError
    lines: Sequence[str]
    last: yaml.ScalarEvent | None

    @property
    def said(self) -> str:
        """What the parser says, which differs with and without its C half."""
        return f"{self.error.context or ''}: {self.error.problem or ''}"

    @property
    def at(self) -> Mark:
        """Where the parser gave up."""
        mark = self.error.problem_mark
        if mark is None or mark.line >= len(self.lines):
            return Mark(len(self.lines), 1)
        return Mark(mark.line + 1, mark.column + 1)

    @property
    def opened(self) -> Mark:
        """Where that began which the parser could not finish."""
        mark = self.error.context_mark
        return Mark(mark.line + 1, mark.column + 1) if mark and mark.line < len(self.lines) else self.at

    def line(self, mark: Mark) -> str:
        """The line of a mark."""
        return self.lines[mark.line - 1]

    @property
    def first(self) -> Mark:
        """Where the last value starts, the parser's place where there is none."""
        mark = self.last.start_mark if self.last else None
        return Mark(mark.line + 1, mark.column + 1) if mark else self.at

    @property
    def quoted_before(self) -> str:
        """The quotes of a value that ends on the line where the parser gave up, before that place."""
        mark = self.last.end_mark if self.last else None
        near = mark and mark.line + 1 == self.at.line and mark.column < self.at.column
        return self.last.style or "" if self.last and near else ""


def explained(error: yaml.MarkedYAMLError, lines: Sequence[str], last: yaml.ScalarEvent | None) -> Explained:
    """The place, the message and the hint for an error of the parser. The parser's own words are never shown."""
    fault = Fault(error, lines, last)
    for pattern, explain in _EXPLAIN.items():
        if re.search(pattern, fault.said):
            return explain(fault)
    return fault.at, "this line can't be read as YAML", "check the indentation and the quotes on this line and the one before"


def _second_colon(fault: Fault) -> Explained:
    """`a: b: c`, or a line that the parser took for more of the one before it."""
    first, at = fault.first, fault.at
    if not fault.last or fault.last.style or first.line == at.line:
        if _CURLY.search(fault.line(at)[: at.column]):
            return at, "curly quotes do not hold a text together", 'use straight quotes: "'
        message = "a colon followed by a space makes this look like a second field on the line"
        return at, message, "put text that holds a colon in quotes"
    if found := _GLUED.match(fault.line(first)):
        return _glued(found, first.line)
    if ":" not in fault.line(first):
        return _no_colon(first, fault)
    start = Mark(at.line, len(fault.line(at)) - len(fault.line(at).lstrip()) + 1)
    return start, "this field is indented deeper than the one above it", INDENT_HINT


def _simple_key(fault: Fault) -> Explained:
    """A line that is neither a field nor an item."""
    at = fault.opened
    line = fault.line(at)
    if found := _GLUED.match(line):
        return _glued(found, at.line)
    if found := _COMMENTED.search(line, at.column - 1):
        return Mark(at.line, found.end() + 1), CUT, CUT_HINT
    return _no_colon(at, fault)


def _glued(found: re.Match[str], line: int) -> Explained:
    return Mark(line, found.end() + 1), f"a space is missing after '{found[1][:40]}:'", f"write `{found[1][:40]}: ` and the value"


def _no_colon(at: Mark, fault: Fault) -> Explained:
    """A line without a colon: an item that lacks its dash where the line before or after is one."""
    line = fault.line(at)[at.column - 1 :]
    if line.startswith("-"):
        return at, "a space is missing after the dash", f"write `- {line[1:20].strip()}`"
    around = fault.lines[max(0, at.line - 2) : at.line + 1]
    if any(_ITEM.match(line) for line in around):
        hint = f"start it with `- `, not with {line[:1]}" if line[:1] in tuple(BULLETS) else _NO_DASH
        return at, "this line stands in a list and has no dash", hint
    return at, "a colon after the field name is missing", "write `name: value`; text that goes on is indented below its field"


def _expected_key(fault: Fault) -> Explained:
    """Something stands where a field's name or an item should: after a value that seemed finished, or at a wrong indent."""
    at = fault.at
    line = fault.line(at)
    if fault.quoted_before in ("'", '"'):
        return _early_quote(fault)
    before = line[: at.column - 1].rstrip()
    if before.endswith(("]", "}")):
        return at, "nothing may follow the closing bracket", "put the whole text in quotes"
    if before.lstrip("- ") == "" and line[at.column - 1 : at.column] == ":":
        return at, "a field name is missing before the colon", "write `name: value`"
    if "block collection" in fault.said:
        message = "this line stands in a list and is no item of it"
        return at, message, "start it with `- `, or line it up with the field that it belongs to"
    if _FIELD.match(line) or _ITEM.match(line):
        return at, "the indentation of this line fits nothing above it", INDENT_HINT
    return at, "a field name was expected here", "write `name: value`; text that goes on is indented below its field"


def _early_quote(fault: Fault) -> Explained:
    """Quotes that end before the text does."""
    quote = fault.quoted_before
    if quote == "'":
        hint = "write an apostrophe inside single quotes twice, or put the text in double quotes"
    else:
        hint = 'write \\" for a quote inside double quotes, or put the text in single quotes'
    return fault.at, f"the quotes end before the text does: {quote} closes them just before this place", hint


def _document_start(fault: Fault) -> Explained:
    if fault.quoted_before in ("'", '"'):
        return _early_quote(fault)
    if "..." in (line.rstrip() for line in fault.lines[: fault.at.line]):
        return fault.at, "a second document starts here", "keep one document a file, without `...`"
    return (
        fault.at,
        "this line is indented less than the first line of the file",
        "start every field of the file at the left edge",
    )


def _unclosed(what: str, closed: str) -> Callable[[Fault], Explained]:
    """Brackets that are not closed: blamed where they open, unless the slip is on the same line."""

    def explain(fault: Fault) -> Explained:
        at = fault.at if fault.at.line == fault.opened.line else fault.opened
        rest = fault.line(fault.at)[fault.at.column - 1 :].strip()
        at = fault.opened if not rest else at
        hint = f"close with {closed}; put text that holds commas or brackets in quotes"
        return at, f"{what} not closed, or a comma is missing", hint

    return explain


def _alias(fault: Fault) -> Explained:
    """A star that starts nothing: another sign for a list item, or bold words at the start of a text."""
    at, line = fault.opened, fault.line(fault.opened)
    if line[: at.column - 1].strip() in ("", "-") and line[at.column : at.column + 1] in (" ", ""):
        return at, "a list item starts with a dash, not with a star", "write `- ` instead of `* `"
    return at, f"a value can't start with {line[at.column - 1 : at.column]}", "put the value in quotes"


def _block_header(fault: Fault) -> Explained:
    sign = fault.line(fault.opened)[fault.opened.column - 1 : fault.opened.column]
    hint = f"start the text on the next line, indented; put text that begins with {sign} in quotes"
    return fault.opened, f"text stands behind {sign} on the same line", hint


def _fixed(message: str, hint: str, opened: bool = False) -> Callable[[Fault], Explained]:
    return lambda fault: (fault.opened if opened else fault.at, message, hint)


_EXPLAIN: dict[str, Callable[[Fault], Explained]] = {
    "mapping values are not allowed": _second_colon,
    "mapping keys are not allowed": _fixed("a value can't start with a question mark and a space", "put the value in quotes"),
    "sequence entries are not allowed": _fixed("a list starts on a line of its own", "start it on the next line"),
    "could not find expected ':'": _simple_key,
    "a flow sequence": _unclosed("this list in [brackets] is", "]"),
    "a flow mapping": _unclosed("these {braces} are", "}"),
    "a block (?:collection|mapping)": _expected_key,
    "expected.*<?document start": _document_start,
    "node content": _fixed("a value was expected here", "put text that starts with this sign in quotes"),
    "unexpected (?:end of stream|document)": _fixed("these quotes are never closed", "close them at the end of the text", True),
    "block scalar": _block_header,
    "(?:quoted scalar|escape)": _fixed(
        "a backslash in double quotes starts a code, and this is none", "write \\\\ for a backslash, or use single quotes"
    ),
    "scanning (?:an )?alias|scanning (?:an )?anchor": _alias,
    "directive|incompatible": _fixed("a line can't start with %", "put the text in quotes, behind a field name"),
    "tag": _fixed("a value can't start with !", "put the value in quotes", True),
    "cannot start any token": _fixed("a value can't start with this character", "put the value in quotes"),
}
"""The parser's words, with and without its C half, and ours; the first that fits is taken."""
