"""Which files are documents, what they are called, and which files are none of the names that are read."""

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from press.problems import Problem, did_you_mean
from press.read.files import MOST_FILES, is_inside, passed_over

NOT_DOCUMENTS = frozenset({"phrases.yaml", "glossary.yaml", "shared.yaml", "plain-words.yaml"})
"""Files in a language's folder that documents share."""
SHARED = frozenset({"clinic.yaml", "articles.yaml", "sources.yaml", "house-rules.yaml"})
"""Files at the top that documents share."""

_DOCUMENT = re.compile(r"^guides/([a-z]{2})/([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml$")
_LANGUAGE = re.compile(r"[a-z]{2}")
_NAMES = {
    "guides": re.compile("|".join(map(re.escape, SHARED))),
    "language": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.yaml"),
    "figures": re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.svg"),
    "schema": re.compile(r"[a-z-]+\.schema\.json"),
}
"""What files may be called in each kind of folder. Notes (`*.md`) may lie anywhere."""


def document_name(path: str) -> str | None:
    """`en/spinal-stenosis` for `guides/en/spinal-stenosis.yaml`; None for a file that is no document."""
    found = _DOCUMENT.match(path)
    if found is None or path.rsplit("/", 1)[1] in NOT_DOCUMENTS:
        return None
    return f"{found[1]}/{found[2]}"


def own_file(name: str) -> str:
    """The name under which a document such as `en/spinal-stenosis` uses its own file."""
    return f"file:guides/{name}.yaml"


def documents(guides: Path) -> dict[str, Path]:
    """Every document's name and file, in order."""
    found = {document_name(f"guides/{path.parent.name}/{path.name}"): path for path in sorted(guides.glob("[a-z][a-z]/*.yaml"))}
    return {name: path for name, path in found.items() if name}


def slug_of(words: str) -> str:
    """Words as a file's name is written: small letters, digits and single hyphens; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def stray_files(guides: Path) -> list[Problem]:
    """Files and folders that nothing reads, because of their names or where they lie; each problem tells the right name.

    Hidden files, what editors leave behind, and notes (`*.md`) are no strays.
    """
    return sorted(_strays(guides, guides, "guides", [MOST_FILES]), key=lambda problem: problem.file)


def _strays(folder: Path, guides: Path, kind: str, left: list[int]) -> Iterator[Problem]:
    """The strays of a folder of one kind, and of those below it."""
    shown = f"{guides.name}/{folder.relative_to(guides).as_posix()}".removesuffix("/.")
    with os.scandir(folder) as entries:
        for entry in entries:
            left[0] -= 1
            if left[0] < -1:
                return
            if left[0] < 0:
                yield _stray(guides.name, f"the folder holds more than {MOST_FILES:,} files", "take out what is no content")
                return
            if passed_over(entry.name):
                continue
            name = f"{shown}/{entry.name}"
            if not entry.is_dir():
                yield from _stray_file(folder, entry.name, name, kind, guides.name)
            elif entry.is_symlink() and not is_inside(os.path.realpath(entry.path), guides):
                yield _stray(name, f"this is a link that leads out of {guides.name}", "put the folder itself here")
            elif (inner := _kind_of(entry.name)) and kind == "guides":
                yield from _strays(Path(entry.path), guides, inner, left)
            else:
                yield _stray_folder(entry.name, name, kind)


def _kind_of(folder: str) -> str | None:
    """What a folder at the top holds; None where nothing reads it."""
    return folder if folder in ("figures", "schema") else "language" if _LANGUAGE.fullmatch(folder) else None


def _stray_file(folder: Path, name: str, shown: str, kind: str, guides: str) -> Iterator[Problem]:
    if not (_NAMES[kind].fullmatch(name) or name.endswith(".md")):
        hint = _right_place(folder, name, kind, guides)
        yield _stray(shown, f"'{name}' is no name that is read here, so nothing of it is printed", hint)


def _right_place(folder: Path, name: str, kind: str, guides: str) -> str:
    """What to do with a file that is not read where it lies, under the name that it has."""
    stem, _, ending = name.partition(".")
    slug = slug_of(stem) or "a-name"
    if "svg" in ending.lower():
        there = f"drawings lie in {guides}/figures: move it to {guides}/figures/{slug}.svg"
        return _rename(folder, f"{slug}.svg") if kind == "figures" else there
    if not re.match(r"ya?ml\b", ending, re.IGNORECASE):
        return "save it as SVG, or take it out" if kind == "figures" else "take it out; notes may be `.md` files"
    right = f"{slug}.yaml"
    if kind == "language" or (kind == "guides" and right in SHARED):
        return _rename(folder, right)
    close = did_you_mean(slug, [shared.removesuffix(".yaml") for shared in SHARED]) if kind == "guides" else None
    return close or f"documents lie in a language's folder: move it to {guides}/en/{right}"


def _rename(folder: Path, right: str) -> str:
    there = (folder / right).exists()
    return f"there is a {right}, too: delete one of the two" if there else f"rename it to {right}"


def _stray_folder(name: str, shown: str, kind: str) -> Problem:
    if name.lower().endswith((".yaml", ".yml", ".svg")):
        return _stray(shown, f"'{name}' is a folder, not a file", "put a file in its place, or delete it")
    if kind != "guides":
        return _stray(shown, f"the folder '{name}' is not read here", "move its files one folder up, or take it out")
    if _LANGUAGE.fullmatch(name.lower()):
        return _stray(shown, f"the folder '{name}' is not read", f"rename it to {name.lower()}")
    hint = did_you_mean(slug_of(name), ("figures", "schema")) or "a language's folder has two small letters, such as en"
    return _stray(shown, f"the folder '{name}' is not read", hint)


def _stray(file: str, message: str, hint: str) -> Problem:
    return Problem("stray-file", "error", message, file, hint=hint)
