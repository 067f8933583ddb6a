"""Documents that do not come out at their number of pages: what runs over, where, and what to do about it.

Facts are taken from the engine's own page boxes, while they are at hand and only where the number is wrong. Lengths are in
points; a line is one of the size that most of the side's lines have.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from math import ceil
from typing import Any

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in points from the page's upper left corner."""

_PX_TO_PT = 0.75
LONGEST = 3
"""So many blocks are named."""
GROWN_SHARE, GROWN_TIMES = 1 / 3, 1.5
"""A block is pointed at where it holds this share of its side's words, and so many times those of the next."""


@dataclass
class Block:
    """A block of a side: its kind, the number it has among those of its kind there, its heading, and its words by page."""

    kind: str
    nth: int
    heading: str = ""
    words: Counter[int] = field(default_factory=Counter)


@dataclass
class Side:
    """A side of a handout or a part of a guide (counted from 0): its blocks, and what stands on each of its pages."""

    name: str
    number: int
    blocks: list[Block] = field(default_factory=list)
    words: Counter[int] = field(default_factory=Counter)
    lines: dict[int, list[Box]] = field(default_factory=dict)
    free: dict[int, float] = field(default_factory=dict)
    """How much of each page is left below it, in points."""

    @property
    def pages(self) -> list[int]:
        """The pages that it stands on, counted from 1."""
        return sorted(self.lines)

    def leading(self) -> float:
        """The height of most of its lines."""
        heights = Counter(round(box[3] - box[1], 1) for boxes in self.lines.values() for box in boxes)
        return max(4.0, heights.most_common(1)[0][0]) if heights else 12.0

    def over(self) -> int:
        """About how many lines are too many for its first page."""
        pages = self.pages
        extent = sum(max(b[3] for b in boxes) - min(b[1] for b in boxes) for page in pages[1:] if (boxes := self.lines[page]))
        return max(1, ceil((extent - self.free.get(pages[0], 0.0)) / self.leading()))


# -- from the engine's boxes ----------------------------------------------------------------------------------------------


def measure(document: Any) -> tuple[Side, ...]:
    """The sides of a rendered `weasyprint.Document`, in order."""
    sides: dict[int, Side] = {}
    blocks: dict[int, Block] = {}
    for number, page in enumerate(document.pages, start=1):
        box = page._page_box
        foot = (box.content_box_y() + box.height) * _PX_TO_PT
        for side, block, line, text in _lines(box, None, None):
            found = sides.setdefault(id(side), Side(*_named(side, len(sides))))
            words = len(text.split())
            rectangle = line.position_x, line.position_y, line.position_x + line.width, line.position_y + line.height
            found.lines.setdefault(number, []).append(tuple(edge * _PX_TO_PT for edge in rectangle))
            found.words[number] += words
            found.free[number] = max(0.0, foot - max(b[3] for b in found.lines[number]))
            if block is not None:
                if id(block) not in blocks:
                    kind = block.get("class").split()[1]
                    nth = sum(other.kind == kind for other in found.blocks)
                    blocks[id(block)] = Block(kind, nth, _heading(block))
                    found.blocks.append(blocks[id(block)])
                blocks[id(block)].words[number] += words
    return tuple(sides.values())


def _lines(box: Any, side: Any, block: Any) -> Iterator[tuple[Any, Any, Any, str]]:
    """The outermost lines of text below a box, with the side and the block that they stand in."""
    element = getattr(box, "element", None)
    classes = (element.get("class") or "").split() if element is not None and hasattr(element, "get") else []
    if classes[:1] in (["side"], ["part"], ["cover"]):
        side = element
    elif classes[:1] == ["block"]:
        block = element
    if type(box).__name__ == "LineBox":
        text = _text(box)
        if text.strip() and side is not None:
            yield side, block, box, text
        return
    for child in getattr(box, "children", ()):
        yield from _lines(child, side, block)


def _text(box: Any) -> str:
    text: str = getattr(box, "text", "")
    return text or " ".join(_text(child) for child in getattr(box, "children", ()))


def _named(element: Any, number: int) -> tuple[str, int]:
    """`front`, `back`, `cover`, or `part`, with its place among those that print text."""
    classes = element.get("class").split()
    return (classes[1], number) if classes[0] == "side" else (classes[0], int((element.get("id") or "part-0")[5:]) - 1)


def _heading(block: Any) -> str:
    """The heading of a block, where it has one."""
    headings = (found for level in range(2, 6) for found in block.iter(f"h{level}"))
    found = next(headings, None)
    return " ".join("".join(found.itertext()).split()) if found is not None else ""


# -- in words -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """What is wrong, what to do, and where the document's author finds it, such as `front`, or `front text 0`."""

    message: str
    hint: str
    at: str


