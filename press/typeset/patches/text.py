"""Text: what Pango needs to know of a style is told once, not again for every line.

Pango keeps what it has found out about fonts with its contexts, so that these outlive the document. They are kept by the values
that they are made of.

Without this patch a handout takes 11 ms more (of 310 ms without any; see the registry).
"""

from typing import Any

from weasyprint.text.constants import PANGO_DIRECTION
from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

from press.typeset.patches.registry import engine, instead_of
from press.typeset.patches.styles import derived

CONTEXTS_KEPT = 300
"""A library of one's own kind needs some forty an edition. Where there are more, all are dropped and made anew."""

_setup = engine("weasyprint.text.line_break:Layout", "setup")
_strut = engine("weasyprint.text.line_break", "strut")
_FEATURES = tuple(
    f"font_{name}"
    for name in (
        "kerning", "variant_ligatures", "variant_position", "variant_caps",
        "variant_numeric", "variant_alternates", "variant_east_asian", "feature_settings",
    )
)  # fmt: skip
_DESCRIPTION = ("family", "style", "stretch", "weight", "size", "variant_caps", "variation_settings")
_DECIDING = ("direction", "lang", *(f"font_{name}" for name in _DESCRIPTION))


@instead_of("weasyprint.text.line_break:Layout", "setup")
def setup(self: Any, style: Any) -> None:
    """Makes the Pango layout for text of a style, with the context and the font of the one before."""
    told = derived(style, "pango", _pango_for)
    if told is None:
        _setup(self, style)
        return
    context, font, self.language = told
    self.style, self.first_line_direction = style, 0
    self.ascent = self.underline_position = self.strikethrough_position = None
    self.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(self.layout, False)
    pango.pango_layout_set_font_description(self.layout, font)


def _pango_for(style: Any) -> tuple[Any, Any, Any] | None:
    """The context, font and language of a style; None where the text has lines drawn on it, or features of its own."""
    plain = style["text_decoration_line"] == "none" and style["font_language_override"] == "normal" and style["lang"]
    if not plain or font_features(*(style[name] for name in _FEATURES)):
        return None
    kept = vars(style.font_config).setdefault("_contexts", {})
    key = tuple(style[name] for name in _DECIDING)
    if key not in kept:
        if len(kept) >= CONTEXTS_KEPT:
            kept.clear()
        kept[key] = _context(style)
    found: tuple[Any, Any, Any] = kept[key]
    return found


def _context(style: Any) -> tuple[Any, Any, Any]:
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    pointer, _ = unicode_to_char_p(style["lang"])
    language = pango.pango_language_from_string(pointer)
    pango.pango_context_set_language(context, language)
    return context, get_font_description(style), language


@instead_of("weasyprint.text.line_break", "strut")
def strut(style: Any) -> Any:
    """The height and the baseline of a line of a style."""
    return derived(style, "strut", _strut)
