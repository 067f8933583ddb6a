"""Words explained: everyday words, and medical ones explained where they first stand (criteria.md C04, C05)."""

import re
from collections.abc import Iterator
from functools import lru_cache

from press.model.library import Language, PlainWord
from press.proofread.readability import syllables, words
from press.proofread.rule import Finding, Proof, Sheet, at_hit, document_rule, text_rule
from press.proofread.text import Copy, Hit
from press.proofread.wording import EVERYDAY_CAPITALS, Wording, wording

Forms = tuple[tuple[str, dict[str, str]], ...]
"""Words by stem: each written form, and what is known of it."""

LONG = 4
_CANDIDATE = re.compile(r"[^\W\d_]{6,}")
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z0-9]{1,6}s?(?![\w-])")
_SPELLED = re.compile(r"(?: or [A-Z]{2,}s?)?\s*[:(]|,? (?:short for|stands for|means)")
_NAMES_FIRST = ("title", "heading", "name")
_SUMMARIES = ("head", "cover", "part", "key_points", "contents", "glossary", "read_more", "sources", "about", "next_steps")
"""Titles, names and summaries come before the text explains a word: they are not its first use."""


@text_rule("plain-word", "C04", "warning")
def plain_word(sheet: Sheet) -> Iterator[Finding]:
    """Words that have a plainer one in plain-words.yaml."""
    say = _present(_plainer(sheet.language.plain_words.instead), sheet.copy)
    for hit in sheet.copy.phrases(say):
        if not _is_linked(hit):
            yield at_hit(hit, f"'{hit.words}' has a plainer word", f"say '{say[hit.words.lower()]}'")


@lru_cache(maxsize=8)
def _plainer(entries: tuple[PlainWord, ...]) -> Forms:
    """What to say instead of each listed word, in its forms."""
    words = ((entry.word.lower(), entry.say) for entry in entries)
    return tuple((word, {f"{word}{ending}": say for ending in ("", "s", "es", "d", "ed")}) for word, say in words)


def _present(forms: Forms, copy: Copy) -> dict[str, str]:
    """The forms of those words whose stem the copy holds at all: most are not there, and looking for each form takes time."""
    return {form: said for stem, said_of in forms if stem in copy.lower for form, said in said_of.items()}


@text_rule("long-word", "C04", "warning")
def long_word(sheet: Sheet) -> Iterator[Finding]:
    """Words of four syllables or more that the glossary does not hold and the text does not explain."""
    known, told = _known_words(sheet.language), set()
    for hit in sheet.copy.exact_hits(_CANDIDATE):
        word = hit.words.lower()
        if word in told or syllables(word, sheet.copy.language) < LONG or _is_name(hit):
            continue
        told.add(word)
        if word.removesuffix("s") not in known and not _is_linked(hit) and not _in_brackets(hit):
            message = f"'{hit.words}' has {syllables(word, sheet.copy.language)} syllables and is not in the glossary"
            yield at_hit(hit, message, "say it with shorter words, or add it to the glossary and link it")


def _known_words(language: Language) -> set[str]:
    """Words that the glossary explains, that the list of plain words reports, or that readers know."""
    listed = [term.word for term in language.terms.values()] + list(language.plain_words.known)
    listed += [entry.word for entry in language.plain_words.instead]
    return {word.removesuffix("s") for text in listed for word in words(text.lower())}


def _is_name(hit: Hit) -> bool:
    """A capital letter inside a sentence: a name."""
    return hit.words[0].isupper() and bool(hit.before.strip())


def _is_linked(hit: Hit) -> bool:
    """Whether these very words are a link's, all of them."""
    if "](" not in hit.passage.raw:
        return False
    inline = hit.passage.inline
    first, last = inline.offset(hit.start), inline.offset(hit.start + len(hit.words) - 1)
    return any(link.start < first and last < link.end for link in inline.links)


def _in_brackets(hit: Hit) -> bool:
    return hit.before.rfind("(") > hit.before.rfind(")") or bool(re.match(r"\w*\s*\(", hit.after))


@document_rule("abbreviation", "C05")
def abbreviation(proof: Proof) -> Iterator[Finding]:
    """Words in capital letters that are neither linked nor spelled out at their first use."""
    told: set[str] = set()
    everyday = EVERYDAY_CAPITALS | {word for word in proof.language.plain_words.known if word.isupper()}
    for hit in proof.copy.exact_hits(_CAPITALS):
        word = hit.words.removesuffix("s")
        if word in told or word in everyday or hit.passage.loc[-1] == "description":
            continue
        told.add(word)
        if not _is_linked(hit) and not _spelled_out(hit):
            hint = "link it as [word](term:ID), or spell it out: 'a scan with magnets (MRI)'"
            yield at_hit(hit, f"'{word}' is not spelled out at its first use", hint)


def _spelled_out(hit: Hit) -> bool:
    """In brackets after its words, before brackets or a colon, or between commas after what it is."""
    between_commas = hit.before.rstrip().endswith(",") and hit.after.startswith(",")
    return between_commas or _in_brackets(hit) or bool(_SPELLED.match(hit.after))


@document_rule("unexplained-term", "C05", "warning")
def unexplained_term(proof: Proof) -> Iterator[Finding]:
    """Words of the glossary that are neither linked nor explained where the text first uses them.

    The subject in the title is what the whole document explains.
    """
    forms = _present(_forms(tuple((term.id, term.word) for term in proof.language.terms.values())), proof.copy)
    known = {word.lower() for word in proof.language.plain_words.known}
    told = {forms[hit.words.lower()] for hit in proof.copy.phrases(forms) if hit.passage.loc == ("title",)}
    said = wording(proof.copy.language)
    for hit in proof.copy.phrases(forms):
        term = forms[hit.words.lower()]
        if term in told or hit.words.isupper():
            continue
        too_early = hit.section.kind in _SUMMARIES or hit.passage.loc[-1] in _NAMES_FIRST
        if too_early and not _is_linked(hit) and not _explained(hit, said):
            continue
        told.add(term)
        if (
            not {hit.words.lower(), hit.words.lower().removesuffix("s")} & known
            and not _is_linked(hit)
            and not _explained(hit, said)
        ):
            hint = f"link it as [{hit.words}](term:{term}), or say what it is"
            yield at_hit(hit, f"'{hit.words}' is not explained at its first use", hint)


def _explained(hit: Hit, said: Wording) -> bool:
    return bool(
        said.compiled("explains_before").search(hit.before.lower()) or said.compiled("explains_after").search(hit.after.lower())
    )


@lru_cache(maxsize=8)
def _forms(terms: tuple[tuple[str, str], ...]) -> Forms:
    """Every written form of every word of the glossary, with its id."""
    forms = []
    for key, word in terms:
        base = re.sub(r"\s*\(.*\)", "", word).lower()
        plurals = [f"{base}s", f"{base}es", f"{base[:-1]}ies" if base.endswith("y") else f"{base}e"]
        forms.append((base[:-1], dict.fromkeys([base, *plurals], key)))
    return tuple(forms)
