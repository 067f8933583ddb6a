"""File: results into the output folder, whole or not at all, with the manifest last."""

import hashlib
import json
import os
import re
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.edition import EDITIONS
from press.locks import Lock
from press.names import document_name
from press.problems import Fault
from press.stock import stat_of

if TYPE_CHECKING:
    from press.ledger import Impression

LOCK = ".press/lock"
FONTS = ".press/fonts"
MANIFEST = "manifest.json"
FORMAT = 1
_TEMPORARY = re.compile(r"^\..+\.(?:pdf|json|dat|otf)\.\w{8}\.tmp$")


def write(path: Path, data: bytes, like: os.stat_result | None = None) -> None:
    """Puts a file in place at once: a temporary file beside it, flushed to the disk, then renamed.

    It can be read by all and written by its owner, or has the owner and the mode of the file that it is `like`.
    Raises Fault where the disk is full or the folder can't be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            if like and hasattr(os, "fchown") and (like.st_uid, like.st_gid) != (os.geteuid(), os.fstat(file.fileno()).st_gid):
                os.fchown(file.fileno(), like.st_uid, like.st_gid)
            if hasattr(os, "fchmod"):  # not on Windows, where modes mean nothing
                os.fchmod(file.fileno(), stat.S_IMODE(like.st_mode) if like else 0o644)
            getattr(os, "fdatasync", os.fsync)(file.fileno())
        os.replace(temporary, path)
    except BaseException as error:
        if temporary:
            remove(Path(temporary))
        if isinstance(error, OSError):
            raise _unwritable(path, error) from error
        raise


def sealed(data: bytes, about: str) -> bytes:
    """Data to be kept for the next build, after a line that tells what it is about, and a digest of it."""
    return f"{about} {hashlib.sha256(data).hexdigest()}\n".encode() + data


def unsealed(path: Path, about: str) -> bytes | None:
    """Data that was sealed; None where it is gone, about something else, cut short, or touched by other hands."""
    try:
        seal, _, data = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    return data if seal == f"{about} {hashlib.sha256(data).hexdigest()}".encode() else None


def _unwritable(path: Path, error: OSError) -> Fault:
    return Fault(f"{path} can't be written: {(error.strerror or str(error)).lower()}")


def remove(path: Path) -> None:
    """Removes a file that may be gone already."""
    with suppress(OSError):
        path.unlink()


def sweep(out: Path) -> None:
    """Removes temporary files that a killed build left behind. Call it under the lock."""
    for folder, _, names in os.walk(out):
        for name in filter(_TEMPORARY.match, names):
            remove(Path(folder) / name)


def in_place(out: Path, impression: "Impression") -> bool:
    """Whether the file that was filed is still there, unaltered. A stat that changed without the file is noted."""
    entry = impression["entry"]
    if entry is None:
        return False
    path = f"{out}/{entry['path']}"
    stat = stat_of(path)
    if stat is None or stat[0] != entry["bytes"]:
        return False
    if list(stat) != impression["stat"]:
        if _sha256(path) != entry["sha256"]:
            return False
        impression["stat"] = list(stat)
    return True


def _sha256(path: str | Path) -> str:
    try:
        return hashlib.sha256(Path(path).read_bytes()).hexdigest()
    except OSError:
        return ""


def manifest(engine: dict[str, str], entries: list[dict[str, Any]]) -> bytes:
    """The manifest that the website and the print room read (interfaces.md): an entry a line."""
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = ",\n".join(f"    {encode(entry)}" for entry in entries)
    listed = f"[\n{lines}\n  ]" if entries else "[]"
    head = f'{{\n  "format": {FORMAT},\n  "engine": {json.dumps(engine, ensure_ascii=False)},\n'
    return f'{head}  "documents": {listed}\n}}\n'.encode()


def vouched_for(out: Path) -> Iterator[dict[str, Any]]:
    """The entries of a manifest whose files stand where ours would, with the very bytes that it tells of."""
    try:
        listed = json.loads((out / MANIFEST).read_bytes())
        entries = listed["documents"] if listed["format"] == FORMAT else []
        for entry in entries:
            name, path = f"{entry['language']}/{entry['slug']}", out / entry["path"]
            ours = EDITIONS[entry["edition"]].path(entry["language"], entry["slug"]) == entry["path"]
            if ours and document_name(f"guides/{name}.yaml") == name and entry["bytes"] > 0 and _sha256(path) == entry["sha256"]:
                yield {key: value for key, value in entry.items() if key != "stale"}
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return


@contextmanager
def locked(out: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the output folder for one build; a second build waits, after `waiting` has said so."""
    lock = Lock(out / LOCK)
    try:
        lock.path.parent.mkdir(parents=True, exist_ok=True)
        if not lock.acquire(wait=False):
            waiting()
            lock.acquire(wait=True)
    except OSError as error:
        raise _unwritable(out, error) from error
    try:
        yield
    finally:
        lock.release()
