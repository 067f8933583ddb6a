"""The command as a process. Asked to end (Ctrl-C, SIGTERM, a closed terminal), it does so once, in order and without noise.

The first of these signals interrupts what is being done; whatever comes after it changes nothing, so that nothing interrupts the
tidying up. This holds from before the command line is imported, so little is imported here, until the process is gone.
"""

import signal
import sys

TYPE_CHECKING = False  # as in `typing`, which takes long to import
if TYPE_CHECKING:
    from types import FrameType
    from typing import NoReturn

SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
INTERRUPTED = 130
_AGAIN_SECONDS = 0.02

_asked: list[int] = []
"""The signals that asked this process to end, or 0 where it ends by itself. After the first, none is listened to."""


def run() -> "NoReturn":
    """Runs the command line; the exit status is that of the command, or 128 and the number of the signal that ended it."""
    try:
        _listen()
        from press.cli.main import main

        status = main()
        _asked.append(0)
    except SystemExit:
        _asked.append(0)
        _listen(no_more=True)
        raise
    except KeyboardInterrupt:
        from press.cli.main import stopped

        status = stopped()
    _listen(no_more=True)
    sys.exit(128 + _asked[0] if status == INTERRUPTED and _asked[0] else status)


def _listen(no_more: bool = False) -> None:
    """Handles the signals here; at the end they are ignored, since Python gives up its handlers before the process is gone."""
    for number in (getattr(signal, name) for name in SIGNALS if hasattr(signal, name)):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under `nohup`
            signal.signal(number, signal.SIG_IGN if no_more else _interrupt)
    sys.unraisablehook = _unraisable


def _interrupt(number: int, _: "FrameType | None") -> None:
    if not _asked:
        _asked.append(number)
        raise KeyboardInterrupt


def _unraisable(lost: "sys.UnraisableHookArgs") -> None:
    """An interruption that fell where Python can't raise anything, such as in a callback, comes again a moment later."""
    if not _asked:
        sys.__unraisablehook__(lost)
    elif isinstance(lost.exc_value, KeyboardInterrupt) and (number := _asked.pop(0)):
        from threading import Timer

        again = Timer(_AGAIN_SECONDS, signal.raise_signal, [number])
        again.daemon = True
        again.start()
