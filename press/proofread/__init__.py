"""Proofread: reads the library as a strict clinical editor would, and reports everything at its place.

A rule is one function with one stable code; docs/rules.md has a section for each. Rules about texts look at documents and
at the texts they share; rules about documents look at one document; rules about the library look at all of them together.
"""

from press.proofread.cards import Card, card
from press.proofread.rule import RULES, Rule
from press.proofread.rules import (
    claims,
    colours,
    drawings,
    language,
    library,
    links,
    options,
    pictures,
    printing,
    reviews,
    safety,
    shapes,
    sources,
    structure,
    words,
)
from press.proofread.rules.sources import article_coverage
from press.proofread.runner import looked_up, proofread_document, proofread_library

RULE_MODULES = (
    language,
    words,
    claims,
    options,
    safety,
    sources,
    reviews,
    links,
    pictures,
    structure,
    printing,
    library,
    drawings,
    shapes,
    colours,
)
"""Where the rules stand, in the order of docs/rules.md."""

__all__ = [
    "RULES",
    "RULE_MODULES",
    "Card",
    "Rule",
    "article_coverage",
    "card",
    "looked_up",
    "proofread_document",
    "proofread_library",
]
