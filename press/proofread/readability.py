"""How hard a text is to read: syllables, sentences, and the grades that follow from them, in English and in Spanish.

Not textstat, the usual library for this: it downloads a pronouncing dictionary while it runs.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+(?:[.,]\d+)*")
_END = re.compile(r"(?<![.!?:;])[.!?:;]++[\"'\u201d\u2019)\]]*(?=\s|$)|\n+")
"""A colon or a semicolon ends a sentence too: Flesch counts every unit of thought that stands on its own."""

_SHORT = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|St|vs|[a-zA-Z]\.[a-zA-Z])$")
"""Before a full stop that ends a shortened word, not a sentence."""

_POSSESSIVE = re.compile(r"['\u2019]s?$")
_VOWELS = re.compile(r"[aeiouy]+")
_PARTED = re.compile(
    r"(?<![tcsgx])i(?=[au])|(?<![tcsgxn])i(?=o(?!n))|(?<![tcsgxln])i(?=on)|(?<=[cst])i(?=at|olog)"  # bacteria, period, associate
    r"|(?<![tc])i(?=en[ct])|i(?=et)|(?<=sc)i(?=en)"  # client, audience, variety, science
    r"|(?<=[aeiouy])ing$|[aeou]y(?=[aeo])(?!e[ds]$)"  # being, beyond, layer
    r"|(?<!g)eo(?!us$)|(?<=[^qg])u(?=[ao])|(?<=[lft])ui(?=[dt])|eu(?=[sm]$)|oa(?=rth)"  # osteo-, usual, fluid, nucleus
    r"|(?<=cr)eat|^rea(?=ct|li)|^(?:coo|myel)(?=p|rd|[ioa])|(?<=o)myel"  # create, react, cooperate, myeloma
    r"|sm(?=s?$)|thm"  # spasm, rhythm
)
"""Where one group of vowels holds two syllables, or a syllable has no vowel of its own."""
_MUTE = re.compile(
    r"(?<![aeiouyl])e$|(?<=[aeiouyrw]l)e$|(?<=q)ues?$"  # nerve, scale, technique
    r"|(?<=[aeiouylrw]l)ed$|(?<=[^aeiouydtl])ed$"  # called, fused
    r"|(?<=[aeiouyrw]l)es$|(?<=[^aeiouyscxzghl])es$|(?<=th)es$"  # scales, bones, clothes
    r"|(?<=[^aeiouyl])e(?=(?:ly|ments?|ful|fully|less|ness)$)|(?<=[aeiouyr]l)e(?=(?:ly|ness)$)"  # closely, careful
    r"|(?<=^som)e|(?<=^hom)e(?=w|b|s)|(?<=^ther)e|(?<=^wher)e|(?<=^mor)e(?=over)|(?<=^lif)e(?=[st])|(?<=^guid)e(?=l)"
)
"""Where a vowel is written and not spoken."""
_IRREGULAR = {
    "area": 3, "areas": 3, "axial": 3, "behavior": 3, "business": 2, "cement": 2, "diabetes": 4, "every": 2, "evening": 2,
    "eye": 1, "eyes": 1, "everyone": 3, "everything": 3, "familiar": 3, "idea": 3, "ideal": 3, "ideas": 3, "linear": 3,
    "nausea": 3, "people": 2, "poem": 2, "psoas": 2, "ruin": 2, "vegetable": 4, "recipe": 3,
}  # fmt: skip

_STRONG = re.compile(r"(?:[iuüy](?=[aeoáéó]))?[aeoáéó](?:[iuüy](?![aeoáéóíú]))?|[íú]|[iuüy]+")
_SILENT_U = re.compile(r"(?<=[qg])u(?=[eiéí])")

LONGEST_WORD = 60
"""Letters; what is longer is no word, and not worth keeping."""


@dataclass(frozen=True)
class Reading:
    """The counts of a text and the grades that follow from them. Readings add up."""

    words: int = 0
    sentences: int = 0
    syllables: int = 0
    long_words: int = 0
    longest_sentence: int = 0

    def __add__(self, other: "Reading") -> "Reading":
        """The reading of two texts taken together."""
        return Reading(
            self.words + other.words,
            self.sentences + other.sentences,
            self.syllables + other.syllables,
            self.long_words + other.long_words,
            max(self.longest_sentence, other.longest_sentence),
        )

    @property
    def words_per_sentence(self) -> float:
        """Mean length of a sentence in words."""
        return self.words / max(self.sentences, 1)

    @property
    def flesch_kincaid(self) -> float:
        """Flesch-Kincaid grade (Kincaid et al. 1975), for English."""
        if not self.words:
            return 0.0
        return 0.39 * self.words_per_sentence + 11.8 * self.syllables / self.words - 15.59

    @property
    def smog(self) -> float:
        """SMOG grade (McLaughlin 1969), scaled to thirty sentences, for English."""
        if not self.sentences:
            return 0.0
        return 1.0430 * math.sqrt(self.long_words * 30 / self.sentences) + 3.1291

    @property
    def fernandez_huerta(self) -> float:
        """Ease of reading (Fernández Huerta 1959), for Spanish: 70 is about grade 6, 60 about grade 8."""
        if not self.words:
            return 100.0
        return 206.84 - 60 * self.syllables / self.words - 1.02 * self.words_per_sentence

    @property
    def inflesz(self) -> float:
        """Ease of reading (Szigriszt-Pazos 1993, on the INFLESZ scale), for Spanish: 55 is normal, 65 fairly easy."""
        if not self.words:
            return 100.0
        return 206.835 - 62.3 * self.syllables / self.words - self.words_per_sentence


def words(text: str) -> list[str]:
    """The words of a text, without numbers."""
    return _WORD.findall(text)


def sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence of a text starts and ends."""
    start = 0
    for match in _END.finditer(text):
        if not _SHORT.search(text, max(0, match.start() - 4), match.start()):
            if first := _WORD.search(text, start, match.end()):
                yield first.start(), match.end()
            start = match.end()
    if start < len(text) and (first := _WORD.search(text, start)):
        yield first.start(), len(text)


def tokens(sentence: str) -> list[str]:
    """The words and numbers of a sentence."""
    return _TOKEN.findall(sentence)


def sentences(text: str) -> list[str]:
    """The sentences of a text; a line end and a colon end one too."""
    return [text[start:end].strip() for start, end in sentence_spans(text)]


def length(sentence: str) -> int:
    """How many words a reader meets in a sentence, numbers among them."""
    return len(tokens(sentence))


def syllables(word: str, language: str = "en") -> int:
    """How many syllables a word has, by its groups of vowels. Counts of words that can be words are kept."""
    return (_kept if len(word) <= LONGEST_WORD else _counted)(word, language)


def _counted(word: str, language: str) -> int:
    lower = _POSSESSIVE.sub("", word.lower())
    if language == "es":
        return max(len(_STRONG.findall(_SILENT_U.sub("", lower))), 1)
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    return max(len(_VOWELS.findall(lower)) + len(_PARTED.findall(lower)) - len(_MUTE.findall(lower)), 1)


_kept = lru_cache(maxsize=20_000)(_counted)


def reading(text: str, language: str = "en") -> Reading:
    """Counts and grades of a text."""
    found = sentences(text)
    lengths = [syllables(word, language) for sentence in found for word in words(sentence)]
    return Reading(
        words=len(lengths),
        sentences=len(found),
        syllables=sum(lengths),
        long_words=sum(count >= 3 for count in lengths),
        longest_sentence=max(map(length, found), default=0),
    )
