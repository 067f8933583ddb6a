"""File: results into the output folder, whole or not at all, with the manifest last.

Nothing outside that folder is written, read or deleted, whatever links stand in it: a link to a folder is never followed, and a
link in the place of a file is replaced, not followed.
"""

import errno
import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypedDict

from press.edition import path_of
from press.file.locks import Lock
from press.problems import Fault
from press.read.names import document_name

MANIFEST = "manifest.json"
FORMAT = 1
TEMPORARY = re.compile(r"^\..+\.(?:pdf|json|dat|otf)\.\w{8}\.tmp$")
_NAME_LETTERS = 64
"""So much of a file's name stands in that of its temporary file, which must not be too long where the name is not."""
_MOST_BYTES = 200_000_000
"""A manifest or a page that is larger is none of ours."""
_DEEPEST = 3
"""So many folders below the output folder ours can lie."""
_WITHIN = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY")
_NOT_FOLLOWED = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)

Stat = tuple[int, int, int, int]
"""Size, modification time, change time (ns) and inode."""


class Filed(TypedDict):
    """What was filed: its length, its digest, and the stat that it had when it was last looked at."""

    bytes: int
    sha256: str
    stat: list[int]


def write(path: Path, data: bytes, mode: int = 0o666, flushed: bool = True) -> None:
    """Puts a file in place at once: a temporary file beside it, flushed to the disk, then renamed.

    It keeps the mode and the owner of the file it replaces; a new one has `mode`, less what the user's umask takes away. Raises
    Fault where the disk is full or the folder can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(str(path), data, None, mode, flushed)
    except OSError as error:
        raise _unwritable(path, error) from error


def _put(name: str, data: bytes, at: int | None, mode: int = 0o666, flushed: bool = True) -> None:
    """The same in an open folder; where there is none, the name is a path."""
    folder, last = os.path.split(name)
    temporary = os.path.join(folder, f".{last[-_NAME_LETTERS:]}.{os.urandom(4).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(temporary, flags, mode, dir_fd=at)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _keep_mode(handle, name, at)
            if flushed:
                (os.fdatasync if hasattr(os, "fdatasync") else os.fsync)(handle)
        os.replace(temporary, name, src_dir_fd=at, dst_dir_fd=at)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=at)
        raise


def _keep_mode(handle: int, name: str, at: int | None) -> None:
    """Gives a file the mode of the one it replaces, and its owner where that can be done."""
    with suppress(FileNotFoundError):
        before = os.stat(name, dir_fd=at, follow_symlinks=False)
        if not (stat.S_ISREG(before.st_mode) and hasattr(os, "fchmod")):
            return
        if (before.st_uid, before.st_gid) != (os.fstat(handle).st_uid, os.fstat(handle).st_gid):
            with suppress(PermissionError):
                os.fchown(handle, before.st_uid, before.st_gid)
        os.fchmod(handle, before.st_mode & 0o777)


def _unwritable(path: Path, error: OSError) -> Fault:
    return Fault(f"{path} can't be written: {(error.strerror or str(error)).lower()}")


class Output:
    """The output folder. Paths are relative to it, with slashes."""

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._real: set[str] = {""}

    def write(self, path: str, data: bytes) -> None:
        """Puts a file in place at once, as `write` does. Raises Fault, also where a link stands in the place of a folder."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with self._place(path, make=True) as (name, at):
                _put(name, data, at)
        except OSError as error:
            if link := self._link(path):
                raise Fault(f"{link} is a link, and nothing is filed outside {self.root}: remove it") from error
            raise _unwritable(self.root / path, error) from error

    def remove(self, path: str) -> None:
        """Removes a file that may be gone already."""
        with suppress(OSError), self._place(path) as (name, at):
            os.unlink(name, dir_fd=at)

    def read(self, path: str) -> bytes | None:
        """A file; None where there is none, where it is a link, or no plain file."""
        try:
            with self._place(path) as (name, at), open(os.open(name, os.O_RDONLY | _NOT_FOLLOWED, dir_fd=at), "rb") as file:
                found = os.fstat(file.fileno())
                return file.read() if stat.S_ISREG(found.st_mode) and found.st_size <= _MOST_BYTES else None
        except OSError:
            return None

    def stat(self, path: str) -> Stat | None:
        """The stat of a file, None where there is none of ours."""
        folder = path.rpartition("/")[0]
        if folder not in self._real:
            if self._link(path):
                return None
            self._real.add(folder)
        try:
            found = os.lstat(f"{self.root}/{path}")
        except OSError:
            return None
        if not stat.S_ISREG(found.st_mode):
            return None
        return found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino

    def in_place(self, path: str, filed: Filed) -> bool:
        """Whether a file that was filed is still there, unaltered. A stat that changed without the file is noted."""
        found = self.stat(path)
        if found is None or found[0] != filed["bytes"]:
            return False
        if list(found) != filed["stat"]:
            if hashlib.sha256(self.read(path) or b"").hexdigest() != filed["sha256"]:
                return False
            filed["stat"] = list(found)
        return True

    def sweep(self) -> None:
        """Removes what a killed build left behind, and what earlier versions kept here. Call it under the lock."""
        with suppress(OSError):
            for folder, inner, names in os.walk(self.root):
                if len(Path(folder).parts) - len(self.root.parts) >= _DEEPEST:
                    inner.clear()
                for name in filter(TEMPORARY.match, names):
                    self.remove(os.path.relpath(os.path.join(folder, name), self.root).replace(os.sep, "/"))
        self._drop_earlier()

    def _drop_earlier(self) -> None:
        """Removes `.press`, where earlier versions kept their records, if nothing else stands in it."""
        kept, fonts = self._names(".press"), self._names(".press/fonts")
        ours = all(name in _EARLIER or TEMPORARY.match(name) for name in kept)
        if not (kept and ours and all(name.endswith((".otf", ".tmp")) for name in fonts)):
            return
        for path in [*(f".press/fonts/{name}" for name in fonts), *(f".press/{name}" for name in kept)]:
            self.remove(path)
        for path in (".press/fonts", ".press"):
            with suppress(OSError), self._place(path) as (name, at):
                os.rmdir(name, dir_fd=at)

    def _names(self, folder: str) -> list[str]:
        """What stands in a folder; nothing where it is none, or a link."""
        try:
            with self._place(f"{folder}/-") as (name, at):
                return os.listdir(os.path.dirname(name) if at is None else at)
        except OSError:
            return []

    def _link(self, path: str) -> Path | None:
        """The first folder on the way to a file that is a link."""
        folders = list(Path(path).parents)[-2::-1]
        return next((self.root / folder for folder in folders if os.path.islink(self.root / folder)), None)

    @contextmanager
    def _place(self, path: str, make: bool = False) -> Iterator[tuple[str, int | None]]:
        """The name of a file in its folder, which is opened step by step, no link followed; where that can't be, its path."""
        *folders, name = path.split("/")
        if not _WITHIN:
            if self._link(path):
                raise OSError(errno.ELOOP, "a link stands in the way")
            if make:
                (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            yield str(self.root / path), None
            return
        at = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | _NOT_FOLLOWED)
        try:
            for folder in folders:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(folder, dir_fd=at)
                inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | _NOT_FOLLOWED, dir_fd=at)
                os.close(at)
                at = inner
            yield name, at
        finally:
            os.close(at)


