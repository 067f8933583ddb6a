"""Strict YAML: text to plain values, with a mark for each value and each key.

Refused, each at its place: duplicate keys, aliases and anchors, tags, tabs, the words that YAML reads as true or false
without saying so, broken encodings, letters that nobody sees or prints, text that a comment cuts off, list items that
YAML reads as more of the text above, and files too large or too deep to be content.

Letters that are typed as a base letter and a mark are read as one letter (Unicode, normalization form C).
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

import yaml

from press.model.base import Loc
from press.problems import Mark
from press.read.characters import BLANKS, MOST_MARKS, UNPRINTED, hidden, said_of, too_many_marks
from press.read.source import Refused, Source
from press.read.syntax import CUT, CUT_HINT, explained

MAX_BYTES = 1_000_000
MAX_DEPTH = 30
MAX_VALUES = 100_000

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TRAPS = re.compile(r"^(?:y|n|yes|no|on|off|true|false)$", re.IGNORECASE)
_INTEGER = re.compile(r"^[-+]?(?:0|[1-9][0-9]*)$")
_DECIMAL = re.compile(r"^[-+]?[0-9]+\.[0-9]+$")
_COMMENT = re.compile(r" +#")
_NUMBER_SIGN = re.compile(r"(?<= )#")
_BEHIND_A_COMMENTS_SIGN = ("", " ", "#", "-", "=")
_ADDRESS = re.compile(r"^[a-z]+://")
_ITEM_INSIDE = re.compile(r"\s*([-*•])(?: |$)")
_FIELD_OR_ITEM = re.compile(r"\s*(?:-(?: |$)|[\w-]+:(?: |$))")
_ODD_SPACE = re.compile(rf"^(?: *(?:- +)*-| *(?:- +)*[a-z_]+:)?[ ]*({BLANKS.pattern})")


def read_yaml(data: bytes, file: str) -> Source:
    """The values of a YAML file; `values` is None where it can't be read at all. Never raises for bad content."""
    source = Source(file)
    try:
        _read(source, data)
    except Refused:
        source.values = None
    return source


