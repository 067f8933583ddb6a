"""Drawings: nothing from outside, nothing that runs, labels that can be read, and every shape there (criteria.md C15, L01)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from press.model.drawing import SVG, strangers
from press.problems import Mark
from press.proofread.rule import Finding, Place, Shelf, library_rule
from press.proofread.rules.printing import missing_words
from press.read.characters import UNPRINTED, hidden
from press.read.source import LONGEST_EXCERPT

MIN_LABEL_PT = 10.0
SYMBOLS = "symbols"
_OUTSIDE = re.compile(r"^(?!#|symbols\.svg#).+")
_URL = re.compile(r"url\(\s*['\"]?(?!['\"]?#)([^)'\"]*)|@import", re.IGNORECASE)
_SIZE = re.compile(r"font-size:\s*([0-9.]+)")
_SCALE = re.compile(r"scale\(\s*([0-9.]+)")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
NO_NAMESPACE = "svg without xmlns"
_RUNS = ("script", "foreignobject", "iframe", "animate", "set", "handler")


@dataclass
class Seen:
    """What reading one drawing showed: each kind of fault with its place, the shapes it holds and uses."""

    outside: list[tuple[Mark, str]] = field(default_factory=list)
    runs: list[tuple[Mark, str]] = field(default_factory=list)
    small: list[tuple[Mark, float]] = field(default_factory=list)
    broken: list[tuple[Mark, str]] = field(default_factory=list)
    elements: list[tuple[Mark, str]] = field(default_factory=list)
    attributes: list[tuple[Mark, str]] = field(default_factory=list)
    words: list[tuple[Mark, str]] = field(default_factory=list)
    shapes: set[str] = field(default_factory=set)
    uses: list[tuple[Mark, str]] = field(default_factory=list)


class _Reader:
    """Walks a drawing element by element and notes what it sees."""

    def __init__(self, classes: dict[str, float]) -> None:
        self.seen, self.classes = Seen(), classes
        self.parser = expat.ParserCreate("utf-8", "}")
        self.parser.ProcessingInstructionHandler = self.instruction
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.words
        self.parser.StartDoctypeDeclHandler = self.doctype
        self.sizes: list[tuple[float, float]] = [(16.0, 1.0)]

    def read(self, svg: str) -> Seen:
        try:
            self.parser.Parse(svg.encode(), True)
        except expat.ExpatError as error:
            self.seen.broken.append((Mark(error.lineno, error.offset + 1), expat.ErrorString(error.code)))
        except ValueError as error:
            self.seen.broken.append((self.mark, str(error)))
        return self.seen

    @property
    def mark(self) -> Mark:
        return Mark(self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1)

    def doctype(self, *_: object) -> None:
        raise ValueError("a document type stands here")

    def instruction(self, target: str, data: str) -> None:
        """Such as `<?xml-stylesheet?>`. The line `<?xml version="1.0"?>` is none."""
        self.seen.outside.append((self.mark, f"<?{target} {data}"))

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition("}")[2]
        name = local.lower()
        reported = len(self.seen.runs) + len(self.seen.outside)
        size, scale = self.sizes[-1]
        scale *= _drawn_scale(attributes) if name == "svg" else _scale(attributes)
        size = self.size(attributes) or size
        self.sizes.append((size, scale))
        if name in _RUNS or any(key.lower().startswith("on") for key in attributes):
            self.seen.runs.append((self.mark, name if name in _RUNS else "an event"))
        if name == "text" or (name == "tspan" and self.size(attributes)):
            printed = round(size * scale, 1)
            if printed < MIN_LABEL_PT:
                self.seen.small.append((self.mark, printed))
        if key := attributes.get("id"):
            self.seen.shapes.add(key)
        for key, value in attributes.items():
            self.attribute(name, key.rpartition("}")[2].lower(), value.strip())
        if len(self.seen.runs) + len(self.seen.outside) == reported:
            self.strange(tag, attributes)

    def strange(self, tag: str, attributes: dict[str, str]) -> None:
        """Notes what no drawing may have, where nothing worse was found at the element."""
        named = {_full(key): value for key, value in attributes.items()}
        is_root = len(self.sizes) == 2
        if not is_root and self.seen.elements and self.seen.elements[0][1] == NO_NAMESPACE:
            return
        for kind, what in strangers(_full(tag), named, is_root):
            if is_root and tag == "svg":
                what = NO_NAMESPACE
            (self.seen.elements if kind == "element" else self.seen.attributes).append((self.mark, what))

    def attribute(self, name: str, key: str, value: str) -> None:
        if key in ("href", "src") and _OUTSIDE.match(value):
            kind = self.seen.runs if value.lower().startswith("javascript:") else self.seen.outside
            kind.append((self.mark, value))
        elif key == "href" and name == "use":
            self.seen.uses.append((self.mark, value))
        elif found := _URL.search(value):
            self.seen.outside.append((self.mark, found.group(1) or value))

    def words(self, text: str) -> None:
        if text.strip():
            self.seen.words.append((self.mark, text))
        if found := _URL.search(text):
            self.seen.outside.append((self.mark, found.group(1) or found.group()))

    def end(self, tag: str) -> None:
        self.sizes.pop()

    def size(self, attributes: dict[str, str]) -> float:
        """The text size that an element sets by style, class or attribute, 0 where it sets none."""
        if found := _SIZE.search(attributes.get("style", "")):
            return float(found.group(1))
        by_class = [self.classes[name] for name in attributes.get("class", "").split() if name in self.classes]
        number = re.match(r"[0-9.]+", attributes.get("font-size", ""))
        return by_class[-1] if by_class else float(number.group()) if number else 0.0


def _full(name: str) -> str:
    """A name with its namespace as ElementTree writes it."""
    return f"{{{name}" if "}" in name else name


def _scale(attributes: dict[str, str]) -> float:
    scale = 1.0
    for number in _SCALE.findall(attributes.get("transform", "")):
        scale *= float(number)
    return scale


def _drawn_scale(attributes: dict[str, str]) -> float:
    """Points a unit: the drawn width over the width of the view box."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    width = re.fullmatch(r"([0-9.]+)(?:pt)?", attributes.get("width", ""))
    return float(width.group(1)) / float(box[2]) if width and len(box) == 4 and float(box[2]) else 1.0


