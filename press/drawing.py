"""A drawing made ready to stand in a page: the shared symbols it uses inside it, one style, its alt text as title."""

import re
from xml.etree import ElementTree

SVG = "http://www.w3.org/2000/svg"
SYMBOLS = "symbols"
"""The drawing that holds the shared shapes."""

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
        used[name] = shapes[name]
        _take(shapes[name], shapes, used)
