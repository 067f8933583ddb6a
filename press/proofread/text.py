"""The copy: a document's words, taken apart once for all rules."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from pydantic import BaseModel

from press.model.base import Loc, texts
from press.model.blocks import AnyBlock
from press.model.documents import Guide, Handout
from press.model.inline import Inline, parse, plain
from press.model.library import Language, Library
from press.proofread.readability import Reading, sentence_spans, syllables, tokens
from press.read.manuscript import Manuscript
from press.read.source import Source as Yaml

_NEAR = 300
"""How far around a hit, in letters, rules look."""
_BETWEEN = "\n\0\n"


class Sentence(NamedTuple):
    """A sentence: where it starts in its passage, its text, and its length in words."""

    start: int
    text: str
    length: int


@dataclass(frozen=True)
class Passage:
    """One text of a document: as typed, and as read, one line a paragraph."""

    loc: Loc
    raw: str
    plain: str
    sentences: tuple[Sentence, ...]
    reading: Reading
    in_paragraphs: bool = False

    @property
    def inline(self) -> Inline:
        """The text with its markup, parsed."""
        return parse(self.raw, self.in_paragraphs)


@dataclass(frozen=True)
class Section:
    """Passages that are read together: a block, the head of a document, an entry of the glossary."""

    loc: Loc
    kind: str
    passages: tuple[Passage, ...]
    block: AnyBlock | None = None

    @cached_property
    def reading(self) -> Reading:
        """The counts of all its passages."""
        return sum((passage.reading for passage in self.passages), Reading())

    @property
    def text(self) -> str:
        """All its passages, one after the other."""
        return _BETWEEN.join(passage.plain for passage in self.passages)


class Hit(NamedTuple):
    """Where a pattern was found in the copy."""

    section: Section
    passage: Passage
    start: int
    words: str
    group: int
    """Which group of the pattern matched, 0 where it has none."""

    @property
    def sentence(self) -> str:
        """The sentence around it."""
        found = self._sentence
        return found.text if found else self.passage.plain[:_NEAR]

    @property
    def before(self) -> str:
        """What stands before it in its sentence."""
        first = self._sentence.start if self._sentence else 0
        return self.passage.plain[max(first, self.start - _NEAR) : self.start]

    @property
    def after(self) -> str:
        """What follows it in its passage."""
        end = self.start + len(self.words)
        return self.passage.plain[end : end + _NEAR]

    @property
    def _sentence(self) -> Sentence | None:
        number = bisect_right(self.passage.sentences, self.start, key=lambda sentence: sentence.start)
        return self.passage.sentences[number - 1] if number else None


@dataclass(frozen=True)
class Copy:
    """Everything a patient reads in one file, section by section."""

    file: Yaml
    language: str
    sections: tuple[Section, ...]
    names: tuple[Passage, ...] = ()
    """What is printed as it is typed, without markup: names, titles of pages elsewhere, phrases."""
    addresses: tuple[Passage, ...] = ()
    """Addresses that are printed to be typed."""
    filled_in: bool = False
    """Whether the build puts values in place of {words} in the names."""

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Every passage in reading order."""
        return tuple(passage for section in self.sections for passage in section.passages)

    @cached_property
    def reading(self) -> Reading:
        """The counts of the whole copy."""
        return sum((section.reading for section in self.sections), Reading())

    @cached_property
    def text(self) -> str:
        """The whole copy as one text."""
        return _BETWEEN.join(passage.plain for passage in self.passages)

    @cached_property
    def _starts(self) -> tuple[list[int], list[Section]]:
        starts, owners, at = [], [], 0
        for section in self.sections:
            for passage in section.passages:
                starts.append(at)
                owners.append(section)
                at += len(passage.plain) + len(_BETWEEN)
        return starts, owners

    @cached_property
    def lower(self) -> str:
        """The whole copy in small letters, letter for letter."""
        lower = self.text.lower()
        return lower if len(lower) == len(self.text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)

    def hits(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        """Where a pattern is found, in reading order. Patterns are written in small letters and match capitals too."""
        return (self._hit(*match.span(), match.lastindex or 0) for match in pattern.finditer(self.lower))

    def exact_hits(self, pattern: re.Pattern[str]) -> Iterator[Hit]:
        """Where a pattern is found as written."""
        return (self._hit(*match.span(), match.lastindex or 0) for match in pattern.finditer(self.text))

    def phrases(self, phrases: Iterable[str]) -> Iterator[Hit]:
        """Where whole phrases in small letters stand, in reading order; of two that overlap the longer one."""
        spans = sorted((start, -len(phrase)) for phrase in phrases for start in self._stands(phrase))
        reached = 0
        for start, length in spans:
            if start >= reached:
                reached = start - length
                yield self._hit(start, reached, 0)

    def _stands(self, phrase: str) -> Iterator[int]:
        text, start = self.lower, -1
        while (start := text.find(phrase, start + 1)) >= 0:
            before, after = text[start - 1 : start], text[start + len(phrase) : start + len(phrase) + 1]
            if not _joins(before) and not _joins(after):
                yield start

    def _hit(self, start: int, end: int, group: int) -> Hit:
        starts, owners = self._starts
        number = bisect_right(starts, start) - 1
        return Hit(owners[number], self.passages[number], start - starts[number], self.text[start:end], group)


def _joins(letter: str) -> bool:
    return letter.isalnum() or letter in ("-", "_") if letter else False


def passage(loc: Loc, raw: str, language: str, in_paragraphs: bool = False) -> Passage:
    """A text taken apart."""
    shown = plain(raw, in_paragraphs)
    found, counts = [], []
    for start, end in sentence_spans(shown):
        text = shown[start:end].rstrip()
        pieces = tokens(text)
        found.append(Sentence(start, text, len(pieces)))
        counts += [syllables(word, language) for word in pieces if not word[0].isdigit()]
    long_words = sum([count >= 3 for count in counts])
    longest = max([sentence.length for sentence in found], default=0)
    counted = Reading(len(counts), len(found), sum(counts), long_words, longest)
    return Passage(loc, raw, shown, tuple(found), counted, in_paragraphs)


def copy(manuscript: Manuscript) -> Copy:
    """The copy of a document: its head, and each block; in a guide also the cover and the head of each part."""
    document, language = manuscript.document, manuscript.language
    head = [("title",), ("purpose",), ("description",), *([("interest",)] if document.interest else [])]
    sections = [Section((), "head", tuple(passage(loc, getattr(document, loc[0]), language) for loc in head))]
    if isinstance(document, Handout):
        sections += [_section(loc, block, language) for loc, block in document.placed()]
    else:
        sections += _parts(document, language)
    review = {f"review/{name}": getattr(document.review, name) for name in ("reviewer", "credentials")}
    return Copy(manuscript.file, language, tuple(sections), _names((), {"short_title": document.short_title} | review))


def _parts(guide: Guide, language: str) -> Iterator[Section]:
    yield Section(("cover",), "cover", _passages(("cover",), guide.cover, language))
    for number, part in enumerate(guide.parts):
        loc: Loc = ("parts", number)
        fields = [(name, text) for name, text in (("title", part.title), ("lead", part.lead)) if text]
        yield Section(loc, "part", tuple(passage((*loc, name), text, language) for name, text in fields))
        for position, block in enumerate(part.blocks):
            yield _section((*loc, "blocks", position), block, language)


def _section(loc: Loc, block: AnyBlock, language: str) -> Section:
    return Section(loc, block.kind, _passages(loc, block, language), block)


def _passages(loc: Loc, value: BaseModel, language: str) -> tuple[Passage, ...]:
    return tuple(passage((*loc, *inner), text, language, prose.paragraphs) for inner, text, prose in texts(value))


def shared_copies(language: Language, shared: Yaml | None, glossary: Yaml | None) -> Iterator[Copy]:
    """The copies of the texts that documents share: the standing texts, and the words explained."""
    code = language.code
    if shared:
        texts_of = ((name, getattr(language.shared, name)) for name in type(language.shared).model_fields)
        yield Copy(shared, code, tuple(Section((name,), "shared", _shared((name,), value, code)) for name, value in texts_of))
    if glossary and isinstance(glossary.values, dict):
        entries = enumerate(glossary.values["terms"])
        found = ((number, language.terms.get(str(entry.get("id")))) for number, entry in entries)
        terms = [(("terms", number), term) for number, term in found if term]
        yield Copy(glossary, code, tuple(Section(loc, "term", _passages(loc, term, code)) for loc, term in terms))


def _shared(loc: Loc, value: str | BaseModel, language: str) -> tuple[Passage, ...]:
    return (passage(loc, value, language),) if isinstance(value, str) else _passages(loc, value, language)


def phrases_copy(language: Language, file: Yaml | None) -> Copy | None:
    """The printed phrases of a language."""
    return Copy(file, language.code, (), _names((), dict(language.phrases)), filled_in=True) if file else None


def glossary_names(language: Language, file: Yaml | None) -> Copy | None:
    """The words that the glossary explains."""
    return _entries(file, "terms", language.terms, ("word",), language.code)


def registry_names(library: Library, clinic: Yaml | None, articles: Yaml | None, sources: Yaml | None) -> Iterator[Copy]:
    """What is printed of the clinic, its articles and the sources."""
    if clinic:
        values = {name: getattr(library.clinic, name) for name in ("name", "phone", "address", "hours")}
        addresses = {name: getattr(library.clinic, name) for name in ("site", "email")}
        yield Copy(clinic, "", (), _names((), values), _names((), addresses))
    printed = (
        _entries(articles, "articles", library.articles, ("title",), addresses=("url",)),
        _entries(sources, "sources", library.sources, ("label", "title", "publisher")),
    )
    yield from filter(None, printed)


def _entries(
    file: Yaml | None,
    top: str,
    entries: Mapping[str, BaseModel],
    names: tuple[str, ...],
    language: str = "",
    addresses: tuple[str, ...] = (),
) -> Copy | None:
    """Fields of the entries of a file that are printed as they are typed."""
    listed = file.values.get(top) if file and isinstance(file.values, dict) else None
    if not file or not isinstance(listed, list):
        return None
    ids = [str(value.get("id")) if isinstance(value, dict) else "" for value in listed]

    def printed(fields: tuple[str, ...]) -> tuple[Passage, ...]:
        found = [(number, entries[key]) for number, key in enumerate(ids) if key in entries]
        each = (_names((top, number), {name: getattr(entry, name) for name in fields}) for number, entry in found)
        return tuple(passage for passages in each for passage in passages)

    return Copy(file, language, (), printed(names), printed(addresses))


def _names(loc: Loc, values: Mapping[str, Any]) -> tuple[Passage, ...]:
    """Values that are printed as they are typed; a name such as `review/reviewer` is a path."""
    found = []
    for name, value in values.items():
        at = (*loc, *name.split("/"))
        lines = enumerate(value) if isinstance(value, tuple) else [("", value)]
        found += [Passage((*at, n) if isinstance(n, int) else at, text, text, (), Reading()) for n, text in lines if text]
    return tuple(found)
