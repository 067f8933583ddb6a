"""What there is to print: the documents, and the shared things they print from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictBool, StringConstraints

from press.blocks import AboutBlock, AnyBlock, NextStepsBlock, RedFlagsBlock, Waiver
from press.model import Day, Id, Line, Loc, Model, Plain
from press.orders import Link as Link
from press.source import Source as Yaml

DOCUMENT_CODE = r"^[A-Z]{2}-[A-Z0-9]{2,8}$"


class Review(Model):
    """Who has checked the document and when. Empty until a clinician signs (criteria.md G01, G02)."""

    reviewer: Plain | None = None
    credentials: Plain | None = None
    reviewed: Day | None = None
    next_review: Day | None = None
    digest: Plain | None = None


class Document(Model):
    """What guides and handouts share."""

    code: Annotated[str, StringConstraints(pattern=DOCUMENT_CODE)]
    version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+$")]
    status: Literal["draft", "reviewed"]
    updated: Day
    title: Line
    short_title: Line | None = None
    purpose: Line
    description: Annotated[str, StringConstraints(min_length=40, max_length=155)]
    keywords: Annotated[tuple[Plain, ...], Field(min_length=2, max_length=10)]
    interest: Line | None = None
    review: Review = Review()
    waive: tuple[Waiver, ...] = ()

    def placed(self) -> Iterator[tuple[Loc, AnyBlock]]:
        """Every block the author placed, with its place, in reading order."""
        raise NotImplementedError


class Handout(Document):
    """Two pages, front and back."""

    kind: Literal["handout"]
    page_budget: ClassVar[frozenset[int]] = frozenset({2})
    front: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]
    back: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]

    def placed(self) -> Iterator[tuple[Loc, AnyBlock]]:
        """Front, then back."""
        for side in ("front", "back"):
            for position, block in enumerate(getattr(self, side)):
                yield (side, position), block


class Cover(Model):
    """The guide's cover: the drawing, and what is inside."""

    eyebrow: Line
    drawing: Id
    alt: Plain
    inside: Annotated[tuple[Line, ...], Field(min_length=3, max_length=5)]


class Part(Model):
    """A part of a guide; it opens on a page of its own."""

    title: Line
    lead: Line | None = None
    numbered: StrictBool = True
    blocks: Annotated[tuple[AnyBlock, ...], Field(min_length=1)]


class Guide(Document):
    """A cover and parts: 12 or 16 pages (criteria.md L11)."""

    kind: Literal["guide"]
    page_budget: ClassVar[frozenset[int]] = frozenset({12, 16})
    cover: Cover
    parts: Annotated[tuple[Part, ...], Field(min_length=1)]

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


class Clinic(Model):
    """guides/clinic.yaml. What is unknown stays empty and is printed as a line to write on."""

    name: Plain
    site: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    hosts: Annotated[tuple[Plain, ...], Field(min_length=1)]
    phone: Plain | None = None
    address: Plain | None = None
    hours: Plain | None = None
    email: Plain | None = None
    services: tuple[Plain, ...] = ()


class Article(Model):
    """One of the clinic's articles: the only place an address is kept (criteria.md Q08)."""

    id: Id
    title: Plain
    url: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    status: Literal["verified", "unverified", "missing"]
    last_checked: Day | None = None
    stands_in_for: tuple[Plain, ...] = ()
    note: Plain | None = None

    @property
    def typed(self) -> str:
        """The address as a reader would type it."""
        return re.sub(r"^https://(www\.)?", "", self.url).rstrip("/")


class Source(Model):
    """Where a fact comes from (criteria.md G03)."""

    id: Id
    label: Plain
    title: Plain
    publisher: Plain
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    undated: StrictBool = False
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    note: Plain | None = None


class Term(Model):
    """A word explained: in a few words for running text, in a sentence or two for the glossary."""

    id: Id
    word: Plain
    short: Line
    definition: Line


class Signs(Model):
    """One level of help: what to do, and the signs that call for it."""

    label: Line
    action: Line
    signs: Annotated[tuple[Line, ...], Field(min_length=1, max_length=7)]


class Shared(Model):
    """guides/<language>/shared.yaml: written once, printed in every document."""

    emergency: Signs
    today: Signs
    disclaimer: Line
    hedge: Line
    formats: Line
    feedback: Line
    written_by: Line


class PlainWord(Model):
    """A word or phrase that has a plainer one (criteria.md C04)."""

    word: Plain
    say: Plain


class PlainWords(Model):
    """guides/<language>/plain-words.yaml: what to say instead, and the long words that readers know."""

    instead: tuple[PlainWord, ...] = ()
    known: tuple[Plain, ...] = ()


class Banned(Model):
    """Wording that this clinic never prints, and why."""

    words: Plain
    why: Plain


class HouseRules(Model):
    """guides/house-rules.yaml: how strict each rule of the proofreader is, and more wording to refuse."""

    severity: dict[Plain, Literal["error", "warning", "off"]] = Field(default_factory=dict)
    banned: tuple[Banned, ...] = ()


@dataclass(frozen=True)
class Language:
    """What documents of one language share: printed phrases by key, words explained by id, the standing texts."""

    code: str
    phrases: Mapping[str, str]
    terms: Mapping[str, Term]
    shared: Shared
    plain_words: PlainWords = field(default_factory=PlainWords)


@dataclass(frozen=True)
class SharedFiles:
    """The shared files as they stand, for findings at their places: YAML files and style sheets by name."""

    yaml: dict[str, Yaml] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Library:
    """All that documents print from, read once. Drawings are SVG text by name."""

    clinic: Clinic
    articles: Mapping[str, Article]
    sources: Mapping[str, Source]
    languages: Mapping[str, Language]
    drawings: Mapping[str, str]
    drawing_styles: str
    digests: Mapping[str, str] = field(default_factory=dict)
    """A digest for each entry that a document can use, by names such as `article:what-is-spinal-fusion`."""


@dataclass(frozen=True)
class Manuscript:
    """A document as its author left it, and the file it stands in."""

    slug: str
    language: str
    document: Guide | Handout
    file: Yaml

    @property
    def name(self) -> str:
        """`en/spinal-stenosis`: unique in the library."""
        return f"{self.language}/{self.slug}"
