"""Review: every review is complete, in order, of these very words, and not overdue (criteria.md G01, G02, G06)."""

from collections.abc import Iterator
from datetime import date

from press.model.review import text_digest
from press.problems import Mark, Severity
from press.proofread.cards import Card
from press.proofread.rule import Finding, Place, Proof, Shelf, document_rule, library_rule

MAX_YEARS = 3
_FIELDS = {
    "reviewer": "who reviewed it",
    "credentials": "the reviewer's credentials",
    "reviewed": "the day of the review",
    "next_review": "the day of the next review",
    "digest": "the digest of the text reviewed",
}


@document_rule("review-incomplete", "G02")
def review_incomplete(proof: Proof) -> Iterator[Finding]:
    """A document that says it is reviewed, and not by whom, when, or of which text."""
    if proof.document.status != "reviewed":
        return
    for name, said in _FIELDS.items():
        if not getattr(proof.document.review, name):
            hint = (
                f'write `digest: "{text_digest(proof.document)}"` once the reviewer has signed this text'
                if name == "digest"
                else None
            )
            message = f"the status is 'reviewed', but {said} is missing"
            yield Finding(
                ("review",) if ("review",) in proof.manuscript.file.marks else ("status",),
                message,
                hint or f"add `{name}:` under review",
            )


@document_rule("review-dates", "G01")
def review_dates(proof: Proof) -> Iterator[Finding]:
    """Review dates that run backwards, or a next review more than three years away."""
    review = proof.document.review
    if not review.reviewed or not review.next_review:
        return
    if review.next_review <= review.reviewed:
        yield Finding(("review", "next_review"), "the next review is before the last one", "set it within three years after it")
    elif review.next_review > _years_after(review.reviewed, MAX_YEARS):
        message = f"the next review is more than {MAX_YEARS} years after the last one"
        yield Finding(("review", "next_review"), message, f"set it to {_years_after(review.reviewed, MAX_YEARS)} at the latest")


def _years_after(day: date, years: int) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year + years, day=28 if leap else day.day)


@library_rule("review-changed", "G06", "warning")
def review_changed(shelf: Shelf) -> Iterator[Finding]:
    """A reviewed document whose words changed since: it is printed as a draft."""
    for card in shelf.cards:
        if card.status == "reviewed" and card.digest and not card.signed and card.digest != card.text:
            message = "the text changed since it was reviewed; it is printed as a draft"
            hint = f'after a new review write `digest: "{card.text}"`'
            yield Finding((), message, hint, place=_place(card, "digest"), severity=_severity(shelf))


@library_rule("review-overdue", "G01", "warning")
def review_overdue(shelf: Shelf) -> Iterator[Finding]:
    """A review that is past its date: a warning in drafts, an error in a release."""
    for card in shelf.cards:
        if card.signed and card.next_review and date.fromisoformat(card.next_review) < shelf.today:
            message = f"the review was due on {card.next_review}"
            yield Finding(
                (), message, "have it reviewed, then set both dates", place=_place(card, "next_review"), severity=_severity(shelf)
            )


@library_rule("future-date", "G01")
def future_date(shelf: Shelf) -> Iterator[Finding]:
    """A document updated or reviewed on a day that is still to come."""
    for card in shelf.cards:
        for name, day in (("updated", card.updated), ("reviewed", card.reviewed)):
            if day and date.fromisoformat(day) > shelf.today:
                yield Finding(
                    (), f"'{name}' is {day}, which is still to come", "write the day it was done", place=_place(card, name)
                )


def _severity(shelf: Shelf) -> Severity | None:
    return "error" if shelf.release else None


def _place(card: Card, name: str) -> Place:
    line, column, excerpt = card.places.get(name, (1, 1, ""))
    return Place(card.file, Mark(line, column), excerpt)
