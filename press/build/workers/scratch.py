"""A folder for what workers write down while they print: the engine hands fonts to the system as files.

It lies in the user's cache folder, not in the temporary one, and is locked as long as its owner lives. A process that was
killed can't remove its own: whoever makes the next one does.
"""

import atexit
import os
import secrets
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

from press.file.cache import users_folder
from press.file.locks import Lock

_ATTEMPTS = 5


class Scratch:
    """A folder of one owner, with its lock beside it. Where the cache folder can't be used, it lies in the temporary one."""

    def __init__(self, place: Path | None = None) -> None:
        try:
            self._make(place or users_folder() / "scratch")
        except (OSError, UnicodeError):  # it can't be written, or the engine can't name it
            self._make(Path(tempfile.gettempdir()))
        atexit.register(self.remove)

    def _make(self, place: Path) -> None:
        str(place).encode()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        sweep(place)
        for _ in range(_ATTEMPTS):
            self.folder = place / f"press-{secrets.token_hex(6)}"
            self._lock = Lock(self.folder.with_suffix(".lock"))
            if self._lock.acquire(wait=False) and self._lock.path.exists():
                self.folder.mkdir(mode=0o700)
                return
            self._lock.release()  # somebody who sweeps came between
        raise OSError(f"no folder can be locked in {place}")

    def remove(self) -> None:
        """Removes the folder and all in it."""
        atexit.unregister(self.remove)
        _remove(self.folder, self._lock)


def sweep(place: Path) -> None:
    """Removes the folders of owners that are gone."""
    for path in place.glob("press-*.lock"):
        lock = Lock(path)
        with suppress(OSError):
            if _is_ours(path) and lock.acquire(wait=False):
                _remove(path.with_suffix(""), lock)


def _remove(folder: Path, lock: Lock) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        lock.path.unlink()
    lock.release()
    with suppress(OSError):  # where a file that is open can't be removed
        lock.path.unlink(missing_ok=True)


def _is_ours(path: Path) -> bool:
    """In a temporary folder other users have theirs too, or what looks like it."""
    return not path.is_symlink() and (not hasattr(os, "getuid") or path.lstat().st_uid == os.getuid())
