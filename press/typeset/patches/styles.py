"""Computed styles, kept from one document to the next.

The engine shares one computed style among the elements of a document that have the same parent style and match the same rules,
and computes a property when it is first asked for. Here the styles and the values found so far outlive the document: all
documents of an edition are made from the same templates, so that most of their elements meet styles that are known.
"""

import re
from typing import Any

from weasyprint.css import (
    PHYSICAL_FUNCTIONS,
    ComputedStyle,
    InitialStyle,
    declaration_precedence,
    find_style_attributes,
    preprocess_declarations,
)
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, TABLE_WRAPPER_BOX_PROPERTIES

from press.typeset.patches.swap import engine, instead_of

_LOGICAL = re.compile(r"inline|block|start|end")
_ENTANGLED = frozenset({"position", "float", "display", "page"})
"""Properties whose values depend on each other, or on more than the parent."""

STYLES_KEPT = 20_000
"""More would be a sign that the keys grow with the documents: then all are dropped."""

_StyleFor: Any = engine("weasyprint.css", "StyleFor")
_missing = engine("weasyprint.css:ComputedStyle", "__missing__")
_wrap_table = engine("weasyprint.formatting_structure.build", "wrap_table")


class Kept:
    """The styles of one set of style sheets and fonts, by parent style, attributes and rules matched."""

    def __init__(self, sheets: tuple[Any, ...]) -> None:
        self.sheets = sheets
        self.sizes: dict[str, Any] = {"box": None, "area": None}
        self.styles: dict[Any, tuple[Any, dict[str, Any]]] = {}


def _kept_for(fonts: Any, sheets: tuple[Any, ...]) -> Kept:
    kept: Kept | None = vars(fonts).get("_styles")
    if kept is None or kept.sheets != sheets or len(kept.styles) > STYLES_KEPT:
        kept = vars(fonts)["_styles"] = Kept(sheets)
    return kept


@instead_of("weasyprint.css", "StyleFor")
class StyleFor(_StyleFor):  # type: ignore[misc]
    """The computed style of each element and pseudo-element of a document."""

    def __init__(self, html: Any, sheets: Any, hints: bool, fonts: Any, targets: Any) -> None:
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self._sheets, self.font_config = sheets, fonts
        kept = _kept_for(fonts, (html.base_url, *(sheet for sheet, _, _ in sheets)))
        self.initial_page_sizes = kept.sizes
        attributes: dict[Any, list[Any]] = {}
        for specificity, element, declarations, base_url in find_style_attributes(html.etree_element, hints, html.base_url):
            attributes.setdefault(element, []).append((specificity, declarations, base_url))
        root = html.etree_element
        for wrapper in html.wrapper_element.iter_subtree():
            element = wrapper.etree_element
            parent = self._computed_styles[wrapper.parent.etree_element, None] if wrapper.parent else None
            own = attributes.get(element, ())
            matches = [(sheet, origin, first, found) for sheet, origin, first in sheets for found in sheet.matcher.match(wrapper)]
            key = (
                id(parent),
                tuple(declaration.serialize() for _, declarations, _ in own for declaration in declarations),
                tuple(id(found[3][0]) for _, _, _, found in matches),
            )
            if key not in kept.styles:
                kept.styles[key] = self._computed(parent, own, matches, element is root, html.base_url)
            style, pseudos = kept.styles[key]
            self._computed_styles[element, None] = style
            if style["anchor"]:
                targets.collect_anchor(style["anchor"])
            for pseudo, its in pseudos.items():
                self._computed_styles[element, pseudo] = its

    def _computed(self, parent: Any, own: Any, matches: Any, is_root: bool, base_url: Any) -> tuple[Any, dict[str, Any]]:
        """The style of an element, and those of its pseudo-elements."""
        cascaded = self._cascaded(own, matches)
        base = InitialStyle(self.font_config) if is_root else self._root_style

        def computed(above: Any, pseudo: str | None) -> Any:
            return ComputedStyle(
                above, cascaded.get(pseudo, {}), pseudo, base, base_url, self.font_config, self.initial_page_sizes
            )

        style = computed(parent, None)
        return style, {pseudo: computed(style, pseudo) for pseudo in cascaded if pseudo}

    @property
    def _root_style(self) -> Any:
        """The style of the root element: the first that was computed."""
        return next(iter(self._computed_styles.values()))

    def _cascaded(self, own: Any, matches: Any) -> dict[str | None, dict[str, Any]]:
        """Declared values that win, with their weights, by pseudo-element."""
        cascaded: dict[str | None, dict[str, Any]] = {}

        def cascade(pseudo: str | None, declarations: Any, origin: str, layer: float, specificity: Any) -> None:
            style = cascaded.setdefault(pseudo, {})
            for name, values, importance in declarations:
                weight = (declaration_precedence(origin, importance), layer, specificity)
                if name not in style or style[name][1] <= weight:
                    style[name] = values, weight

        for specificity, declarations, base_url in own:
            cascade(None, preprocess_declarations(base_url, declarations), "author", float("inf"), specificity)
        for sheet, origin, first, (specificity, _, pseudo, (declarations, layer)) in matches:
            order = float("inf") if layer is None else sheet.layers.index(layer)
            cascade(pseudo, declarations, origin, order, first or specificity)
        return cascaded


@instead_of("weasyprint.formatting_structure.build", "wrap_table")
def wrap_table(box: Any, children: Any) -> Any:
    """Puts a table into its wrapper. Both get copies of the style of the box, which are made once."""
    style = box.style
    for name in TABLE_WRAPPER_BOX_PROPERTIES:
        style[name]  # worked out where it is kept, not in a copy
    wrapper = _wrap_table(box, children)
    table = wrapper.get_wrapped_table()
    table.style, wrapper.style = vars(style).setdefault("_wrapped", (table.style, wrapper.style))
    return wrapper


@instead_of("weasyprint.css:ComputedStyle", "__missing__")
def missing(style: Any, key: str) -> Any:
    """Works a property out when it is first asked for. One that no rule names is inherited, or has its initial value."""
    parent = style.parent_style
    if key in style.cascaded or parent is None or key in _ENTANGLED or (key in PHYSICAL_FUNCTIONS and _has_logical(style)):
        return _missing(style, key)
    if key in INHERITED or key[:2] == "__":
        value = style[key] = parent[key]
    elif key in INITIAL_NOT_COMPUTED or key[:16] == "text_decoration_":
        return _missing(style, key)
    else:
        value = style[key] = INITIAL_VALUES[key]
    return value


def _has_logical(style: Any) -> bool:
    """Whether a rule names a property of a style relative to the direction of the text, such as `margin_inline_start`."""
    known = vars(style)
    if "_logical" not in known:
        known["_logical"] = any(map(_LOGICAL.search, style.cascaded))
    return bool(known["_logical"])
