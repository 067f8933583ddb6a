"""Plan: which documents are stale, and why.

A document is stale where anything it used has another digest than when it was last composed. What it used is kept as
pairs of a name and a digest; the names say where a thing stands (`article:what-is-spinal-fusion/title`).
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.stock import stat_of

if TYPE_CHECKING:
    from press.ledger import JobRecord, Ledger, Record

Pair = tuple[str, str]

OTHER_LIBRARIES = -1
"""Stands among the uses of a job that was printed with shared objects that are gone."""

_FILES = {
    "article": "articles.yaml",
    "source": "sources.yaml",
    "clinic": "clinic.yaml",
    "term": "{}/glossary.yaml",
    "phrase": "{}/phrases.yaml",
    "shared": "{}/shared.yaml",
}

_OTHERS = {
    "engine": "the engine or one of its libraries changed",
    "rules": "the proofreading rules, or what they look up, changed",
    "status": "the state of its review changed",
}


@dataclass
class Pairs:
    """Name and digest pairs, each kept once and known by its number."""

    pairs: list[Pair] = field(default_factory=list)
    numbers: dict[Pair, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Iterable[Any]) -> "Pairs":
        """The pairs of a ledger; what is not a pair of texts is dropped, and with it every trust in it."""
        made = cls()
        for item in stored:
            name, digest = item if isinstance(item, list) and len(item) == 2 else ("", "")
            made.pairs.append((str(name), str(digest)))
        made.numbers = {pair: number for number, pair in enumerate(made.pairs)}
        return made

    def number(self, pair: Pair) -> int:
        """The number of a pair, new or known."""
        if pair not in self.numbers:
            self.numbers[pair] = len(self.pairs)
            self.pairs.append(pair)
        return self.numbers[pair]

    def changed(self, current: Mapping[str, str]) -> dict[int, str]:
        """The pairs that no longer hold, by number, with their names."""
        return {number: name for number, (name, digest) in enumerate(self.pairs) if current.get(name) != digest}


def in_words(name: str) -> str:
    """A changed thing as an editor knows it: `articles.yaml, title of what-is-spinal-fusion changed`."""
    kind, _, rest = name.partition(":")
    if kind in _FILES:
        language, _, key = rest.rpartition(":")
        entry, _, part = key.partition("/")
        what = f"{part} of {entry}" if part else entry
        return f"{_FILES[kind].format(language)}, {what} changed"
    if kind in _OTHERS:
        return _OTHERS[kind]
    if kind == "drawing":
        return f"figures/{rest}.svg changed"
    return f"{rest} changed"


class Planner:
    """Tells what is stale, from the ledger and the digests of what there is now."""

    def __init__(self, ledger: "Ledger", current: Mapping[str, str], out: Path) -> None:
        self.ledger, self.current, self.out = ledger, current, out
        self._changed = ledger.pairs.changed(current) | {OTHER_LIBRARIES: "engine:libraries"}

    def numbers(self, names: Collection[str]) -> list[int]:
        """The pairs of these names with the digests they have now, by number."""
        return sorted(self.ledger.pairs.number((name, self.current.get(name, ""))) for name in names)

    def seconds(self, name: str) -> float:
        """How long a document took last time; one never printed may be the longest of all."""
        record = self.ledger.documents.get(name)
        return sum(job["seconds"] for job in record["jobs"].values()) if record and record["jobs"] else float("inf")

    def reasons(self, name: str, edition: str) -> list[str]:
        """Why a document is stale in an edition; none where it is fresh."""
        record = self.ledger.documents.get(name)
        if record is None:
            return ["never built"]
        why = self._reasons(record["uses"])
        if record["lost"]:
            return [*why, "its worker was lost last time"]
        if not why and (record["faults"] or self._failing(record)):
            return []
        job = record["jobs"].get(edition)
        if job is None:
            return why or ["never built in this edition"]
        why += self._reasons(job["uses"])
        if not why and not self.in_place(job):
            why.append("its file is missing or was altered")
        return list(dict.fromkeys(why))

    @staticmethod
    def _failing(record: "Record") -> bool:
        return bool(record["proof"]) and any(problem["severity"] == "error" for problem in record["proof"]["problems"])

    def _reasons(self, uses: Collection[int]) -> list[str]:
        return [in_words(self._changed[number]) for number in uses if number in self._changed]

    def in_place(self, job: "JobRecord") -> bool:
        """Whether the file that was filed is still there, unaltered."""
        path = self.out / job["entry"]["path"]
        stat = stat_of(path)
        if stat is None or stat[0] != job["entry"]["bytes"]:
            return False
        if list(stat) != job["stat"]:
            if hashlib.sha256(path.read_bytes()).hexdigest() != job["entry"]["sha256"]:
                return False
            job["stat"] = list(stat)
        return True
