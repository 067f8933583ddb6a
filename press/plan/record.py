"""The ledger: what the last builds used and filed, so that the next one can tell what is stale.

Kept as plain values, which are looked at before they are used; one that was cut short or touched by other hands is no ledger.
Where a page is filed is not among them: that follows from the names of its document and edition.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from press.edition import EDITIONS, path_of
from press.file.output import Filed
from press.plan.last_build import FILED, PROBLEM, Known, Standing, is_document, loaded
from press.plan.pairs import LOST_LEDGER, OTHER_LIBRARIES, Pairs
from press.plan.shapes import NOTHING, either, fits


def shown(name: str, edition: str) -> str:
    """A document in an edition, as progress and summaries name it."""
    return f"{name} ({edition})"


_SPARE_PAIRS = 1000
_MOST_PAIRS = 10_000_000
_IMPRESSION = {
    "uses": str, "sheets": str, "page": str, "faults": [PROBLEM], "held": [int], "lost": bool, "seconds": float,
    "filed": either(FILED, NOTHING), "entry": dict,
}  # fmt: skip
_SHAPE = {
    "pairs": [(str, str)],
    "packed": int,
    "versions": {str: str},
    "documents": {
        str: {
            "proof": either({"key": str, "problems": [PROBLEM], "card": either(dict, NOTHING)}, NOTHING),
            "gone": bool,
            "editions": {str: _IMPRESSION},
        }
    },
}


class Impression(TypedDict):
    """A document in one edition: what its page was made from, how the printing went, and what is filed.

    `uses` decides what is on the page, `sheets` how it is printed; where it could not be composed there are no sheets, and it
    may use anything. `page` is a digest of all that was given to the worker, empty where it is not what is filed. `faults` are
    those of the last printing; `held` are the problems of the library that hold it back, by their numbers. `filed` is the last
    good file, `entry` what the manifest says of it.
    """

    uses: list[int]
    sheets: list[int]
    page: str
    faults: list[dict[str, Any]]
    held: list[int]
    lost: bool
    seconds: float
    filed: Filed | None
    entry: dict[str, Any]


class Proof(TypedDict):
    """What proofreading found in a document. The key tells from which text and rules."""

    key: str
    problems: list[dict[str, Any]]
    card: dict[str, Any] | None


class Record(TypedDict):
    """A document: its proof, whether its file is gone though its pages are kept, and its editions by name."""

    proof: Proof | None
    gone: bool
    editions: dict[str, Impression]


@dataclass
class Ledger:
    """What the last builds left; empty where there was none. `problems` and `broken` are those of the build that goes on."""

    documents: dict[str, Record] = field(default_factory=dict)
    pairs: Pairs = field(default_factory=Pairs)
    packed: int = 0
    versions: dict[str, str] = field(default_factory=dict)
    problems: list[dict[str, Any]] = field(default_factory=list)
    broken: bool = False

    @classmethod
    def of(cls, data: bytes | None) -> "Ledger | None":
        """The ledger in a record; None where there is none that is sound."""
        values = loaded(data)
        if not fits(values, _SHAPE) or not all(map(is_document, values["documents"])):
            return None
        try:
            for record in values["documents"].values():
                for edition, impression in record["editions"].items():
                    path_of(edition, "en", "a")
                    impression["uses"], impression["sheets"] = _numbers(impression["uses"]), _numbers(impression["sheets"])
        except ValueError:
            return None
        return cls(values["documents"], Pairs.of(values["pairs"]), values["packed"], values["versions"])

    def as_data(self) -> bytes:
        """The ledger, to be kept."""
        self._pack()
        documents = {
            name: record | {"editions": {edition: _packed(impression) for edition, impression in record["editions"].items()}}
            for name, record in self.documents.items()
        }
        values = {"pairs": self.pairs.pairs, "packed": self.packed, "versions": self.versions, "documents": documents}
        return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def adopt(self, entries: Iterable[dict[str, Any]]) -> None:
        """Takes over what a manifest vouches for and others have filed; all of it counts as stale."""
        for entry in entries:
            name, edition = f"{entry['language']}/{entry['slug']}", entry["edition"]
            filed: Filed = {"bytes": entry["bytes"], "sha256": entry["sha256"], "stat": []}
            known = self.impressions(name).get(edition)
            if not (known and known["filed"] and known["filed"]["sha256"] == filed["sha256"]):
                self.record(name)["editions"][edition] = blank() | {"uses": [LOST_LEDGER], "filed": filed, "entry": entry}

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
        return self.documents.setdefault(name, {"proof": None, "gone": False, "editions": {}})

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
        failed = bool(impression and (impression["faults"] or impression["held"]))
        return record["gone"] or has_errors(record["proof"]) or failed

    def problems_of(self, name: str) -> list[dict[str, Any]]:
        """All that is wrong with a document in its source; where that is sound, in print."""
        record = self.documents[name]
        found = record["proof"]["problems"] if record["proof"] else []
        if has_errors(record["proof"]):
            return found
        return found + [fault for impression in record["editions"].values() for fault in impression["faults"]]

    def forget_print(self) -> None:
        """Every file was printed with libraries that are gone: all of them are stale."""
        for _, _, impression in self.everything():
            impression["sheets"] = [OTHER_LIBRARIES]

    def entries(self) -> list[dict[str, Any]]:
        """What is filed, in the order of the manifest; the last good file of what can't be printed now is marked as stale."""
        return [
            impression["entry"]
            | {"path": place(name, edition), "bytes": filed["bytes"], "sha256": filed["sha256"]}
            | ({"stale": True} if self.fails(name, edition) else {})
            for name, edition, impression in self.everything()
            if (filed := impression["filed"])
        ]

    def in_short(self, name: str, behind: frozenset[str]) -> Known:
        """A document, for the record of the build; `behind` are the editions that it knew to be out of date."""
        editions: dict[str, Standing] = {
            edition: {
                "filed": impression["filed"],
                "fails": self.fails(name, edition),
                "behind": edition in behind,
                "held": impression["held"],
            }
            for edition, impression in self.impressions(name).items()
        }
        return {"problems": self.problems_of(name), "gone": self.documents[name]["gone"], "editions": editions}


def _packed(impression: Impression) -> dict[str, Any]:
    return impression | {"uses": _in_ranges(impression["uses"]), "sheets": _in_ranges(impression["sheets"])}


def _in_ranges(numbers: list[int]) -> str:
    """`0:51 53 60:62` for numbers in order: most follow one another, and a text is read more quickly than a list."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return " ".join(f"{first}:{last}" if first < last else str(first) for first, last in ranges)


def _numbers(text: str) -> list[int]:
    """The numbers of such a text. Raises ValueError where it is none."""
    found: list[int] = []
    for part in text.split():
        first, _, last = part.partition(":")
        start, end = int(first), int(last or first)
        if end - start > _MOST_PAIRS:
            raise ValueError(part)
        found.extend(range(start, end + 1))
    return found


def place(name: str, edition: str) -> str:
    """Where a document is filed, relative to the output folder."""
    return path_of(edition, *name.split("/"))


def blank() -> Impression:
    """The impression of what was never printed."""
    return {
        "uses": [], "sheets": [], "page": "", "faults": [], "held": [], "lost": False, "seconds": 0.0, "filed": None, "entry": {},
    }  # fmt: skip


def has_errors(proof: Proof | None) -> bool:
    """Whether proofreading found errors."""
    return bool(proof) and any(problem["severity"] == "error" for problem in proof["problems"])  # type: ignore[index]
