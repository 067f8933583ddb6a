"""The ledger: what the last build used and filed, so that the next one can tell what is fresh.

Kept as plain values in Python's own form, because a build that finds nothing to do reads all of it and must be quick. A ledger
that was cut short or touched by other hands is no ledger, nor is that of another Python, with which every page is stale anyway.
"""

import gc
import marshal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypedDict

from press import file as filing
from press.edition import EDITIONS
from press.orders import shown
from press.plan import LOST_LEDGER, OTHER_LIBRARIES, Pairs

LEDGER = ".press/ledger.dat"
_FORM = f"ledger 2 {sys.implementation.cache_tag}"
_SPARE_PAIRS = 1000


class Impression(TypedDict):
    """A document in one edition: what its page was made from, how the printing went, and what is filed.

    `uses` decides what is on the page, `sheets` how it is printed. `page` is a digest of all that was given to the worker.
    `faults` are those of the last printing. `entry` is that of the last good file, with its stat.
    """

    uses: list[int]
    sheets: list[int]
    page: str
    faults: list[dict[str, Any]]
    lost: bool
    seconds: float
    stat: list[int]
    entry: dict[str, Any] | None


class Proof(TypedDict):
    """What proofreading found in a document. The key tells from which text and rules."""

    key: str
    problems: list[dict[str, Any]]
    card: dict[str, Any] | None


class Record(TypedDict):
    """A document: its proof, and its editions by name."""

    proof: Proof | None
    editions: dict[str, Impression]


@dataclass
class Ledger:
    """What the last build left; empty where there was none, or where the file is broken or not ours.

    `inputs`, `day` and `behind` are set when a build ends: the digest of all that it found, its date, and what it knew to
    be out of date and did not print. `broken` tells that the shared files had errors, so that nothing could be printed.
    """

    documents: dict[str, Record] = field(default_factory=dict)
    pairs: Pairs = field(default_factory=Pairs)
    packed: int = 0
    files: dict[str, Any] = field(default_factory=dict)
    inputs: str = ""
    day: str = ""
    behind: list[str] = field(default_factory=list)
    broken: bool = False
    libraries: dict[str, list[int]] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    manifest: list[int] = field(default_factory=list)
    problems: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def load(cls, out: Path) -> "Ledger":
        """The ledger of an output folder; where it is lost, what the manifest still vouches for."""
        collecting = gc.isenabled()
        gc.disable()
        try:
            data = filing.unsealed(out / LEDGER, _FORM)
            if data is None:
                return cls._recovered(out)
            stored = marshal.loads(data)
            stored["pairs"] = Pairs.of(stored["pairs"])
            return cls(**stored)
        except (ValueError, TypeError, KeyError, EOFError):
            return cls._recovered(out)
        finally:
            if collecting:
                gc.enable()

    @classmethod
    def _recovered(cls, out: Path) -> "Ledger":
        """A ledger of the files that the manifest lists and that are still what it says; all of them count as stale."""
        ledger = cls()
        for entry in filing.vouched_for(out):
            editions = ledger.record(f"{entry['language']}/{entry['slug']}")["editions"]
            editions[entry["edition"]] = blank() | {"uses": [LOST_LEDGER], "entry": entry}
        return ledger

    def save(self, out: Path) -> None:
        """Writes the ledger. Raises Fault where it can't be written."""
        self._pack()
        data = marshal.dumps(vars(self) | {"pairs": self.pairs.pairs})
        filing.write(out / LEDGER, filing.sealed(data, _FORM))

    def _pack(self) -> None:
        """Drops the pairs that nothing uses any more, once they are many."""
        if len(self.pairs.pairs) < 2 * self.packed + _SPARE_PAIRS:
            return
        impressions = [impression for _, _, impression in self.everything()]
        used = sorted({number for i in impressions for number in (*i["uses"], *i["sheets"]) if number >= 0})
        renumbered = {old: new for new, old in enumerate(used)}
        for impression in impressions:
            impression["uses"] = [renumbered.get(number, number) for number in impression["uses"]]
            impression["sheets"] = [renumbered.get(number, number) for number in impression["sheets"]]
        self.pairs = Pairs.of(self.pairs.pairs[number] for number in used)
        self.packed = len(used)

    def record(self, name: str) -> Record:
        """The record of a document, a new one where there is none."""
        return self.documents.setdefault(name, {"proof": None, "editions": {}})

    def impressions(self, name: str) -> Mapping[str, Impression]:
        """A document's editions; none where it is unknown."""
        record = self.documents.get(name)
        return record["editions"] if record else {}

    def everything(self) -> Iterator[tuple[str, str, Impression]]:
        """(document, edition, impression), in the order of the manifest."""
        order = {name: position for position, name in enumerate(EDITIONS)}
        for name, record in sorted(self.documents.items()):
            for edition in sorted(record["editions"], key=lambda edition: order.get(edition, len(order))):
                yield name, edition, record["editions"][edition]

    def fails(self, name: str, edition: str) -> bool:
        """Whether a document can't be printed as it stands."""
        record = self.documents.get(name)
        if self.broken or record is None:
            return self.broken
        impression = record["editions"].get(edition)
        return has_errors(record["proof"]) or bool(impression and impression["faults"])

    def problems_of(self, name: str) -> list[dict[str, Any]]:
        """All that is wrong with a document in its source; where that is sound, in print."""
        record = self.documents.get(name)
        if record is None:
            return []
        found = record["proof"]["problems"] if record["proof"] else []
        if has_errors(record["proof"]):
            return found
        return found + [fault for impression in record["editions"].values() for fault in impression["faults"]]

    def forget_print(self) -> None:
        """Every file was printed with libraries that are gone: all of them are stale."""
        for _, _, impression in self.everything():
            impression["sheets"] = [OTHER_LIBRARIES]
        self.libraries, self.inputs = {}, ""

    def is_behind(self, name: str, edition: str) -> bool:
        """Whether the last build left a document out of date."""
        return shown(name, edition) in self.behind

    def entries(self) -> list[dict[str, Any]]:
        """What is filed, in the order of the manifest; the last good file of what can't be printed now is marked as stale."""
        return [
            impression["entry"] | ({"stale": True} if self.fails(name, edition) else {})
            for name, edition, impression in self.everything()
            if impression["entry"]
        ]


def blank() -> Impression:
    """The impression of what was never printed."""
    return {"uses": [], "sheets": [], "page": "", "faults": [], "lost": False, "seconds": 0.0, "stat": [], "entry": None}


def has_errors(proof: Proof | None) -> bool:
    """Whether proofreading found errors."""
    return bool(proof) and any(problem["severity"] == "error" for problem in proof["problems"])  # type: ignore[index]
