"""What there is to print: the documents, and the shared things they print from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints, WithJsonSchema
from pydantic_core import PydanticKnownError

from press.address import Host, Http, Https, typed
from press.blocks import AboutBlock, AnyBlock, NextStepsBlock, RedFlagsBlock, Waiver
from press.letters import Letters
from press.model import Day, DrawingId, Id, Line, Loc, Model, Plain
from press.orders import Link as Link
from press.source import Source as Yaml

NAME_LETTERS = 32
"""The longest name of a clinic that leaves every shipped handout on its two pages."""

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


def _lines(value: Any) -> Any:
    """The lines of a text, or those of a list."""
    if isinstance(value, list | tuple):
        return value
    if not isinstance(value, str):
        raise PydanticKnownError("string_type")
    if not value.strip():
        raise PydanticKnownError("string_too_short", {"min_length": 1})
    return [line for line in value.splitlines() if line.strip()]


MAX_LINES = 6
"""Lines that the contact box has room for in one field."""
Lines = Annotated[
    tuple[Plain, ...],
    Field(min_length=1, max_length=MAX_LINES),
    BeforeValidator(_lines),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1, "maxLength": 1000},
                {"type": "array", "minItems": 1, "maxItems": MAX_LINES, "items": {"type": "string", "minLength": 1}},
            ]
        }
    ),
]
"""A few lines of text without markup, written as a text with line ends or as a list."""


class Clinic(Model):
    """guides/clinic.yaml. A telephone number or an address that is not known yet is printed as a line to write on."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_LETTERS)]
    """The clinic as every document names it. Example: Valor Spine"""
    site: Https
    """The address printed and linked wherever the clinic is named. Example: https://valorspine.com/"""
    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    """The only hosts that a QR code may open. Example: [valorspine.com, www.valorspine.com]"""
    phone: Plain | None = None
    """As patients dial it, in quotes. Empty prints a line to write on. Example: "(000) 000-0000" """
    address: Lines | None = None
    """Street, city, state and ZIP code: lines of a text, or a list of them. Empty prints a line to write on. Example: [1 Main
    Street, Springfield]"""
    hours: Lines | None = None
    """Days and times, in quotes: lines of a text, or a list of them. Example: ["Monday to Friday, 8 to 5"]"""
    email: Plain | None = None
    """An address that is read every working day. Example: desk@clinic.example"""
    services: tuple[Plain, ...] = ()
    """The treatments that the clinic sells. A document that names one must state the clinic's interest. Example: [annular
    tear repair]"""


class Article(Model):
    """One of the clinic's articles: the only place an address is kept (criteria.md Q08)."""

    id: Id
    """The name by which documents link to it: small letters, digits and hyphens. Example: what-is-spinal-fusion"""
    title: Plain
    """The title of the page it opens. Example: What is spinal fusion?"""
    url: Https
    """Its full address on one of the clinic's hosts. Example: https://valorspine.com/what-is-spinal-fusion/"""
    status: Literal["verified", "unverified", "missing"]
    """verified where the page was opened, unverified where nobody has yet, missing where it is gone. `check --links` writes
    it. Example: unverified"""
    last_checked: Day | None = None
    """The day on which the web was asked last. `check --links` writes it. Example: 2026-01-31"""
    stands_in_for: tuple[Plain, ...] = ()
    """What this article stands in for, where the clinic has none on it yet. Example: [annular tears]"""
    note: Plain | None = None
    """For editors; not printed. Example: title to be confirmed"""

    @property
    def typed(self) -> str:
        """The address as a reader would type it."""
        return typed(self.url)


