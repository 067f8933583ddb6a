"""A session: one library, its output folder, and what is kept between builds, the workers and the compiled templates."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from press.build.request import Step
from press.file.cache import Caches
from press.plan.inputs import Folders

if TYPE_CHECKING:
    from press.build.jobs import Executor
    from press.compose.templates import Templates


class Session:
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

    def templates(self, texts: dict[str, str]) -> "Templates":
        """The compiled templates, kept while their texts stay the same, but never beyond this process: they are code."""
        from press.compose.templates import Templates

        if self._templates is None or self._templates[0] != texts:
            self._templates = (texts, Templates(texts))
        return self._templates[1]
