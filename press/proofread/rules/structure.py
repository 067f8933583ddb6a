"""Structure: the blocks each kind of document needs, in the order a reader needs them (criteria.md C01, C09-C12, C17, C19)."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from press.model.base import Loc
from press.model.blocks import FaqBlock, KeyPointsBlock, TextBlock
from press.model.documents import Handout
from press.model.inline import plain
from press.proofread.readability import length, words
from press.proofread.rule import Finding, Proof, document_rule
from press.proofread.text import Section
from press.proofread.wording import wording

MAX_PURPOSE, MAX_POINT = 24, 15
WORDS_UNDER_HEADING = 150

Need = tuple[str, tuple[str, ...]]
"""What is needed, in words, and the kinds of block that give it."""

HANDOUT: tuple[Need, ...] = (
    ("the key points", ("key_points",)),
    ("a text with a drawing", ("text+figure", "figure")),
    ("a checklist or a diary", ("checklist", "diary")),
    ("the options side by side", ("options",)),
    ("what to do now, in steps", ("steps",)),
    ("questions to ask", ("questions", "diary")),
    ("articles to read", ("read_more",)),
)
GUIDE: tuple[Need, ...] = (
    ("the contents", ("contents",)),
    ("the key points", ("key_points",)),
    ("a text with a drawing", ("text+figure", "figure")),
    ("steps", ("steps",)),
    ("the risks", ("risk_groups", "option_detail")),
    ("the options side by side", ("options",)),
    ("questions to ask", ("questions",)),
    ("the words explained", ("glossary",)),
    ("articles to read", ("read_more",)),
    ("the sources", ("sources",)),
)
HANDOUT_ORDER = ("key_points", "text+figure", "options", "steps", "questions", "read_more")
GUIDE_ORDER = ("contents", "key_points", "options", "questions", "glossary", "sources")
ONCE = ("key_points", "red_flags", "contents", "glossary", "sources", "next_steps", "about")
TOOLS = ("checklist", "questions", "diary", "notes")
HEADED = frozenset((*ONCE, "checklist", "expert_take", "evidence", "questions", "notes", "read_more", "callout"))
"""Kinds of block that print a heading or a label of their own."""


def _kinds(section: Section) -> tuple[str, ...]:
    has_figure = isinstance(section.block, TextBlock) and section.block.figure
    return (section.kind, "text+figure") if has_figure else (section.kind,)


def _placed(proof: Proof) -> list[str]:
    return [kind for section, _ in proof.blocks() for kind in _kinds(section)]


def _side(proof: Proof) -> Loc:
    return ("front",) if isinstance(proof.document, Handout) else ("parts",)


@document_rule("required-block", "C11")
def required_block(proof: Proof) -> Iterator[Finding]:
    """Blocks that every document of this kind holds."""
    there = set(_placed(proof))
    for what, kinds in HANDOUT if isinstance(proof.document, Handout) else GUIDE:
        if not there & set(kinds):
            names = " or ".join("text with a figure" if kind == "text+figure" else kind for kind in kinds)
            yield Finding(_side(proof), f"this {proof.document.kind} lacks {what}", f"add a block of kind {names}")


@document_rule("block-order", "C11")
def block_order(proof: Proof) -> Iterator[Finding]:
    """Blocks in another order than: what it is, what can be done, what to do now, what to ask, what to read."""
    order = HANDOUT_ORDER if isinstance(proof.document, Handout) else GUIDE_ORDER
    first: dict[str, tuple[int, Section]] = {}
    for position, (section, _) in enumerate(proof.blocks()):
        for kind in _kinds(section):
            first.setdefault(kind, (position, section))
    present = [kind for kind in order if kind in first]
    for before, after in pairwise(present):
        if first[before][0] > first[after][0]:
            message = f"{_said(after)} stands before {_said(before)}"
            yield Finding(first[after][1].loc, message, f"order: {', '.join(map(_said, order))}")


def _said(kind: str) -> str:
    return "text with a figure" if kind == "text+figure" else kind


@document_rule("repeated-block", "C11")
def repeated_block(proof: Proof) -> Iterator[Finding]:
    """Blocks that stand once in a document."""
    seen: set[str] = set()
    for section, _ in proof.blocks(*ONCE):
        if section.kind in seen:
            yield Finding(section.loc, f"a {section.kind} block stands here a second time", "keep one")
        seen.add(section.kind)


@document_rule("tool", "C19")
def tool(proof: Proof) -> Iterator[Finding]:
    """A document with nothing to fill in."""
    if not set(_placed(proof)) & set(TOOLS):
        yield Finding(_side(proof), "nothing here can be filled in", f"add one of: {', '.join(TOOLS)}")


@document_rule("action", "C17, C18")
def action(proof: Proof) -> Iterator[Finding]:
    """A document that tells the reader nothing to do."""
    if "steps" not in _placed(proof):
        yield Finding(_side(proof), "no steps say what the reader can do", "add a steps block")


@document_rule("purpose", "C01")
def purpose(proof: Proof) -> Iterator[Finding]:
    """A purpose of more than 24 words."""
    if (count := length(plain(proof.document.purpose))) > MAX_PURPOSE:
        yield Finding(
            ("purpose",), f"the purpose has {count} words; the limit is {MAX_PURPOSE}", "say what it explains, and for whom"
        )


@document_rule("key-point", "C12")
def key_point(proof: Proof) -> Iterator[Finding]:
    """Key points of more than 15 words."""
    for section, block in proof.blocks("key_points"):
        assert isinstance(block, KeyPointsBlock)
        for number, point in enumerate(block.points):
            if (count := length(plain(point))) > MAX_POINT:
                message = f"this key point has {count} words; the limit is {MAX_POINT}"
                yield Finding((*section.loc, "points", number), message, "say one thing")


@document_rule("heading", "C10", "warning")
def heading(proof: Proof) -> Iterator[Finding]:
    """Headings that tell nothing: one bare word, or capital letters throughout."""
    empty = wording(proof.copy.language).empty_headings
    for passage in proof.copy.passages:
        name = passage.loc[-1]
        if name != "heading" and not (name == "title" and passage.loc[0] == "parts" and len(passage.loc) == 3):
            continue
        said = words(passage.plain)
        if len(said) < 2 or all(word.lower() in empty | {"and", "y", "the"} for word in said):
            yield Finding(passage.loc, f"the heading '{passage.plain}' says little", "ask or answer: 'What is a worn disc?'")
        elif passage.plain.isupper():
            yield Finding(passage.loc, "the heading is in capital letters throughout", "write it as a sentence")


@document_rule("heading-gap", "C10", "warning")
def heading_gap(proof: Proof) -> Iterator[Finding]:
    """More than 150 words of text without a heading."""
    run = 0
    for section, block in proof.blocks():
        if section.loc[-1] == 0 or block.heading or section.kind in HEADED:
            run = 0
        for loc, count in _running(section):
            run = 0 if loc == "heading" else run + count
            if run > WORDS_UNDER_HEADING:
                yield Finding(
                    section.loc,
                    f"{run} words without a heading; the limit is {WORDS_UNDER_HEADING}",
                    "add a heading that tells what follows",
                )
                run = 0


def _running(section: Section) -> Iterator[tuple[Literal["heading", "text"], int]]:
    """The words of a block's running text; names of steps, stages, rows and questions count as headings."""
    names = ("heading", "title", "name", "question", "when")
    for passage in section.passages:
        if passage.loc[-1] in names:
            yield "heading", 0
        elif section.kind in ("text", "callout", "expert_take", "steps", "timeline") or isinstance(section.block, FaqBlock):
            yield "text", passage.reading.words
