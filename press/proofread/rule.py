"""What a rule is, what it is given, and what it finds. Each rule is one function with one stable code."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from press.model.base import Loc
from press.model.blocks import AnyBlock
from press.model.documents import Guide, Handout
from press.model.letters import Letters
from press.model.library import HouseRules, Language, Library
from press.problems import Mark, Severity
from press.proofread.cards import Card
from press.proofread.text import Copy, Hit, Passage, Section, Sentence
from press.read.manuscript import Manuscript, SharedFiles
from press.read.source import Source as Yaml

NAMED = 8
"""So many entries of a registry are named in one finding."""

Scope = Literal["text", "document", "library"]
"""What a rule looks at: any text, a document, or the whole library."""


@dataclass(frozen=True)
class Place:
    """A place in a shared file or on a card: file, mark, the line that stands there, and in YAML the value."""

    file: str
    mark: Mark = field(default_factory=Mark)
    excerpt: str = ""
    loc: Loc = ()


@dataclass(frozen=True)
class Finding:
    """What a rule found: at a value, at the words `[start:end]` of a passage or at one letter of it as typed (`offset`), at raw
    text in a value, or at a place.

    A finding about the library, where it is an error, holds back the documents that use what stands at its place; `holds`
    names something else (see press.proofread.holds).
    """

    loc: Loc
    message: str
    hint: str | None = None
    passage: Passage | None = None
    span: tuple[int, int] = (0, 0)
    raw: str = ""
    offset: int | None = None
    place: Place | None = None
    severity: Severity | None = None
    holds: tuple[str, ...] | None = None


def at_hit(hit: Hit, message: str, hint: str | None = None) -> Finding:
    """A finding at words in the copy."""
    return Finding(hit.passage.loc, message, hint, hit.passage, (hit.start, hit.start + len(hit.words)))


def at_sentence(passage: Passage, sentence: Sentence, message: str, hint: str | None = None) -> Finding:
    """A finding at a sentence."""
    return Finding(passage.loc, message, hint, passage, (sentence.start, sentence.start + len(sentence.text)))


@dataclass(frozen=True)
class Sheet:
    """What a rule about texts is given: the copy, the words of its language, the house rules, the letters there are."""

    copy: Copy
    language: Language
    rules: HouseRules
    letters: Letters = field(default_factory=Letters, kw_only=True)


@dataclass(frozen=True)
class Proof(Sheet):
    """What a rule about a document is given besides."""

    manuscript: Manuscript
    library: Library

    @property
    def document(self) -> Guide | Handout:
        """The document under proof."""
        return self.manuscript.document

    def blocks(self, *kinds: str) -> Iterator[tuple[Section, AnyBlock]]:
        """Sections of the given kinds of block, or of every kind, with their blocks."""
        for section in self.copy.sections:
            if section.block and (not kinds or section.kind in kinds):
                yield section, section.block


@dataclass(frozen=True)
class Shelf:
    """What a rule about the whole library is given."""

    cards: Sequence[Card]
    library: Library
    files: SharedFiles
    rules: HouseRules
    today: date
    release: bool = False

    def file(self, name: str) -> Yaml | None:
        """A shared file by the end of its name, such as `articles.yaml` or `en/shared.yaml`."""
        return next((file for key, file in self.files.yaml.items() if key.endswith(f"/{name}")), None)

    def place(self, name: str, loc: Loc) -> Place:
        """The place of a value in a shared file."""
        file = self.file(name)
        if not file:
            return Place(name)
        mark = file.mark(loc)
        return Place(file.file, mark, file.problem("", "", mark).excerpt, loc)

    def entries(self, name: str, top: str) -> Mapping[str, int]:
        """The position of each entry of a shared file, by id."""
        file = self.file(name)
        values = file.values.get(top) if file and isinstance(file.values, dict) else None
        return {str(entry.get("id")): number for number, entry in enumerate(values or []) if isinstance(entry, dict)}

    def together(
        self, name: str, top: str, keys: Sequence[str], message: str, hint: str | None = None, holds: tuple[str, ...] = ()
    ) -> Iterator[Finding]:
        """One finding for several entries of a file, at the first of them."""
        if keys:
            there = self.entries(name, top)
            named = ", ".join(keys[:NAMED]) + (f" and {len(keys) - NAMED} more" if len(keys) > NAMED else "")
            place = self.place(name, (top, there.get(keys[0], 0), "id"))
            yield Finding((), f"{message} {named}", hint, place=place, holds=holds)


@dataclass(frozen=True)
class Rule:
    """One rule: its stable code, the criterion it serves, how grave it is by default, and the function that checks it.

    A fixed rule can't be softened or waived: printing or safety depends on it.
    """

    code: str
    criterion: str
    severity: Severity
    scope: Scope
    fixed: bool
    check: Callable[[Any], Iterator[Finding]]
    names: bool = False
    """Whether a rule about texts looks at names and phrases too, which are printed as they are typed."""


RULES: dict[str, Rule] = {}
"""Every rule by its code."""

TextCheck = Callable[[Sheet], Iterator[Finding]]
DocumentCheck = Callable[[Proof], Iterator[Finding]]
LibraryCheck = Callable[[Shelf], Iterator[Finding]]


def _enter(
    code: str,
    criterion: str,
    severity: Severity,
    scope: Scope,
    fixed: bool,
    check: Callable[[Any], Iterator[Finding]],
    names: bool = False,
) -> None:
    assert code not in RULES, code
    RULES[code] = Rule(code, criterion, severity, scope, fixed, check, names)


def text_rule(
    code: str, criterion: str, severity: Severity = "error", fixed: bool = False, names: bool = False
) -> Callable[[TextCheck], TextCheck]:
    """Enters a rule about texts, in documents and in shared files; with `names` also about what is printed as it is typed."""

    def enter(check: TextCheck) -> TextCheck:
        _enter(code, criterion, severity, "text", fixed, check, names)
        return check

    return enter


def document_rule(
    code: str, criterion: str, severity: Severity = "error", fixed: bool = False
) -> Callable[[DocumentCheck], DocumentCheck]:
    """Enters a rule about a document."""

    def enter(check: DocumentCheck) -> DocumentCheck:
        _enter(code, criterion, severity, "document", fixed, check)
        return check

    return enter


def library_rule(
    code: str, criterion: str, severity: Severity = "error", fixed: bool = False
) -> Callable[[LibraryCheck], LibraryCheck]:
    """Enters a rule about the whole library."""

    def enter(check: LibraryCheck) -> LibraryCheck:
        _enter(code, criterion, severity, "library", fixed, check)
        return check

    return enter
