"""The ledger: what the last build used and filed, so that the next one can tell what is fresh.

Kept as plain values, because a build that finds nothing to do reads all of it and must be quick.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from press import file as filing
from press.edition import EDITIONS
from press.plan import OTHER_LIBRARIES, Pairs

LEDGER = ".press/ledger.json"


class JobRecord(TypedDict):
    """A document in one edition: what its page was made from, and what was filed."""

    html: str
    uses: list[int]
    seconds: float
    stat: list[int]
    entry: dict[str, Any]


class Proof(TypedDict):
    """What proofreading found in a document. The key tells from which text and rules."""

    key: str
    problems: list[dict[str, Any]]
    card: dict[str, Any] | None


class Record(TypedDict):
    """A document: what its page used, its proof, its faults in print, whether a worker was lost over it, its editions."""

    uses: list[int]
    proof: Proof | None
    faults: list[dict[str, Any]]
    lost: bool
    jobs: dict[str, JobRecord]


@dataclass
class Ledger:
    """What the last build left; empty where there was none, or where the file is broken or not ours."""

    documents: dict[str, Record] = field(default_factory=dict)
    pairs: Pairs = field(default_factory=Pairs)
    files: dict[str, Any] = field(default_factory=dict)
    engine: str = ""
    libraries: dict[str, list[int]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    manifest: list[int] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)
    statuses_until: str = ""

    @classmethod
    def load(cls, out: Path) -> "Ledger":
        """The ledger of an output folder."""
        try:
            stored = json.loads((out / LEDGER).read_bytes())
            if stored.pop("format") != filing.FORMAT:
                return cls()
            stored["pairs"] = Pairs.of(stored["pairs"])
            return cls(**stored)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return cls()

    def save(self, out: Path) -> None:
        """Writes the ledger. Raises Fault where it can't be written."""
        values = vars(self) | {"format": filing.FORMAT, "pairs": self.pairs.pairs}
        filing.write(out / LEDGER, json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode())

    def record(self, name: str) -> Record:
        """The record of a document, a new one where there is none."""
        return self.documents.setdefault(name, {"uses": [], "proof": None, "faults": [], "lost": False, "jobs": {}})

    def forget_print(self) -> None:
        """Every file was printed with libraries that are gone: all of them are stale."""
        for record in self.documents.values():
            for job in record["jobs"].values():
                job["uses"] = [OTHER_LIBRARIES]
        self.libraries, self.engine = {}, ""

    def entries(self) -> list[dict[str, Any]]:
        """What is filed, in the order of the manifest."""
        order = {name: position for position, name in enumerate(EDITIONS)}
        return [
            job["entry"]
            for _, record in sorted(self.documents.items())
            for _, job in sorted(record["jobs"].items(), key=lambda item: order.get(item[0], len(order)))
        ]


def problems_of(record: Record) -> list[dict[str, Any]]:
    """All that is wrong with a document, in its source and in print."""
    return (record["proof"]["problems"] if record["proof"] else []) + record["faults"]


def has_errors(record: Record) -> bool:
    """Whether a document can't be printed as it stands."""
    return any(problem["severity"] == "error" for problem in problems_of(record))
