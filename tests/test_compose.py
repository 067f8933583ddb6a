"""Composing: words explained once, nothing run, standing blocks printed, codes and sources right, and every use recorded."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from casebook import CASES
from printroom import GUIDES, SHIPPED, read_document
from pydantic import BaseModel

from press.compose.composer import Composed, compose
from press.compose.markup import plain
from press.compose.qr import symbol
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.base import Loc, texts
from press.model.documents import KINDS, Review
from press.model.library import Article, Clinic, Library, Shared, Signs, Source, Term
from press.model.review import text_digest
from press.read.manuscript import Manuscript

GOLDEN = Path(__file__).parent / "golden"
STANDARD = EDITIONS["standard"]
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&amp;{{ 7*7 }}"

BASE: dict[str, Any] = {
    "kind": "handout",
    "code": "VS-TEST",
    "version": "1.0",
    "status": "draft",
    "updated": "2026-11-22",
    "title": "A small sheet",
    "purpose": "What composing is tested with.",
    "description": "A small sheet with which the composing of pages is tested.",
    "keywords": ["sheet", "test"],
    "front": [{"kind": "notes", "lines": 1}],
    "back": [{"kind": "notes", "lines": 1}],
}

Composing = Callable[..., Composed]
Whole = tuple[Manuscript, Composed]


class Page(HTMLParser):
    """A page taken apart: its tags with their attributes, its words, and the words of each element by class."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.pieces.append(data)

    @property
    def words(self) -> str:
        return " ".join("".join(self.pieces).split())

    def values(self, name: str) -> list[str]:
        """The values of an attribute, in order."""
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


def manuscript(**fields: Any) -> Manuscript:
    """A document of plain values, in English."""
    values = BASE | fields
    document = KINDS[values["kind"]].model_validate(values)
    return replace(read_document(GUIDES / f"{SHIPPED[0]}.yaml"), slug="small", document=document)


def block(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **fields}


@pytest.fixture(scope="session")
def specimen() -> Manuscript:
    """The guide that shows every block in every variant."""
    return replace(read_document(CASES / "specimen.yaml", CASES), language="en")


@pytest.fixture
def composing(library: Library, templates: Templates) -> Composing:
    """Composes a document in the standard edition with the shipped library, or with another one."""

    def made(document: Manuscript, other: Library | None = None) -> Composed:
        return compose(document, STANDARD.symbol_mm, other or library, templates)

    return made


@pytest.fixture(scope="session", params=[*SHIPPED, "specimen"])
def whole(request: pytest.FixtureRequest, specimen: Manuscript, library: Library, templates: Templates) -> Whole:
    """Each shipped document and the specimen, composed."""
    found = specimen if request.param == "specimen" else read_document(GUIDES / f"{request.param}.yaml")
    return found, compose(found, STANDARD.symbol_mm, library, templates)


# -- words explained -------------------------------------------------------------------------------------------------------


def test_a_word_is_explained_at_its_first_use_only(composing: Composing, library: Library) -> None:
    """Where a document has no list of words, the explanation follows the word once, in reading order."""
    short = plain(library.languages["en"].terms["disc"].short)
    html = composing(
        manuscript(
            front=[block("text", body="A [disc](term:disc) and a [second disc](term:disc).")],
            back=[block("text", body="The [third](term:disc).")],
        )
    ).html
    assert html.count(f'<span class="gloss">({short})</span>') == 1
    assert f'A disc <span class="gloss">({short})</span> and a second disc.' in html
    assert "The third." in html