def _read(source: Source, data: bytes) -> None:
    if len(data) > MAX_BYTES:
        source._report("too-large", f"the file holds more than {MAX_BYTES:,} bytes", Mark(), "split it into smaller ones")
        raise Refused
    _decode(source, data)
    _look_through(source)
    reader = _Reader(source)
    try:
        reader.build(yaml.parse(source.text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        if not reader.cut:
            mark, message, hint = explained(error, source.lines, reader.last)
            source._report("cut-by-comment" if message == CUT else "yaml-syntax", message, mark, hint)
        raise Refused from error


def _decode(source: Source, data: bytes) -> None:
    """The text of the file, its lines ended in one way."""
    try:
        source.text = typed = _one_line_end(data.decode("utf-8-sig"))
        if (place := too_many_marks(typed)) is not None:
            source._report(*_MARKS[:2], _mark_after(typed[:place]), _MARKS[2])
            raise Refused
        source.text = unicodedata.normalize("NFC", typed)
        if source.text != typed:
            source.typed_text = typed
    except UnicodeDecodeError as error:
        source.text = _one_line_end(data.decode("utf-8-sig", "replace"))
        before = _one_line_end(error.object[: error.start].decode("utf-8"))
        source._report("encoding", "this character is not UTF-8", _mark_after(before), "save the file as UTF-8")
        raise Refused from error


_MARKS = ("hidden-character", f"more than {MOST_MARKS} marks stand on one letter", "delete them and type the text again")


def _one_line_end(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _mark_after(text: str) -> Mark:
    return Mark(text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1)


def _look_through(source: Source) -> None:
    """Refuses hidden characters, tabs, and odd spaces where YAML wants plain ones; the first of each line is reported."""
    if not (hidden(source.text) or "\t" in source.text or BLANKS.search(source.text)):
        return
    for number, line in enumerate(source.lines, start=1):
        if found := hidden(line):
            code, message, hint = said_of(found.group(), line[: found.start()])
            source._report(code, message, Mark(number, found.start() + 1), hint)
        if (tab := line.find("\t")) >= 0:
            source._report("tab", "a tab stands here; YAML wants spaces", Mark(number, tab + 1), "replace the tab with spaces")
        if odd := _ODD_SPACE.match(line):
            message = f"a space stands here that YAML does not take for one (U+{ord(odd[1]):04X})"
            source._report("hidden-character", message, Mark(number, odd.start(1) + 1), "replace it with an ordinary space")
    if source.problems:
        raise Refused


class _Reader:
    """Builds the values of the first and only document out of parser events."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.last: yaml.ScalarEvent | None = None
        """The value or field name read last: what a slip in it spoils is found only after it."""
        self.cut = False
        """Whether a comment cut it off."""
        self.scalars: list[tuple[Mark, Mark]] = []
        """Where each value and field name starts and ends: a number sign inside one starts no comment."""

    def build(self, events: Iterator[yaml.Event]) -> None:
        """The values and their marks."""
        roots = 0
        for event in events:
            if isinstance(event, yaml.NodeEvent):
                roots += 1
                if roots > 1:
                    self.refuse("a second document starts here", _mark(event), "keep one document a file, without `---`")
                self.source.values = self.value(event, events, ())
        self.refuse_number_signs()

    def refuse(self, message: str, mark: Mark, hint: str) -> None:
        """Reports what the parser takes and this house does not, and ends reading."""
        self.source._report("yaml-syntax", message, mark, hint)
        raise Refused

    def value(self, event: yaml.Event, events: Iterator[yaml.Event], loc: Loc) -> Any:
        """The value that starts with this event."""
        mark = _mark(event)
        self.source.marks[loc] = mark
        if len(loc) > MAX_DEPTH:
            self.source._report("too-deep", f"values are nested more than {MAX_DEPTH} deep", mark, "write them flat")
            raise Refused
        if len(self.source.marks) > MAX_VALUES:
            self.source._report(
                "too-large", f"the file holds more than {MAX_VALUES:,} values", mark, "split it into smaller ones"
            )
            raise Refused
        before = len(self.source.problems)
        self.refuse_extras(event, mark)
        if isinstance(event, yaml.AliasEvent):
            return None
        if isinstance(event, yaml.ScalarEvent):
            scalar = self.scalar(event, mark, loc)
            if len(self.source.problems) > before:
                self.source.spoiled.add(mark)
            return scalar
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(child := next(events), yaml.SequenceEndEvent):
                items.append(self.value(child, events, (*loc, len(items))))
            return items
        return self.mapping(events, loc)

    def refuse_extras(self, event: yaml.Event, mark: Mark) -> None:
        """Anchors, aliases and tags."""
        tag = getattr(event, "tag", None)
        if getattr(event, "anchor", None):
            self.source._report("alias", "anchors and aliases are not used here", mark, self.extra_hint(event, mark))
        elif tag not in (None, "!"):
            self.source._report("tag", f"the tag {tag} is not used here", mark, "delete it; quote the value if it is text")

    def extra_hint(self, event: yaml.Event, mark: Mark) -> str:
        """`*word` may be emphasis at the start of a text."""
        rest = self.source.lines[mark.line - 1][mark.column :]
        starred = isinstance(event, yaml.AliasEvent) and ("*" in rest or " " in rest.strip())
        return "put text that starts with a star in quotes" if starred else "write the value out where it is needed"

    def mapping(self, events: Iterator[yaml.Event], loc: Loc) -> dict[str, Any]:
        """Fields by name."""
        values: dict[str, Any] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            mark = _mark(event)
            key = self.key(event, mark)
            if key in values:
                hint = f"the first is on line {self.source.keys[(*loc, key)].line}; keep one"
                self.source._report("duplicate-key", f"'{key}' stands here a second time", mark, hint)
                self.skip(events, (*loc, key))
                continue
            self.source.keys[(*loc, key)] = mark
            values[key] = None
            values[key] = self.value(next(events), events, (*loc, key))
        return values

    def skip(self, events: Iterator[yaml.Event], loc: Loc) -> None:
        """Passes over a value."""
        other = _Reader(Source(self.source.file, self.source.text))
        other.scalars = self.scalars
        other.value(next(events), events, loc)

    def meet(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        """Notes a value or field name; the text of a block starts on the line below its sign."""
        self.last, self.cut = event, False
        self.scalars.append((Mark(mark.line + 1, 1) if event.style in ("|", ">") else mark, _end(event)))

    def key(self, event: yaml.Event, mark: Mark) -> str:
        """A field's name."""
        lines = self.source.lines
        if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag not in (None, "!"):
            self.refuse("a field name must be plain text", mark, "write `name: value`")
        assert isinstance(event, yaml.ScalarEvent)
        before = lines[mark.line - 1][: mark.column - 1].strip() or (lines[mark.line - 2] if mark.line > 1 else "").strip()
        if before.endswith("?") and before.strip("?-{[, ") == "":
            self.refuse("a question mark and a space can't start a field", mark, "write `name: value`, or put the text in quotes")
        if not event.value and event.style in (None, ""):
            self.refuse("a field name is missing before the colon", mark, "write `name: value`")
        self.meet(event, mark)
        return self.clean(event, mark)

    def scalar(self, event: yaml.ScalarEvent, mark: Mark, loc: Loc) -> Any:
        """A value that is neither a list nor fields."""
        self.meet(event, mark)
        first, last = mark.line + (event.style == ">"), _end(event).line
        if first < last and event.style != "|":
            self.source.folded[loc] = range(first, last + 1)
        text = self.clean(event, mark)
        if not (event.implicit[0] and event.style in (None, "")):
            if event.style in ("'", '"'):
                self.refuse_swallowed(event, mark)
            return text if event.style == "|" else _paragraphs(text)
        self.refuse_cut(event, text, loc)
        if text in ("", "~", "null"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _TRAPS.match(text):
            hint = f'write "{text}" in quotes, or true or false'
            self.source._report("ambiguous-value", f"YAML can read '{text}' as true or false", mark, hint)
            return text
        if _INTEGER.match(text) and len(text) < 19:
            return int(text)
        if _DECIMAL.match(text):
            return float(text)
        self.refuse_items(event, mark)
        return _paragraphs(text)

    def clean(self, event: yaml.ScalarEvent, mark: Mark) -> str:
        """A text in normal form, without letters that may not stand in it. Double quotes can spell out what may not be typed."""
        text: str = event.value
        if event.style == '"' and (found := hidden(text)):
            self.source._report(*said_of(found.group())[:2], mark, "delete its \\-code from the text")
            raise Refused
        if event.style == '"' and "\t" in text:
            self.source._report("tab", "this text holds a tab, spelled \\t", mark, "write spaces instead")
        if text.isascii():
            return text
        if event.style == '"' and too_many_marks(text) is not None:
            self.source._report(*_MARKS[:2], mark, _MARKS[2])
            raise Refused
        if found := UNPRINTED.search(text):
            code, message, hint = said_of(found.group())
            self.source._report(code, message, self.place(event, mark, found.group()), hint)
        if "\u00ad" in text and (_ADDRESS.match(text) or (" " not in text and "/" in text)):
            message = "a soft hyphen stands in an address (U+00AD)"
            self.source._report("hidden-character", message, self.place(event, mark, "\u00ad"), "delete it")
        return unicodedata.normalize("NFC", text)

    def place(self, event: yaml.ScalarEvent, mark: Mark, letter: str) -> Mark:
        """Where a letter stands in a value; the value's own place where it is spelled by a code."""
        for number in range(mark.line, min(_end(event).line, len(self.source.lines)) + 1):
            start = mark.column - 1 if number == mark.line else 0
            if (at := self.source.lines[number - 1].find(letter, start)) >= 0:
                return Mark(number, at + 1)
        return mark

    def refuse_cut(self, event: yaml.ScalarEvent, text: str, loc: Loc) -> None:
        """A comment behind a plain value may be part of its text. Where there is no value, `# ` starts a comment."""
        end = _end(event)
        line = self.source.lines[end.line - 1] if end.line <= len(self.source.lines) else ""
        if not (found := _COMMENT.match(line, end.column - 1)):
            return
        if not text and line[found.end() : found.end() + 1] in _BEHIND_A_COMMENTS_SIGN:
            self.source.emptied.append(loc)
            return
        self.source._report("cut-by-comment", CUT, Mark(end.line, found.end()), CUT_HINT)
        self.cut = True

    def refuse_number_signs(self) -> None:
        """Text with a number sign behind quotes, brackets, a comma or a sign such as `>-`: a comment has a blank there."""
        told = {problem.line for problem in self.source.problems}
        for number, line in enumerate(self.source.lines, start=1):
            if " #" not in line or number in told:
                continue
            signs = (found.start() for found in _NUMBER_SIGN.finditer(line))
            at = next((at for at in signs if not self.is_in_scalar(Mark(number, at + 1))), None)
            if at and line[:at].strip() and line[at + 1 : at + 2] not in _BEHIND_A_COMMENTS_SIGN:
                self.source._report("cut-by-comment", CUT, Mark(number, at + 1), CUT_HINT)

    def is_in_scalar(self, mark: Mark) -> bool:
        """Whether a place stands inside a value or field name."""
        before = bisect_right(self.scalars, (mark.line, mark.column), key=lambda scalar: (scalar[0].line, scalar[0].column))
        end = self.scalars[before - 1][1] if before else Mark()
        return (mark.line, mark.column) < (end.line, end.column)

    def refuse_items(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        """A line that looks like a list item and is more of the text above."""
        for number in range(mark.line + 1, _end(event).line + 1):
            if found := _ITEM_INSIDE.match(self.source.lines[number - 1]):
                message = "this looks like a list item, but YAML reads it as more of the text above"
                hint = "line its dash up with the other items, or put the whole text in quotes"
                self.source._report("yaml-syntax", message, Mark(number, found.start(1) + 1), hint)
                return

    def refuse_swallowed(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        """Quotes that are closed only after the next field or item has begun."""
        lines = self.source.lines
        head = lines[mark.line - 1]
        own = len(head) - len(head.lstrip(" -"))
        for line in lines[mark.line : _end(event).line]:
            if len(line) - len(line.lstrip(" ")) <= own and _FIELD_OR_ITEM.match(line):
                message = "these quotes are not closed on their line, and hold the next field"
                self.refuse(message, mark, "close them at the end of the text")


def _paragraphs(text: str) -> str:
    """Where lines are folded, a line end that is left stands for an empty line: the next paragraph."""
    body = text.rstrip("\n")
    return re.sub(r"\n+", "\n\n", body) + text[len(body) :]


def _mark(event: yaml.Event) -> Mark:
    at = event.start_mark
    return Mark(at.line + 1, at.column + 1) if at else Mark()


def _end(event: yaml.Event) -> Mark:
    at = event.end_mark
    return Mark(at.line + 1, at.column + 1) if at else Mark()
