"""The letters of fonts. Known without the PDF engine and without opening a font.

A folder of fonts holds `letters.txt`: for each file its digest and the letters it has. A file that is not in the list, or is
another one by now, is opened.
"""

import hashlib
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path

from press.model.letters import Letters, ranges_of
from press.read.files import walk

LIST = "letters.txt"
_FACE = re.compile(r"@font-face\s*\{([^}]*)\}")
_FAMILY = re.compile(r"font-family:\s*[\"']?([^\"';]+)")
_FILE = re.compile(r"url\(\s*[\"']?([^\"')]+\.(?:woff2?|otf|ttf))")
_FAMILIES = re.compile(r":\s*([\"'][^\"';{}]+[\"'](?:\s*,\s*[\"']?[\w -]+[\"']?)*)\s*[;}]")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


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
    lines = (f"{path.name} {_digest(path)} {ranges_of(_opened(path))}" for path in sorted(folder.glob("*.woff2")))
    return "".join(f"{line}\n" for line in lines)


def _known(styles: Path) -> dict[str, tuple[str, str]]:
    """The digest and the letters of each listed font, by its path below the styles."""
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


def _spread(ranges: str) -> Iterator[int]:
    for run in ranges.split(","):
        first, _, last = run.partition("-")
        yield from range(int(first, 16), int(last or first, 16) + 1)
