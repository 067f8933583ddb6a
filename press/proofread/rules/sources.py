"""Sources: each fact says where it comes from, and each source is known, used and dated (criteria.md G03, G08)."""

from collections.abc import Iterator

from press.model.blocks import CalloutBlock, RedFlagsBlock
from press.model.documents import Guide
from press.problems import did_you_mean
from press.proofread.cards import covered, line_numbers
from press.proofread.rule import Finding, Proof, Shelf, document_rule, library_rule
from press.proofread.text import Section
from press.read.manuscript import Manuscript

STATES_FACTS = frozenset(
    [
        "key_points",
        "text",
        "options",
        "option_detail",
        "evidence",
        "steps",
        "timeline",
        "risk_groups",
        "table",
        "faq",
        "expert_take",
    ]
)
ARTICLE_LINES = 72
"""Lines in the clinic's article."""


@document_rule("uncited", "G03")
def uncited(proof: Proof) -> Iterator[Finding]:
    """Blocks that state facts and cite no source."""
    how_to = _how_to(proof)
    for section, block in proof.blocks():
        if not block.sources and section.loc[:2] != how_to and _states_facts(section):
            yield Finding(
                section.loc, f"this {section.kind} block cites no source", "add `sources: [...]` with keys of sources.yaml"
            )


def _states_facts(section: Section) -> bool:
    block = section.block
    if isinstance(block, CalloutBlock):
        return block.tone != "ask"
    if isinstance(block, RedFlagsBlock):
        return bool(block.also_emergency or block.also_today)
    return section.kind in STATES_FACTS


def _how_to(proof: Proof) -> tuple[str, int] | None:
    """The part of a guide that holds its contents: it says how to use the guide, and nothing about the spine."""
    parts = proof.document.parts if isinstance(proof.document, Guide) else ()
    number = next((n for n, part in enumerate(parts) if any(block.kind == "contents" for block in part.blocks)), None)
    return None if number is None else ("parts", number)


@document_rule("unknown-source", "G03", fixed=True)
def unknown_source(proof: Proof) -> Iterator[Finding]:
    """Keys that sources.yaml does not hold."""
    known = proof.library.sources
    for section, block in proof.blocks():
        for number, key in enumerate(block.sources):
            if key not in known:
                message = f"'{key}' is no source in sources.yaml"
                yield Finding(
                    (*section.loc, "sources", number), message, did_you_mean(key, known) or "add it there, with its address"
                )


@document_rule("article-lines", "G08")
def article_lines(proof: Proof) -> Iterator[Finding]:
    """Line numbers that the clinic's article does not have, or that run backwards."""
    for section, block in proof.blocks():
        for part in (block.article_lines or "").split(","):
            first = part.strip()
            if not first:
                continue
            numbers = line_numbers(first)
            if not numbers or numbers[0] < 1 or numbers[-1] > ARTICLE_LINES:
                message = f"the clinic's article has no lines {first}; it ends with line {ARTICLE_LINES}"
                yield Finding((*section.loc, "article_lines"), message, 'write them in order, such as "2-4, 32"')


def article_coverage(manuscripts: list[Manuscript], last_line: int = ARTICLE_LINES) -> list[int]:
    """The lines of the clinic's article that no document carries."""
    carried: set[int] = set()
    for manuscript in manuscripts:
        carried |= covered(manuscript)
    return [line for line in range(1, last_line + 1) if line not in carried]


@library_rule("unused-source", "G03", "warning")
def unused_source(shelf: Shelf) -> Iterator[Finding]:
    """Sources that no document cites."""
    used = {key for card in shelf.cards for key in card.sources}
    unused = [key for key in shelf.library.sources if key not in used]
    yield from shelf.together("sources.yaml", "sources", unused, "no document cites", "cite them, or take them out")


@library_rule("undated-source", "G03", "warning")
def undated_source(shelf: Shelf) -> Iterator[Finding]:
    """Sources that a document cites and that have no year, and do not say that none is known."""
    used = {key for card in shelf.cards for key in card.sources}
    undated = [key for key, source in shelf.library.sources.items() if key in used and not (source.year or source.undated)]
    hint = "add `year:` where the page shows one, else `undated: true`"
    holds = tuple(f"source:{key}/year" for key in undated)
    yield from shelf.together("sources.yaml", "sources", undated, "without a year:", hint, holds)
