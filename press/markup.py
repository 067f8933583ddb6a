"""Inline Markdown to HTML: bold, emphasis and links by id; everything else is shown as it was typed."""

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from press.model import references

_MARKDOWN = MarkdownIt("zero").enable(["emphasis", "link"])
_MARKED = re.compile(r"[*_[]")
"""Without one of these there is no markup to look for."""

LinkRenderer = Callable[[str, str, Markup], Markup]
"""(kind, id, words) to HTML, for links such as `[words](article:ID)`."""


def inline(text: str, link: LinkRenderer) -> Markup:
    """One paragraph of inline Markdown as HTML."""
    text = re.sub("[ \n]+", " ", text.strip())
    if not _MARKED.search(text):
        return escape(text)
    tokens = _MARKDOWN.parseInline(text)[0].children or []
    by_id = references(text)
    out, opened = [Markup("")], [""]
    for token in tokens:
        if token.type == "link_open":
            opened.append(str(token.attrs["href"]))
            out.append(Markup(""))
        elif token.type == "link_close":
            words, target = out.pop(), opened.pop()
            kind, _, key = target.partition(":")
            out[-1] += link(kind, key, words) if (kind, key) in by_id else Markup("[{}]({})").format(words, target)
        elif token.type in _TAGS:
            out[-1] += _TAGS[token.type]
        else:
            out[-1] += escape(token.content)
    return out[0]


def paragraphs(text: str, link: LinkRenderer) -> Markup:
    """Paragraphs, parted by empty lines, as HTML `p` elements."""
    parts = (part for part in text.split("\n\n") if part.strip())
    return Markup("").join(Markup("<p>{}</p>").format(inline(part, link)) for part in parts)


def plain(text: str) -> str:
    """The words alone, without markup."""
    return str(inline(text, lambda kind, key, words: words).striptags())


_TAGS = {
    "strong_open": Markup("<strong>"),
    "strong_close": Markup("</strong>"),
    "em_open": Markup("<em>"),
    "em_close": Markup("</em>"),
}