_EARLIER = frozenset({"ledger.dat", "layouts.dat", "links.json", "lock", "fonts"})


def manifest(engine: dict[str, str], entries: list[dict[str, Any]]) -> bytes:
    """The manifest that the website and the print room read (interfaces.md): an entry a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = ",\n".join(f"    {encode(entry)}" for entry in entries)
    listed = f"[\n{lines}\n  ]" if entries else "[]"
    head = f'{{\n  "format": {FORMAT},\n  "engine": {json.dumps(engine, ensure_ascii=False)},\n'
    return f'{head}  "documents": {listed}\n}}\n'.encode()


def vouched_for(out: Output) -> Iterator[dict[str, Any]]:
    """The entries of a manifest whose files stand where ours would, with the very bytes that it tells of."""
    try:
        listed = json.loads(out.read(MANIFEST) or b"")
        entries = list(listed["documents"]) if listed["format"] == FORMAT else []
    except (ValueError, TypeError, KeyError, RecursionError):
        return
    for entry in entries:
        with suppress(OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            if _is_in_place(out, entry):
                yield {key: value for key, value in entry.items() if key != "stale"}


def _is_in_place(out: Output, entry: dict[str, Any]) -> bool:
    """Whether the file of an entry is there. Raises what comes of an entry that is none, or that no manifest could hold."""
    json.dumps(entry, ensure_ascii=False, allow_nan=False).encode()
    name, path = f"{entry['language']}/{entry['slug']}", path_of(entry["edition"], entry["language"], entry["slug"])
    ours = entry["path"] == path and document_name(f"guides/{name}.yaml") == name
    filed: Filed = {"bytes": entry["bytes"], "sha256": entry["sha256"], "stat": []}
    return ours and entry["bytes"] > 0 and out.in_place(path, filed)


@contextmanager
def locked(path: Path | None, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the lock of an output folder for one build; a second build waits, after `waiting` has said so.

    The lock stands in the user's cache, where no other user's can be in the way. Where none can be had, nothing is locked.
    """
    lock = Lock(path) if path else None
    try:
        if lock and not lock.acquire(wait=False):
            waiting()
            lock.acquire(wait=True)
    except OSError:
        lock = None
    try:
        yield
    finally:
        if lock:
            lock.release()
