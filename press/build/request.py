"""What is asked of the press and what came of it: plain values, with nothing to import."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from press.edition import EDITIONS, Edition
from press.problems import Problem


@dataclass(frozen=True)
class Wanted:
    """Which documents and editions are asked for: all, where nothing is named."""

    slugs: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    force: bool = False

    def document(self, name: str) -> bool:
        """Whether a document such as `en/spinal-stenosis` is asked for."""
        language, _, slug = name.partition("/")
        return (not self.slugs or slug in self.slugs) and (not self.languages or language in self.languages)

    def in_editions(self) -> list[Edition]:
        """The editions asked for."""
        return [edition for edition in EDITIONS.values() if not self.editions or edition.name in self.editions]


@dataclass(frozen=True)
class Step:
    """One document done, for whoever shows progress. `state` is built, fresh or failed."""

    name: str
    state: str
    done: int
    total: int
    reasons: tuple[str, ...] = ()


@dataclass
class Summary:
    """What a build did. Documents are named `en/spinal-stenosis (a4)`."""

    built: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: Sequence[Problem] = ()
    seconds: float = 0.0

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """The object that `build --format json` prints."""
        return vars(self) | {"seconds": round(self.seconds, 3), "problems": [problem.as_dict() for problem in self.problems]}
