"""Plain language: how hard the words are to read, in each block and in the whole (criteria.md C04, C06-C09, C13, C17)."""

from collections.abc import Iterator
from dataclasses import replace

from press.model.blocks import RedFlagsBlock
from press.proofread.readability import Reading, length, syllables, words
from press.proofread.rule import Finding, Proof, Sheet, at_hit, at_sentence, document_rule, text_rule
from press.proofread.text import Section
from press.proofread.wording import wording

HARD, GOAL = 8.0, 6.0
EASE_HARD, EASE_GOAL = 60.0, 70.0
MAX_SMOG = 9.0
MAX_SENTENCE, MEAN_SENTENCE = 25, 15
MAX_PARAGRAPH = 60
MAX_LIST = 7
MIN_WORDS = 10
"""Shorter blocks are graded with the whole: a formula says nothing about nine words."""
SMOG_SENTENCES = 10
"""SMOG was made for thirty sentences; with fewer than ten it says nothing."""
PASSIVE_SHARE = 0.1


def ease(language: str, reading: Reading) -> tuple[float, bool, bool, str]:
    """The grade or ease of a text, whether it is past the limit, past the goal, and the same in words."""
    if language == "es":
        score = round(reading.fernandez_huerta, 1)
        said = f"reads at ease {score} (Fernández-Huerta; INFLESZ {reading.inflesz:.1f})"
        words = f"{said}; the limit is {EASE_HARD:g}, the goal {EASE_GOAL:g}"
        return score, score < EASE_HARD, score < EASE_GOAL, words
    score = round(reading.flesch_kincaid, 1)
    words = f"reads at grade {score} (Flesch-Kincaid); the limit is {HARD:g}, the goal {GOAL:g}"
    return score, score > HARD, score > GOAL, words


def _graded(sheet: Sheet) -> Iterator[tuple[Section | None, str, Reading]]:
    """What is graded: the whole document, and each section with enough words."""
    if isinstance(sheet, Proof):
        yield None, "the whole document", sheet.copy.reading
    for section in sheet.copy.sections:
        if section.reading.words >= MIN_WORDS:
            yield section, _NAMES.get(section.kind, "this block"), section.reading


_NAMES = {"head": "the head of the document", "cover": "the cover", "part": "this", "shared": "this", "term": "this"}


def _grades(sheet: Sheet, beyond_limit: bool) -> Iterator[Finding]:
    for section, name, reading in _graded(sheet):
        _, hard, over, verdict = ease(sheet.copy.language, reading)
        if over and hard == beyond_limit:
            yield Finding(section.loc if section else (), f"{name} {verdict}", _advice(sheet, section, reading))


def _advice(sheet: Sheet, section: Section | None, reading: Reading) -> str:
    """What makes it hard: words of the glossary, its sentences, or its other words."""
    score, _, still, _ = ease(sheet.copy.language, _without_terms(sheet, section))
    if not still:
        return f"without the words of the glossary it is {score}: say them less often, or put an everyday word beside them"
    if reading.words_per_sentence > MEAN_SENTENCE:
        return f"sentences have {reading.words_per_sentence:.0f} words on average: split the long ones"
    return _long_words(reading)


def _long_words(reading: Reading) -> str:
    return f"{reading.long_words} of {reading.words} words have three syllables or more: use shorter ones"


def _without_terms(sheet: Sheet, section: Section | None) -> Reading:
    """The same text with its long words of the glossary counted as words of two syllables."""
    sections = [section] if section else sheet.copy.sections
    known = {word for term in sheet.language.terms.values() for word in words(term.word.lower())}
    counts = [
        syllables(word, sheet.copy.language)
        for part in sections
        for word in words(part.text)
        if word.lower().rstrip("s") in known
    ]
    whole = section.reading if section else sheet.copy.reading
    return replace(whole, syllables=whole.syllables - sum(max(count - 2, 0) for count in counts))


@text_rule("grade", "C07")
def grade(sheet: Sheet) -> Iterator[Finding]:
    """Text above grade 8."""
    return _grades(sheet, beyond_limit=True)


@text_rule("grade-goal", "C07", "warning")
def grade_goal(sheet: Sheet) -> Iterator[Finding]:
    """Text above grade 6."""
    return _grades(sheet, beyond_limit=False)


