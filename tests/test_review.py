"""A review counts while it is complete, of these very words, and in date; nothing less is printed as reviewed."""

from datetime import date, timedelta
from typing import Any

import pytest
from casebook import CASES
from printroom import SHIPPED, read_document

from press.model.base import Loc, texts
from press.model.documents import Guide, Handout, Review
from press.model.review import effective_status, is_signed, status_on, text_digest

DUE = date(2029, 11, 1)
SPECIMEN = read_document(CASES / "specimen.yaml", CASES).document
UNSIGNED = {"status": "reviewed", "version": "9.9", "updated": date(2026, 1, 1), "keywords": ("other", "words"), "waive": ()}
"""Fields that say nothing to a patient, each with another value."""


def signed(document: Guide | Handout, **changes: Any) -> Guide | Handout:
    """The document with a complete review of its words, but for the fields of the review that are given."""
    fields: dict[str, Any] = {"reviewer": "A. Reader", "credentials": "MD", "reviewed": date(2026, 11, 1), "next_review": DUE}
    review = Review(**(fields | {"digest": text_digest(document)} | changes))
    return document.model_copy(update={"status": "reviewed", "review": review})


def changed(value: Any, loc: Loc, words: str) -> Any:
    """A model with another text at one place."""
    if not loc:
        return words
    first, rest = loc[0], loc[1:]
    if isinstance(value, tuple):
        return tuple(changed(item, rest, words) if number == first else item for number, item in enumerate(value))
    return value.model_copy(update={first: changed(getattr(value, str(first)), rest, words)})


def test_a_complete_review_of_these_words_counts() -> None:
    assert is_signed(signed(SPECIMEN))
    assert effective_status(signed(SPECIMEN), DUE) == "reviewed"


@pytest.mark.parametrize("name", ["reviewer", "credentials", "reviewed", "next_review", "digest"])
def test_a_review_without_one_of_its_fields_does_not_count(name: str) -> None:
    document = signed(SPECIMEN, **{name: None})
    assert not is_signed(document)
    assert effective_status(document, DUE) == "draft"


def test_a_review_does_not_count_while_the_status_says_draft() -> None:
    document = signed(SPECIMEN).model_copy(update={"status": "draft"})
    assert not is_signed(document)
    assert effective_status(document, DUE) == "draft"


@pytest.mark.parametrize("loc", [loc for loc, _, _ in texts(SPECIMEN)], ids=lambda loc: ".".join(map(str, loc)))
def test_another_word_anywhere_ends_the_review(loc: Loc) -> None:
    """Every text that a patient reads is signed: added warning signs and the statement of interest among them."""
    document = changed(signed(SPECIMEN), loc, "Other words.")
    assert text_digest(document) != text_digest(SPECIMEN)
    assert effective_status(document, DUE) == "draft"


def test_the_texts_that_are_tried_are_all_there_are() -> None:
    """The specimen holds every field of every block, so that none can be left out of the signed words."""
    names = {loc[-1] for loc, _, _ in texts(SPECIMEN) if isinstance(loc[-1], str)}
    assert {"title", "purpose", "interest", "heading", "body", "intro", "caption", "risks", "known", "answer"} <= names
    inside = {loc[-2] for loc, _, _ in texts(SPECIMEN) if isinstance(loc[-1], int)}
    assert {"also_emergency", "also_today", "points", "items", "cells", "columns"} <= inside


@pytest.mark.parametrize("name", ["drawing", "alt", "sources"])
def test_another_drawing_alternative_text_or_source_ends_the_review(name: str) -> None:
    """What is seen and what it rests on is signed, too."""
    document = read_handout()
    number, block, figure = next((n, b, b.figure) for n, b in enumerate(document.front) if b.kind == "text" and b.figure)
    if name == "sources":
        other = block.model_copy(update={"sources": (*block.sources, "another")})
    else:
        other = block.model_copy(update={"figure": figure.model_copy(update={name: "another"})})
    front = tuple(other if n == number else b for n, b in enumerate(document.front))
    assert not is_signed(signed(document).model_copy(update={"front": front}))


def test_blocks_in_another_order_end_the_review() -> None:
    document = signed(read_handout())
    assert isinstance(document, Handout)
    assert not is_signed(document.model_copy(update={"back": document.back[::-1]}))


@pytest.mark.parametrize("name", UNSIGNED)
def test_what_says_nothing_to_a_patient_leaves_the_review(name: str) -> None:
    document = signed(SPECIMEN)
    assert is_signed(document.model_copy(update={name: UNSIGNED[name]}))


def test_a_review_counts_through_its_last_day() -> None:
    document = signed(SPECIMEN)
    assert [effective_status(document, DUE + timedelta(days)) for days in (-1, 0, 1)] == ["reviewed", "reviewed", "overdue"]


@pytest.mark.parametrize(
    ("is_complete", "due", "status"),
    [
        (True, "2026-11-23", "reviewed"),
        (True, "2026-11-22", "reviewed"),
        (True, "2026-11-21", "overdue"),
        (True, None, "reviewed"),
        (False, "2026-11-23", "draft"),
        (False, "2026-11-21", "draft"),
        (False, None, "draft"),
    ],
)
def test_the_status_on_a_day(is_complete: bool, due: str | None, status: str) -> None:
    assert status_on(date(2026, 11, 22), is_complete, due) == status


def read_handout() -> Handout:
    """A shipped handout."""
    document = read_document(CASES.parents[1] / "guides" / f"{SHIPPED[0]}.yaml").document
    assert isinstance(document, Handout)
    return document


SMALL = {
    "kind": "handout", "code": "VS-SMALL", "version": "1.0", "status": "draft", "updated": "2026-11-22",
    "title": "Ñandú — a sheet", "purpose": "To be signed.",
    "description": "A short handout whose digest stands in this test as a number.",
    "keywords": ["one", "two"], "front": [{"kind": "notes", "lines": 3}], "back": [{"kind": "text", "body": "Words."}],
}  # fmt: skip


def test_a_digest_that_was_signed_once_stays_as_it_is() -> None:
    """It is written into the document's file: with another way to work it out, every review would be lost."""
    document = Handout.model_validate(SMALL)
    assert text_digest(document) == "3c10b6afe871cbce"
    assert text_digest(document.model_copy(update={"interest": None})) == text_digest(document)
