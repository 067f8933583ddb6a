"""Drawings: one that was read is kept, and what its shapes wrote on a page is written again without another look at them."""

import re
from typing import Any

import pydyf

from press.typeset.patches.swap import engine, instead_of

DRAWINGS_KEPT = 120
"""Those used last, with what they wrote: about 10 MB."""

_SVG = engine("weasyprint.svg", "SVG")
_draw = engine("weasyprint.svg:SVG", "draw")
_draw_node = engine("weasyprint.svg:SVG", "draw_node")
_parse_stylesheets = engine("weasyprint.svg.css", "parse_stylesheets")
_path = engine("weasyprint.svg.path", "path")
_CONTOURS = re.compile(r"(?:M\d+ \d+(?:[hv]-?\d+)+z)+")
_MOVES = re.compile(r"([Mhvz])(-?\d+)?(?: (\d+))?")
_TRANSPARENCY = re.compile(rb"/([Aa])([\d.]+) gs")
_MORE_THAN_SHAPES = re.compile(rb"BT|ET|Do|sh|scn|SCN|BDC|BMC|/s\d+ gs")
_SIZES = ("concrete_width", "concrete_height", "inner_width", "inner_height")
_COLOURS = ("_current_color", "_current_color_stroke", "_current_alpha", "_current_alpha_stroke")


@instead_of("weasyprint.svg", "SVG")
def svg(tree: Any, url: str | None, font_config: Any, url_fetcher: Any = None) -> Any:
    """The drawing of an XML tree: the one that was read from an equal tree before, if there is one."""
    kept = vars(font_config).setdefault("_drawings", {})
    key = url, tuple((node.tag, tuple(node.items()), node.text, node.tail) for node in tree.iter())
    kept[key] = kept.pop(key, None) or _SVG(tree, url, font_config, url_fetcher)  # moves to the end
    if len(kept) > DRAWINGS_KEPT:
        del kept[next(iter(kept))]
    return kept[key]


@instead_of("weasyprint.svg.css", "parse_stylesheets")
def parse_stylesheets(tree: Any, url: str | None, font_config: Any, url_fetcher: Any) -> Any:
    """What matches the elements of a drawing with their styles: all drawings share one text of styles."""
    kept = vars(font_config).setdefault("_drawing_styles", {})
    key = url, tuple(node.text for node in tree.etree_element.iter("{http://www.w3.org/2000/svg}style"))
    if key not in kept:
        kept[key] = _parse_stylesheets(tree, url, font_config, url_fetcher)
    return kept[key]


@instead_of("weasyprint.svg:SVG", "draw")
def draw(self: Any, stream: Any, concrete_width: float, concrete_height: float, base_url: Any, context: Any) -> None:
    """Draws a drawing on a page, and forgets the page."""
    _draw(self, stream, concrete_width, concrete_height, base_url, context)
    self.stream = self.context = None


@instead_of("weasyprint.svg:SVG", "draw_node")
def draw_node(self: Any, node: Any, font_size: float, fill_stroke: bool = True, context: Any = None) -> None:
    """Draws a part of a drawing: the words that it wrote before in the same state, where they are those of shapes alone."""
    stream = self.stream
    drawn = vars(node).setdefault("_drawn", {})
    state = (*(getattr(self, name) for name in _SIZES), *(getattr(stream, name) for name in _COLOURS))
    key = font_size, fill_stroke, id(context), state
    if drawn.get(key):
        _write_again(stream, drawn[key])
        return
    start = len(stream.stream)
    _draw_node(self, node, font_size, fill_stroke, context)
    written = stream.stream[start:]
    drawn[key] = written if fill_stroke and _are_shapes(written) else []


def _are_shapes(written: list[Any]) -> bool:
    """Whether nothing was written but paths, colours and transparency."""
    return all(isinstance(word, bytes) and not _MORE_THAN_SHAPES.search(word) for word in written)


def _write_again(stream: Any, written: list[bytes]) -> None:
    states = stream._resources["ExtGState"]
    for word in written:
        if state := _TRANSPARENCY.fullmatch(word):
            name = (state[1] + state[2]).decode()
            if name not in states:
                states[name] = pydyf.Dictionary({"CA" if state[1] == b"A" else "ca": float(state[2])})
    stream.stream += written
    stream.push_state()
    stream.pop_state()  # as after every drawing: no colour is set


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
