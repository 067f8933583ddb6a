"""Strict YAML: text to plain values, with a mark for each value and each key.

Refused, each at its place: duplicate keys, aliases and anchors, tags, tabs, the words that YAML reads as true or false
without saying so, broken encodings, hidden characters, and files too large or too deep to be content.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from press.model import Loc
from press.problems import Mark, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_PROBLEMS = 100
"""A file with more problems than this has one cause; the others are not looked for."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRAPS = re.compile(r"^(?:y|n|yes|no|on|off|true|false)$", re.IGNORECASE)
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"^[-+]?[0-9]+\.[0-9]+$")
_HIDDEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
"""Control characters, and those that hide words from a reader or from the proofreader, or turn their direction."""


@dataclass
class Source:
    """One YAML file as read: its values, where each stands, and what was wrong with it."""

    file: str
    text: str = ""
    values: Any = None
    marks: dict[Loc, Mark] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

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
        excerpt = self.lines[mark.line - 1] if 0 < mark.line <= len(self.lines) else ""
        severity = more.get("severity", "error")
        return Problem(code, severity, message, self.file, mark.line, mark.column, hint, excerpt)

    def _report(self, code: str, message: str, mark: Mark, hint: str | None = None) -> None:
        if len(self.problems) == MAX_PROBLEMS:
            self.problems.append(self.problem("too-many-problems", "the problems from here on are not shown", mark))
            raise _Refused
        self.problems.append(self.problem(code, message, mark, hint))


def read_yaml(data: bytes, file: str) -> Source:
    """The values of a YAML file; `values` is None where it can't be read at all. Never raises for bad content."""
    source = Source(file)
    try:
        _read(source, data)
    except _Refused:
        source.values = None
    return source


class _Refused(Exception):
    """Reading stops here; the problem is already reported."""


