"""Letters: which of them the typefaces of the style sheets have. Known without the PDF engine and without opening a font.

A folder of fonts holds `letters.txt`: for each file its digest and the letters it has. A file that is not in the list, or is
another one by now, is opened.
"""

import hashlib
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

LIST = "letters.txt"
_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';]+)")
_FILE = re.compile(r"url\(\s*[\"']?([^\"')]+\.(?:woff2?|otf|ttf))")
_FAMILIES = re.compile(r":\s*([\"'][^\"';{}]+[\"'](?:\s*,\s*[\"']?[\w -]+[\"']?)*)\s*[;}]")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


@dataclass(frozen=True)
class Letters:
    """The letters of each typeface that the style sheets name: those of its fonts, and of the families that stand in for it."""

    typefaces: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """A digest of them all."""
        told = "\n".join(f"{name}: {_ranges(has)}" for name, has in sorted(self.typefaces.items()))
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def missing(self, text: str) -> list[str]:
        """The letters of a text that one of the typefaces has not, also where the text is set in capitals."""
        return [letter for letter in sorted(set(text)) if self.lacking(letter)]

    def lacking(self, letter: str) -> list[str]:
        """The typefaces that have a letter not, or not its capital."""
        needed = {ord(each) for each in letter + letter.upper() if not _is_drawn_by_none(each)}
        return [name for name, has in self.typefaces.items() if not needed <= has]


def letters_of(styles: Path, sheets: Mapping[str, str]) -> Letters:
    """The letters of the typefaces in style sheets, given by name; their fonts lie in the folder of styles."""
    text = "\n".join(_COMMENT.sub("", sheet) for sheet in sheets.values())
    known = _known(styles)
    families: dict[str, set[int]] = {}
    for face in _FACE.findall(text):
        name, file = _FAMILY.search(face), _FILE.search(face)
        if name and file:
            families.setdefault(name[1].strip(), set()).update(_letters_in(styles / file[1], known))
    typefaces: dict[str, frozenset[int]] = {}
    for said in _FAMILIES.findall(_FACE.sub("", text)):
        names = [name.strip(" \"'\n") for name in said.split(",")]
        if names[0] in families:
            have = frozenset().union(*(families.get(name, ()) for name in names))
            typefaces[names[0]] = typefaces.get(names[0], have) & have
    return Letters(typefaces)


def listed(folder: Path) -> str:
    """The text of a folder's list, made from the fonts themselves."""
    lines = (f"{path.name} {_digest(path)} {_ranges(_opened(path))}" for path in sorted(folder.glob("*.woff2")))
    return "".join(f"{line}\n" for line in lines)


def _known(styles: Path) -> dict[str, tuple[str, str]]:
    """The digest and the letters of each listed font, by its path below the styles."""
    from press.stock import walk

    found = {}
    for path in (Path(path) for _, path in walk(styles, "") if os.path.basename(path) == LIST):
        for line in path.read_text("utf-8").splitlines():
            name, digest, ranges = line.split(" ", 2)
            found[str(path.parent / name)] = (digest, ranges)
    return found


def _letters_in(path: Path, known: Mapping[str, tuple[str, str]]) -> Iterable[int]:
    digest, ranges = known.get(str(path), ("", ""))
    if not path.is_file():
        return ()
    return _spread(ranges) if digest == _digest(path) else _opened(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:32]


def _opened(path: Path) -> Collection[int]:
    """The letters in a font file; none where it is no font, which the PDF engine tells."""
    from fontTools.ttLib import TTFont

    try:
        return TTFont(path, lazy=True).getBestCmap() or ()
    except Exception:
        return ()


def _ranges(letters: Collection[int]) -> str:
    """Letters as `20-7E,A0`."""
    runs: list[list[int]] = []
    for letter in sorted(letters):
        if runs and letter == runs[-1][1] + 1:
            runs[-1][1] = letter
        else:
            runs.append([letter, letter])
    return ",".join(f"{first:X}-{last:X}" if first < last else f"{first:X}" for first, last in runs)


def _spread(ranges: str) -> Iterator[int]:
    for run in ranges.split(","):
        first, _, last = run.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)


def _is_drawn_by_none(letter: str) -> bool:
    """Blanks, which every typeface can space, and what is a command and no letter, such as a soft hyphen."""
    return letter.isspace() or unicodedata.category(letter) in ("Zs", "Zl", "Zp", "Cc", "Cf")
