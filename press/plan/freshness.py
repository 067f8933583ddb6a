"""Plan: which documents are stale, and why.

A document is stale where anything it used has another digest than when it was last composed. What it used is kept as
pairs of a name and a digest; the names say where a thing stands (`article:what-is-spinal-fusion/title`). What is not there
has an empty digest, so that its coming is a change too.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from press.edition import path_of
from press.plan.pairs import LOST_LEDGER, OTHER_LIBRARIES
from press.read.names import own_file

if TYPE_CHECKING:
    from press.file.output import Output
    from press.plan.record import Impression, Ledger
    from press.problems import Problem

_ALWAYS_CHANGED = {OTHER_LIBRARIES: "engine:libraries", LOST_LEDGER: "ledger:lost"}
_FILES = {
    "article": "articles.yaml",
    "source": "sources.yaml",
    "clinic": "clinic.yaml",
    "term": "{}/glossary.yaml",
    "phrase": "{}/phrases.yaml",
    "shared": "{}/shared.yaml",
}

OTHERS = {
    "engine": "the engine or one of its libraries changed",
    "rules": "the proofreading rules, or what they look up, changed",
    "status": "the state of its review changed",
    "ledger": "the record of the last build is lost",
}


def in_words(name: str) -> str:
    """A changed thing as an editor knows it: `articles.yaml, title of what-is-spinal-fusion changed`."""
    kind, _, rest = name.partition(":")
    if kind in _FILES:
        language, _, key = rest.rpartition(":")
        entry, _, part = key.partition("/")
        what = f"{part} of {entry}" if part else entry
        return f"{_FILES[kind].format(language)}, {what} changed"
    if kind in OTHERS:
        return OTHERS[kind]
    if kind == "drawing":
        return f"figures/{rest}.svg changed"
    return f"{rest} changed"


class Held:
    """What errors in the library hold back: every document that uses what is faulty."""

    def __init__(self, problems: "Sequence[Problem]") -> None:
        self.problems = problems
        self._by_name: dict[str, list[int]] = {}
        for number, problem in enumerate(problems):
            for name in problem.holds if problem.severity == "error" else ():
                self._by_name.setdefault(name, []).append(number)

    def back(self, uses: Iterable[str]) -> list[int]:
        """The numbers of the problems that hold back what uses all this."""
        if not self._by_name:
            return []
        return sorted({number for name in uses for number in self._by_name.get(name, ())})

    def why(self, numbers: Iterable[int]) -> list[str]:
        """In words: `held back by guides/articles.yaml:14 [article-host]`."""
        found = (self.problems[number] for number in numbers)
        return list(dict.fromkeys(f"held back by {p.file}:{p.line} [{p.code}]" for p in found))


class Planner:
    """Tells what is stale, from the ledger and the digests of what there is now."""

    def __init__(self, ledger: "Ledger", current: Mapping[str, str], out: "Output") -> None:
        self.ledger, self.current, self.out = ledger, current, out
        self._changed = ledger.pairs.changed(current) | _ALWAYS_CHANGED

    def numbers(self, names: Collection[str]) -> list[int]:
        """The pairs of these names with the digests they have now, by number."""
        return sorted(self.ledger.pairs.number((name, self.current.get(name, ""))) for name in names)

    def seconds(self, name: str) -> float:
        """How long a document took last time; one never printed may be the longest of all."""
        took = [impression["seconds"] for impression in self.ledger.impressions(name).values()]
        return sum(took) if any(took) else float("inf")

    def reasons(self, name: str, edition: str) -> list[str]:
        """Why a document is stale in an edition; none where it is fresh, or where nothing can have mended it."""
        impression = self.ledger.impressions(name).get(edition)
        if impression is None:
            return ["never built in this edition" if self.ledger.impressions(name) else "never built"]
        why = self.outdated(impression)
        if impression["lost"]:
            why.append("its worker was lost last time")
        if not why and not self.ledger.fails(name, edition):
            if not self.filed(name, edition, impression):
                why.append("its file is missing or was altered")
            elif not impression["page"]:
                why.append("it could not be printed last time")
        return why

    def filed(self, name: str, edition: str, impression: "Impression") -> bool:
        """Whether the last good file of a document is in its place, unaltered."""
        filed = impression["filed"]
        return bool(filed) and self.out.in_place(path_of(edition, *name.split("/")), filed)  # type: ignore[arg-type]

    def uses(self, name: str, impression: "Impression") -> list[str]:
        """The names of all that a page was made from; its own file alone where it could not be composed."""
        numbers = (*impression["uses"], *impression["sheets"]) if impression["sheets"] else ()
        return [own_file(name)] + [
            self.ledger.pairs.pairs[number][0] for number in numbers if 0 <= number < len(self.ledger.pairs.pairs)
        ]

    def outdated(self, impression: "Impression") -> list[str]:
        """What changed of all that went into a page."""
        if self._changed.keys().isdisjoint(impression["uses"]) and self._changed.keys().isdisjoint(impression["sheets"]):
            return []
        changed = (self._changed[number] for number in (*impression["uses"], *impression["sheets"]) if number in self._changed)
        return list(dict.fromkeys(in_words(name) for name in changed))