def _read(source: Source, data: bytes) -> None:
    if len(data) > MAX_BYTES:
        source._report("too-large", f"the file holds more than {MAX_BYTES:,} bytes", Mark(), "split it into smaller ones")
        raise _Refused
    _decode(source, data)
    _look_through(source)
    try:
        _build(source, yaml.parse(source.text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = _mark_of(error, source)
        words = _in_words(error)
        source._report("yaml-syntax", words, mark, _syntax_hint(words, source.lines[mark.line - 1]))
        raise _Refused from error


def _decode(source: Source, data: bytes) -> None:
    """The text of the file, its lines ended in one way."""
    try:
        source.text = _one_line_end(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        source.text = _one_line_end(data.decode("utf-8-sig", "replace"))
        before = _one_line_end(error.object[: error.start].decode("utf-8"))
        source._report("encoding", "this character is not UTF-8", _mark_after(before), "save the file as UTF-8")
        raise _Refused from error


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mark_after(text: str) -> Mark:
    return Mark(text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1)


def _look_through(source: Source) -> None:
    """Refuses hidden characters and tabs; the first of each line is reported."""
    if not (_HIDDEN.search(source.text) or "\t" in source.text):
        return
    for number, line in enumerate(source.lines, start=1):
        if hidden := _HIDDEN.search(line):
            source._report(*_hidden(hidden), Mark(number, hidden.start() + 1), "delete it and type the text again")
        if (tab := line.find("\t")) >= 0:
            source._report("tab", "a tab stands here; YAML wants spaces", Mark(number, tab + 1), "replace the tab with spaces")
    raise _Refused


def _hidden(found: re.Match[str]) -> tuple[str, str]:
    return "hidden-character", f"an invisible character stands here (U+{ord(found.group()):04X})"


def _build(source: Source, events: Iterator[yaml.Event]) -> None:
    """Builds the values of the first and only document out of parser events."""
    roots = 0
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            roots += 1
            if roots > 1:
                hint = "keep one document a file, without `---`"
                source._report("yaml-syntax", "a second document starts here", _mark(event), hint)
                raise _Refused
            source.values = _value(source, event, events, ())


def _value(source: Source, event: yaml.Event, events: Iterator[yaml.Event], loc: Loc) -> Any:
    """The value that starts with this event."""
    mark = _mark(event)
    source.marks[loc] = mark
    if len(loc) > MAX_DEPTH:
        source._report("too-deep", f"values are nested more than {MAX_DEPTH} deep", mark)
        raise _Refused
    tag = getattr(event, "tag", None)
    if getattr(event, "anchor", None):
        source._report("alias", "anchors and aliases are not used here", mark, "write the value out where it is needed")
    elif tag not in (None, "!"):
        source._report("tag", f"the tag {tag} is not used here", mark, "delete it; quote the value if it is text")
    if isinstance(event, yaml.AliasEvent):
        return None
    if isinstance(event, yaml.ScalarEvent):
        return _scalar(source, event, mark)
    if isinstance(event, yaml.SequenceStartEvent):
        items: list[Any] = []
        while not isinstance(child := next(events), yaml.SequenceEndEvent):
            items.append(_value(source, child, events, (*loc, len(items))))
        return items
    return _mapping(source, events, loc)


def _mapping(source: Source, events: Iterator[yaml.Event], loc: Loc) -> dict[str, Any]:
    values: dict[str, Any] = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        mark = _mark(event)
        if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag not in (None, "!"):
            source._report("yaml-syntax", "a field name must be plain text", mark)
            raise _Refused
        key = event.value
        _refuse_hidden(source, key, mark)
        if key in values:
            hint = f"the first is on line {source.keys[(*loc, key)].line}; keep one"
            source._report("duplicate-key", f"'{key}' stands here a second time", mark, hint)
            _value(Source(source.file, source.text), next(events), events, (*loc, key))
            continue
        source.keys[(*loc, key)] = mark
        values[key] = None
        values[key] = _value(source, next(events), events, (*loc, key))
    return values


def _refuse_hidden(source: Source, text: str, mark: Mark) -> None:
    """Double quotes can spell out what may not be typed."""
    if hidden := _HIDDEN.search(text):
        source._report(*_hidden(hidden), mark, "delete its \\-code from the text")
        raise _Refused


def _scalar(source: Source, event: yaml.ScalarEvent, mark: Mark) -> Any:
    text = event.value
    if not (event.implicit[0] and event.style in (None, "")):
        _refuse_hidden(source, text, mark)
        return text if event.style == "|" else _paragraphs(text)
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _TRAPS.match(text):
        hint = f'write "{text}" in quotes, or true or false'
        source._report("ambiguous-value", f"YAML can read '{text}' as true or false", mark, hint)
        return text
    if _INTEGER.match(text) and len(text) < 19:
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return _paragraphs(text)


def _paragraphs(text: str) -> str:
    """Where lines are folded, a line end that is left stands for an empty line: the next paragraph."""
    return re.sub(r"\n+(?=.)", "\n\n", text)


def _mark(event: yaml.Event) -> Mark:
    at = event.start_mark
    return Mark(at.line + 1, at.column + 1) if at else Mark()


def _mark_of(error: yaml.MarkedYAMLError, source: Source) -> Mark:
    """Where an editor finds a syntax error: what was opened and never closed, rather than the end of the file."""
    at, opened = error.problem_mark, error.context_mark
    at_the_end = at is None or at.index >= len(source.text.rstrip())
    if opened and (at_the_end or error.context == "while scanning a simple key"):
        at = opened
    if at is None or at.line >= len(source.lines):
        return Mark(len(source.lines), 1)
    return Mark(at.line + 1, at.column + 1)


_WORDS = {
    "mapping values are not allowed": "a colon followed by a space makes this look like a second field on the line",
    "sequence entries are not allowed": "a list starts on a line of its own",
    "a block collection.*expected": "a list item was expected here; is the indentation right?",
    "a block mapping.*expected": "a field name was expected here; is the indentation right?",
    "a flow sequence.*expected": "this list in [brackets] is not closed, or lacks a comma",
    "a flow mapping.*expected": "these {braces} are not closed, or lack a comma",
    "expected.*<?document start": "nothing may follow here",
    "expected.*node content": "a value was expected here",
    "could not find expected ':'": "a colon after the field name is missing",
    "a quoted scalar.*unexpected|quoted scalar.*end of stream": "these quotes are never closed",
    "cannot start any token": "a value can't start with this character",
    "escape": "a backslash in double quotes starts a code, and this is none",
    "directive|incompatible": "a line can't start with %",
    "alphabetic or numeric": "a value can't start with this character",
}
"""The parser's words, with and without its C half, and plain ones."""


def _in_words(error: yaml.MarkedYAMLError) -> str:
    said = f"{error.context or ''}: {error.problem or 'this is not YAML'}"
    return next((words for pattern, words in _WORDS.items() if re.search(pattern, said)), error.problem or said)


def _syntax_hint(words: str, line: str) -> str:
    if "this character" in words:
        return "put the value in quotes"
    if "of its own" in words:
        return "start it on the next line"
    if re.search(r": [^\"'].*: ", line):
        return "put text that holds a colon in quotes"
    return "check the indentation and the quotes on this line and the one before"
