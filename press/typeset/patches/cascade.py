"""What is declared for an element, and which of it wins: as the engine does it, for one element at a time."""

import re
from collections.abc import Iterator
from math import inf
from typing import Any

from weasyprint.css import declaration_precedence, find_style_attributes, preprocess_declarations

_DECLARING = {"{http://www.w3.org/2000/svg}svg": ("style", "lang", "width", "height")}
"""The attributes of an element that the engine reads declarations from, but for names, which only say where a link leads."""

_PLAIN_NAME = re.compile(r"[\w:.-]*$")
"""A name that can stand between quotation marks."""


def matches(wrapper: Any, sheets: Any) -> list[tuple[Any, str, Any, Any]]:
    """The rules of all sheets that an element or its pseudo-elements match, in the order of the cascade."""
    return [(sheet, origin, first, found) for sheet, origin, first in sheets for found in sheet.matcher.match(wrapper)]


def declaring(element: Any) -> tuple[tuple[str, str], ...]:
    """The attributes that declare something."""
    names = _DECLARING.get(element.tag, ("style", "lang"))
    odd = [name for name in ("id", "name") if not _PLAIN_NAME.match(element.get(name, ""))]
    return tuple((name, value) for name in (*names, *odd) if (value := element.get(name)))


class _Alone:
    """An element without its children, for the engine to look through."""

    def __init__(self, element: Any) -> None:
        self.element = element

    def iter(self) -> Iterator[Any]:
        yield self.element


def cascaded(element: Any, found: Any, base_url: Any) -> dict[str | None, dict[str, Any]]:
    """Declared values that win, with their weights, by pseudo-element. Names are left to each document."""
    styles: dict[str | None, dict[str, Any]] = {}
    for specificity, declarations, url in _own(element, base_url):
        if not _is_name(specificity, declarations):
            _cascade(styles.setdefault(None, {}), preprocess_declarations(url, declarations), "author", inf, specificity)
    for sheet, origin, first, (specificity, _, pseudo, (declarations, layer)) in found:
        order = inf if layer is None else sheet.layers.index(layer)
        _cascade(styles.setdefault(pseudo, {}), declarations, origin, order, first or specificity)
    return styles


def name_of(element: Any, base_url: Any) -> dict[str, Any] | None:
    """What is declared by the name that an element has, if it has one."""
    if not (element.get("id") or (element.tag == "a" and element.get("name"))):
        return None
    style: dict[str, Any] = {}
    for specificity, declarations, url in _own(element, base_url):
        if _is_name(specificity, declarations):
            _cascade(style, preprocess_declarations(url, declarations), "author", inf, specificity)
    return style


def _own(element: Any, base_url: Any) -> Iterator[tuple[Any, Any, Any]]:
    """What the attributes of an element declare, with weights."""
    for specificity, _, declarations, url in find_style_attributes(_Alone(element), False, base_url):
        yield specificity, declarations, url


def _is_name(specificity: Any, declarations: Any) -> bool:
    """Whether this comes from an `id` or a `name`, which the engine makes a declaration."""
    return specificity == (0, 0, 0) and getattr(declarations[0], "lower_name", None) == "-weasy-anchor"


def _cascade(style: dict[str, Any], declarations: Any, origin: str, layer: float, specificity: Any) -> None:
    for name, values, importance in declarations:
        weight = (declaration_precedence(origin, importance), layer, specificity)
        if name not in style or style[name][1] <= weight:
            style[name] = values, weight
