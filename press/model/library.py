"""What documents print from: the clinic, its articles and sources, the words explained and the standing texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StrictBool, StringConstraints, WithJsonSchema
from pydantic_core import PydanticKnownError

from press.model.address import Host, Http, Https, typed
from press.model.base import Day, Id, Line, Model, Plain
from press.model.letters import Letters
from press.model.link import Link as Link

NAME_LETTERS = 32
"""The longest name of a clinic that leaves every shipped handout on its two pages."""


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
