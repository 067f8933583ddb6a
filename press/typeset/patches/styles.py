"""The values of computed styles, kept from one document to the next.

The engine shares one computed style among the elements of a document that have the same parent style and match the same rules,
and computes a property when it is first asked for. All documents of an edition are made from the same templates, so that most
of their elements meet rules that were met before in the same place. What is kept are values, in styles that no document ever
holds: each document gets styles of its own, so that what the engine writes into them ends with the document.

Not kept is what depends on more than rules, parents and fonts: what reads the size of the page, what the engine remarks on (each
document has to hear it), and what can be inherited from a property that the engine writes into.

Without this patch a handout takes 51 ms more (of 310 ms without any; see the registry).
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from weasyprint.css import (
    PHYSICAL_FUNCTIONS,
    AnonymousStyle,
    InitialStyle,
    Pending,
)
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from press.typeset.patches.cascade import cascaded, declaring, matches, name_of
from press.typeset.patches.registry import engine, instead_of
from press.typeset.patches.remarks import Remarked as Unsettled
from press.typeset.patches.remarks import heard, refused

STYLES_KEPT = 6_000
"""A library of one's own kind needs a few hundred an edition. Where there are more, all are dropped and begun anew."""

_SIDES = ("top", "right", "bottom", "left")
WRITTEN = frozenset({"display", "overflow", "anchor"} | {f"{edge}_{side}" for edge in ("margin", "padding") for side in _SIDES})
"""The properties that the engine writes into the style of an element: of list items and footnotes, of the root, of table parts.

No other property is computed from one of them.
"""

_ENTANGLED = frozenset({"position", "float", "display", "page"})
"""Properties whose values depend on each other, or on more than the parent."""

_LINES = {f"{line}_width": f"{line}_style" for line in (*(f"border_{side}" for side in _SIDES), "outline", "column_rule")}
"""Widths that are nothing where no line is drawn."""

_LOGICAL = {function(block="ttb", inline=way) for function in PHYSICAL_FUNCTIONS.values() for way in ("ltr", "rtl")}
_PARTIAL = frozenset({"first-line", "first-letter"})
"""Pseudo-elements whose styles the engine copies as far as they happen to be computed."""

_StyleFor: Any = engine("weasyprint.css", "StyleFor")
_ComputedStyle: Any = engine("weasyprint.css", "ComputedStyle")


class _NoPage(dict[str, Any]):
    """The size of the page, where a value must not depend on it."""

    def __getitem__(self, name: str) -> Any:
        raise Unsettled


@instead_of("weasyprint.css", "ComputedStyle")
class Style(_ComputedStyle):  # type: ignore[misc]
    """A computed style that knows at once what a property is that no rule names: inherited, or its initial value."""

    def __missing__(self, key: str) -> Any:
        """Works a property out when it is first asked for."""
        parent = self.parent_style
        if key in self.cascaded or parent is None or key in _ENTANGLED or (key in PHYSICAL_FUNCTIONS and self._is_logical):
            return super().__missing__(key)
        if key in INHERITED or key[:2] == "__":
            value = parent[key]
        elif key in _LINES and self[_LINES[key]] in ("none", "hidden"):
            value = 0
        elif key in INITIAL_NOT_COMPUTED or key[:16] == "text_decoration_":
            return super().__missing__(key)
        else:
            value = INITIAL_VALUES[key]
        dict.__setitem__(self, key, value)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        """The engine writes a value: what was made of another one is forgotten."""
        if key in self and self[key] != value:
            self.derived = {}
        super().__setitem__(key, value)

    @cached_property
    def derived(self) -> dict[str, Any]:
        """What other patches make of the values."""
        return {}

    @cached_property
    def anonymous_style(self) -> Any:
        """The style of boxes without an element."""
        return Anonymous(self)

    @cached_property
    def _is_logical(self) -> bool:
        """Whether a rule names a property relative to the direction of the text, such as `margin-inline-start`."""
        return not _LOGICAL.isdisjoint(self.cascaded)