@text_rule("smog", "C07")
def smog(sheet: Sheet) -> Iterator[Finding]:
    """Text above SMOG grade 9, where there are sentences enough to tell."""
    if sheet.copy.language == "es":
        return
    for section, name, reading in _graded(sheet):
        grade = round(reading.smog, 1)
        if reading.sentences >= SMOG_SENTENCES and grade > MAX_SMOG:
            message = f"{name} reads at SMOG grade {grade}; the limit is {MAX_SMOG:g}"
            yield Finding(section.loc if section else (), message, _long_words(reading))


@text_rule("long-sentence", "C08")
def long_sentence(sheet: Sheet) -> Iterator[Finding]:
    """Sentences of more than 25 words."""
    for passage in sheet.copy.passages:
        for sentence in passage.sentences:
            if sentence.length > MAX_SENTENCE:
                message = f"this sentence has {sentence.length} words; the limit is {MAX_SENTENCE}"
                yield at_sentence(passage, sentence, message, "make two or three of it")


@text_rule("mean-sentence", "C08", "warning")
def mean_sentence(sheet: Sheet) -> Iterator[Finding]:
    """Sentences of more than 15 words on average."""
    for section, name, reading in _graded(sheet):
        if reading.sentences > 2 and reading.words_per_sentence > MEAN_SENTENCE:
            message = f"{name} has {reading.words_per_sentence:.1f} words a sentence on average; the limit is {MEAN_SENTENCE}"
            yield Finding(section.loc if section else (), message, "split the longest sentences")


@text_rule("long-paragraph", "C09")
def long_paragraph(sheet: Sheet) -> Iterator[Finding]:
    """Paragraphs of more than 60 words."""
    for passage in sheet.copy.passages:
        if passage.reading.words <= MAX_PARAGRAPH:
            continue
        start = 0
        for paragraph in passage.plain.split("\n"):
            if (count := length(paragraph)) > MAX_PARAGRAPH:
                message = f"this paragraph has {count} words; the limit is {MAX_PARAGRAPH}"
                yield Finding(passage.loc, message, "one idea a paragraph", passage, (start, start + len(paragraph)))
            start += len(paragraph) + 1


@document_rule("long-list", "C13")
def long_list(proof: Proof) -> Iterator[Finding]:
    """Warning signs that with the shared ones make a list of more than seven."""
    for section, block in proof.blocks("red_flags"):
        assert isinstance(block, RedFlagsBlock)
        shared = proof.language.shared
        for name, printed in (("also_emergency", shared.emergency.signs), ("also_today", shared.today.signs)):
            count = len(printed) + len(getattr(block, name))
            if getattr(block, name) and count > MAX_LIST:
                message = f"with the {len(printed)} shared signs this makes a list of {count}; the limit is {MAX_LIST}"
                yield Finding((*section.loc, name), message, "keep the one that matters most here")


@document_rule("you", "C17", "warning")
def you(proof: Proof) -> Iterator[Finding]:
    """A document that talks about patients more than to the reader."""
    said = wording(proof.copy.language)
    patients = list(proof.copy.hits(said.compiled("patients")))
    addressed = sum(1 for _ in proof.copy.hits(said.compiled("you")))
    if patients and addressed <= 3 * len(patients):
        message = f"'you' stands here {addressed} times and 'patients' {len(patients)} times; it takes more than three to one"
        yield at_hit(patients[0], message, "say 'you' or 'people'")
    elif not addressed:
        yield Finding((), "nothing here speaks to the reader as 'you'", "say who does what: 'you can ...'")


@document_rule("passive", "C06", "warning")
def passive(proof: Proof) -> Iterator[Finding]:
    """Sentences that hide who acts: more than one in ten, or any in the key points and the steps."""
    said = wording(proof.copy.language)
    found = [hit for hit in proof.copy.hits(said.compiled("passive")) if hit.words.lower().split()[-1] not in said.adjectives]
    many = len(found) > PASSIVE_SHARE * proof.copy.reading.sentences
    for hit in found:
        if many or hit.section.kind in ("key_points", "steps"):
            yield at_hit(hit, f"'{hit.words}' does not say who acts", "start with who does it: 'the surgeon removes ...'")
