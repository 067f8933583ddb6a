"""The library as a whole: nothing named twice, and phrases and house rules complete (criteria.md G06, L12)."""

import re
from collections.abc import Iterator

from press.problems import Mark, did_you_mean
from press.proofread.cards import Card
from press.proofread.rule import RULES, Finding, Place, Shelf, library_rule
from press.read.names import own_file

PLACEHOLDERS = {
    "page_of": {"page", "pages"},
    "version": {"version"},
    "status_reviewed": {"date"},
    "part": {"number"},
    "qr_alt": {"title", "url"},
    "link_opens": {"title"},
    "link_goes_to": {"title"},
    "link_explains": {"word"},
    "link_calls": {"to"},
    "link_writes": {"to"},
    "line_to_write": {"label"},
}
"""Phrases with words that the build fills in."""


def _repeated(shelf: Shelf, name: str, by_language: bool) -> Iterator[tuple[Card, Card]]:
    """Cards that say the same as an earlier one, with that earlier one."""
    first: dict[tuple[str, str], Card] = {}
    for card in shelf.cards:
        key = (card.language if by_language else "", " ".join(str(getattr(card, name)).lower().split()))
        other = first.setdefault(key, card)
        if other is not card and (by_language or other.slug != card.slug):
            yield card, other


def _place(card: Card, name: str) -> Place:
    line, column, excerpt = card.places.get(name, (1, 1, ""))
    return Place(card.file, Mark(line, column), excerpt)


def _shown(card: Card, name: str) -> str:
    """The other place, as an editor opens it: `guides/en/scoliosis.yaml:3:7`."""
    line, column, _ = card.places.get(name, (1, 1, ""))
    return f"{card.file}:{line}:{column}"


@library_rule("duplicate-code", "G01", fixed=True)
def duplicate_code(shelf: Shelf) -> Iterator[Finding]:
    """Two documents with one code. Translations of one document share theirs."""
    for card, other in _repeated(shelf, "code", by_language=False):
        yield Finding(
            (),
            f"the code {card.code} is taken by {_shown(other, 'code')}",
            "give each document a code of its own",
            place=_place(card, "code"),
            holds=_both(card, other),
        )


@library_rule("duplicate-title", "C01")
def duplicate_title(shelf: Shelf) -> Iterator[Finding]:
    """Two documents of one language with one title."""
    for card, other in _repeated(shelf, "title", by_language=True):
        message, hint = f"{_shown(other, 'title')} has the same title", "say what sets them apart"
        yield Finding((), message, hint, place=_place(card, "title"), holds=_both(card, other))


def _both(card: Card, other: Card) -> tuple[str, ...]:
    """Nobody knows which of two documents is wrong: both are held back."""
    return own_file(card.name), own_file(other.name)


@library_rule("phrase", "L12", fixed=True)
def phrase(shelf: Shelf) -> Iterator[Finding]:
    """Phrases without a word that the build fills in, or missing in one language."""
    every = {key for language in shelf.library.languages.values() for key in language.phrases}
    for language in shelf.library.languages.values():
        file = f"{language.code}/phrases.yaml"
        for key in sorted(every - set(language.phrases)):
            message, holds = f"the phrase '{key}' is missing in this language", (f"phrase:{language.code}:{key}",)
            yield Finding((), message, "translate it", place=shelf.place(file, ()), holds=holds)
        for key, text in language.phrases.items():
            there, needed = set(re.findall(r"\{(\w*)\}", text)), PLACEHOLDERS.get(key, set())
            if there != needed:
                wanted = " and ".join(f"{{{name}}}" for name in sorted(needed)) or "no words in {braces}"
                yield Finding(
                    (), f"the phrase '{key}' must hold {wanted}", "the build fills them in", place=shelf.place(file, (key,))
                )


@library_rule("unknown-rule", "house rules", "warning")
def unknown_rule(shelf: Shelf) -> Iterator[Finding]:
    """House rules that name no rule, or soften one that must stay as it is."""
    for code, severity in shelf.rules.severity.items():
        place = shelf.place("house-rules.yaml", ("severity", code))
        if code not in RULES:
            yield Finding((), f"there is no rule '{code}'", did_you_mean(code, RULES), place=place)
        elif RULES[code].fixed and severity != "error":
            yield Finding((), f"'{code}' can't be softened: printing or safety depends on it", "delete the line", place=place)
