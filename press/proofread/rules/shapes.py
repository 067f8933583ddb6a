"""Drawings, weighed: how much one draws once every use of a shape is drawn out, and the letters in its words (criteria.md C15).

A few lines of SVG can use a shape that uses a shape ten times over, and so on: unweighed, one drawing would fill any memory.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from press.problems import Mark
from press.proofread.rule import Finding, Shelf, library_rule
from press.proofread.rules.drawings import SYMBOLS, place_in
from press.read.characters import UNPRINTED, hidden, said_of

MOST_SHAPES = 20_000
"""The richest of the clinic's drawings has fewer than 100."""
MOST_NESTED = 50
"""So deep may elements stand in each other, and shapes use each other: the PDF engine walks them by recursion."""
_URL = re.compile(r"url\(\s{0,9}['\"]?([^'\")]{0,200}#[^'\")]{1,200})")


class _Refused(Exception):
    """Weighing ends here: the mark and what is wrong."""

    def __init__(self, mark: Mark, message: str) -> None:
        super().__init__(message)
        self.mark, self.message = mark, message


@dataclass
class Shapes:
    """The elements of a drawing: where those with an id begin and end, counted in elements, and which uses stand where."""

    count: int = 0
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    uses: list[tuple[int, str, Mark]] = field(default_factory=list)
    letters: list[tuple[Mark, str]] = field(default_factory=list)
    too_deep: Mark | None = None

    def inside(self, start: int, end: int) -> list[tuple[int, str, Mark]]:
        """The uses between two elements."""
        return self.uses[
            bisect_left(self.uses, start, key=lambda use: use[0]) : bisect_left(self.uses, end, key=lambda use: use[0])
        ]


class _Reader:
    """Walks a drawing element by element and counts; a broken one as far as it goes, as `drawing-broken` tells."""

    def __init__(self) -> None:
        self.shapes = Shapes()
        self.open: list[tuple[str, int]] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.StartDoctypeDeclHandler = self.doctype

    def read(self, svg: str) -> Shapes:
        try:
            self.parser.Parse(svg.encode(), True)
        except (expat.ExpatError, ValueError):
            while self.open:
                self.end("")
        return self.shapes

    @property
    def mark(self) -> Mark:
        return Mark(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def doctype(self, *_: object) -> None:
        raise ValueError("a document type stands here")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        for key, value in attributes.items():
            self.words(value)
            if key.rpartition(":")[2] == "href" and "#" in value:
                self.shapes.uses.append((self.shapes.count, value.strip(), self.mark))
            self.shapes.uses += [(self.shapes.count, target, self.mark) for target in _URL.findall(value)]
        self.open.append((attributes.get("id", ""), self.shapes.count))
        self.shapes.count += 1
        if len(self.open) > MOST_NESTED and not self.shapes.too_deep:
            self.shapes.too_deep = self.mark

    def end(self, tag: str) -> None:
        name, start = self.open.pop()
        if name:
            self.shapes.spans.setdefault(name, (start, self.shapes.count))

    def words(self, text: str) -> None:
        if not text.isascii() and (found := hidden(text) or UNPRINTED.search(text)):
            self.shapes.letters.append((self.mark, found.group()))


class _Scale:
    """Weighs a drawing together with the shared shapes that it uses; each shape once."""

    def __init__(self, drawing: Shapes, shared: Shapes) -> None:
        self.drawing, self.shared = drawing, shared
        self.known: dict[tuple[bool, str], int] = {}
        self.weighing: list[tuple[bool, str]] = []

    def whole(self) -> int:
        """How many elements are drawn. Raises _Refused where shapes use themselves or each other too deeply."""
        if self.drawing.too_deep:
            raise _Refused(self.drawing.too_deep, f"its elements are nested more than {MOST_NESTED} deep")
        return self.drawing.count + sum(self.use(False, *use[1:]) for use in self.drawing.uses)

    def use(self, in_shared: bool, target: str, mark: Mark) -> int:
        """How many elements one use draws."""
        file, _, name = target.partition("#")
        in_shared = in_shared or bool(file) or name not in self.drawing.spans
        shapes = self.shared if in_shared else self.drawing
        key = (in_shared, name)
        if name not in shapes.spans:
            return 0
        if key in self.weighing:
            raise _Refused(mark, f"the shape '{name[:40]}' uses itself")
        if len(self.weighing) >= MOST_NESTED:
            raise _Refused(mark, f"its shapes use each other more than {MOST_NESTED} deep")
        if key not in self.known:
            start, end = shapes.spans[name]
            self.weighing.append(key)
            self.known[key] = end - start + sum(self.use(in_shared, *use[1:]) for use in shapes.inside(start, end))
            self.weighing.pop()
        return self.known[key]


@lru_cache(maxsize=1024)
def shapes_of(svg: str) -> Shapes:
    """The elements of a drawing."""
    return _Reader().read(svg)


def too_much(svg: str, symbols: str) -> tuple[Mark, str] | None:
    """Where a drawing draws more than can be printed, and what of it; None where it does not."""
    shapes = shapes_of(svg)
    scale = _Scale(shapes, shapes_of(symbols))
    try:
        drawn = scale.whole()
    except _Refused as refused:
        return refused.mark, refused.message
    if drawn <= MOST_SHAPES:
        return None
    heaviest = max(shapes.uses, key=lambda use: scale.use(False, *use[1:]), default=None)
    mark = heaviest[2] if heaviest and shapes.count <= MOST_SHAPES else Mark()
    number = f"{drawn:,}" if drawn < 10**12 else "endlessly many"
    return mark, f"the drawing draws {number} shapes, each use counted; the most is {MOST_SHAPES:,}"


@library_rule("drawing-size", "C15", fixed=True)
def drawing_size(shelf: Shelf) -> Iterator[Finding]:
    """Drawings that draw more than a page can take, however few lines they have."""
    drawings = shelf.library.drawings
    for name, svg in drawings.items():
        if found := too_much(svg, drawings.get(SYMBOLS, "<svg/>")):
            yield Finding((), found[1], "draw it with fewer shapes", place=place_in(shelf, name, found[0]))


@library_rule("drawing-character", "C15", fixed=True)
def drawing_character(shelf: Shelf) -> Iterator[Finding]:
    """Letters in drawings that nobody sees, or that no font of the house prints."""
    for name, svg in shelf.library.drawings.items():
        for mark, letter in shapes_of(svg).letters:
            _, message, hint = said_of(letter)
            yield Finding((), message, hint, place=place_in(shelf, name, mark))
