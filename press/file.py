"""File: results into the output folder, whole or not at all, with the manifest last."""

import fcntl
import json
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from press.problems import Fault

LOCK = ".press/lock"
MANIFEST = "manifest.json"
FORMAT = 1


def write(path: Path, data: bytes) -> None:
    """Puts a file in place at once: a temporary file beside it, flushed to the disk, then renamed.

    Raises Fault where the disk is full or the folder can't be written.
    """
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fdatasync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            remove(Path(temporary))
        raise Fault(f"{path} can't be written: {(error.strerror or str(error)).lower()}") from error
    except BaseException:
        if temporary:
            remove(Path(temporary))
        raise


def remove(path: Path) -> None:
    """Removes a file that may be gone already."""
    try:
        path.unlink(missing_ok=True)
    except OSError:
        pass


def sweep(out: Path) -> None:
    """Removes temporary files that a killed build left behind. Call it under the lock."""
    for folder, _, names in os.walk(out):
        for name in names:
            if name.startswith(".") and name.endswith(".tmp"):
                remove(Path(folder) / name)


def manifest(engine: dict[str, str], entries: list[dict[str, Any]]) -> bytes:
    """The manifest that the website and the print room read (interfaces.md)."""
    return (json.dumps({"format": FORMAT, "engine": engine, "documents": entries}, ensure_ascii=False, indent=2) + "\n").encode()


@contextmanager
def locked(out: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds the output folder for one build; a second build waits, after `waiting` has said so."""
    path = out / LOCK
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise Fault(f"{out} can't be written: {(error.strerror or str(error)).lower()}") from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            waiting()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