class Known(Style):
    """A style that is kept: all values that were asked for so far, and those of its pseudo-elements."""

    def __init__(self, parent: "Known | None", cascaded: Any, pseudo: str | None, root: Any, base_url: Any, fonts: Any) -> None:
        super().__init__(parent, cascaded, pseudo, root, base_url, fonts, _NoPage())
        self.lasts: bool = parent is None or parent.lasts
        """Whether another document may have it."""
        self.pseudos: dict[str, Known] = {}
        self.unsettled: set[str] = set()
        self.reaching = set() if parent is None else set(_reaching(cascaded))
        self.lent: dict[str, Any] = {}
        """What every document has from the beginning."""
        self.lent_anonymous: dict[str, Any] = {}
        self.derived_anonymous: dict[str, Any] = {}

    @property
    def is_settled(self) -> bool:
        """Whether all values that were asked for so far are the same in every document."""
        return not self.unsettled and not self.reaching

    def is_origin_of(self, derived: dict[str, Any]) -> bool:
        """Whether what a style in a document has of this is still shared with others."""
        return derived is self.derived or derived is self.derived_anonymous

    def value(self, key: str) -> Any:
        """The value of a property. Raises `Unsettled` where it is not the same in every document."""
        if key in self:
            return self[key]
        if key in self.unsettled:
            raise Unsettled
        try:
            with refused():
                value = self[key]
                if key in self.reaching and value != self.parent_style[key]:
                    self.reaching.discard(key)  # not inherited
        except Unsettled:
            self.unsettled.add(key)
            self._forget_begun()
            raise
        return value

    def _forget_begun(self) -> None:
        """Drops what the engine was about to compute, here and above: it writes None meanwhile."""
        for name in [name for name, value in self.items() if value is None]:
            del self[name]
        if self.parent_style is not None:
            self.parent_style._forget_begun()


def _reaching(cascaded: Any) -> frozenset[str]:
    """The properties that a rule may let inherit what the engine has written into the parent."""
    names = {name for name, (value, _) in cascaded.items() if value == "inherit" or isinstance(value, Pending)}
    return WRITTEN if names & _LOGICAL else WRITTEN & names


class Lent(Style):
    """A style in a document, with the values of one that is kept."""

    def __init__(self, known: Known, parent: "Lent | None", root: Any, sizes: Any, written: set[str]) -> None:
        super().__init__(parent, known.cascaded, known.pseudo_type, root, known.base_url, known.font_config, sizes)
        self.known, self.written = known, written
        self.specified, self.derived = known.specified.copy(), known.derived
        self.update(known.lent)

    def take_name(self, declared: dict[str, Any]) -> None:
        """Gives the element a name that links may lead to, unless a rule gives it another one."""
        for key, (value, weight) in declared.items():
            if key not in self.cascaded or weight > self.cascaded[key][1]:
                self.cascaded: dict[str, Any] = self.cascaded | {key: (value, weight)}
                self.pop(key, None)
                self.written.add(key)

    def __missing__(self, key: str) -> Any:
        """A value that is kept; the engine's own where none can be."""
        try:
            value = self.known.value(key) if key != "anchor" or key not in self.cascaded else None
        except Unsettled:
            value = None
        if value is None:
            return super().__missing__(key)
        if key in self.known.reaching:
            if key in self.written:
                return super().__missing__(key)
        else:
            self.known.lent[key] = value
        if key in _ENTANGLED:
            self.specified.update(self.known.specified)
        dict.__setitem__(self, key, value)
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        """The engine writes a value: from now on in this document nobody inherits the kept one."""
        if key in WRITTEN and not (key in self and self[key] == value):
            self.written.add(key)
        super().__setitem__(key, value)


class Anonymous(AnonymousStyle):  # type: ignore[misc]
    """The style of boxes that an element needs around its content."""

    def __init__(self, parent: Style) -> None:
        super().__init__(parent)
        self.known = parent.known if isinstance(parent, Lent) else None
        self.derived: dict[str, Any] = self.known.derived_anonymous if self.known is not None else {}
        if self.known is not None:
            self.update(self.known.lent_anonymous)

    def __missing__(self, key: str) -> Any:
        """Inherited, or the initial value."""
        value = super().__missing__(key)
        if self.known is not None and (key not in self.parent_style or key in self.known.lent):
            self.known.lent_anonymous[key] = value
        return value

    def __setitem__(self, key: str, value: Any) -> None:
        """The engine writes a value: what was made of another one is forgotten."""
        if key in self and self[key] != value:
            self.derived = {}
        super().__setitem__(key, value)


def derived(style: Any, name: str, make: Callable[[Any], Any]) -> Any:
    """What is made of the values of a style, and kept as long as they are."""
    if not isinstance(style, Style | Anonymous):
        return make(style)
    if name not in style.derived:
        value = make(style)
        known = getattr(style, "known", None)
        if known is not None and not known.is_settled and known.is_origin_of(style.derived):
            style.derived = dict(style.derived)
        style.derived[name] = value
    return style.derived[name]


class Kept:
    """The styles of one set of style sheets and fonts, by parent style, attributes and rules matched."""

    def __init__(self, sheets: tuple[Any, ...]) -> None:
        self.sheets = sheets
        self.styles: dict[Any, Known] = {}


