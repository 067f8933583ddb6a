"""Read, the cheap half: which files there are and what they hold, without parsing any.

A file is hashed again only where its stat changed since it was hashed. A stat that is as young as the hash itself is not
trusted, because a later write may leave it as it is.

Files are read a second time, by others, after the stock was taken. Whoever records what was read asks `moved` afterwards:
what does not stand as it stood may have been read in any state, and nothing made of it may pass for fresh.
"""

import hashlib
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from press.file.output import Stat
from press.plan import libraries as engine
from press.read.files import MAX_HASHED, MAX_SHEET, Unreadable, open_regular, read_file, walk


@dataclass(frozen=True)
class Folders:
    """Where the house keeps its things."""

    guides: Path
    templates: Path
    styles: Path
    out: Path


Known = tuple[int, int, int, int, str]
"""A stat that can be trusted, zeros where none can, and the digest that the file had with it."""

YOUNG_NS = 3_000_000_000
"""Older than the coarsest time stamp of a file system."""
DIGITS = 32
"""Of a SHA-256 digest: 128 bits, so that nobody can make two files that pass for one."""
ENGINE = "engine:press"
_PAIRS = {"templates": "template:", "styles": "style:styles/", "guides": "file:guides/"}
_REFERENCE = re.compile(
    r"""/\*.*?\*/ | "((?:[^"\\\n]|\\.)*)" | '((?:[^'\\\n]|\\.)*)' | url\(\s*((?:[^"'()\\\s]|\\.)+)\s*\)""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
"""Whatever may be an address in a style sheet or a drawing: any string, and any `url()`; comments passed over."""


def stat_of(path: str | os.PathLike[str]) -> Stat | None:
    """The stat of a file, None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def digest_of(path: str) -> str:
    """The digest of a file's bytes; empty where it can't be read, is no file, or is larger than any content."""
    handle = open_regular(path)
    if handle is None:
        return ""
    with os.fdopen(handle, "rb") as file:
        try:
            size = os.fstat(handle).st_size
            return hashlib.file_digest(file, "sha256").hexdigest()[:DIGITS] if size <= MAX_HASHED else f"{size} bytes"
        except OSError:
            return ""


def known_files(
    paths: Mapping[str, str], stats: Mapping[str, Stat], before: Mapping[str, Known], now_ns: int
) -> dict[str, Known]:
    """Every file's stat and digest; what was known before spares the hashing of files that have not been touched."""
    found: dict[str, Known] = {}
    for name, path in paths.items():
        stat, old = stats[name], before.get(name)
        if old and tuple(old[:4]) == stat:
            found[name] = old
            continue
        young = max(stat[1], stat[2]) > now_ns - YOUNG_NS
        found[name] = (*((0, 0, 0, 0) if young else stat), digest_of(path))
    return found


@dataclass(frozen=True)
class Stock:
    """What there is to print from: the input files by name and the engine itself, as they stood at one moment."""

    folders: Folders
    paths: dict[str, str]
    stats: dict[str, Stat]
    files: dict[str, Known]
    engine: str

    @classmethod
    def take(cls, folders: Folders, before: Mapping[str, Known]) -> "Stock":
        """Looks at everything; `before` is what the last build knew of the files."""
        paths, stats = _look(folders)
        files = known_files(paths, stats, before, time.time_ns())
        return cls(folders, {n: p for n, p in paths.items() if not n.startswith("press/")}, stats, files, _engine(files))

    @property
    def pairs(self) -> dict[str, str]:
        """The digest of every file, and of the engine, by the names under which documents record what they used."""
        named = {pair_name(name): known[4] for name, known in self.files.items()}
        return named | {ENGINE: self.engine}

    def digest(self, *folders: str) -> str:
        """One digest of everything, or of all that is in some folders."""
        total = hashlib.sha256(self.engine.encode())
        for name in sorted(self.files):
            if not folders or name.startswith(folders):
                total.update(f"\n{name}\n{self.files[name][4]}".encode("utf-8", "surrogateescape"))
        return total.hexdigest()[:DIGITS]

    def moved(self) -> set[str]:
        """The names of all that stands otherwise than when the stock was taken: changed, new, gone; of folders too."""
        paths, stats = _look(self.folders)
        moved = {name for name in stats.keys() | self.stats.keys() if stats.get(name) != self.stats.get(name)}
        young = (name for name, known in self.files.items() if not known[3] and name not in moved)
        moved |= {name for name in young if digest_of(paths[name]) != self.files[name][4]}
        if any(name.startswith("press/") for name in moved) or _engine(self.files) != self.engine:
            moved.add(ENGINE)
        return moved


def pair_name(name: str) -> str:
    """The name under which documents record that they used a file."""
    folder, _, rest = name.partition("/")
    return _PAIRS[folder] + rest if folder in _PAIRS else ENGINE


def _look(folders: Folders) -> tuple[dict[str, str], dict[str, Stat]]:
    """The path of every file, and the stat of every file and folder."""
    paths: dict[str, str] = {}
    stats: dict[str, Stat] = {}
    for folder, called in ((folders.guides, "guides"), (folders.templates, "templates"), (folders.styles, "styles")):
        _look_into(walk(folder, called), paths, stats)
    modules = walk(Path(__file__).parents[1], "press")
    _look_into(((name, path) for name, path in modules if name.endswith(".py")), paths, stats)
    return paths, stats


def _look_into(found: Iterable[tuple[str, str]], paths: dict[str, str], stats: dict[str, Stat]) -> None:
    for name, path in found:
        if stat := stat_of(path):
            stats[name] = stat
            if not name.endswith("/"):
                paths[name] = path


def _engine(files: Mapping[str, Known]) -> str:
    """A digest of the engine: its own modules, and what it is installed with."""
    modules = [f"{name}={files[name][4]}" for name in sorted(files) if name.startswith("press/")]
    return hashlib.sha256("\n".join([*modules, *engine.installed()]).encode()).hexdigest()[:DIGITS]


def sheet_closure(styles: Path, sheet: str) -> list[str]:
    """The names (`styles/…`) of an entry sheet and all that it may import or show, there or not, and of the font settings."""
    found: dict[str, None] = {}
    pending = [sheet, "fonts/fonts.conf"]
    while pending:
        name = pending.pop()
        if name in found or name.startswith("../"):
            continue
        found[name] = None
        if name.endswith((".css", ".svg")):
            pending += _addresses(styles, name)
    return sorted(f"styles/{name}" for name in found)


def _addresses(styles: Path, name: str) -> Iterator[str]:
    """The files that a style sheet or a drawing may name, relative to the styles folder."""
    try:
        text = read_file(styles / name, styles, MAX_SHEET).decode("utf-8", "replace")
    except Unreadable:
        return
    for groups in _REFERENCE.findall(text):
        target = unquote(re.sub(r"\\(.)", r"\1", next(filter(None, groups), ""))).partition("#")[0].partition("?")[0]
        if re.fullmatch(r"[^:]*\.[A-Za-z]\w*", target):
            yield os.path.normpath(os.path.join(os.path.dirname(name), target))
