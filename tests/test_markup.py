"""Inline Markdown: bold, emphasis and links by id become HTML; all else is shown as it was typed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup, escape

from press.compose.markup import inline, paragraphs, plain
from press.model.inline import references


def link(kind: str, key: str, words: Markup) -> Markup:
    return Markup("<{} {}|{}>").format(kind, key, words)


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("plain words", "plain words"),
        ("**bold** and *slanted*", "<strong>bold</strong> and <em>slanted</em>"),
        ("**bold *both***", "<strong>bold <em>both</em></strong>"),
        ("[a disc](term:disc)", "<term disc|a disc>"),
        ("see [**this**](article:what-is-fusion).", "see <article what-is-fusion|<strong>this</strong>>."),
        ("**[a disc](term:disc)**", "<strong><term disc|a disc></strong>"),
        ("two\nlines   and\n\n more", "two lines and more"),
        ("10\u00a0mm, 5\u202fkg", "10\u00a0mm, 5\u202fkg"),
        ("2 * 3 * 4 and ** alone", "2 * 3 * 4 and ** alone"),
        ("a_b_c", "a_b_c"),
    ],
)
def test_the_small_markdown_becomes_html(typed: str, html: str) -> None:
    """Bold, emphasis and links; line ends are spaces, and spaces that do not break stay."""
    assert inline(typed, link) == html


@pytest.mark.parametrize(
    "typed",
    [
        "<b>bold</b>",
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "<!-- a comment -->",
        "&lt;b&gt; &amp; &nbsp; &shy; &#x202e;",
        "5 < 6 & 7 > 2",
        "[click](javascript:alert(1))",
        "[click](JaVaScRiPt:alert(1))",
        "[click](data:text/html,<b>)",
        "[click](vbscript:x)",
        "[click](file:///etc/passwd)",
        "[away](https://example.org/)",
        "[nowhere](term:)",
        "[spaces]( term:disc )",
        "[angles](<term:disc>)",
        '[titled](term:disc "a title")',
        "[a [nested] one](term:disc)",
        "![a picture](https://example.org/a.png)",
        "`code`",
        "# no heading",
        "- no list",
        "> no quote",
        "https://example.org/",
        "line\\\nbreak",
        "~~struck~~",
        "[^1] and [x]: y",
    ],
)
def test_all_else_is_shown_and_not_run(typed: str) -> None:
    """Raw HTML, entities, and links that are not by id reach the page as words; no tag comes out, and no link is made."""
    html = inline(typed, lambda kind, key, words: pytest.fail(f"a link to {kind}:{key}"))
    assert re.findall(r"<[^>]*>", html) == []
    shown = typed.replace("\\\n", "\\ ")
    if "](" in typed:
        assert shown.split("](")[0] in html.unescape()
    else:
        assert html == escape(shown)


def test_a_link_is_made_only_where_the_proofreader_sees_one() -> None:
    """Whatever is handed on as a link is among the references that rules check against the registry."""
    seen: list[tuple[str, str]] = []

    def note(kind: str, key: str, words: Markup) -> Markup:
        seen.append((kind, key))
        return words

    for typed in (
        "[a](term:b)",
        "[a](<term:b>)",
        "[a [b] c](term:d)",
        "[a](term:b 'c')",
        "[a](term:caf&eacute;)",
        "[a](term\\:b)",
    ):
        seen.clear()
        inline(typed, note)
        assert set(seen) <= set(references(typed)), typed


pieces = st.sampled_from(
    ["[", "]", "(", ")", "<", ">", "*", "**", "_", "term:", "article:", "disc", " ", "\n", "\\", "&amp;", "'", '"', "é"]
)


@given(st.lists(pieces, max_size=25).map("".join))
def test_no_text_breaks_the_page(typed: str) -> None:
    """Whatever is typed, tags are balanced, links are known, and nothing but our own tags comes out."""
    opened: list[tuple[str, str]] = []

    def note(kind: str, key: str, words: Markup) -> Markup:
        opened.append((kind, key))
        return Markup("<a>{}</a>").format(words)

    tags = re.findall(r"<(/?)(\w+)>", inline(typed, note))
    assert set(opened) <= set(references(typed))
    waiting: list[str] = []
    for closing, name in tags:
        assert name in ("strong", "em", "a")
        if closing:
            assert waiting.pop() == name
        else:
            waiting.append(name)
    assert waiting == []
    assert "<" not in re.sub(r"</?(?:strong|em|a)>", "", inline(typed, note))


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("one", "<p>one</p>"),
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("one\nstill one\n\n\n\ntwo", "<p>one still one</p><p>two</p>"),
        ("\n\none\n\n", "<p>one</p>"),
        ("<p>\n\n**two**", "<p>&lt;p&gt;</p><p><strong>two</strong></p>"),
    ],
)
def test_empty_lines_part_paragraphs(typed: str, html: str) -> None:
    """A single line end does not."""
    assert paragraphs(typed, link) == html


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("**A** [disc](term:disc) & more", "A disc & more"),
        ("a <b> tag", "a <b> tag"),
        ("[away](https://a.b)", "[away](https://a.b)"),
    ],
)
def test_plain_is_the_words_alone(typed: str, words: str) -> None:
    """For titles in the file's data, where no markup can stand."""
    assert plain(typed) == words
