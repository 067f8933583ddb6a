"""Inline text to HTML: bold, emphasis and links by id; everything else is shown as it was typed."""

import re
from collections.abc import Callable

from markupsafe import Markup, escape

from press.model.inline import Span, parse

LinkRenderer = Callable[[str, str, Markup], Markup]
"""(kind, id, words) to HTML, for links such as `[words](article:ID)`."""

_TAGS = {"strong": Markup("<strong>{}</strong>"), "em": Markup("<em>{}</em>")}
_BLANKS = re.compile("[ \n]+")


def inline(text: str, link: LinkRenderer) -> Markup:
    """One paragraph of inline text as HTML."""
    text = _BLANKS.sub(" ", text.strip())
    if "*" not in text and "](" not in text:
        return escape(text)
    return _html(text, parse(text).paragraphs[0], link)


def paragraphs(text: str, link: LinkRenderer) -> Markup:
    """Paragraphs, parted by empty lines, as HTML `p` elements."""
    parts = (part for part in text.split("\n\n") if part.strip())
    return Markup("").join(Markup("<p>{}</p>").format(inline(part, link)) for part in parts)


def plain(text: str) -> str:
    """The words alone, without markup."""
    return str(inline(text, lambda kind, key, words: words).striptags())


def _html(text: str, spans: tuple[Span, ...], link: LinkRenderer) -> Markup:
    return Markup("").join(_span(text, span, link) for span in spans)


def _span(text: str, span: Span, link: LinkRenderer) -> Markup:
    if span.kind == "words":
        return escape(text[span.start : span.end])
    words = _html(text, span.inside, link)
    if span.kind == "link":
        return link(*span.by_id, words) if span.by_id else Markup("[{}]({})").format(words, span.target)
    return _TAGS[span.kind].format(words)
