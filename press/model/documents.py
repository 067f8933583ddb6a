"""What there is to print: the documents, and the shared things they print from."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StringConstraints

from press.model.base import Day, DrawingId, Line, Loc, Model, Plain, Waiver
from press.model.blocks import AboutBlock, AnyBlock, NextStepsBlock, RedFlagsBlock
from press.model.link import Link as Link

DOCUMENT_CODE = r"^[A-Z]{2}-[A-Z0-9]{2,8}$"


class Review(Model):
    """Who has checked the document and when. Empty until a clinician signs (criteria.md G01, G02)."""

    reviewer: Plain | None = None
    """Who read and approved the words. Example: A. Name"""
    credentials: Plain | None = None
    """What qualifies the reviewer. Example: MD"""
    reviewed: Day | None = None
    """The day of the review, as YYYY-MM-DD. Example: 2026-01-31"""
    next_review: Day | None = None
    """The day by which it is reviewed again, within three years. Example: 2029-01-31"""
    digest: Plain | None = None
    """Ties the review to these very words: set `status: reviewed`, run check, and it tells what to write. Example:
    "0123456789abcdef" """


class Document(Model):
    """What guides and handouts share."""

    code: Annotated[str, StringConstraints(pattern=DOCUMENT_CODE)]
    """The short name on every page and in the clinic's records: two capital letters, a hyphen, two to eight capitals or
    digits. No other document has it; a translation has the same. Example: VS-STEN"""
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
    """In quotes. Count up the second number for small changes, the first one when the advice changes. Example: "1.0" """
    status: Literal["draft", "reviewed"]
    """draft until a clinician has signed the review; then reviewed. Example: draft"""
    updated: Day
    """The day of the last change to the words, as YYYY-MM-DD. Example: 2026-11-22"""
    title: Line
    """What a patient would call it, in a few words. Example: Spinal stenosis"""
    short_title: Line | None = None
    """A shorter title for the foot of each page, where the title is long. Example: Spinal stenosis"""
    purpose: Line
    """The line under the title: what is explained, and for whom. At most 24 words. Example: This sheet explains spinal
    stenosis, a tight space for nerves in the low back."""
    description: Annotated[str, StringConstraints(min_length=40, max_length=155)]
    """For the download page, not printed: 40 to 155 characters. Example: A two-page handout on spinal stenosis, with your
    options side by side and questions to ask."""
    keywords: Annotated[tuple[Plain, ...], Field(min_length=2, max_length=10)]
    """Two to ten words that people search for. Not printed. Example: [spinal stenosis, leg pain when walking]"""
    interest: Line | None = None
    """Needed as soon as the text names a treatment that the clinic sells (services in clinic.yaml): says so plainly.
    Example: Valor Spine offers one of the treatments named here."""
    review: Review = Review()
    """Who checked the words, and when. Left out until a clinician has signed. Example: {reviewer: A. Name, credentials: MD,
    reviewed: 2026-01-31, next_review: 2029-01-31}"""
    waive: tuple[Waiver, ...] = ()
    """Rules set aside for the whole document, each with a reason. Seldom right. Example: [{rule: long-word, reason: the
    name of the clinic's program}]"""

    def placed(self) -> Iterator[tuple[Loc, AnyBlock]]:
        """Every block the author placed, with its place, in reading order."""
        raise NotImplementedError


class Handout(Document):
    """Two pages, front and back."""

    kind: Literal["handout"]
    page_budget: ClassVar[frozenset[int]] = frozenset({2})
    front: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    """The blocks of the front page, in reading order. Example: [{kind: notes, lines: 4}]"""
    back: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    """The blocks of the back page, in reading order. Example: [{kind: notes, lines: 4}]"""

    def placed(self) -> Iterator[tuple[Loc, AnyBlock]]:
        """Front, then back."""
        for side in ("front", "back"):
            for position, block in enumerate(getattr(self, side)):
                yield (side, position), block


class Cover(Model):
    """The guide's cover: the drawing, and what is inside."""

    eyebrow: Line
    """A few words above the title. Example: Free patient guide"""
    drawing: DrawingId
    """The drawing on the cover: the name of a file in guides/figures, without .svg. Example: cover-spine"""
    alt: Plain
    """For readers who cannot see the drawing: what is there to see. Example: A spine from the side, with two of its bones
    joined into one"""
    inside: Annotated[tuple[Line, ...], Field(min_length=3, max_length=5)]
    """What is inside, in three to five short lines. Example: [What fusion is, Your options, Questions to ask]"""


class Part(Model):
    """A part of a guide; it opens on a page of its own."""

    title: Line
    """A question or a statement that tells what the part is about. Example: What is spinal fusion?"""
    lead: Line | None = None
    """A sentence or two that say the main thing first. Example: Fusion joins two bones of the spine for good."""
    numbered: StrictBool = True
    """Whether the part has a number; false for what stands before and after the chapters. Example: true"""
    blocks: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    """The blocks of the part, in reading order. Example: [{kind: notes, lines: 4}]"""


class Guide(Document):
    """A cover and parts: 12 or 16 pages (criteria.md L11)."""

    kind: Literal["guide"]
    page_budget: ClassVar[frozenset[int]] = frozenset({12, 16})
    cover: Cover
    """The first page. Example: {eyebrow: Free patient guide, drawing: cover-spine, alt: A spine from the side, inside:
    [What it is, Your options, Questions to ask]}"""
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]
    """The parts, each on a page of its own. Example: [{title: 'What is fusion?', blocks: [{kind: notes, lines: 4}]}]"""

    def placed(self) -> Iterator[tuple[Loc, AnyBlock]]:
        """Part by part."""
        for number, part in enumerate(self.parts):
            for position, block in enumerate(part.blocks):
                yield ("parts", number, "blocks", position), block


KINDS: dict[str, type[Guide] | type[Handout]] = {"guide": Guide, "handout": Handout}


def standing(document: Guide | Handout) -> Guide | Handout:
    """The document with the blocks that no author can leave out: red flags, contact, about."""
    kinds: set[str] = {block.kind for _, block in document.placed()}
    if isinstance(document, Handout):
        front = document.front + (() if "red_flags" in kinds else (RedFlagsBlock(kind="red_flags"),))
        return document.model_copy(update={"front": front, "back": document.back + _closing(kinds)})
    parts = list(document.parts)
    if "red_flags" not in kinds:
        parts[0] = _with(parts[0], (RedFlagsBlock(kind="red_flags"),))
    parts[-1] = _with(parts[-1], _closing(kinds))
    return document.model_copy(update={"parts": tuple(parts)})


def _closing(kinds: set[str]) -> tuple[AnyBlock, ...]:
    closing: tuple[AnyBlock, ...] = (NextStepsBlock(kind="next_steps"), AboutBlock(kind="about"))
    return tuple(block for block in closing if block.kind not in kinds)


def _with(part: Part, blocks: tuple[AnyBlock, ...]) -> Part:
    return part.model_copy(update={"blocks": part.blocks + blocks})


def cited(document: Document) -> list[str]:
    """Keys of the sources a document cites, in order of first citation."""
    return list(dict.fromkeys(key for _, block in document.placed() for key in block.sources))
