"""Watch: rebuilds on every save, with the workers kept warm."""

from collections.abc import Callable

from press.presswork import Press, Summary, Wanted

DEBOUNCE_MS = 60
"""Saves that come within this time of each other are one (an editor that renames makes two events)."""


def watch(press: Press, wanted: Wanted, report: Callable[[Summary], None]) -> None:
    """Builds once, then after every change, one build at a time, until interrupted."""
    from watchfiles import DefaultFilter
    from watchfiles import watch as events

    folders = (press.folders.guides, press.folders.templates, press.folders.styles)
    press.executor()
    report(press.build(wanted))
    changes = events(*folders, watch_filter=DefaultFilter(), debounce=DEBOUNCE_MS, step=20, raise_interrupt=True)
    for _ in changes:
        report(press.build(wanted))
