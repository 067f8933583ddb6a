"""The one way in which content is read from disk: regular files of a bounded size that lie inside their folder.

A link that leads elsewhere, a pipe, a device, a folder with a file's name: each is told, none is opened for its content, and
nothing waits for ever.
"""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

MAX_DRAWING = 2_000_000
MAX_SHEET = 1_000_000
"""So many bytes a drawing, a style sheet or a template may hold."""
MAX_HASHED = 64_000_000
"""A larger file is never content, and is not looked through to see whether it changed."""
MOST_FILES = 10_000
"""So many files and folders are looked at below one folder; a library of a thousand documents has fewer."""
DEEPEST = 20
"""So many folders deep content is looked for."""
_LEFTOVERS = ("~", ".pyc", ".swp", ".swo", ".tmp", ".bak", "Thumbs.db", "desktop.ini")

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_FLAGS |= getattr(os, "O_BINARY", 0)
_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))


class Unreadable(Exception):
    """A file that can't be content: a problem's code, message and hint."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.message, self.hint = code, message, hint


def read_file(path: Path, inside: Path, limit: int) -> bytes:
    """The bytes of a file that lies, links followed, inside a folder. Raises Unreadable where it may not be read."""
    real = os.path.realpath(path)
    if not is_inside(real, inside):
        raise Unreadable("outside-file", f"this is a link that leads out of {inside.name}", "put the file itself here")
    try:
        handle = os.open(real, _FLAGS)
    except FileNotFoundError:
        if path.is_symlink():
            raise Unreadable("missing-file", "this is a link that leads nowhere", "put the file itself here") from None
        raise Unreadable("missing-file", "this file is missing", "restore it from the last version") from None
    except OSError as error:
        if not os.path.isfile(real) and os.path.exists(real):
            raise _no_file(os.stat(real).st_mode) from error
        why = (error.strerror or str(error)).lower()
        raise Unreadable("unreadable-file", f"this file can't be read: {why}", "look at its permissions") from error
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        os.close(handle)
        raise _no_file(status.st_mode)
    with os.fdopen(handle, "rb") as file:
        data = b"" if status.st_size > limit else file.read(limit + 1)
    if status.st_size > limit or len(data) > limit:
        hint = "split it, or save it without what is not needed"
        raise Unreadable("too-large", f"the file holds more than {limit:,} bytes", hint)
    return data


def passed_over(name: str) -> bool:
    """Whether a name is that of a hidden file, a cache, or something that an editor or a file manager leaves behind."""
    return name.startswith((".", "__pycache__", "#", "~$")) or name.endswith(_LEFTOVERS)


def is_inside(real: str, folder: Path) -> bool:
    """Whether a path without links lies inside a folder."""
    root = os.path.realpath(folder)
    return real == root or real.startswith(os.path.join(root, ""))


def open_regular(path: str) -> int | None:
    """A handle of a regular file, opened without waiting; None where there is none that can be opened."""
    try:
        handle = os.open(path, _FLAGS & ~getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(handle).st_mode):
        return handle
    os.close(handle)
    return None


def _no_file(mode: int) -> Unreadable:
    what = next((name for test, name in _KINDS if test(mode)), "a device")
    return Unreadable("not-a-file", f"this is {what}, not a file", "put a file in its place, or delete it")


def walk(folder: Path, name: str) -> Iterator[tuple[str, str]]:
    """(name, path) of every file and folder below a folder; a folder's name ends with a slash.

    Hidden files, caches and what editors leave behind are passed over, and so are links to folders that lead back up or out.
    It ends after MOST_FILES, and does not go deeper than DEEPEST.
    """
    pending = [(str(folder), name)]
    seen: set[str] = set()
    left = MOST_FILES
    while pending and left > 0:
        where, shown = pending.pop()
        real = os.path.realpath(where)
        if real in seen or not is_inside(real, folder):
            continue
        seen.add(real)
        try:
            with os.scandir(where) as found:
                entries = list(islice(found, left))
        except OSError:
            continue
        left -= len(entries)
        yield f"{shown}/", where
        for entry in entries:
            if passed_over(entry.name):
                continue
            if entry.is_dir() and shown.count("/") < DEEPEST:
                pending.append((entry.path, f"{shown}/{entry.name}"))
            else:
                yield f"{shown}/{entry.name}", entry.path
