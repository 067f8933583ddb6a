"""Watch: rebuilds on every save, with the workers kept warm."""

from collections.abc import Callable
from dataclasses import replace

from press.build.press import Press, Summary, Wanted

DEBOUNCE_MS = 60
"""Saves that come within this time of each other are one (an editor that renames makes two events)."""
STEP_MS = 15
"""A save is over when nothing more has come for so long."""
TICK_MS = 200
"""So often it is looked whether anything came; the first look precedes the first build, so that no save falls between."""


def watch(press: Press, wanted: Wanted, report: Callable[[Summary], None]) -> None:
    """Builds once, then after every change, one build at a time, until interrupted."""
    from watchfiles import DefaultFilter
    from watchfiles import watch as events

    folders = (press.folders.guides, press.folders.templates, press.folders.styles)
    press.executor()
    looks = events(
        *folders, watch_filter=DefaultFilter(), debounce=DEBOUNCE_MS, step=STEP_MS, rust_timeout=TICK_MS, yield_on_timeout=True
    )
    next(looks)
    report(press.build(wanted))
    wanted = replace(wanted, force=False)
    for changes in looks:
        if changes:
            report(press.build(wanted))
