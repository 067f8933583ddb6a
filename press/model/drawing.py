"""A drawing made ready to stand in a page: the shared symbols it uses inside it, one style, its alt text as title.

What a drawing may hold is listed here: shapes, words, and how they are painted. Whatever else there is could hide or move what
stands on the page around it.
"""

import re
from collections.abc import Iterator, Mapping
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
SYMBOLS = "symbols"
"""The drawing that holds the shared shapes."""


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTS = _names("""
    svg defs g use symbol path rect circle ellipse line polyline polygon text tspan textPath title desc
    clipPath mask pattern marker linearGradient radialGradient stop
""")
"""The elements of a drawing. `svg` is the outermost one alone."""

PAINT = _names("""
    fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit
    stroke-dasharray stroke-dashoffset opacity color paint-order clip-path clip-rule mask marker-start marker-mid marker-end
    font-family font-size font-style font-weight text-anchor dominant-baseline alignment-baseline baseline-shift letter-spacing
    word-spacing text-decoration stop-color stop-opacity vector-effect shape-rendering text-rendering
""")
"""What can be said of an element by an attribute of its own or in `style`."""

_ROOT = _names("viewBox width height preserveAspectRatio version role id")
_OTHER = _names("""
    id class style transform d pathLength x y x1 y1 x2 y2 cx cy r rx ry fx fy fr dx dy rotate width height points href viewBox
    preserveAspectRatio offset gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits maskContentUnits
    patternUnits patternContentUnits patternTransform markerUnits markerWidth markerHeight refX refY orient startOffset
    textLength lengthAdjust lang role
""")
_SAFE = re.compile(r"aria-[a-z]+|\{http://www\.w3\.org/XML/1998/namespace\}(?:space|lang)")
_LENGTH = re.compile(r"[0-9.]+(?:pt|px|mm|cm|in)?")
_SHARED = re.compile(r"^symbols\.svg#(.+)$")


def inlined(svg: str, symbols: str, styles: str, alt: str, prefix: str) -> str:
    """SVG text that needs nothing from outside; its ids start with the prefix, so that a page can hold several.

    Raises ValueError where the SVG is broken or names a symbol that is not there.
    """
    try:
        root = ElementTree.fromstring(svg)
        shapes = {shape.get("id"): shape for shape in ElementTree.fromstring(symbols).iter() if shape.get("id")}
    except ElementTree.ParseError as error:
        raise ValueError(f"this is not sound SVG: {error}") from error
    _refuse_strangers(root)
    for title in root.findall(f"{{{SVG}}}title"):
        root.remove(title)
    used: dict[str, ElementTree.Element] = {}
    _take(root, shapes, used)
    definitions = ElementTree.Element(f"{{{SVG}}}defs")
    definitions.extend(used.values())
    for element in (*root.iter(), *definitions.iter()):
        if name := element.get("id"):
            element.set("id", f"{prefix}-{name}")
        if href := element.get("href"):
            element.set("href", f"#{prefix}-{href.removeprefix('#')}")
        for attribute, value in element.items():
            if "url(#" in value:
                element.set(attribute, value.replace("url(#", f"url(#{prefix}-"))
    style = ElementTree.Element(f"{{{SVG}}}style")
    style.text = styles
    title = ElementTree.Element(f"{{{SVG}}}title")
    title.text = alt
    for element in reversed([title, style, *([definitions] if used else [])]):
        root.insert(0, element)
    ElementTree.register_namespace("", SVG)  # here, because other libraries take the empty prefix for themselves
    return ElementTree.tostring(root, encoding="unicode")


def _take(
    element: ElementTree.Element, shapes: dict[str | None, ElementTree.Element], used: dict[str, ElementTree.Element]
) -> None:
    """Points every use at a shape inside the drawing, and gathers those shapes with the ones they use in turn."""
    for use in element.iter(f"{{{SVG}}}use"):
        href = use.get("href", "")
        name = match.group(1) if (match := _SHARED.match(href)) else href.removeprefix("#")
        use.set("href", f"#{name}")
        if name in used or (not match and name not in shapes):
            continue
        if name not in shapes:
            raise ValueError(f"symbols.svg has no shape '{name}'")
        _refuse_strangers(shapes[name], is_root=False)
        used[name] = shapes[name]
        _take(shapes[name], shapes, used)


def strangers(tag: str, attributes: Mapping[str, str], is_root: bool) -> Iterator[tuple[str, str]]:
    """What an element has that no drawing may have, in words: (`element` or `attribute`, its name).

    Names outside SVG are written `{namespace}name`.
    """
    namespace, _, name = tag.rpartition("}")
    if namespace != f"{{{SVG}" or name not in ELEMENTS or (name == "svg") != is_root:
        yield "element", name
        return
    for key, value in attributes.items():
        if key == "style" and not is_root:
            named = (part.partition(":")[0].strip() for part in value.split(";") if part.strip())
            yield from (("attribute", f"style: {said}") for said in named if said not in PAINT)
        elif is_root and key in ("width", "height") and not _LENGTH.fullmatch(value.strip()):
            yield "attribute", f'{key}="{value}"'
        elif key not in PAINT and key not in (_ROOT if is_root else _OTHER) and not _SAFE.fullmatch(key):
            yield "attribute", _short(key)


def _short(name: str) -> str:
    """`{http://www.w3.org/1999/xlink}href` as `xlink:href`."""
    namespace, _, local = name.rpartition("}")
    return f"{namespace.rpartition('/')[2]}:{local}" if namespace else local


def _refuse_strangers(top: ElementTree.Element, is_root: bool = True) -> None:
    for element in top.iter():
        for kind, name in strangers(str(element.tag), element.attrib, is_root and element is top):
            raise ValueError(f"a drawing can't hold the {kind} '{name}'")