@pytest.mark.parametrize(
    ("field", "blocks"),
    [
        ("title", []),
        ("purpose", []),
        ("heading", [block("notes", lines=1, heading="{}")]),
        ("also_emergency", [block("red_flags", also_emergency=["{}"])]),
        ("also_today", [block("red_flags", also_today=["{}"])]),
        ("intro", [block("questions", intro="{}", items=["One?"])]),
        ("why", [block("read_more", articles=[{"article": "what-is-spinal-fusion", "why": "{}"}])]),
        ("next", [block("next_steps", articles=[{"article": "what-is-spinal-fusion", "why": "{}"}])]),
        ("caption", [block("figure", figure={"drawing": "worn-disc", "alt": "A disc", "caption": "{}"})]),
        ("cell", [block("table", columns=["A", "B"], rows=[{"name": "N", "cells": ["{}"]}, {"name": "M", "cells": ["x"]}])]),
        ("answer", [block("faq", items=[{"question": "Q?", "answer": "{}"}])]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_word_is_explained_wherever_it_stands_first(
    composing: Composing, library: Library, field: str, blocks: list[dict[str, Any]]
) -> None:
    """The first use that is printed has the explanation, in whatever field of whatever block."""
    linked = "a [disc](term:disc)"
    fields: dict[str, Any] = {field: linked} if field in ("title", "purpose") else {"front": filled(blocks, linked)}
    page = Page(composing(manuscript(**fields)).html)
    assert f"a disc ({plain(library.languages['en'].terms['disc'].short)})" in page.words


def filled(value: Any, text: str) -> Any:
    """Plain values with a text in every place that waits for one."""
    if isinstance(value, dict):
        return {key: filled(inner, text) for key, inner in value.items()}
    return [filled(inner, text) for inner in value] if isinstance(value, list) else text if value == "{}" else value


def test_a_document_with_a_glossary_links_to_it_instead(specimen: Manuscript, composing: Composing) -> None:
    """Every use is a link to an entry, and nothing is explained in brackets."""
    page = Page(composing(specimen).html)
    terms = [attributes["href"] for tag, attributes in page.tags if tag == "a" and attributes.get("class") == "term"]
    assert len(terms) >= 4
    assert {href and href.removeprefix("#") for href in terms} <= set(page.values("id"))
    assert "gloss" not in page.values("class")


def test_a_glossary_without_words_of_its_own_holds_those_that_are_linked(composing: Composing, library: Library) -> None:
    """Each once, in the order of the alphabet."""
    body = "A [spine bone](term:vertebra), a [disc](term:disc), and a [cage](term:cage). Again a [disc](term:disc)."
    html = composing(manuscript(front=[block("text", body=body)], back=[block("glossary")])).html
    assert re.findall(r'id="term-([\w-]+)"', html) == ["cage", "disc", "vertebra"]
    for key in ("cage", "disc", "vertebra"):
        assert plain(library.languages["en"].terms[key].definition) in Page(html).words


# -- nothing is run --------------------------------------------------------------------------------------------------------


def hostile(value: BaseModel) -> Any:
    """A model with hostile words at the end of every text, and of every name."""
    fixed = ("kind", "id", "url", "site", "code", "version", "article_lines", "status", "path", "tone")
    names = [name for name in type(value).model_fields if name not in fixed]
    return value.model_copy(update={name: poisoned(getattr(value, name), name) for name in names})


def poisoned(value: Any, name: str) -> Any:
    if isinstance(value, BaseModel):
        return hostile(value)
    if isinstance(value, tuple):
        return tuple(poisoned(item, name) for item in value)
    is_text = isinstance(value, str) and name not in ("sources", "terms", "drawing", "article", "hosts")
    return value + HOSTILE if is_text else value


@pytest.mark.parametrize("name", [*SHIPPED[:2], "specimen"])
def test_markup_in_the_content_is_shown_and_not_run(
    name: str, specimen: Manuscript, library: Library, composing: Composing
) -> None:
    """HTML and template code in any text, name, title or address label reach the page as words."""
    sound = specimen if name == "specimen" else read_document(GUIDES / f"{name}.yaml")
    english = library.languages["en"]
    known = replace(library, clinic=library.clinic.model_copy(update={"phone": "555 0100", "address": "1 Main Street"}))
    poisonous = replace(
        library,
        clinic=hostile(known.clinic),
        articles={key: hostile(article) for key, article in library.articles.items()},
        sources={key: hostile(source) for key, source in library.sources.items()},
        languages={
            "en": replace(
                english, terms={key: hostile(term) for key, term in english.terms.items()}, shared=hostile(english.shared)
            )
        },
    )
    before = Page(composing(sound, known).html)
    html = composing(replace(sound, document=hostile(sound.document)), poisonous).html
    after = Page(html)
    assert Counter(tag for tag, _ in after.tags) == Counter(tag for tag, _ in before.tags)
    assert not {key for _, attributes in after.tags for key in attributes if key.startswith("on")}
    assert html.count("&lt;script&gt;") > 50
    assert "{{ 7*7 }}" in html


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "https://a.b", "file:///etc/passwd", "term:"])
def test_a_link_that_is_not_by_id_is_inert(composing: Composing, target: str) -> None:
    """It is shown as it was typed, and opens nothing."""
    page = Page(composing(manuscript(front=[block("text", body=f"Click [here]({target}).")])).html)
    assert f"Click [here]({target})." in page.words
    assert not [href for href in page.values("href") if target in href]


# -- standing blocks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_standing_texts_are_printed_whatever_the_author_placed(kind: str, library: Library, composing: Composing) -> None:
    """Every warning sign, the disclaimer, the hedge, who wrote it, the forms it comes in, the contact, the state of review."""
    blocks = [block("notes", lines=1)]
    cover = {"eyebrow": "Free", "drawing": "cover-spine", "alt": "A spine", "inside": ["One", "Two", "Three"]}
    bare = manuscript() if kind == "handout" else None
    if bare is None:
        values = {key: value for key, value in BASE.items() if key not in ("front", "back")}
        values |= {"kind": "guide", "cover": cover, "parts": [{"title": "Part", "blocks": blocks}]}
        bare = replace(manuscript(), document=KINDS["guide"].model_validate(values))
    words = Page(composing(bare).html).words
    shared = library.languages["en"].shared
    standing = [text for _, text, _ in texts(shared)]
    assert len(standing) > 15
    for text in standing:
        assert plain(text) in words
    phrases = library.languages["en"].phrases
    for phrase in ("about", "contact", "not_yet_reviewed", "phone", "address"):
        assert phrases[phrase] in words


def test_what_the_author_adds_to_the_warning_signs_stands_with_them(composing: Composing) -> None:
    """A document adds signs of its own to each level and takes none away."""
    added = block("red_flags", also_emergency=["An own emergency"], also_today=["An own sign for today"])
    html = composing(manuscript(front=[added])).html
    signs = re.findall(r'<div class="help (\w+)">(.*?)</ul>', html, re.DOTALL)
    plainly = dict(re.findall(r'<div class="help (\w+)">(.*?)</ul>', composing(manuscript()).html, re.DOTALL))
    assert [level for level, _ in signs] == ["emergency", "today"]
    for (level, listed), own in zip(signs, ("An own emergency", "An own sign for today"), strict=True):
        assert listed == f"{plainly[level]}<li>{own}</li>"


def test_fields_of_the_clinic_print_as_lines_to_write_on_until_they_are_known(composing: Composing, library: Library) -> None:
    """An empty phone is a line; a known one is printed."""
    unknown = Clinic(name="A clinic", site="https://a.b/", hosts=("a.b",))
    known = unknown.model_copy(update={"phone": "555 0100", "address": "1 Main Street"})
    pages = [composing(manuscript(), replace(library, clinic=clinic)).html for clinic in (unknown, known)]
    assert [page.count('class="contact-line to-write"') for page in pages] == [3, 1]
    assert "555 0100" in pages[1]


def test_a_draft_says_so_and_a_review_names_its_day(composing: Composing, library: Library) -> None:
    """The running foot has the state of the review."""
    phrases = library.languages["en"].phrases
    draft = manuscript()
    signed = Review(reviewer="A. Reader", credentials="MD", reviewed="2026-11-01", next_review="2029-11-01", digest=digest(draft))  # type: ignore[arg-type]
    reviewed = with_fields(draft, status="reviewed", review=signed)
    assert phrases["status_draft"] in " ".join(Page(composing(draft).html).values("data-imprint"))
    said = Page(composing(reviewed).html)
    assert phrases["status_reviewed"].format(date="2026-11-01") in " ".join(said.values("data-imprint"))
    assert "A. Reader" in said.words


def test_a_review_of_other_words_is_not_printed(composing: Composing, library: Library) -> None:
    """Where the text changed since it was signed, the page says draft, as the manifest does."""
    signed = Review(reviewer="A. Reader", credentials="MD", reviewed="2026-11-01", next_review="2029-11-01", digest="0" * 16)  # type: ignore[arg-type]
    page = Page(composing(with_fields(manuscript(), status="reviewed", review=signed)).html)
    assert library.languages["en"].phrases["status_draft"] in " ".join(page.values("data-imprint"))
    assert "A. Reader" not in page.words


def digest(of: Manuscript) -> str:
    return text_digest(of.document)


def with_fields(of: Manuscript, **fields: Any) -> Manuscript:
    return replace(of, document=of.document.model_copy(update=fields))


# -- codes and sources -----------------------------------------------------------------------------------------------------


def test_a_card_shows_the_code_the_title_and_the_address(composing: Composing, library: Library) -> None:
    """The symbol is the registry's address, its alt text names title and address, and a link carries the same address."""
    article = library.articles["what-is-spinal-fusion"]
    made = composing(manuscript(back=[block("read_more", articles=[{"article": article.id, "why": "To know more."}])]))
    assert [vars(link) for link in made.links] == [{"article": article.id, "title": article.title, "url": article.url}]
    alt = library.languages["en"].phrases["qr_alt"].format(title=article.title, url=article.typed)
    assert made.alts == (alt,)
    assert alt in Page(made.html).words
    assert symbol(article.url).path in made.html
    assert f'width="{STANDARD.symbol_mm}mm" height="{STANDARD.symbol_mm}mm"' in made.html
    assert f'<a href="{article.url}">{article.typed}</a>' in made.html
    assert made.opens[article.url] == article.title


def test_a_typed_address_is_short_and_leads_to_the_same_page(library: Library) -> None:
    """Without https:// and www., without the last slash, and nothing else is left out."""
    for article in library.articles.values():
        assert article.url in {f"https://{www}{article.typed}{slash}" for www in ("", "www.") for slash in ("", "/")}


def test_an_address_that_nobody_checked_says_so(composing: Composing, library: Library) -> None:
    """Unverified articles print a word to confirm; verified ones do not."""
    reading = manuscript(back=[block("read_more", articles=[{"article": "what-is-spinal-fusion", "why": "More."}])])
    word = library.languages["en"].phrases["link_to_confirm"]
    for status, printed in (("unverified", True), ("verified", False)):
        article = library.articles["what-is-spinal-fusion"].model_copy(update={"status": status})
        other = replace(library, articles={**library.articles, article.id: article})
        assert (word in Page(composing(reading, other).html).words) == printed


def test_a_link_in_the_text_opens_the_article_and_prints_no_code(composing: Composing, library: Library) -> None:
    """A link is live; a code is printed for cards alone."""
    made = composing(manuscript(front=[block("text", body="See [this page](article:what-is-spinal-fusion).")]))
    article = library.articles["what-is-spinal-fusion"]
    assert f'<a href="{article.url}">this page</a>' in made.html
    assert (made.links, made.alts) == ((), ())
    assert made.opens[article.url] == article.title


def test_sources_are_numbered_in_order_of_first_citation(composing: Composing, library: Library) -> None:
    """The list has each source once with its title, publisher and year, and links to it; parts name the numbers."""
    parts = [
        {"title": "One", "blocks": [block("notes", lines=1, sources=["mayo-fusion", "rnoh-fusion"])]},
        {"title": "Two", "blocks": [block("notes", lines=1, sources=["royalfree-ces", "mayo-fusion"]), block("sources")]},
    ]
    values = {key: value for key, value in BASE.items() if key not in ("front", "back")} | {"kind": "guide", "parts": parts}
    values["cover"] = {"eyebrow": "Free", "drawing": "cover-spine", "alt": "A spine", "inside": ["One", "Two", "Three"]}
    made = composing(replace(manuscript(), document=KINDS["guide"].model_validate(values)))
    listed = [library.sources[key] for key in ("mayo-fusion", "rnoh-fusion", "royalfree-ces")]
    html = made.html[made.html.index('class="block sources') :]
    found = [html.index(f'href="{source.url}"'.replace("&", "&amp;")) for source in listed]
    assert found == sorted(found)
    starts = [html.index(f'start="{number}"') for number in (1, 3)]
    assert starts[0] < found[0] < found[1] < starts[1] < found[2], "in two halves, the second list goes on counting"
    for source in listed:
        assert plain(source.title) in Page(html).words
        assert made.opens[source.url] == source.title
    label = library.languages["en"].phrases["sources_for_part"]
    assert re.findall(rf"{label}: ([\d, ]+)<", made.html) == ["1, 2", "1, 3"]


def test_a_document_without_a_list_of_sources_names_them_in_short(composing: Composing, library: Library) -> None:
    """In the facts about the document, each label once."""
    html = composing(manuscript(front=[block("notes", lines=1, sources=["mayo-fusion", "royalfree-ces", "mayo-fusion"])])).html
    labels = [library.sources[key].label for key in ("mayo-fusion", "royalfree-ces")]
    assert "; ".join(labels) in Page(html).words


# -- the page as a whole ---------------------------------------------------------------------------------------------------


def test_every_text_of_a_document_is_printed(whole: Whole) -> None:
    """No template forgets a field."""
    document = whole[0].document
    page = Page(re.sub(r' <span class="gloss">.*?</span>', "", whole[1].html))
    printed = letters(page.words + " ".join(page.values("data-foot")))
    placed: list[tuple[Loc, str]] = [(loc, text) for loc, text, prose in texts(document) for text in text.split("\n\n")]
    assert len(placed) > 30
    for loc, text in placed:
        assert letters(plain(text)) in printed, loc


def letters(text: str) -> str:
    """The letters and digits alone: what is printed, however it is laid out."""
    return re.sub(r"\W+", "", text)


def test_headings_go_down_one_level_at_a_time(whole: Whole) -> None:
    """One first heading, and none skips a level."""
    levels = [int(tag[1]) for tag, _ in Page(whole[1].html).tags if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_every_anchor_is_there(whole: Whole) -> None:
    """Links inside the document lead somewhere; drawings share no id."""
    page = Page(whole[1].html)
    ids = Counter(page.values("id"))
    repeated = {name for name, count in ids.items() if count > 1 and not name.startswith("term-")}
    assert repeated == set()
    assert {href.removeprefix("#") for href in page.values("href") if href.startswith("#")} <= set(ids)


def test_every_header_cell_says_which_way_it_reaches(whole: Whole) -> None:
    """A scope on every `th`, for readers who hear the table."""
    assert all(attributes.get("scope") in ("row", "col") for tag, attributes in Page(whole[1].html).tags if tag == "th")


def test_every_picture_has_its_words(whole: Whole) -> None:
    """Each drawing and each code starts with a title that says what is seen or where it leads."""
    pictures = re.findall(r"<svg\b[^>]*>\s*(.{0,7})", whole[1].html)
    assert pictures
    assert set(pictures) == {"<title>"}


def test_a_page_needs_nothing_from_outside(whole: Whole) -> None:
    """No script, no picture by address, no style but those inside drawings and the widths of a table's columns."""
    page = Page(whole[1].html)
    assert not {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "object", "image", "base"}
    assert page.values("src") == []
    assert all(re.fullmatch(r"width: [\d.]+%", style) for style in page.values("style"))


def test_the_same_document_gives_the_same_page(whole: Whole, library: Library, templates: Templates) -> None:
    """Composing again, even after others, changes nothing; and nothing of the library was changed."""
    assert compose(whole[0], STANDARD.symbol_mm, library, templates) == whole[1]


def test_editions_differ_in_the_size_of_their_codes_alone(specimen: Manuscript, library: Library, templates: Templates) -> None:
    """Paper is a matter of the style sheet."""
    made = compose(specimen, STANDARD.symbol_mm, library, templates).html
    large = compose(specimen, 40.0, library, templates).html
    assert large != made
    assert large.replace("40.0mm", f"{STANDARD.symbol_mm}mm") == made


def test_companions_share_a_row_and_a_note_between_them_follows(composing: Composing) -> None:
    """On a handout, steps stand beside questions; all that was placed is printed, once."""
    back = [
        block("steps", steps=[{"text": "First."}, {"text": "Second."}]),
        block("callout", tone="caution", body="A note."),
        block("questions", items=["What now?"]),
        block("notes", lines=1),
    ]
    html = composing(manuscript(back=back)).html
    (abreast,) = re.findall(r'<div class="abreast">(.*?)<section class="block callout', html, re.DOTALL)
    assert re.findall(r'class="block (\w+)', abreast) == ["steps", "questions"]
    back_side = html[html.index('class="side back"') :]
    assert re.findall(r'class="block (\w+)', back_side) == ["steps", "questions", "callout", "notes", "next_steps", "about"]


# -- what was used ---------------------------------------------------------------------------------------------------------


def altered(value: BaseModel, part: str) -> BaseModel:
    """A model with another value in one field."""
    was = getattr(value, part)
    others: dict[str, Any] = {"status": "unverified" if was == "verified" else "verified", "year": 2001 if was == 2000 else 2000}
    if part in ("emergency", "today"):
        return value.model_copy(update={part: was.model_copy(update={"action": was.action + " changed"})})
    if isinstance(was, tuple):
        return value.model_copy(update={part: (*was, "changed")})
    return value.model_copy(update={part: others.get(part, f"{was or ''}changed")})


def with_changes(library: Library, names: set[str]) -> Library:
    """A library in which each of these entries is another one."""
    english = library.languages["en"]
    articles: dict[str, Any] = dict(library.articles)
    sources: dict[str, Any] = dict(library.sources)
    terms: dict[str, Any] = dict(english.terms)
    phrases, drawings = dict(english.phrases), dict(library.drawings)
    clinic, shared, styles = library.clinic, english.shared, library.drawing_styles
    for name in names:
        kind, _, rest = name.partition(":")
        key, _, part = rest.removeprefix("en:").partition("/")
        if kind in ("article", "source", "term") and part != "id":
            table = {"article": articles, "source": sources, "term": terms}[kind]
            table[key] = altered(table[key], part)
        elif kind == "phrase":
            phrases[key] += " changed"
        elif kind == "drawing":
            drawings[key] = drawings[key].replace("</svg>", '<g class="changed"/></svg>')
        elif kind == "clinic":
            clinic = altered(clinic, key)  # type: ignore[assignment]
        elif kind == "shared":
            shared = altered(shared, key)  # type: ignore[assignment]
        elif kind == "drawing-styles":
            styles += ".changed{}"
    languages = {"en": replace(english, phrases=phrases, terms=terms, shared=shared)}
    tables: dict[str, Any] = {"articles": articles, "sources": sources, "languages": languages, "drawings": drawings}
    return replace(library, clinic=clinic, drawing_styles=styles, **tables)


def test_what_is_not_recorded_may_change_without_the_page_changing(whole: Whole, library: Library, composing: Composing) -> None:
    """Every entry of the library that the page does not name among its uses becomes another: the page stays as it is."""
    unused = set(library.digests) - whole[1].uses
    assert len(unused) > 300
    changed = with_changes(library, unused)
    assert changed.articles != library.articles
    assert changed.languages["en"].terms != library.languages["en"].terms
    assert composing(whole[0], changed) == whole[1]


def test_what_is_recorded_exists(whole: Whole, library: Library) -> None:
    """Every use has a digest in the library or is a template, so that a change to it can be seen at all."""
    templates = {name for name in whole[1].uses if name.startswith("template:")}
    assert templates
    assert whole[1].uses - templates <= set(library.digests)


def test_what_is_recorded_matters(library: Library, composing: Composing) -> None:
    """A change to the words, articles, drawings and standing texts that a handout uses changes its page or what it opens."""
    found = read_document(GUIDES / f"{SHIPPED[0]}.yaml")
    before = composing(found)
    printed = re.compile(
        r"phrase:|article:.*/(?:title|url)$|drawing:(?!symbols)|drawing-styles:|shared:|clinic:(?:name|phone|address)$|source:.*/label$"
    )
    names = {name for name in before.uses if printed.match(name)}
    assert len(names) > 40
    idle = {name for name in names if composing(found, with_changes(library, {name})) == before}
    assert idle == set()


def test_articles_are_recorded_when_they_are_printed_and_not_otherwise(whole: Whole, library: Library) -> None:
    """Title, address and status of the articles that the document opens, and of no others; never a note for editors."""
    recorded = {name.removeprefix("article:") for name in whole[1].uses if name.startswith("article:")}
    opened = {key for key, article in library.articles.items() if article.url in whole[1].opens}
    assert recorded == {f"{key}/{part}" for key in opened for part in ("title", "url", "status")}


def test_templates_that_are_not_recorded_may_be_missing(whole: Whole, library: Library, templates: Templates) -> None:
    """With the recorded templates alone the page is the same."""
    loader = templates.environment.loader
    assert loader
    all_texts = {name: loader.get_source(templates.environment, name)[0] for name in loader.list_templates()}
    used = {name: text for name, text in all_texts.items() if f"template:{name}" in whole[1].uses}
    assert 3 < len(used) <= len(all_texts)
    assert compose(whole[0], STANDARD.symbol_mm, library, Templates(used)) == whole[1]


# -- golden ----------------------------------------------------------------------------------------------------------------


def without_drawings(html: str) -> str:
    """A page with its pictures cut down to their titles; a test of their own looks at those."""
    return re.sub(r"(<svg\b[^>]*>)\s*(<title>.*?</title>).*?</svg>", r"\1\2</svg>", html, flags=re.DOTALL)


def stand_ins(library: Library) -> Library:
    """The library with its words, titles and addresses made of the ids, so that an edit of the content is no other page."""
    english = library.languages["en"]
    terms = {key: Term(id=key, word=key, short=f"short {key}", definition=f"Definition of {key}.") for key in english.terms}
    articles = {
        key: Article(id=key, title=f"Title of {key}", url=f"https://clinic.example/{number}", status="unverified")
        for number, key in enumerate(library.articles)
    }
    sources = {
        key: Source(
            id=key, label=f"Label of {key}", title=f"Title of {key}", publisher="A publisher", url="https://source.example"
        )
        for key in library.sources
    }
    signs = Signs(label="A label", action="An action:", signs=("A sign", "Another sign"))
    lines = {name: f"The {name}." for name in Shared.model_fields if name not in ("emergency", "today")}
    shared = Shared.model_validate({"emergency": signs, "today": signs, **lines})
    languages = {"en": replace(english, terms=terms, shared=shared)}
    clinic = Clinic(name="A clinic", site="https://clinic.example/", hosts=("clinic.example",))
    return replace(library, clinic=clinic, articles=articles, sources=sources, languages=languages)


def test_the_specimen_is_composed_as_it_was(
    specimen: Manuscript, library: Library, composing: Composing, request: pytest.FixtureRequest
) -> None:
    """The page of every block in every variant is the one in tests/golden; `pytest --refresh-golden` writes it anew."""
    html = without_drawings(composing(specimen, stand_ins(library)).html)
    golden = GOLDEN / "specimen.html"
    if request.config.getoption("--refresh-golden"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(html, "utf-8")
    assert golden.read_text("utf-8") == html
