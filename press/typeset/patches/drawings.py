"""Drawings: what shapes alone wrote on a page is written again, without another look at them.

Kept are the words, never the drawing: the engine changes a drawing while it draws it. And only those of drawings that consist of
shapes, so that nothing outside them has a say: no text, no styles, no references, no pictures.

Without this patch a handout takes 37 ms more (of 310 ms without any; see the registry).
"""

import re
from typing import Any

import pydyf

from press.typeset.patches.registry import engine, instead_of
from press.typeset.patches.remarks import heard

DRAWINGS_KEPT = 200
"""Those used last, some 10 KB each."""

STYLES_KEPT = 4
"""Texts of styles: all drawings of a library have the same."""

_draw = engine("weasyprint.svg:SVG", "draw")
_parse_stylesheets = engine("weasyprint.svg.css", "parse_stylesheets")
_path = engine("weasyprint.svg.path", "path")
_SVG = "{http://www.w3.org/2000/svg}"
_SHAPES = {
    f"{_SVG}{name}" for name in ("svg", "g", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "title", "desc")
}
_CONTOURS = re.compile(r"(?:M\d+ \d+(?:[hv]-?\d+)+z)+")
_MOVES = re.compile(r"([Mhvz])(-?\d+)?(?: (\d+))?")
_STATE = re.compile(rb"/(\S+) gs")
_MORE_THAN_SHAPES = re.compile(rb"BT|ET|Do|sh|cs|CS|scn|SCN|BDC|BMC|EMC")
_COLOURS = ("_current_color", "_current_color_stroke", "_current_alpha", "_current_alpha_stroke")
_words: dict[Any, tuple[bytes, tuple[str, ...]]] = {}
_matchers: dict[Any, Any] = {}


@instead_of("weasyprint.svg:SVG", "draw")
def draw(self: Any, stream: Any, concrete_width: float, concrete_height: float, base_url: Any, context: Any) -> None:
    """Draws a drawing on a page."""
    tree = shapes(self.tree._etree_node)
    if tree is None:
        _draw(self, stream, concrete_width, concrete_height, base_url, context)
        return
    key = tree, concrete_width, concrete_height, *(getattr(stream, name) for name in _COLOURS)
    if key in _words:
        _words[key] = kept = _words.pop(key)  # to the end
        _write_again(stream, *kept)
        return
    start, remarks = len(stream.stream), heard()
    _draw(self, stream, concrete_width, concrete_height, base_url, context)
    written = stream.stream[start:]
    if heard() == remarks and (states := _states(written)) is not None:
        words = b"\n".join(written)
        stream.stream[start:] = [words] if written else []
        _words[key] = words, states
        if len(_words) > DRAWINGS_KEPT:
            del _words[next(iter(_words))]


def shapes(element: Any) -> Any:
    """All that decides how a drawing looks: its elements and their attributes, as a tree; None where there is more to it."""
    if element.tag not in _SHAPES:
        return None
    children = tuple(shapes(child) for child in element)
    if None in children:
        return None
    return element.tag, tuple(element.items()), children


def lasts(image: Any) -> bool:
    """Whether an image that was opened for one document can serve the next: a drawing of shapes, of which nothing is changed."""
    svg = getattr(image, "_svg", None)
    if svg is None or shapes(svg.tree._etree_node) is None:
        return False
    image._context = None  # the layout of the whole document, for pictures in a drawing
    return True


def _states(written: list[Any]) -> tuple[str, ...] | None:
    """The transparencies that were used; None where more was written than paths, colours and transparency."""
    states = []
    for word in written:
        if not isinstance(word, bytes) or _MORE_THAN_SHAPES.search(word):
            return None
        if state := _STATE.fullmatch(word):
            states.append(state[1].decode())
    return tuple(states) if all(name[0] in "Aa" for name in states) else None


def _write_again(stream: Any, words: bytes, states: tuple[str, ...]) -> None:
    known = stream._resources["ExtGState"]
    for name in states:
        if name not in known:
            known[name] = pydyf.Dictionary({"CA" if name[0] == "A" else "ca": float(name[1:])})
    stream.stream += [words] if words else []
    stream.push_state()
    stream.pop_state()  # as after every drawing: no colour is set


@instead_of("weasyprint.svg.css", "parse_stylesheets")
def parse_stylesheets(tree: Any, url: str | None, font_config: Any, url_fetcher: Any) -> Any:
    """What matches the elements of a drawing with their styles: all drawings share one text of styles."""
    styles = list(tree.etree_element.iter(f"{_SVG}style"))
    key = tuple((element.get("type"), element.text) for element in styles)
    if not key or any("@" in (text or "") for _, text in key):  # imports and fonts are of this drawing alone
        return _parse_stylesheets(tree, url, font_config, url_fetcher)
    if key in _matchers:
        return _matchers[key]
    remarks = heard()
    matchers = _parse_stylesheets(tree, url, font_config, url_fetcher)
    if heard() == remarks:
        _matchers[key] = matchers
        if len(_matchers) > STYLES_KEPT:
            del _matchers[next(iter(_matchers))]
    return matchers


def path(svg: Any, node: Any, font_size: float) -> None:
    """Draws a path; the right-angled contours of a QR symbol are read in one go."""
    contours = node.get("d", "")
    if not _CONTOURS.fullmatch(contours) or any(name.startswith("marker") for name in node.attrib):
        _path(svg, node, font_size)
        return
    x = y = 0
    words = [b"0 0 m"]
    for move, first, second in _MOVES.findall(contours):
        if move == "z":
            words.append(b"h")
            continue
        x, y = (int(first), int(second)) if move == "M" else (x + int(first), y) if move == "h" else (x, y + int(first))
        words.append(b"%d %d %c" % (x, y, b"m" if move == "M" else b"l"))
    svg.stream.stream += words


instead_of("weasyprint.svg", "TAGS")({**engine("weasyprint.svg", "TAGS"), "path": path})
