"""Inline text: the small Markdown of our texts, parsed once. Composing, proofreading and places all use this parse.

    **bold**   *emphasis*   [words](article:ID)   [words](term:ID)

There is nothing else, and no escapes. Whatever else is typed is words; `press.proofread.stray` tells which of it looks like
markup.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, NamedTuple

Kind = Literal["words", "strong", "em", "link"]

LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\[\]\s]{0,200})\)")
"""A link as typed: its words, and what it opens."""

DEEPEST = 8
"""So many stars may wait for those that close them; nobody means more."""

_BY_ID = re.compile(r"(article|term):(\S+)")
_TOKEN = re.compile(rf"(?P<stars>\*+)|(?P<link>{LINK.pattern})")


class Span(NamedTuple):
    """A stretch `[start:end]` of a text as typed, with its marks. A link has a target; all but words hold other spans."""

    kind: Kind
    start: int
    end: int
    inside: "tuple[Span, ...]" = ()
    target: str = ""

    @property
    def by_id(self) -> tuple[str, str] | None:
        """The (kind, id) that a link opens, None where it opens nothing that can be printed; kind is `article` or `term`."""
        found = _BY_ID.fullmatch(self.target)
        return (found.group(1), found.group(2)) if found else None


class Fault(NamedTuple):
    """Markup that is broken, or that is none here: where in the text, what is wrong, what to do."""

    start: int
    message: str
    hint: str


@dataclass(frozen=True)
class Inline:
    """A text taken apart, paragraph by paragraph."""

    raw: str
    paragraphs: tuple[tuple[Span, ...], ...]
    loose_stars: tuple[int, ...] = ()
    """Where stars stand that open or close nothing. One with a blank on either side is a word, and is not meant."""

    @cached_property
    def links(self) -> tuple[Span, ...]:
        """The links, in order."""
        return tuple(span for spans in self.paragraphs for span in _walk(spans) if span.kind == "link")

    @cached_property
    def plain(self) -> str:
        """The text as read: without markup, one line a paragraph, one space between words."""
        return self._read[0]

    def offset(self, position: int) -> int:
        """Where in the text as typed a letter of `plain` stands."""
        _, starts, typed = self._read
        number = max(bisect_right(starts, position) - 1, 0)
        return typed[number] + position - starts[number] if starts else 0

    @cached_property
    def _read(self) -> tuple[str, list[int], list[int]]:
        """`plain`, and where each of its words starts in it and in the text as typed."""
        pieces: list[str] = []
        starts, typed, length = [], [], 0
        for spans in self.paragraphs:
            gap = "\n" if pieces else ""
            for at, word in _words(self.raw, spans):
                if not word:
                    gap = gap or (" " if pieces else "")
                    continue
                pieces += [gap, word]
                length += len(gap)
                starts.append(length)
                typed.append(at)
                length += len(word)
                gap = ""
        return "".join(pieces), starts, typed


@lru_cache(maxsize=4096)
def parse(raw: str, in_paragraphs: bool = False) -> Inline:
    """A text taken apart; empty lines part paragraphs where a field may hold several. Never fails: what is no markup is words."""
    loose: list[int] = []
    parts = _paragraphs(raw) if in_paragraphs and "\n\n" in raw else [(0, len(raw))]
    return Inline(raw, tuple(_spans(raw, start, end, loose) for start, end in parts), tuple(sorted(loose)))


def plain(raw: str, in_paragraphs: bool = False) -> str:
    """A text as read: without markup and soft hyphens, one line a paragraph."""
    if not ("*" in raw or "](" in raw or "\u00ad" in raw or (in_paragraphs and "\n\n" in raw)):
        return " ".join(raw.split())
    return parse(raw, in_paragraphs).plain


def links(raw: str) -> list[str]:
    """The targets of the links in a text, such as `term:disc`, in order."""
    return [link.target for link in parse(raw).links] if "](" in raw else []


def references(raw: str) -> list[tuple[str, str]]:
    """The (kind, id) pairs that a text links to, in order; kind is `article` or `term`."""
    return [found for link in parse(raw).links if (found := link.by_id)] if "](" in raw else []


def _paragraphs(raw: str) -> list[tuple[int, int]]:
    """Where each paragraph starts and ends."""
    found, start = [], 0
    for part in raw.split("\n\n"):
        if part.strip():
            found.append((start, start + len(part)))
        start += len(part) + 2
    return found


def _walk(spans: tuple[Span, ...]) -> Iterator[Span]:
    for span in spans:
        yield span
        yield from _walk(span.inside)


def _words(raw: str, spans: tuple[Span, ...]) -> Iterator[tuple[int, str]]:
    """Each run of letters with its place; an empty one stands for a blank."""
    for span in _walk(spans):
        if span.kind == "words":
            for piece in re.finditer(r"\s+|[^\s\u00ad]+", raw[span.start : span.end]):
                yield span.start + piece.start(), "" if piece.group().isspace() else piece.group()


class _Open(NamedTuple):
    """Stars that wait for those that close them: where they start, how many are left, and what follows them so far."""

    start: int
    stars: int
    spans: list[Span]


def _spans(raw: str, start: int, end: int, loose: list[int]) -> tuple[Span, ...]:
    """The spans of a paragraph, or of the words of a link."""
    waiting = [_Open(start, 0, [])]
    at = start
    for token in _TOKEN.finditer(raw, start, end):
        first, last = token.span()
        if token["link"]:
            _add_words(waiting[-1].spans, at, first)
            words = _spans(raw, *token.span(3), loose)
            waiting[-1].spans.append(Span("link", first, last, words, token[4]))
            at = last
            continue
        before, after = raw[first - 1] if first > start else " ", raw[last] if last < end else " "
        if len(waiting) > 1 and not before.isspace() and not after.isalnum():
            _add_words(waiting[-1].spans, at, first)
            at = _close(waiting, first, last)
            loose += [at] if at < last else []
        elif not after.isspace() and not before.isalnum() and len(waiting) <= DEEPEST:
            _add_words(waiting[-1].spans, at, first)
            waiting.append(_Open(first, last - first, []))
            at = last
        elif not (before.isspace() and after.isspace() and token["stars"] == "*"):
            loose.append(first)
    _add_words(waiting[-1].spans, at, end)
    spans = waiting[0].spans
    for left in waiting[1:]:  # stars that nothing closes are words
        loose.append(left.start)
        spans.append(Span("words", left.start, left.start + left.stars))
        spans += left.spans
    return tuple(spans)


def _close(waiting: list[_Open], start: int, end: int) -> int:
    """Closes what the stars from `start` to `end` can close, two stars before one; gives back where those left over start."""
    while start < end and len(waiting) > 1:
        opened = waiting.pop()
        stars = 2 if opened.stars >= 2 and end - start >= 2 else 1
        left = opened.stars - stars
        span = Span("strong" if stars == 2 else "em", opened.start + left, start + stars, tuple(opened.spans))
        if left:
            waiting.append(_Open(opened.start, left, [span]))
        else:
            waiting[-1].spans.append(span)
        start += stars
    return start


def _add_words(spans: list[Span], start: int, end: int) -> None:
    if start < end:
        spans.append(Span("words", start, end))
