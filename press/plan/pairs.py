"""What a page was made from, as pairs of a name and a digest: each pair is kept once, and pages hold numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Pair = tuple[str, str]

OTHER_LIBRARIES, LOST_LEDGER = -1, -2
"""Stand among the uses of what was printed with shared objects that are gone, or before the record was lost."""

_UNKNOWN = "?"
"""The digest of what may have been read in any state: no file has it."""


@dataclass
class Pairs:
    """Name and digest pairs, each kept once and known by its number."""

    pairs: list[Pair] = field(default_factory=list)
    numbers: dict[Pair, int] = field(default_factory=dict)

    @classmethod
    def of(cls, stored: Iterable[Iterable[str]]) -> "Pairs":
        """The pairs of a ledger."""
        pairs = [(name, digest) for name, digest in stored]
        return cls(pairs, {pair: number for number, pair in enumerate(pairs)})

    def number(self, pair: Pair) -> int:
        """The number of a pair, new or known."""
        if pair not in self.numbers:
            self.pairs.append(pair)
            self.numbers[pair] = len(self.pairs) - 1
        return self.numbers[pair]

    def changed(self, current: Mapping[str, str]) -> dict[int, str]:
        """The pairs that no longer hold, by number, with their names."""
        return {number: name for number, (name, digest) in enumerate(self.pairs) if current.get(name, "") != digest}

    def distrust(self, pairs: Iterable[Pair]) -> None:
        """Makes everything stale that rests on these pairs."""
        for pair in pairs:
            if (number := self.numbers.pop(pair, None)) is not None:
                self.pairs[number] = (pair[0], _UNKNOWN)
