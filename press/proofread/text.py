"""The copy: a document's words, taken apart once for all rules."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from pydantic import BaseModel

from press.blocks import AnyBlock
from press.guide import Guide, Handout, Language, Manuscript
from press.model import Loc, texts
from press.readability import Reading, sentence_spans, syllables, tokens
from press.source import Source as Yaml

LINK = re.compile(r"\[([^\[\]]*)\]\(([^()\[\]\s]{0,200})\)")
_EMPHASIS = re.compile(r"\*+(?=\S)|(?<=\S)\*+")
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


def plain(raw: str, in_paragraphs: bool = False) -> str:
    """A text as read: without markup and soft hyphens, one line a paragraph. Parts paragraphs as `markup.paragraphs` does."""
    if in_paragraphs and "\n\n" in raw:
        return "\n".join(plain(part) for part in raw.split("\n\n") if part.strip())
    if "](" in raw:
        raw = LINK.sub(r"\1", raw)
    if "*" in raw:
        raw = _EMPHASIS.sub("", raw)
    return " ".join(raw.replace("\u00ad", "").split())


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
    return Passage(loc, raw, shown, tuple(found), Reading(len(counts), len(found), sum(counts), long_words, longest))


def links(raw: str) -> list[str]:
    """The targets of the links in a text, such as `term:disc`, in order."""
    return [match.group(2) for match in LINK.finditer(raw)] if "](" in raw else []


def copy(manuscript: Manuscript) -> Copy:
    """The copy of a document: its head, and each block; in a guide also the cover and the head of each part."""
    document, language = manuscript.document, manuscript.language
    head = [("title",), ("purpose",), ("description",), *([("interest",)] if document.interest else [])]
    sections = [Section((), "head", tuple(passage(loc, getattr(document, loc[0]), language) for loc in head))]
    if isinstance(document, Handout):
        sections += [_section(loc, block, language) for loc, block in document.placed()]
    else:
        sections += _parts(document, language)
    return Copy(manuscript.file, language, tuple(sections))


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