class Source(Model):
    """Where a fact comes from (criteria.md G03)."""

    id: Id
    """The name by which blocks cite it: small letters, digits and hyphens. Example: niams-stenosis"""
    label: Plain
    """How it is named on the page, short. Example: NIAMS 2023"""
    title: Plain
    """The title of the page or paper. Example: Spinal stenosis"""
    publisher: Plain
    """Who stands behind it. Example: National Institute of Arthritis and Musculoskeletal and Skin Diseases"""
    year: Annotated[int, Field(ge=1990, le=2100)] | None = None
    """The year it was published or last reviewed. Example: 2023"""
    undated: StrictBool = False
    """Whether the page gives no year. Example: true"""
    url: Http
    """Its address. Example: https://www.niams.nih.gov/health-topics/spinal-stenosis"""
    note: Plain | None = None
    """For editors; not printed: what must be checked before print. Example: open the original before print"""


class Term(Model):
    """A word explained: in a few words for running text, in a sentence or two for the glossary."""

    id: Id
    """The name by which texts link to it, as [word](term:ID). Example: foramen"""
    word: Plain
    """The word as the glossary prints it. Example: Foramen"""
    short: Line
    """Its meaning in a few words, printed in brackets at first use. Example: a side opening for a nerve"""
    definition: Line
    """Its meaning in a sentence or two, for the glossary. Example: An opening at the side of the spine through which a
    nerve leaves."""


class Signs(Model):
    """One level of help: what to do, and the signs that call for it."""

    label: Line
    """What the box is called. Example: Call a doctor today"""
    action: Line
    """What to do, with a number where there is one. Example: 'Call a doctor today if you have back or neck pain and:'"""
    signs: Annotated[tuple[Line, ...], Field(min_length=1, max_length=7)]
    """The signs: one to seven, each of which counts on its own. Example: ['Fever, or weight loss you cannot explain']"""


class Shared(Model):
    """guides/<language>/shared.yaml: written once, printed in every document."""

    emergency: Signs
    """The signs that call for an emergency room. A clinician must approve every change. Example: {label: Emergency, action:
    'Call 911 now if you have:', signs: [Numbness between the legs]}"""
    today: Signs
    """The signs that call for a doctor on the same day. A clinician must approve every change. Example: {label: Call a
    doctor today, action: 'Call a doctor today if you have:', signs: [Fever]}"""
    disclaimer: Line
    """That this is general information and no substitute for a doctor's advice. Example: These pages give general facts.
    They do not replace advice from your own doctor."""
    hedge: Line
    """Printed once with each set of treatments. Example: Results vary from person to person."""
    formats: Line
    """How to get large print, another language or a version to listen to. Example: Need large print or another language?
    Ask the front desk."""
    feedback: Line
    """Where a reader can report a fault. Example: Is something unclear or wrong? Tell us at your next visit."""
    written_by: Line
    """Who wrote the documents, and from what. Example: Written for Valor Spine from its own article and the sources
    listed."""


class PlainWord(Model):
    """A word or phrase that has a plainer one (criteria.md C04)."""

    word: Plain
    """A word or phrase that is hard for many readers. Example: utilize"""
    say: Plain
    """What to say instead. Example: use"""


class PlainWords(Model):
    """guides/<language>/plain-words.yaml: what to say instead, and the long words that readers know."""

    instead: tuple[PlainWord, ...] = ()
    """Hard words, and what to say instead. Example: [{word: utilize, say: use}]"""
    known: tuple[Plain, ...] = ()
    """Long words that readers know. Example: [surgery]"""


class Banned(Model):
    """Wording that this clinic never prints, and why."""

    words: Plain
    """The wording, in small letters. Example: state of the art"""
    why: Plain
    """Why the clinic never prints it, and what to say instead. Example: plain words, no selling"""


class HouseRules(Model):
    """guides/house-rules.yaml: how strict each rule of the proofreader is, and more wording to refuse."""

    severity: dict[Plain, Literal["error", "warning", "off"]] = Field(default_factory=dict)
    """How grave each rule is here, by its code: error, warning or off. Example: {long-word: 'off'}"""
    banned: tuple[Banned, ...] = ()
    """Wording that the clinic never prints. Example: [{words: state of the art, why: 'plain words, no selling'}]"""


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
    letters: Letters = field(default_factory=Letters)
    """The letters that the typefaces of the style sheets have."""
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