def _kept_for(fonts: Any, sheets: tuple[Any, ...]) -> Kept:
    kept: Kept | None = vars(fonts).get("_styles")
    if kept is None or kept.sheets != sheets or len(kept.styles) > STYLES_KEPT:
        kept = vars(fonts)["_styles"] = Kept(sheets)
    return kept


@instead_of("weasyprint.css", "StyleFor")
class StyleFor(_StyleFor):  # type: ignore[misc]
    """The computed style of each element and pseudo-element of a document."""

    def __init__(self, html: Any, sheets: Any, presentational_hints: bool, font_config: Any, target_collector: Any) -> None:
        fonts, targets = font_config, target_collector
        elements = list(html.wrapper_element.iter_subtree())
        rules = [matches(wrapper, sheets) for wrapper in elements]
        if presentational_hints or any(pseudo in _PARTIAL for found in rules for _, _, _, (_, _, pseudo, _) in found):
            super().__init__(html, sheets, presentational_hints, fonts, targets)
            return
        self._cascaded_styles: dict[Any, Any] = {}
        self._computed_styles: dict[Any, Any] = {}
        self._sheets, self.font_config = sheets, fonts
        self.initial_page_sizes = {"box": None, "area": None}
        self._kept = _kept_for(fonts, (html.base_url, *sheets))
        self._written: set[str] = set()
        shared: dict[Any, Lent] = {}
        for wrapper, found in zip(elements, rules, strict=True):
            self._lend(wrapper, found, html.base_url, shared, targets)
        for wrapper in elements:
            for pseudo, known in self._computed_styles[wrapper.etree_element, None].known.pseudos.items():
                if "anchor" in known.cascaded:
                    self._note(wrapper.etree_element, pseudo, self(wrapper.etree_element, pseudo), targets)

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """The style of an element or a pseudo-element, if it has one; that of a pseudo-element is made when it is asked for."""
        if pseudo_type and (element, pseudo_type) not in self._computed_styles:
            parent = self._computed_styles.get((element, None))
            if isinstance(parent, Lent) and pseudo_type in parent.known.pseudos:
                self._computed_styles[element, pseudo_type] = self._lent(parent.known.pseudos[pseudo_type], parent)
        return super().__call__(element, pseudo_type)

    def _lend(self, wrapper: Any, found: Any, base_url: Any, shared: dict[Any, Lent], targets: Any) -> None:
        """Gives an element its style: that of another one where the engine, too, lets them share it."""
        element = wrapper.etree_element
        parent = self._computed_styles[wrapper.parent.etree_element, None] if wrapper.parent else None
        own = declaring(element)
        known = self._known(element, parent, own, found, base_url)
        name = name_of(element, base_url)
        key = id(parent), id(known)
        if not own and name is None and key in shared:
            self._computed_styles[element, None] = shared[key]
            return
        style = self._lent(known, parent)
        if name is not None:
            style.take_name(name)
        if not own and name is None:
            shared[key] = style
        self._note(element, None, style, targets)

    def _lent(self, known: Known, parent: Lent | None) -> Lent:
        root = InitialStyle(self.font_config) if parent is None else self._root
        return Lent(known, parent, root, self.initial_page_sizes, self._written)

    @property
    def _root(self) -> Any:
        """The style of the root element: the first of all."""
        return next(iter(self._computed_styles.values()))

    def _note(self, element: Any, pseudo: str | None, style: Lent, targets: Any) -> None:
        self._computed_styles[element, pseudo] = style
        if targets and style["anchor"]:
            targets.collect_anchor(style["anchor"])

    def _known(self, element: Any, parent: Lent | None, own: Any, found: Any, base_url: Any) -> Known:
        """The kept style of an element, made where there is none."""
        rules = tuple((id(sheet), specificity, pseudo, id(said)) for sheet, _, _, (specificity, _, pseudo, (said, _)) in found)
        tag = element.tag if own else None  # what an attribute declares depends on it
        key = None if parent is None else id(parent.known), tag, own, rules
        known = self._kept.styles.get(key)
        if known is None:
            before = heard()
            known = self._computed(element, parent, found, base_url)
            known.lasts = known.lasts and heard() == before
            if known.lasts:
                self._kept.styles[key] = known
        return known

    def _computed(self, element: Any, parent: Lent | None, found: Any, base_url: Any) -> Known:
        """The style of an element, and those of its pseudo-elements."""
        declared = cascaded(element, found, base_url)
        above = None if parent is None else parent.known
        root = InitialStyle(self.font_config) if above is None else self._root.known
        style = Known(above, declared.pop(None, {}), None, root, base_url, self.font_config)
        base = style if above is None else root
        for pseudo, its in declared.items():
            style.pseudos[str(pseudo)] = Known(style, its, pseudo, base, base_url, self.font_config)
        return style
