"""Presswork: one library, its output folder, and the workers that are kept between builds. What all commands stand on."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from press.build.request import Step, Summary, Wanted
from press.build.run import Run
from press.file import output as filing
from press.file.cache import Caches
from press.plan.inputs import Folders
from press.problems import Problem

if TYPE_CHECKING:
    from press.build.jobs import Executor
    from press.compose.templates import Templates

__all__ = ["Folders", "Press", "Step", "Summary", "Wanted"]


class Press:
    """One library and its output folder. Keeps the templates and the workers between builds."""

    def __init__(
        self, folders: Folders, executor: "Callable[[], Executor]", show: Callable[[Step], None] = lambda _: None
    ) -> None:
        self.folders, self.show = folders, show
        self.caches = Caches(folders.guides, folders.out)
        self.given_up: set[str] = set()
        self._make_executor = executor
        self._executor: Executor | None = None
        self._templates: tuple[dict[str, str], Templates] | None = None

    def close(self) -> None:
        """Ends the workers."""
        if self._executor:
            self._executor.close()
            self._executor = None

    def executor(self) -> "Executor":
        """The workers, started when first wanted."""
        if self._executor is None:
            self._executor = self._make_executor()
        return self._executor

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

    def templates(self, texts: dict[str, str]) -> "Templates":
        """The compiled templates, kept while their texts stay the same, but never beyond this process: they are code."""
        from press.compose.templates import Templates

        if self._templates is None or self._templates[0] != texts:
            self._templates = (texts, Templates(texts))
        return self._templates[1]
