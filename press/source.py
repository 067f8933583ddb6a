"""Strict YAML: text to plain values, with a mark for each value and each key.

Refused, each at its place: duplicate keys, aliases and anchors, tags, tabs, the words that YAML reads as true or false
without saying so, broken encodings, hidden characters, and files too large or too deep to be content.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from press.model import Loc
from press.problems import Mark, Problem

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRAPS = re.compile(r"^(?:y|n|yes|no|on|off|true|false)$", re.IGNORECASE)
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"^[-+]?[0-9]+\.[0-9]+$")
_HIDDEN = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass
class Source:
    """One YAML file as read: its values, where each stands, and what was wrong with it."""

    file: str
    text: str = ""
    values: Any = None
    marks: dict[Loc, Mark] = field(default_factory=dict)
    keys: dict[Loc, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def mark(self, loc: Loc) -> Mark:
        """The place of a value, or of the nearest value around it."""
        while loc and loc not in self.marks:
            loc = loc[:-1]
        return self.marks.get(loc, Mark())

    def problem(self, code: str, message: str, mark: Mark, hint: str | None = None, **more: Any) -> Problem:
        """A problem of this file at a mark, with the line it stands on."""
        lines = self.text.splitlines()
        excerpt = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
        severity = more.get("severity", "error")
        return Problem(code, severity, message, self.file, mark.line, mark.column, hint, excerpt)

    def _report(self, code: str, message: str, mark: Mark, hint: str | None = None) -> None:
        self.problems.append(self.problem(code, message, mark, hint))


def read_yaml(data: bytes, file: str) -> Source:
    """The values of a YAML file; `values` is None where it can't be read at all. Never raises for bad content."""
    source = Source(file)
    if len(data) > MAX_BYTES:
        source._report("too-large", f"the file holds more than {MAX_BYTES:,} bytes", Mark(), "split it into smaller ones")
        return source
    try:
        source.text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        source._report("encoding", "this character is not UTF-8", _mark_after(before), "save the file as UTF-8")
        return source
    source.text = source.text.replace("\r\n", "\n").replace("\r", "\n")
    if hidden := _HIDDEN.search(source.text):
        name = f"U+{ord(hidden.group()):04X}"
        mark = _mark_after(source.text[: hidden.start()])
        source._report("hidden-character", f"an invisible character stands here ({name})", mark, "delete it and type the text again")
        return source
    try:
        _build(source, yaml.parse(source.text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        at = error.problem_mark or error.context_mark
        mark = Mark(at.line + 1, at.column + 1) if at else Mark()
        source._report("yaml-syntax", _in_words(error.problem or "this is not YAML"), mark, _syntax_hint(source, mark))
        source.values = None
    except yaml.YAMLError as error:
        source._report("yaml-syntax", f"this is not YAML: {error}".splitlines()[0], Mark())
        source.values = None
    except _Refused:
        source.values = None
    return source


class _Refused(Exception):
    """Reading stops here; the problem is already reported."""


def _mark_after(text: str) -> Mark:
    return Mark(text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1)


def _build(source: Source, events: Iterator[yaml.Event]) -> None:
    """Builds the values of the first and only document out of parser events."""
    roots = 0
    for event in events:
        if isinstance(event, yaml.NodeEvent):
            roots += 1
            if roots > 1:
                source._report("yaml-syntax", "a second document starts here", _mark(event), "keep one document a file, without `---`")
                raise _Refused
            source.values = _value(source, event, events, ())


def _value(source: Source, event: yaml.Event, events: Iterator[yaml.Event], loc: Loc) -> Any:
    """The value that starts with this event."""
    mark = _mark(event)
    source.marks[loc] = mark
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        source._report("alias", "anchors and aliases are not used here", mark, "write the value out where it is needed")
        raise _Refused
    if len(loc) > MAX_DEPTH:
        source._report("too-deep", f"values are nested more than {MAX_DEPTH} deep", mark)
        raise _Refused
    if getattr(event, "tag", None) not in (None, "!") and not isinstance(event, yaml.AliasEvent):
        source._report("tag", f"the tag {event.tag} is not used here", mark, "delete it; quote the value if it is text")
        raise _Refused
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
        if key in values:
            first = source.keys[(*loc, key)]
            source._report("duplicate-key", f"'{key}' stands here a second time", mark, f"the first is on line {first.line}; keep one")
            _value(Source(source.file, source.text), next(events), events, (*loc, key))
            continue
        source.keys[(*loc, key)] = mark
        values[key] = None
        values[key] = _value(source, next(events), events, (*loc, key))
    return values


def _scalar(source: Source, event: yaml.ScalarEvent, mark: Mark) -> Any:
    text = event.value
    if not (event.implicit[0] and event.style in (None, "")):
        return text
    if text in ("", "~", "null"):
        return None
    if text in ("true", "false"):
        return text == "true"
    if _TRAPS.match(text):
        source._report("ambiguous-value", f"YAML can read '{text}' as true or false", mark, f'write "{text}" in quotes, or true or false')
        return text
    if _INTEGER.match(text) and len(text) < 19:
        return int(text)
    if _DECIMAL.match(text):
        return float(text)
    return text


def _mark(event: yaml.Event) -> Mark:
    return Mark(event.start_mark.line + 1, event.start_mark.column + 1)


def _in_words(problem: str) -> str:
    """The parser's words, where an editor would not know them, in plain ones."""
    if "'\\t'" in problem or "\\t" in problem:
        return "a tab stands here; YAML wants spaces"
    known = {
        "mapping values are not allowed": "a colon followed by a space makes this look like a second field on the line",
        "did not find expected key": "a field name was expected here; is the indentation right?",
        "could not find expected ':'": "a colon after the field name is missing",
        "found unexpected end of stream": "the file ends inside quotes",
        "did not find expected '-' indicator": "a list item was expected here; is the indentation right?",
    }
    return next((words for start, words in known.items() if problem.startswith(start)), problem)


def _syntax_hint(source: Source, mark: Mark) -> str | None:
    lines = source.text.splitlines()
    line = lines[mark.line - 1] if 0 < mark.line <= len(lines) else ""
    if "\t" in line:
        return "replace the tab with spaces"
    if line.count(": ") > 1 or re.search(r": [^\"'].*: ", line):
        return "put text that holds a colon in quotes"
    return "check the indentation and the quotes on this line and the one before"
