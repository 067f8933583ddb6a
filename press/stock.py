"""Read, the cheap half: which files there are and what they hold, without parsing any.

A file is hashed again only where its stat changed since it was hashed. A stat that is as young as the hash itself is not
trusted, because a later write may leave it as it is.
"""

import hashlib
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

Stat = tuple[int, int, int, int]
"""Size, modification time, change time (ns) and inode."""

Known = tuple[int, int, int, int, str]
"""A stat and the digest that the file had with it."""

YOUNG_NS = 1_000_000_000
_PACKAGES = ("weasyprint", "pydyf", "fonttools", "jinja2", "markupsafe", "markdown_it_py", "qrcode", "tinycss2", "tinyhtml5", "cssselect2", "pyphen", "pillow", "cffi", "pydantic")
_LIBRARIES = re.compile(r"/lib(?:pango|harfbuzz|fontconfig|freetype|gobject|fribidi)[^/]*\.so")
_REFERENCE = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)|url\(\s*["']?([^"')]+)["']?\s*\)""")


def stat_of(path: str | os.PathLike[str]) -> Stat | None:
    """The stat of a file, None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino


def walk(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """(name, path) of every file below a folder, in order; hidden files, caches and editors' leftovers passed over."""
    pending = [(str(folder), name)]
    while pending:
        where, shown = pending.pop()
        try:
            entries = sorted(os.scandir(where), key=lambda entry: entry.name)
        except FileNotFoundError:
            continue
        for entry in entries:
            if entry.name.startswith((".", "__pycache__")) or entry.name.endswith(("~", ".pyc", ".swp", ".tmp")):
                continue
            if entry.is_dir():
                pending.append((entry.path, f"{shown}/{entry.name}"))
            else:
                yield f"{shown}/{entry.name}", entry.path


def digests(files: Iterable[tuple[str, str]], known: Mapping[str, Known], now_ns: int) -> dict[str, Known]:
    """Every file's stat and digest; `known` spares the hashing of files that have not been touched."""
    taken: dict[str, Known] = {}
    for name, path in files:
        stat = stat_of(path)
        before = known.get(name)
        if stat is None:
            continue
        if before and tuple(before[:4]) == stat:
            taken[name] = before
            continue
        try:
            with open(path, "rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
        except OSError:
            continue
        if max(stat[1], stat[2]) > now_ns - YOUNG_NS:
            stat = (stat[0], 0, 0, 0)
        taken[name] = (*stat, digest)
    return taken


@dataclass(frozen=True)
class Stock:
    """The input files by name: where they are, their stats and digests; and one digest of the engine itself."""

    paths: dict[str, str]
    files: dict[str, Known]
    engine: str

    @property
    def digests(self) -> dict[str, str]:
        """The digest of every file by name, the engine's own modules among them."""
        return {name: known[4] for name, known in self.files.items()}


def take(guides: Path, templates: Path, styles: Path, known: Mapping[str, Known]) -> Stock:
    """Looks at all input folders and at the engine; `known` is what the last build saw."""
    now = time.time_ns()
    trees = ((guides, "guides"), (templates, "templates"), (styles, "styles"))
    paths = {name: path for folder, called in trees for name, path in walk(folder, called)}
    modules = {name: path for name, path in walk(Path(__file__).parent, "press") if name.endswith(".py")}
    files = digests([*paths.items(), *modules.items()], known, now)
    total = hashlib.sha256(sys.version.encode())
    for name in sorted(modules):
        total.update(f"{name}={files[name][4]}".encode())
    for name in sorted(_installed()):
        total.update(name.encode())
    return Stock(paths, files, total.hexdigest()[:16])


def libraries_changed(libraries: Mapping[str, list[int]]) -> bool:
    """Whether a shared object that the last build used is another one now."""
    return any(list(stat_of(path) or ()) != stat for path, stat in libraries.items())


def _installed() -> Iterator[str]:
    """The versioned names of the installed packages that decide the bytes of a page."""
    for folder in sys.path:
        if folder.endswith("site-packages") and os.path.isdir(folder):
            for name in os.listdir(folder):
                if name.endswith(".dist-info") and name.split("-")[0].lower() in _PACKAGES:
                    yield name


def loaded_libraries() -> dict[str, list[int]]:
    """The shared objects for text layout that this process has loaded, with their stats (Linux; elsewhere none)."""
    try:
        maps = Path("/proc/self/maps").read_text()
    except OSError:
        return {}
    paths = {line.split(maxsplit=5)[5] for line in maps.splitlines() if _LIBRARIES.search(line)}
    return {path: list(stat) for path in sorted(paths) if (stat := stat_of(path))}


def sheet_closure(styles: Path, sheet: str) -> list[str]:
    """The names (`styles/…`) of an entry sheet and all that it imports or shows, fonts and icons too."""
    found: dict[str, None] = {}
    pending = [sheet]
    while pending:
        name = pending.pop()
        path = styles / name
        if name in found or not path.is_file():
            continue
        found[name] = None
        if name.endswith(".css"):
            for groups in _REFERENCE.findall(path.read_text("utf-8")):
                target = groups[0] or groups[1]
                if not re.match(r"[a-z]+:|#", target):
                    pending.append(os.path.normpath(os.path.join(os.path.dirname(name), target)))
    return sorted(f"styles/{name}" for name in found)
