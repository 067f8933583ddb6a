"""What the engine remarks on. Each document has to hear it: nothing is kept that it had something to say about."""

import contextlib
import logging
from collections.abc import Iterator

from weasyprint.logger import LOGGER


class Remarked(BaseException):
    """The engine was about to say something. Nothing of its own catches this."""


class _Listener(logging.Filter):
    heard = 0
    refusing = False

    def filter(self, record: logging.LogRecord) -> bool:
        if self.refusing:
            raise Remarked
        self.heard += 1
        return True


_listener = _Listener()
LOGGER.addFilter(_listener)


def heard() -> int:
    """How much the engine has said so far in this process."""
    return _listener.heard


@contextlib.contextmanager
def refused() -> Iterator[None]:
    """While this lasts, a remark is not made but raised as `Remarked`."""
    _listener.refusing = True
    try:
        yield
    finally:
        _listener.refusing = False
