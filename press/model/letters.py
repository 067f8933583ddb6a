"""Letters: which of them the typefaces of the style sheets have."""

import hashlib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Letters:
    """The letters of each typeface that the style sheets name: those of its fonts, and of the families that stand in for it."""

    typefaces: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A digest of them all."""
        told = "\n".join(f"{name}: {ranges_of(has)}" for name, has in sorted(self.typefaces.items()))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def missing(self, text: str) -> list[str]:
        """The letters of a text that one of the typefaces has not, also where the text is set in capitals."""
        return [letter for letter in sorted(set(text)) if self.lacking(letter)]

    def lacking(self, letter: str) -> list[str]:
        """The typefaces that have a letter not, or not its capital."""
        needed = {ord(each) for each in letter + letter.upper() if not _is_drawn_by_none(each)}
        return [name for name, has in self.typefaces.items() if not needed <= has]


def ranges_of(letters: Collection[int]) -> str:
    """Letters as `20-7E,A0`."""
    runs: list[list[int]] = []
    for letter in sorted(letters):
        if runs and letter == runs[-1][1] + 1:
            runs[-1][1] = letter
        else:
            runs.append([letter, letter])
    return ",".join(f"{first:X}-{last:X}" if first < last else f"{first:X}" for first, last in runs)


def _is_drawn_by_none(letter: str) -> bool:
    """Blanks, which every typeface can space, and what is a command and no letter, such as a soft hyphen."""
    return letter.isspace() or unicodedata.category(letter) in ("Zs", "Zl", "Zp", "Cc", "Cf")
