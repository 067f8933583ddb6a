"""Measures finished pages: blocks, lines, sizes and free space, all read back from the PDF."""

import ctypes
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from pypdfium2 import raw

from press.preflight.printed import Box, Figure, Sheet, Tags

MM = 72 / 25.4
MARGIN = 15 * MM
"""The least margin on every side (criteria.md L08); between them lies the text area."""

_INLINE = {"/Span", "/NonStruct", "/Link", "/Lbl", "/LBody"}
"""Tags that share a line with their neighbours: a list item's number with its words, too."""


@dataclass(frozen=True)
class Run:
    """A piece of text as it was set: where, on which baseline, how large. It has no number where it is an artifact."""

    text: str
    box: Box
    baseline: float
    size: float
    number: int


@dataclass(frozen=True)
class Line:
    """The runs of one block that share a baseline."""

    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        """The words as they stand."""
        return " ".join("".join(run.text for run in self.runs).split())

    @property
    def box(self) -> Box:
        """What the line covers."""
        return around([run.box for run in self.runs])

    @property
    def size(self) -> float:
        """The largest type in the line."""
        return max(run.size for run in self.runs)


@dataclass
class Block:
    """A paragraph, heading, cell or list item as it stands on one page; `path` holds its tags from the document down."""

    path: tuple[str, ...]
    runs: list[Run] = field(default_factory=list)

    @property
    def tag(self) -> str:
        """The innermost tag: `/P`, `/H2`, `/TD`."""
        return self.path[-1]

    @property
    def is_heading(self) -> bool:
        """Whether it heads what follows."""
        return self.tag[:2] == "/H" and self.tag[2:].isdigit()

    @property
    def lines(self) -> list[Line]:
        """Its lines from top to bottom."""
        found: dict[float, list[Run]] = {}
        for run in self.runs:
            near = next((y for y in found if abs(y - run.baseline) < 2), run.baseline)
            found.setdefault(near, []).append(run)
        return [Line(tuple(sorted(found[y], key=lambda run: run.box[0]))) for y in sorted(found, reverse=True)]


@dataclass(frozen=True)
class Page:
    """One page: everything set on it, its blocks in reading order, its drawings and codes, its decoration."""

    number: int
    sheet: Sheet
    runs: tuple[Run, ...]
    blocks: tuple[Block, ...]
    figures: tuple[Figure, ...]

    @property
    def width(self) -> float:
        """The width of the sheet."""
        return self.sheet.size[0]

    @property
    def height(self) -> float:
        """The height of the sheet."""
        return self.sheet.size[1]

    @property
    def name(self) -> str:
        """For messages."""
        return f"page {self.number}"

    @property
    def lines(self) -> list[Line]:
        """Every line of tagged text."""
        return [line for block in self.blocks for line in block.lines]

    @property
    def lowest(self) -> float:
        """The lower edge of the lowest thing above the running foot: text, drawing, code, or a line to write on."""
        floor = max(self.sheet.foot, 0.0)
        boxes = self.sheet.content + [figure.box for figure in self.figures if figure.box]
        boxes += [box for box in self.sheet.decoration if box[1] >= floor]
        return min((max(box[1], MARGIN) for box in boxes), default=self.height - MARGIN)

    @property
    def free(self) -> float:
        """The share of the text area that is free at its foot."""
        return (self.lowest - MARGIN) / (self.height - 2 * MARGIN)

    @property
    def depth(self) -> int:
        """The number of lines in its longest column: how many lines of text one upright stroke can cross."""
        boxes = [line.box for line in self.lines]
        middles = {(box[0] + box[2]) / 2 for box in boxes}
        return max((sum(box[0] <= x <= box[2] for box in boxes) for x in middles), default=0)


@lru_cache(maxsize=64)
def measure(pdf: bytes) -> tuple[Page, ...]:
    """The pages of a finished PDF."""
    with pikepdf.open(BytesIO(pdf)) as file, pypdfium2.PdfDocument(pdf) as document:
        figures, blocks = Tags.of(file).figures, _blocks(file)
        return tuple(_page(number, page, blocks, figures) for number, page in enumerate(document, start=1))


