"""The last build, in short: all that a build needs which finds nothing to do. The rest is in the ledger."""

import gc
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypedDict

from press.file.cache import Cache
from press.file.output import Filed
from press.plan.shapes import NOTHING, either, fits
from press.problems import Problem
from press.read.names import document_name

RECORD = "record-1.json"
"""The entry in the cache, by the version of its form: the last build in short, then the ledger."""

PROBLEM = {
    "code": str, "severity": str, "message": str, "file": str, "line": int, "column": int,
    "hint": either(str, NOTHING), "excerpt": str, "holds": [str],
}  # fmt: skip
FILED = {"bytes": int, "sha256": str, "stat": [int]}
_SHAPE = {
    "day": str,
    "inputs": str,
    "broken": bool,
    "libraries": {str: [int]},
    "manifest": [int],
    "files": {str: (int, int, int, int, str)},
    "problems": [PROBLEM],
    "documents": {
        str: {
            "problems": [PROBLEM],
            "gone": bool,
            "editions": {str: {"filed": either(FILED, NOTHING), "fails": bool, "behind": bool, "held": [int]}},
        }
    },
}


class Standing(TypedDict):
    """How a document stands in an edition: what is filed, whether it can't be printed, is behind, and what holds it back."""

    filed: Filed | None
    fails: bool
    behind: bool
    held: list[int]


class Known(TypedDict):
    """A document: its problems, whether its file is gone, and its editions by name."""

    problems: list[dict[str, Any]]
    gone: bool
    editions: dict[str, Standing]


@dataclass
class LastBuild:
    """What the last build left; empty where there was none, or where its record is broken.

    `inputs` is a digest of all that it found, empty where it was broken off. `problems` are those of the library; `held` of a
    document counts in them. `broken` tells that the shared files had errors, so that nothing could be printed.
    """

    day: str = ""
    inputs: str = ""
    broken: bool = False
    libraries: dict[str, list[int]] = field(default_factory=dict)
    manifest: list[int] = field(default_factory=list)
    files: dict[str, Any] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    documents: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def load(cls, cache: Cache) -> "LastBuild":
        """The last build, from its record."""
        values = loaded(cache.read(RECORD))
        if not fits(values, _SHAPE) or not all(map(is_document, values["documents"])):
            return cls()
        return cls(**values)

    def fails(self, name: str, edition: str) -> bool:
        """Whether a document can't be printed as it stands."""
        known = self.documents.get(name)
        standing = known["editions"].get(edition) if known else None
        return self.broken or bool(standing and standing["fails"])

    def problems_for(self, named: bool, names: list[str]) -> list[Problem]:
        """The problems of the documents asked for; of the library all, or where slugs are named those that concern them."""
        known = {name: self.documents[name] for name in names if name in self.documents}
        own = [problem for document in known.values() for problem in document["problems"] if not self.broken]
        held = {
            number for document in known.values() for standing in document["editions"].values() for number in standing["held"]
        }
        shared = [
            problem
            for number, problem in enumerate(self.problems)
            if not named or self.broken or number in held or is_about(problem["file"], known)
        ]
        return [problem_of(values) for values in own + shared]


def is_about(file: str, names: Any) -> bool:
    """Whether a problem stands in the file of one of these documents."""
    return document_name(f"guides/{file.partition('/')[2]}") in names


def is_document(name: str) -> bool:
    """Whether a name is one that a document can have."""
    return document_name(f"guides/{name}.yaml") == name


def problem_of(values: dict[str, Any]) -> Problem:
    """A problem out of a record."""
    return Problem(**values | {"holds": tuple(values["holds"])})


def loaded(data: bytes | None) -> Any:
    """Plain values out of a record, None where it holds none."""
    with at_once():
        try:
            return json.loads(data or b"null")
        except (ValueError, RecursionError):
            return None


@contextmanager
def at_once() -> Iterator[None]:
    """Thousands of values are made, and none goes: to look for those that can go takes longer than all the rest."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
