"""What a printed page says to a reader who hears it: its text in the order of the tags."""

from collections.abc import Sequence
from typing import NamedTuple

from press.preflight.printed import Run, Sheet, Tags


class Spoken(NamedTuple):
    """What a screen reader says of one element: how deep it stands, its tag, its words, and its alternative text."""

    depth: int
    tag: str
    text: str
    alt: str


_SILENT = {"/Document", "/Part", "/Sect", "/Div", "/Span", "/NonStruct"}
"""Tags that say nothing of themselves; what stands in them belongs to the one around them."""


def spoken(tags: Tags, sheets: Sequence[Sheet]) -> list[Spoken]:
    """A document as a screen reader reads it. An element that goes on after one inside it is there again, with the tag `…`."""
    runs: dict[tuple[int, int], list[Run]] = {}
    for number, sheet in enumerate(sheets, start=1):
        for run in sheet.runs:
            runs.setdefault((number, run.mark), []).append(run)
    filled: dict[int, list[tuple[int, Run]]] = {}
    said: list[Spoken] = []
    last, begun = -1, 0

    def begin(until: int) -> None:
        nonlocal begun, last
        for position in range(begun, until + 1):
            tag, alt, _, _ = tags.elements[position]
            if tag not in _SILENT:
                said.append(Spoken(_depth(tags, position), tag[1:], "", alt))
                last = position
        begun = max(begun, until + 1)

    for page, mark, element in tags.contents:
        begin(element)
        owner = _speaker(tags, element)
        if owner != last and (page, mark) in runs:
            said.append(Spoken(_depth(tags, owner), "…", "", ""))
            last = owner
            filled.pop(owner, None)
        before = filled.setdefault(owner, [])
        for run in runs.get((page, mark), ()):
            gap = " " if before and _apart(before[-1], (page, run)) else ""
            before.append((page, run))
            said[-1] = said[-1]._replace(text=said[-1].text + gap + run.text.replace("\x02", "-"))
    begin(len(tags.elements) - 1)
    return [line._replace(text=" ".join(line.text.split())) for line in said]


def _speaker(tags: Tags, position: int) -> int:
    """The element that words belong to: the nearest one with a tag that says something."""
    while position >= 0 and tags.elements[position].tag in _SILENT:
        position = tags.elements[position].parent
    return position


def _depth(tags: Tags, position: int) -> int:
    depth, position = 0, _speaker(tags, tags.elements[position].parent) if position >= 0 else -1
    while position >= 0:
        depth, position = depth + 1, _speaker(tags, tags.elements[position].parent)
    return depth


def _apart(before: tuple[int, Run], after: tuple[int, Run]) -> bool:
    """Whether two runs are parted: by a line's end that divides no word, or by a gap."""
    (page, one), (other_page, other) = before, after
    if page != other_page or abs(one.baseline - other.baseline) > 0.5 * one.size:
        return not one.text.endswith("\x02")
    return other.box[0] - one.box[2] > 0.15 * other.size
