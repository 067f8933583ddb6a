"""What can't be printed as it is typed: markup that is none, and letters that the typefaces have not (criteria.md L12)."""

import re
import unicodedata
from collections.abc import Iterator

from press.model.letters import Letters
from press.proofread.rule import Finding, Sheet, text_rule
from press.proofread.stray import faults, faults_of_name

INSTEAD = dict(zip("✔✅☑➔➜➡⟶⇨⩾⩽∙⋅▪•◦―‒⁃∼", "✓✓✓→→→→→≥≤··■·○—–-~", strict=True))
"""Signs that a typeface may have in place of one that it has not."""


@text_rule("broken-markup", "L12", fixed=True, names=True)
def broken_markup(sheet: Sheet) -> Iterator[Finding]:
    """Markup that is half typed, or that is none here: it would stand on the page as it was typed."""
    for passage in sheet.copy.passages:
        for fault in faults(passage.raw, passage.in_paragraphs):
            yield Finding(passage.loc, fault.message, fault.hint, passage, offset=fault.start)
    for passage in sheet.copy.names:
        for fault in faults_of_name(passage.raw, sheet.copy.filled_in):
            yield Finding(passage.loc, fault.message, fault.hint, passage, offset=fault.start)


@text_rule("missing-letter", "L12", fixed=True, names=True)
def missing_letter(sheet: Sheet) -> Iterator[Finding]:
    """Letters that a typeface of the style sheets has not."""
    letters = sheet.letters
    if not letters.missing(sheet.copy.file.text):
        return
    for passage in (*sheet.copy.passages, *sheet.copy.names, *sheet.copy.addresses):
        for letter in letters.missing(passage.raw):
            message, hint = missing_words(letter, letters)
            yield Finding(passage.loc, message, hint, passage, offset=passage.raw.index(letter))


def missing_words(letter: str, letters: Letters) -> tuple[str, str]:
    """The message about a letter that is missing, and what to write instead."""
    name = unicodedata.name(letter, "a letter without a name").lower()
    without = letters.lacking(letter)
    which = "no typeface has" if len(without) == len(letters.typefaces) else f"the typeface {without[0]} has no"
    return f"{which} '{letter}' (U+{ord(letter):04X}, {name})", _hint(letter, letters)


def _hint(letter: str, letters: Letters) -> str:
    plainer = INSTEAD.get(letter) or unicodedata.normalize("NFKC", letter)
    if plainer != letter and not letters.missing(plainer):
        return f"write '{plainer}'"
    if re.match("S[ok]", unicodedata.category(letter)):
        return "delete it, or say it in words"
    return "say it in words, or add a font that has it to styles/fonts/"
