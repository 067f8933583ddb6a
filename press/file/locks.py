"""A lock on a file: held by one process at a time, and let go by the system when that process ends, however it ends."""

import os
import warnings
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

POLL_SECONDS = 0.1
"""So often a lock is looked at while somebody else holds it, where the system can't wake who waits."""


class Lock:
    """A lock on a file, which is made where it is missing and stays. Not reentrant.

    Where there is `flock`, it is called directly: to import the library takes a fifth of a build that finds nothing to do.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._held: Any = None

    def acquire(self, wait: bool) -> bool:
        """Takes the lock; whether it was got. Raises OSError where the file can't be made."""
        if fcntl is None:
            return self._acquire_by_library(wait)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BaseException as error:
            os.close(handle)
            if isinstance(error, BlockingIOError):
                return False
            raise
        self._held = handle
        return True

    def _acquire_by_library(self, wait: bool) -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that there is nothing but a marker file to lock with, on the oddest of systems
            from filelock import FileLock, Timeout

        lock = FileLock(self.path, thread_local=False)
        try:
            lock.acquire(blocking=wait, poll_interval=POLL_SECONDS)
        except Timeout:
            return False
        self._held = lock
        return True

    def release(self) -> None:
        """Lets go of the lock, where it is held."""
        held, self._held = self._held, None
        if isinstance(held, int):
            os.close(held)
        elif held is not None:
            held.release()
