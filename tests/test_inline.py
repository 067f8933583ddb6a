"""Inline text is parsed once: spans with their places, the text as read, and the way back from one to the other."""

import re
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from press.compose.markup import paragraphs
from press.model.inline import Span, links, parse, plain
from press.proofread.stray import faults

PIECES = ["*", "**", "***", "[", "]", "(", ")", "](term:disc)", "[a", " ", "\n", "\n\n", "word", "é", "_", "<", "\u00a0", "."]


def shown(raw: str, span: Span) -> str:
    return raw[span.start : span.end]


@pytest.mark.parametrize(
    ("typed", "spans"),
    [
        ("a **b** c", [("words", "a "), ("strong", "**b**"), ("words", " c")]),
        ("*b*", [("em", "*b*")]),
        ("(**b**)", [("words", "("), ("strong", "**b**"), ("words", ")")]),
        ("see [a *b*](term:disc).", [("words", "see "), ("link", "[a *b*](term:disc)"), ("words", ".")]),
        ("2 * 3", [("words", "2 * 3")]),
        ("a_b and _c_", [("words", "a_b and _c_")]),
        ("5*6*7", [("words", "5*6*7")]),
    ],
)
def test_spans_are_the_text_as_typed(typed: str, spans: list[tuple[str, str]]) -> None:
    assert [(span.kind, shown(typed, span)) for span in parse(typed).paragraphs[0]] == spans


def test_stars_close_the_ones_opened_last() -> None:
    (bold,) = parse("**bold *both***").paragraphs[0]
    assert [(span.kind, shown("**bold *both***", span)) for span in bold.inside] == [("words", "bold "), ("em", "*both*")]
    (slanted,) = parse("***both** one*").paragraphs[0]
    assert (slanted.kind, [span.kind for span in slanted.inside]) == ("em", ["strong", "words"])


def test_a_link_knows_its_target_and_its_place() -> None:
    found = parse("x [a](term:disc), [b](https://else.example/)").links
    assert [(link.target, link.by_id) for link in found] == [
        ("term:disc", ("term", "disc")),
        ("https://else.example/", None),
    ]
    assert links("[a](term:disc) [b](article:x) [c] (article:y)") == ["term:disc", "article:x"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("**A** [disc](term:disc)s, *and*\n more", "A discs, and more"),
        ("one\n\n\n two **x\n\ny**", "one\ntwo **x\ny**"),
        ("10\u00a0mm", "10 mm"),
        ("  ", ""),
        ("Keep **moving", "Keep **moving"),
    ],
)
def test_the_text_as_read(typed: str, read: str) -> None:
    """Without markup, one space between words, one line a paragraph; what is no markup stays."""
    assert plain(typed, in_paragraphs=True) == read


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join), st.booleans())
def test_every_letter_as_read_stands_somewhere_as_typed(typed: str, in_paragraphs: bool) -> None:
    """Each letter is found again, in order; no span is empty, and spans follow each other without a gap."""
    inline = parse(typed, in_paragraphs)
    offsets = [inline.offset(at) for at, letter in enumerate(inline.plain) if not letter.isspace()]
    assert "".join(typed[at] for at in offsets) == re.sub(r"\s", "", inline.plain)
    assert offsets == sorted(set(offsets))
    for spans in inline.paragraphs:
        assert all(span.start < span.end for span in spans)
        assert all(first.end == second.start for first, second in pairwise(spans))
    assert plain(typed, in_paragraphs) == inline.plain


@given(st.lists(st.sampled_from(PIECES), max_size=20).map("".join))
def test_rules_read_what_the_page_shows(typed: str) -> None:
    """Composing and proofreading share the parse: the words on the page are the words that rules read."""
    html = paragraphs(typed, lambda kind, key, words: words)
    read = [" ".join(Markup(part).striptags().split()) for part in re.findall(r"<p>(.*?)</p>", html, re.DOTALL)]
    assert "\n".join(filter(None, read)) == plain(typed, in_paragraphs=True)


ODD = [
    "*",
    "**a ",
    "***a ",
    "*a* ",
    "[a",
    "](",
    "[a](",
    "[a](x ",
    "[a] (",
    "[a](term:b)",
    "_",
    " _a",
    "_a ",
    "<a",
    "<a> ",
    "{",
    "{{ ",
]
ODD += ["{% ", "~~a", "==", "`a ", "&a", "1. a\n", "\n- ", "---", "\\", "[a]        ", "[ ", "*a " * 30 + "b* " * 30]


@pytest.mark.parametrize("piece", ODD)
def test_nothing_that_is_typed_takes_long(piece: str) -> None:
    """Forty thousand letters, eight times what a field may hold, take no two seconds; nor do they go too deep to be composed."""
    text = piece * (40_000 // len(piece))
    started = time.process_time()
    faults(text, in_paragraphs=True)
    paragraphs(text[:5000], lambda kind, key, words: words)
    assert time.process_time() - started < 2
