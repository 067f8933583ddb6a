"""The cache: what is kept from one run to the next, in a folder of this user's own and never in the output.

Whatever stands there is data, nothing in it is ever run, and all of it may be deleted at any time: what is gone is made again.
Each entry carries the digest of its name and of each of its parts; one that was cut short or altered is no entry. A folder
that others can write to, or that is another user's, is not used: then nothing is kept, and nothing fails.
"""

import hashlib
import os
import stat
import sys
import time
from contextlib import suppress
from pathlib import Path

from press.file.output import TEMPORARY, write
from press.problems import Fault

_FORM = b"press-cache 1"
_DAY = 86_400.0
_LOCK_DAYS = 30
_MOST_BYTES = {"fonts": 50_000_000, "records": 400_000_000, "proofs": 100_000_000}
"""The record of a library takes about 4 KB a document, a font 0.2 MB."""


def users_folder() -> Path:
    """The folder for this user's caches: XDG_CACHE_HOME where it is set (XDG Base Directory Specification), else the system's."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(named):
        return Path(named) / "press"
    if sys.platform == "darwin":
        return _home() / "Library" / "Caches" / "press"
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local") / "press" / "Cache"
    return _home() / ".cache" / "press"


def _home() -> Path:
    """The user's home; where there is none, a place that can hold nothing."""
    try:
        home = Path.home()
    except RuntimeError:
        home = Path()
    return home if home.is_absolute() else Path(os.devnull)


class Cache:
    """Entries in one folder. `refused` says in words why nothing is kept, where that is so."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused = _refused(folder)

    def read(self, name: str, part: int = 0) -> bytes | None:
        """A part of an entry; None where it is gone, cut short, or not what was written."""
        try:
            if self.refused:
                return None
            head, _, data = _bytes_of(self.folder / name).partition(b"\n")
            form, *parts = head.rsplit(b" ", head.count(b":"))
            starts = [int(length) for length, _ in (told.split(b":") for told in parts)]
            start = sum(starts[:part])
            found = data[start : start + starts[part]]
            sound = form == _FORM and parts[part] == _told(name, found) and len(data) == sum(starts)
        except (OSError, ValueError, IndexError):
            return None
        return found if sound else None

    def write(self, name: str, *parts: bytes) -> None:
        """Keeps an entry in one or more parts. Where that can't be done, nothing is lost but time."""
        if not (self.refused or _refused(self.folder)):
            with suppress(Fault):
                head = b" ".join([_FORM, *(_told(name, part) for part in parts)])
                write(self.folder / name, b"\n".join([head, b"".join(parts)]), mode=0o600, flushed=False)

    def has(self, name: str) -> bool:
        """Whether there is an entry, sound or not."""
        return not self.refused and os.path.lexists(self.folder / name)

    def drop(self, name: str) -> None:
        """Drops an entry that may be gone already."""
        if not self.refused:
            with suppress(OSError):
                (self.folder / name).unlink()

    def inner(self, name: str) -> "Cache":
        """A folder inside this one."""
        return self if self.refused else Cache(self.folder / name)

    def touch(self, name: str) -> None:
        """Notes that an entry is still of use."""
        with suppress(OSError):
            if time.time() - (self.folder / name).stat().st_mtime > _DAY:
                os.utime(self.folder / name)


class Caches:
    """What is kept for one library and its output folder, and for all of them."""

    def __init__(self, guides: Path, out: Path) -> None:
        self.whole = Cache(users_folder())
        self._out = os.path.realpath(out)
        self.record = self.whole.inner("records").inner(_key(os.path.realpath(guides), self._out))
        self.fonts = self.whole.inner("fonts")
        self._proofs = Path("proofs") / _key(self._out)[:8]

    @property
    def lock(self) -> Path | None:
        """The file that one build of this output folder holds; None where nothing can be kept."""
        locks = self.whole.inner("locks")
        return None if locks.refused else locks.folder / f"{_key(self._out)}.lock"

    def keep_proof(self, name: str, edition: str, pdf: bytes) -> Path | None:
        """Keeps a page that did not come out right, for an editor to look at; where it is, None where it can't be kept."""
        folder = self.whole.inner("proofs").inner(self._proofs.name)
        if folder.refused:
            return None
        path = folder.folder / _proof_name(name, edition)
        try:
            write(path, pdf, mode=0o600, flushed=False)
        except Fault:
            return None
        return path

    def drop_proof(self, name: str, edition: str) -> None:
        """Drops the proof of a document that comes out right now."""
        with suppress(OSError):
            (self.whole.folder / self._proofs / _proof_name(name, edition)).unlink()

    def tidy(self) -> None:
        """Drops what was used longest ago where there is too much, and what killed builds left behind."""
        if self.whole.refused:
            return
        for name, most in _MOST_BYTES.items():
            _drop(self.whole.folder / name, most)
        for lock in (self.whole.folder / "locks").glob("*.lock"):
            if _age(lock) > _LOCK_DAYS * _DAY:
                lock.unlink(missing_ok=True)


def _proof_name(name: str, edition: str) -> str:
    return f"{name.replace('/', '-')}-{edition}.pdf"


def _key(*paths: str) -> str:
    return hashlib.sha256("\0".join(paths).encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _told(name: str, part: bytes) -> bytes:
    return f"{len(part)}:{hashlib.sha256(f'{name} '.encode() + part).hexdigest()}".encode()


def _bytes_of(path: Path) -> bytes:
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)), "rb") as file:
        return file.read()


def _refused(folder: Path) -> str:
    """Why a folder can't be used, made first where it is not there; empty where it can."""
    try:
        for missing in [path for path in (folder, *folder.parents) if not path.exists()][::-1]:
            with suppress(FileExistsError):
                missing.mkdir(mode=0o700)
        found = folder.lstat()
    except (OSError, RuntimeError) as error:
        return f"{folder} can't be made ({getattr(error, 'strerror', None) or error})"
    if not stat.S_ISDIR(found.st_mode):
        return f"{folder} is no folder"
    if hasattr(os, "getuid"):
        if found.st_uid != os.getuid():
            return f"{folder} is another user's"
        if found.st_mode & 0o022:
            return f"{folder} can be written by others"
    return ""


def _drop(folder: Path, most: int) -> None:
    """Deletes the entries, or folders of entries, that were used longest ago, until the rest is small enough."""
    for path in list(folder.rglob(".*")):
        if TEMPORARY.match(path.name) and _age(path) > _DAY:
            path.unlink(missing_ok=True)
    sizes = {path: sum(inside.lstat().st_size for inside in (path, *path.rglob("*"))) for path in folder.glob("[!.]*")}
    total = 0
    for path in sorted(sizes, key=_age):
        total += sizes[path]
        if total > most:
            for entry in [*path.glob("*"), path] if path.is_dir() else [path]:
                with suppress(OSError):
                    entry.rmdir() if entry.is_dir() else entry.unlink()


def _age(path: Path) -> float:
    """Seconds since something was last used; a folder is as young as what stands in it was written."""
    try:
        return time.time() - path.lstat().st_mtime
    except OSError:
        return 0.0
