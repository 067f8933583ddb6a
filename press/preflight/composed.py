"""The words of a composed page, as its HTML has them: what the finished PDF must say, letter by letter."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.etree import ElementTree

_XHTML = ' xmlns="http://www.w3.org/1999/xhtml"'
_SVG = "{http://www.w3.org/2000/svg}"
_UNSEEN = {"head", "style", "script"}
_UNNUMBERED = "timeline"
"""A list whose stages say in words when they are: it goes without numbers."""
_PAGED = "contents"
"""A list whose links print the page that they lead to."""
_NOT_A_LETTER = re.compile(r"[\s\x00\x01\x03-\x1f\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+")
_HYPHENS = str.maketrans({"\x02": "-", "\u2010": "-", "\ufffe": "-"})
"""The hyphen proper, and what the reader of the PDF gives for a hyphen at the end of a line."""

BULLETS = "•◦▪‣–"
"""What a list item may be marked with."""


class Mark(NamedTuple):
    """What the styles print before a letter: a list item's `number` or `bullet`, or the `page` of an anchor."""

    kind: str
    value: str


class Room(NamedTuple):
    """Room for a pen: a `line` or a `field` after the letters up to this offset, a `tick` or a `row` beside the letter there."""

    kind: str
    offset: int


class Picture(NamedTuple):
    """A drawing: its alternative text, and the letters of its labels."""

    alt: str
    labels: str


@dataclass
class Wording:
    """The letters of a page in reading order, without white space; and what stands at which of them."""

    letters: str = ""
    text: str = ""
    marks: dict[int, list[Mark]] = field(default_factory=dict)
    anchors: dict[str, int] = field(default_factory=dict)
    pictures: list[Picture] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)

    @classmethod
    def of(cls, html: str) -> "Wording":
        """Reads a composed page; ValueError where it is not well-formed."""
        try:
            root = ElementTree.fromstring(html.replace(_XHTML, "", 1))
        except ElementTree.ParseError as error:
            raise ValueError(f"the composed page is not well-formed: {error}") from error
        reader = _Reader(cls())
        reader.take(root)
        wording = reader.wording
        wording.letters, wording.text = "".join(reader.letters), "".join(reader.texts)
        return wording

    def words(self, offset: int, until: int | None = None) -> str:
        """The words from a letter on, up to another, for messages: whole ones, and only the first of many."""
        at = _at(self.text, offset)
        start = max(self.text.rfind(space, 0, at) for space in " \n") + 1
        return shortened(self.text[start : _at(self.text, until) if until else None])


def _at(text: str, offset: int) -> int:
    """Where in a text the letter of this number stands."""
    for position, character in enumerate(text):
        if letters(character):
            if offset <= 0:
                return position
            offset -= 1
    return len(text)


def letters(text: str) -> str:
    """A text without white space and what is never seen, one character for what looks the same."""
    if text.isascii() and "\x02" not in text:
        return "".join(text.split())
    return _NOT_A_LETTER.sub("", unicodedata.normalize("NFC", text)).translate(_HYPHENS)


def shortened(text: str, most: int = 8) -> str:
    """The first words of a text, and a mark where there are more."""
    words = text.replace("\u2060", "").replace("\u00ad", "").split()
    return " ".join(words[:most]) + (" …" if len(words) > most else "")


class _Reader:
    """Walks through the elements of a page."""

    def __init__(self, wording: Wording) -> None:
        self.wording, self.count = wording, 0
        self.letters: list[str] = []
        self.texts: list[str] = []

    def add(self, text: str | None) -> None:
        """The next words of the page."""
        if text:
            found = letters(text)
            self.count += len(found)
            self.letters.append(found)
            self.texts.append(text)

    def take(self, element: ElementTree.Element, kinds: str = "") -> None:
        """An element with all that stands in it; `kinds` are the classes of those it stands in."""
        tag = element.tag
        if tag in _UNSEEN:
            return
        if tag == _SVG + "svg":
            self.wording.pictures.append(_picture(element))
            return
        own = element.get("class", "")
        kinds = f"{kinds} {own}"
        self.note(element, tag, own.split(), kinds.split())
        self.add(element.text)
        number = int(element.get("start", "1")) if tag == "ol" and _UNNUMBERED not in kinds.split() else 0
        for child in element:
            if child.tag == "li":
                self.mark(Mark("number", str(number)) if number else Mark("bullet", ""))
                number += bool(number)
            self.take(child, kinds)
            self.add(child.tail)
        if "to-write" in own.split():
            self.wording.rooms.append(Room("field", self.count))
        if tag not in _INLINE:
            self.texts.append(" ")

    def note(self, element: ElementTree.Element, tag: str, own: list[str], kinds: list[str]) -> None:
        """What an element asks for beside its words."""
        if name := element.get("id"):
            self.wording.anchors[name] = self.count
        if tag == "a" and _PAGED in kinds and (target := element.get("href", "")).startswith("#"):
            self.mark(Mark("page", target[1:]))
        if "write" in own:
            self.wording.rooms.append(Room("line", self.count))
        elif tag == "li" and "checklist" in kinds:
            self.wording.rooms.append(Room("tick", self.count))
        elif tag == "th" and "diary" in kinds and element.get("scope") == "row":
            self.wording.rooms.append(Room("row", self.count))

    def mark(self, mark: Mark) -> None:
        self.wording.marks.setdefault(self.count, []).append(mark)


_INLINE = {"a", "span", "strong", "em", "b", "i", "sub", "sup", "abbr"}


def _picture(svg: ElementTree.Element) -> Picture:
    """A drawing's alternative text and labels; shapes that are used where they are not defined bring their words along."""
    shapes = {element.get("id", ""): element for element in svg.iter() if element.get("id")}

    def said(element: ElementTree.Element) -> Iterator[str]:
        for child in element:
            if child.tag == _SVG + "text":
                yield "".join(child.itertext())
            elif child.tag == _SVG + "use":
                shape = shapes.get(child.get("href", "")[1:])
                yield from said(shape) if shape is not None else ()
            elif child.tag not in (_SVG + "defs", _SVG + "title", _SVG + "style"):
                yield from said(child)

    title = svg.find(_SVG + "title")
    return Picture((title.text or "") if title is not None else "", letters(" ".join(said(svg))))