def in_words(sides: Sequence[Side], pages: int, allowed: frozenset[int]) -> Words | None:
    """What a person needs to know of a document with too many pages, or too few; None where nothing can be told."""
    if any(side.name == "front" for side in sides):
        long = [side for side in sides if len(side.pages) > 1]
        return _of_sides(long, pages, allowed) if long else None
    return _of_parts(sides, pages, allowed)


def _of_sides(long: Sequence[Side], pages: int, allowed: frozenset[int]) -> Words:
    """A handout: the sides that do not fit their page."""
    told = []
    for side in long:
        surplus = side.pages[1:]
        words = sum(side.words[page] for page in surplus)
        where = f"page {surplus[0]}" if len(surplus) == 1 else f"pages {surplus[0]} to {surplus[-1]}"
        told.append(
            f"its {side.name} is about {_counted(side.over(), 'line')} too long: {_counted(words, 'word')} run over to {where}"
        )
    longest = ", ".join(_block(block) for side in long for block in _longest(side)[: 1 + LONGEST // len(long)])
    return Words(
        f"it has {pages} pages and must have {_allowed(allowed)}; {', and '.join(told)}",
        f"shorten the {' and the '.join(side.name for side in long)}; the longest blocks are {longest}",
        _grown(long[0]),
    )


def _of_parts(sides: Sequence[Side], pages: int, allowed: frozenset[int]) -> Words | None:
    """A guide: the parts whose last page holds least."""
    less = max((count for count in allowed if count < pages), default=None)
    more = min((count for count in allowed if count > pages), default=None)
    ends = _ends(sides)
    if not ends:
        return None
    ways = [
        f"shorten it by {_counted(pages - less, 'page')}" if less else "",
        f"lengthen it by {_counted(more - pages, 'page')}" if more else "",
    ]
    shortest = "; ".join(
        f"part {part.number + 1} ends with {_counted(part.words[part.pages[-1]], 'word')} on page {part.pages[-1]}"
        for part in ends[:LONGEST]
    )
    longest = ", ".join(map(_block, _longest(ends[0])))
    return Words(
        f"it has {pages} pages and must have {_allowed(allowed)}; {shortest}",
        f"{' or '.join(filter(None, ways))}; the longest blocks of part {ends[0].number + 1} are {longest}",
        f"part {ends[0].number}",
    )


def _allowed(allowed: frozenset[int]) -> str:
    return " or ".join(str(count) for count in sorted(allowed))


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _longest(side: Side) -> list[Block]:
    return sorted(side.blocks, key=lambda block: -block.words.total())[:LONGEST]


def _block(block: Block) -> str:
    name = f"{block.kind} “{block.heading[:40]}”" if block.heading else block.kind
    return f"{name} ({_counted(block.words.total(), 'word')})"


def _grown(side: Side) -> str:
    """The block that is so much longer than the others that it must be meant; else the side."""
    first, *others = [*_longest(side), Block("", 0)]
    next_words = others[0].words.total() if others else 0
    total = sum(side.words.values())
    grown = first.words.total() >= GROWN_SHARE * total and first.words.total() >= GROWN_TIMES * next_words
    return f"{side.name} {first.kind} {first.nth}" if grown else side.name


def _surplus(sides: Sequence[Side]) -> Iterator[tuple[int, list[Box]]]:
    """The lines that are too many, by page: beyond the one page of a side, on the last pages of the parts that are named."""
    for side in sides:
        if side.name in ("front", "back"):
            yield from ((number, side.lines[number]) for number in side.pages[1:])
    for part in _ends(sides)[:LONGEST]:
        yield part.pages[-1], part.lines[part.pages[-1]]


def _ends(sides: Sequence[Side]) -> list[Side]:
    """Parts that take more than one page, the one whose last page holds least first."""
    parts = (side for side in sides if side.name == "part" and len(side.pages) > 1)
    return sorted(parts, key=lambda part: part.words[part.pages[-1]])


# -- the proof ------------------------------------------------------------------------------------------------------------


def marked(pdf: bytes, sides: Sequence[Side]) -> bytes:
    """The PDF with a red bar beside every line that runs over. For the editor's eyes, never to be handed out."""
    import pikepdf

    with pikepdf.open(BytesIO(pdf)) as file:
        for number, boxes in _surplus(sides):
            page = file.pages[number - 1]
            top = float(page.trimbox[3])
            bars = "".join(f"{left - 9:.1f} {top - low:.1f} 3 {low - high:.1f} re\n" for left, high, _, low in boxes)
            page.contents_add(file.make_stream(b"q"), prepend=True)
            page.contents_add(file.make_stream(f"Q q 0.85 0.1 0.1 rg\n{bars}f Q".encode()))
        made = BytesIO()
        file.save(made, deterministic_id=True)
    return made.getvalue()
