"""What all commands stand on: build, check and explain, each one run over the library."""

import time
from collections.abc import Callable

from press.build.request import Step, Summary, Wanted
from press.build.run import Run
from press.build.session import Session
from press.file import output as filing
from press.plan.inputs import Folders
from press.problems import Problem

__all__ = ["Folders", "Press", "Step", "Summary", "Wanted"]


class Press(Session):
    """One library and its output folder, with what can be asked of them."""

    def build(self, wanted: Wanted, waiting: Callable[[], None] = lambda: None) -> Summary:
        """Prints what is out of date. Raises Fault where the machine can't go on."""
        started = time.monotonic()
        with filing.locked(self.caches.lock, waiting):
            summary = Run(self, wanted).build()
        summary.seconds = time.monotonic() - started
        return summary

    def check(self, wanted: Wanted) -> list[Problem]:
        """Proofreads without printing."""
        return Run(self, wanted).check()

    def explain(self, wanted: Wanted) -> dict[str, list[str]]:
        """Why each document and edition is stale; an empty list where it is fresh."""
        return Run(self, wanted).explain()