def _page(number: int, page: Any, blocks: dict[tuple[int, int], Block], figures: list[Figure]) -> Page:
    """One page; its texts join their blocks."""
    runs = tuple(_runs(page))
    for run in runs:
        if block := blocks.get((number, run.number)):
            block.runs.append(run)
    mine = {id(block): block for (where, _), block in blocks.items() if where == number}
    return Page(number, Sheet.of(page), runs, tuple(mine.values()), tuple(f for f in figures if f.page == number))


def _blocks(file: pikepdf.Pdf) -> dict[tuple[int, int], Block]:
    """The block of every marked content, by page and number, in reading order. An element on two pages makes two blocks."""
    found: dict[tuple[int, int], Block] = {}
    pages = page_numbers(file)

    def visit(element: Any, path: tuple[str, ...], blocks: dict[int, Block]) -> None:
        tag = str(element.S)
        if tag not in _INLINE:
            path, blocks = (*path, tag), {}
        for kid in kids(element):
            if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                visit(kid, path, blocks)
        for page, number in marks(element, pages):
            found[page, number] = blocks.setdefault(page, Block(path))

    for kid in file.Root.StructTreeRoot.K:
        visit(kid, (), {})
    return found


def kids(element: Any) -> list[Any]:
    """What a structure element holds."""
    held = element.get("/K", [])
    return list(held) if isinstance(held, pikepdf.Array) else [held]


def page_numbers(file: pikepdf.Pdf) -> dict[Any, int]:
    """The number of each page, from 1, by the object it is."""
    return {page.objgen: number for number, page in enumerate(file.pages, start=1)}


def marks(element: Any, pages: dict[Any, int]) -> Iterator[tuple[int, int]]:
    """The page and the number of each marked content that a structure element holds itself."""
    for kid in kids(element):
        if isinstance(kid, int):
            yield pages[element.Pg.objgen], kid
        elif kid.get("/Type") == "/MCR":
            yield pages[kid.Pg.objgen], int(kid.MCID)


def _runs(page: Any) -> Iterator[Run]:
    """Every text of a page in painting order; white space alone is left out."""
    text_page = page.get_textpage()
    sides = [ctypes.c_float() for _ in range(4)]
    for position in range(raw.FPDFPage_CountObjects(page)):
        item = raw.FPDFPage_GetObject(page, position)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_TEXT:
            continue
        words = _text(item, text_page)
        if not words.strip():
            continue
        raw.FPDFPageObj_GetBounds(item, *sides)
        matrix, size = raw.FS_MATRIX(), ctypes.c_float()
        raw.FPDFPageObj_GetMatrix(item, matrix)
        raw.FPDFTextObj_GetFontSize(item, size)
        left, bottom, right, top = (side.value for side in sides)
        number = raw.FPDFPageObj_GetMarkedContentID(item)
        yield Run(words, (left, bottom, right, top), matrix.f, size.value * (matrix.c**2 + matrix.d**2) ** 0.5, number)


def _text(item: Any, text_page: Any) -> str:
    """The words of a text object."""
    length = raw.FPDFTextObj_GetText(item, text_page, None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFTextObj_GetText(item, text_page, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return buffer.raw[: max(0, length - 2)].decode("utf-16-le")


def around(boxes: list[Box]) -> Box:
    """The box around boxes."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return min(lefts), min(bottoms), max(rights), max(tops)


def overlap(one: Box, other: Box) -> tuple[float, float]:
    """By how much two boxes overlap across and upright; not more than nothing where they don't."""
    return min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])


def body_size(pages: tuple[Page, ...]) -> float:
    """The size that most characters of the tagged text have, to a tenth of a point."""
    sizes = Counter[float]()
    for page in pages:
        for run in page.runs:
            if run.number >= 0:
                sizes[round(run.size, 1)] += len(run.text)
    return sizes.most_common(1)[0][0]


def running_text(pages: tuple[Page, ...]) -> Iterator[tuple[Page, Block]]:
    """Paragraphs of the body's size with at least two full lines, outside tables, lists and captions."""
    size = body_size(pages)
    for page in pages:
        for block in page.blocks:
            outside = not {"/Table", "/L", "/Caption", "/Figure"} & set(block.path)
            if block.tag == "/P" and outside and len(lines := block.lines) > 2 and round(lines[0].size, 1) == size:
                yield page, block
