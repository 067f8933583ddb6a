"""Inline Markdown to HTML: bold, emphasis and links by id; everything else is shown as it was typed."""

from collections.abc import Callable

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

_MARKDOWN = MarkdownIt("zero").enable(["emphasis", "link", "entity"])

LinkRenderer = Callable[[str, str, Markup], Markup]
"""(kind, id, words) to HTML, for links such as `[words](article:ID)`."""


def inline(text: str, link: LinkRenderer) -> Markup:
    """One paragraph of inline Markdown as HTML."""
    tokens = _MARKDOWN.parseInline(" ".join(text.split()))[0].children or []
    out, opened = [Markup("")], [("", "")]
    for token in tokens:
        if token.type == "link_open":
            kind, _, key = str(token.attrs.get("href", "")).partition(":")
            opened.append((kind, key))
            out.append(Markup(""))
        elif token.type == "link_close":
            words = out.pop()
            kind, key = opened.pop()
            out[-1] += link(kind, key, words)
        elif token.type in _TAGS:
            out[-1] += _TAGS[token.type]
        else:
            out[-1] += escape(token.content)
    return out[0]


def paragraphs(text: str, link: LinkRenderer) -> Markup:
    """Paragraphs, parted by empty lines, as HTML `p` elements."""
    parts = [part for part in text.split("\n\n") if part.strip()] if "\n\n" in text else text.strip().split("\n")
    return Markup("").join(Markup("<p>{}</p>").format(inline(part, link)) for part in parts if part.strip())


def plain(text: str) -> str:
    """The words alone, without markup."""
    return str(inline(text, lambda kind, key, words: words).striptags())


_TAGS = {
    "strong_open": Markup("<strong>"),
    "strong_close": Markup("</strong>"),
    "em_open": Markup("<em>"),
    "em_close": Markup("</em>"),
}
