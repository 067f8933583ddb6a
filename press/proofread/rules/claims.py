"""Claims: nothing promised, nothing praised, and no number without its source (criteria.md C14, C28, C03)."""

import re
from collections.abc import Iterator

from press.proofread.rule import Finding, Proof, Sheet, at_hit, document_rule, text_rule
from press.proofread.text import Hit
from press.proofread.wording import Wording, wording

_ASKING = ("questions", "faq", "callout", "checklist")
"""Blocks where a patient asks: 'Which one is best for me?' promises nothing."""
_DECIMAL = re.compile(r"(?<![\w.])[0-9]+\.[0-9]+(?! ?(?:\u00b0|mm|cm|in\b|pt))")
_CLAUSE = re.compile(r"[,;:]|\b(?:but|yet|however|so|then|pero|aunque)\b")
"""A 'not' reaches no further than its clause."""


@text_rule("banned-word", "C28")
def banned_word(sheet: Sheet) -> Iterator[Finding]:
    """Wording that promises or praises."""
    said = wording(sheet.copy.language)
    for hit in sheet.copy.hits(said.claim_pattern):
        claim = said.claims[hit.group - 1]
        if not (claim.deniable and (_denied(said, hit) or _asked(hit))):
            yield at_hit(hit, f"'{hit.words}' promises or praises", claim.why)


def _denied(said: Wording, hit: Hit) -> bool:
    clause = _CLAUSE.split(hit.before.lower())[-1]
    return bool(said.compiled("denial").search(clause))


def _asked(hit: Hit) -> bool:
    return hit.section.kind in _ASKING and "?" in hit.sentence[-2:]


@text_rule("house-word", "C28")
def house_word(sheet: Sheet) -> Iterator[Finding]:
    """Wording that house-rules.yaml refuses."""
    why = {" ".join(entry.words.lower().split()): entry.why for entry in sheet.rules.banned}
    for hit in sheet.copy.phrases(why):
        yield at_hit(hit, f"'{hit.words}' is not used in this house", why[hit.words.lower()])


@document_rule("superlative", "C28")
def superlative(proof: Proof) -> Iterator[Finding]:
    """'Most effective', 'the only way': a comparison needs a source in its block."""
    said = wording(proof.copy.language)
    for hit in proof.copy.hits(said.compiled("superlatives")):
        if not _sources(hit) and not _denied(said, hit) and not _asked(hit):
            message = f"'{hit.words}' compares, and this block cites no source"
            yield at_hit(hit, message, "cite the comparison, or leave it out")


@document_rule("unsourced-number", "C14")
def unsourced_number(proof: Proof) -> Iterator[Finding]:
    """Percentages and odds need a source in their block, and not the clinic's own page."""
    for hit in proof.copy.hits(wording(proof.copy.language).compiled("number")):
        keys = _sources(hit)
        publishers = {proof.library.sources[key].publisher for key in keys if key in proof.library.sources}
        if not publishers - {proof.library.clinic.name}:
            whose = "only the clinic itself" if keys else "no source"
            yield at_hit(
                hit, f"'{hit.words}' is a number, and this block cites {whose}", "cite who counted, or say 'some', 'many'"
            )


def _sources(hit: Hit) -> tuple[str, ...]:
    return hit.section.block.sources if hit.section.block else ()


@document_rule("plain-number", "C14", "warning")
def plain_number(proof: Proof) -> Iterator[Finding]:
    """Decimals, and odds with different second numbers, ask the reader to calculate."""
    for hit in proof.copy.hits(_DECIMAL):
        yield at_hit(hit, f"'{hit.words}' is not a whole number", "round it")
    seen: dict[str, Hit] = {}
    for hit in proof.copy.hits(wording(proof.copy.language).compiled("rate")):
        seen.setdefault(hit.words.split()[-1], hit)
    for base, hit in list(seen.items())[1:]:
        message = f"'{hit.words}' counts out of {base}, where another number here counts out of {next(iter(seen))}"
        yield at_hit(hit, message, "count all out of the same number")