@lru_cache(maxsize=1024)
def read_drawing(svg: str, styles: str) -> Seen:
    """What is wrong with a drawing, and which shapes it holds and uses."""
    return _Reader(text_sizes(styles)).read(svg)


@lru_cache(maxsize=8)
def text_sizes(styles: str) -> dict[str, float]:
    """The text size that each class sets, in order of the sheet."""
    sizes: dict[str, float] = {}
    for selectors, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", styles, flags=re.DOTALL)):
        if found := _SIZE.search(body):
            sizes |= dict.fromkeys(re.findall(r"\.([\w-]+)\s*(?=,|$)", selectors.strip()), float(found.group(1)))
    return sizes


def _each(shelf: Shelf) -> Iterator[tuple[str, Seen]]:
    for name, svg in shelf.library.drawings.items():
        yield name, read_drawing(svg, shelf.library.drawing_styles)


@lru_cache(maxsize=64)
def _lines(svg: str) -> list[str]:
    return svg.split("\n")


def place_in(shelf: Shelf, name: str, mark: Mark) -> Place:
    """A place in a drawing."""
    lines = _lines(shelf.library.drawings[name])
    folder = next((file.rpartition("/")[0] for file in shelf.files.yaml if file.endswith("/clinic.yaml")), "guides")
    line = lines[mark.line - 1] if mark.line <= len(lines) else ""
    return Place(f"{folder}/figures/{name}.svg", mark, line if len(line) <= LONGEST_EXCERPT else "")


@library_rule("drawing-broken", "C15", fixed=True)
def drawing_broken(shelf: Shelf) -> Iterator[Finding]:
    """Drawings that are no sound SVG, or that use a shape that is not there."""
    shared = read_drawing(shelf.library.drawings.get(SYMBOLS, "<svg/>"), shelf.library.drawing_styles).shapes
    for name, seen in _each(shelf):
        for mark, why in seen.broken:
            yield Finding(
                (), f"this is not sound SVG: {why}", "save it again from the drawing program", place=place_in(shelf, name, mark)
            )
        for mark, target in seen.uses:
            file, _, shape = target.partition("#")
            if shape not in shared and (file or shape not in seen.shapes):
                message = f"there is no shape '{shape}' in {file or 'this drawing'}"
                yield Finding((), message, "name a shape that is there", place=place_in(shelf, name, mark))


@library_rule("drawing-outside", "C15", fixed=True)
def drawing_outside(shelf: Shelf) -> Iterator[Finding]:
    """Drawings that fetch something from outside."""
    for name, seen in _each(shelf):
        for mark, target in seen.outside:
            yield Finding(
                (),
                f"the drawing fetches '{target[:60]}' from outside",
                "put the shape into the drawing",
                place=place_in(shelf, name, mark),
            )


@library_rule("drawing-script", "C15", fixed=True)
def drawing_script(shelf: Shelf) -> Iterator[Finding]:
    """Drawings that run something."""
    for name, seen in _each(shelf):
        for mark, what in seen.runs:
            yield Finding(
                (),
                f"the drawing holds {what[:40]}, which runs",
                "a drawing for print holds shapes and words only",
                place=place_in(shelf, name, mark),
            )


@library_rule("drawing-element", "C15", fixed=True)
def drawing_element(shelf: Shelf) -> Iterator[Finding]:
    """Elements that are no shapes and no words, or no SVG at all."""
    for name, seen in _each(shelf):
        for mark, what in seen.elements:
            hint = f'keep shapes and words alone; the outermost element is <svg xmlns="{SVG}">'
            yield Finding((), f"a drawing can't hold the element '{what[:40]}'", hint, place=place_in(shelf, name, mark))


@library_rule("drawing-attribute", "C15", fixed=True)
def drawing_attribute(shelf: Shelf) -> Iterator[Finding]:
    """Attributes and styles that do more than place and paint a shape."""
    for name, seen in _each(shelf):
        for mark, what in seen.attributes:
            hint = "keep what places and paints a shape; colours and sizes are classes of styles/figures.css"
            yield Finding((), f"a drawing can't hold the attribute '{what[:40]}'", hint, place=place_in(shelf, name, mark))


@library_rule("drawing-letter", "L12", fixed=True)
def drawing_letter(shelf: Shelf) -> Iterator[Finding]:
    """Letters in labels that a typeface of the style sheets has not."""
    letters = shelf.library.letters
    for name, seen in _each(shelf):
        for mark, text in seen.words:
            for letter in letters.missing(text):
                if hidden(letter) or UNPRINTED.match(letter):
                    continue  # which another rule tells of
                message, hint = missing_words(letter, letters)
                found = Mark(mark.line, mark.column + text.index(letter))
                yield Finding((), message, hint, place=place_in(shelf, name, found))


@library_rule("drawing-label", "L01, C15")
def drawing_label(shelf: Shelf) -> Iterator[Finding]:
    """Labels under 10 pt."""
    for name, seen in _each(shelf):
        for mark, size in seen.small:
            message = f"this label prints at {size:g} pt; the least is {MIN_LABEL_PT:g}"
            yield Finding((), message, "set it larger, or draw the picture smaller around it", place=place_in(shelf, name, mark))
