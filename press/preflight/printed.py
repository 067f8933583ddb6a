"""What is in a finished PDF: its tags, what stands on its pages, what its codes say. Facts only; preflight judges them."""

from collections.abc import Iterator
from ctypes import POINTER, addressof, c_float, c_ushort, cast, create_string_buffer, string_at
from dataclasses import dataclass, field
from functools import cached_property
from math import hypot, inf
from typing import Any, NamedTuple

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points, from the page's lower left corner."""

Matrix = tuple[float, float, float, float, float, float]
"""How a group's own coordinates become those of what it stands in (ISO 32000-1, 8.3.3)."""

_FLAT_PT = 2.5
"""A shape that is lower than this and longer is a rule."""
_ROOM = 4096
"""Bytes for the text of one object; a longer one gets a room of its own."""


@dataclass(frozen=True)
class Figure:
    """A tagged picture: the page it stands on, counted from 1, its box and its alternative text."""

    page: int
    box: Box | None
    alt: str


class Element(NamedTuple):
    """A structure element: its tag, its alternative text, the position of the one it stands in, and its table cell.

    A cell is known by the number of its table and of its column, both counted from 0; what lies in it knows it too.
    """

    tag: str
    alt: str = ""
    parent: int = -1
    cell: tuple[int, int] | None = None


class Content(NamedTuple):
    """Marked content: its page, counted from 1, its number there, and the position of the element it belongs to."""

    page: int
    mark: int
    element: int


@dataclass
class Tags:
    """What the tag tree holds, in reading order: figures, levels of headings, and every element with its marked content."""

    figures: list[Figure] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    header_cells: int = 0
    unscoped: int = 0
    elements: list[Element] = field(default_factory=list)
    contents: list[Content] = field(default_factory=list)
    _tables: int = 0

    @classmethod
    def of(cls, file: Any) -> "Tags":
        """The tags of a `pikepdf.Pdf`; none where there is no tree."""
        from pikepdf import Array, Dictionary

        tags = cls()
        numbers = {page.objgen: number for number, page in enumerate(file.pages, start=1)}
        tags._take(file.Root.get("/StructTreeRoot", {}).get("/K"), -1, 0, None, numbers, (Array, Dictionary))
        return tags

    def cell_of(self, position: int) -> tuple[int, int] | None:
        """The table and column that an element stands in."""
        return self.elements[position].cell

    def _take(
        self, kids: Any, parent: int, page: int, cell: tuple[int, int] | None, numbers: dict[Any, int], kinds: tuple[Any, Any]
    ) -> None:
        """Takes in what stands in an element; `page` is where its marked content lies unless that says otherwise."""
        (Array, Dictionary), column = kinds, 0
        for kid in kids if isinstance(kids, Array) else (kids,):
            if not isinstance(kid, Dictionary):
                if isinstance(kid, int):
                    self.contents.append(Content(page, kid, parent))
                continue
            tag = kid.get("/S")
            at = numbers.get(kid["/Pg"].objgen, 0) if "/Pg" in kid else page
            if tag is None:
                if "/MCID" in kid:
                    self.contents.append(Content(at, int(kid["/MCID"]), parent))
                elif "/Obj" in kid:  # a link's annotation says what it opens
                    self.elements[parent] = self.elements[parent]._replace(alt=str(kid["/Obj"].get("/Contents", "")))
                continue
            tag = str(tag)
            if tag in ("/TH", "/TD"):
                inner: tuple[int, int] | None = (self._tables, column)
                column += 1
            else:
                inner = cell
            self._tables += tag == "/Table"
            self.elements.append(Element(tag, self._note(kid, tag, at), parent, inner))
            self._take(kid.get("/K"), len(self.elements) - 1, at, inner, numbers, kinds)

    def _note(self, element: Any, tag: str, page: int) -> str:
        """Takes note of figures, headings and header cells; gives back the alternative text."""
        if tag == "/Figure":
            box, alt = tuple(float(side) for side in element.get("/A", {}).get("/BBox", ())), str(element.get("/Alt", ""))
            self.figures.append(Figure(page, box if len(box) == 4 else None, alt))
            return alt
        if tag == "/TH":
            self.header_cells += 1
            self.unscoped += "/Scope" not in element.get("/A", {})
        elif tag[:2] == "/H" and tag[2:] in "123456" and len(tag) == 3:
            self.headings.append(int(tag[2]))
        return ""


def elements(kids: Any) -> Iterator[Any]:
    """Every structure element below these, in reading order."""
    from pikepdf import Array, Dictionary

    for kid in kids if isinstance(kids, Array) else (kids,):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid.get("/K"))


class Run(NamedTuple):
    """A piece of text as it was set: its letters, its box, its baseline and size in points. Its mark is -1 without one."""

    text: str
    box: Box
    baseline: float
    size: float
    mark: int


@dataclass
class Sheet:
    """What stands on one page. Content is marked for the tag tree; the running foot and decoration are not."""

    size: tuple[float, float] = (0.0, 0.0)
    runs: list[Run] = field(default_factory=list)
    decoration: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    """Flat and long shapes, those among the marked content too: rules, underlines, strokes."""
    smallest: float = inf
    fonts: dict[int, tuple[str, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Any) -> "Sheet":
        """Every object of a `pypdfium2.PdfPage`, looked at once."""
        sheet = cls(page.get_size())
        words = page.get_textpage()
        _Reader(sheet, words).take(page, None, -1)
        words.close()
        return sheet

    @cached_property
    def content(self) -> list[Box]:
        """The boxes of marked text."""
        return [run.box for run in self.runs if run.mark >= 0 and run.box[2] > run.box[0] and run.box[3] > run.box[1]]

    @cached_property
    def running(self) -> list[Box]:
        """The boxes of text without a mark."""
        return [run.box for run in self.runs if run.mark < 0 and run.box[2] > run.box[0] and run.box[3] > run.box[1]]

    @cached_property
    def foot(self) -> float:
        """Where the running foot begins; the edge of the page where there is none."""
        return max((top for _, _, _, top in self.running if top < self.size[1] / 4), default=0.0)


class _Reader:
    """Reads the objects of one page into its sheet."""

    def __init__(self, sheet: Sheet, words: Any) -> None:
        from pypdfium2 import raw

        self.raw, self.sheet, self.words = raw, sheet, words
        self.sides = [c_float() for _ in range(4)]
        self.matrix, self.size = raw.FS_MATRIX(), c_float()
        self.letters = create_string_buffer(_ROOM)
        self.place = cast(self.letters, POINTER(c_ushort))

    def take(self, group: Any, frame: Matrix | None, mark: int) -> None:
        """Every object of a page, or of a group on it; `frame` leads to the page's coordinates, `mark` is the group's own."""
        raw, sheet = self.raw, self.sheet
        count, get = (
            (raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject)
            if frame is None
            else (raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject)
        )
        for position in range(count(group)):
            item = get(group, position)
            kind = raw.FPDFPageObj_GetType(item)
            number = max(mark, raw.FPDFPageObj_GetMarkedContentID(item))
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(item, frame, number)
                continue
            if kind == raw.FPDF_PAGEOBJ_FORM:
                self.take(item, _within(self._matrix(item), frame), number)
            box = self._box(item)
            if box and frame is None:
                if number < 0:  # strokes of a drawing have a box from its tag
                    sheet.decoration.append(box)
                if box[3] - box[1] < _FLAT_PT < box[2] - box[0]:
                    sheet.rules.append(box)

    def _box(self, item: Any) -> Box | None:
        left, bottom, right, top = self.sides
        self.raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        box = left.value, bottom.value, right.value, top.value
        return box if box[2] > box[0] and box[3] > box[1] else None

    def _matrix(self, item: Any) -> Matrix:
        matrix = self.matrix
        self.raw.FPDFPageObj_GetMatrix(item, matrix)
        return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f

    def _text(self, item: Any, frame: Matrix | None, mark: int) -> None:
        """Notes a text with its box, its true size and its font."""
        raw, sheet = self.raw, self.sheet
        raw.FPDFTextObj_GetFontSize(item, self.size)
        matrix = _within(self._matrix(item), frame)
        size = self.size.value * hypot(matrix[2], matrix[3])
        sheet.smallest = min(sheet.smallest, size)
        font = raw.FPDFTextObj_GetFont(item)
        if (key := addressof(font.contents)) not in sheet.fonts:
            name = create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, 256)
            sheet.fonts[key] = name.value.decode("utf-8", "replace"), raw.FPDFFont_GetIsEmbedded(font) == 1
        box = self._box(item) or (matrix[4], matrix[5], matrix[4], matrix[5])
        run = Run(self._letters(item), box if frame is None else _moved(box, frame), matrix[5], size, mark)
        if sheet.runs and (joined := _joined(sheet.runs[-1], run)):
            sheet.runs[-1] = joined
        else:
            sheet.runs.append(run)

    def _letters(self, item: Any) -> str:
        length = self.raw.FPDFTextObj_GetText(item, self.words, self.place, _ROOM)
        if length <= _ROOM:
            return string_at(self.letters, max(0, length - 2)).decode("utf-16-le", "replace")
        room = create_string_buffer(length)
        self.raw.FPDFTextObj_GetText(item, self.words, cast(room, POINTER(c_ushort)), length)
        return room.raw[: length - 2].decode("utf-16-le", "replace")


def _joined(run: Run, after: Run) -> Run | None:
    """Two runs of one content as one, where the second goes on where the first ends: drawings set their words by the letter."""
    if run.mark != after.mark or run.baseline != after.baseline or run.size != after.size:
        return None
    if not -0.3 < (after.box[0] - run.box[2]) / (run.size or 1) < 0.7:
        return None
    box = run.box[0], min(run.box[1], after.box[1]), max(run.box[2], after.box[2]), max(run.box[3], after.box[3])
    return Run(run.text + after.text, box, run.baseline, run.size, run.mark)


def _within(inner: Matrix, outer: Matrix | None) -> Matrix:
    """A matrix in the coordinates that another leads to."""
    if outer is None:
        return inner
    a, b, c, d, e, f = inner
    p, q, r, s, x, y = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + x, e * q + f * s + y


def _moved(box: Box, frame: Matrix) -> Box:
    """The box around a box in the coordinates of its frame."""
    a, b, c, d, e, f = frame
    xs = [a * x + c * y + e for x in box[::2] for y in box[1::2]]
    ys = [b * x + d * y + f for x in box[::2] for y in box[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def bleeds(box: Box, size: tuple[float, float]) -> bool:
    """Whether a box reaches over the edge of its page."""
    return box[0] < 0 or box[1] < 0 or box[2] > size[0] or box[3] > size[1]


def read_code(page: Any, box: Box, dpi: int) -> tuple[str, float]:
    """The text of the code in a part of a page's picture and the width of a module in pixels; nothing where it can't be read."""
    import zxingcpp

    left, bottom, right, top = page.get_cropbox()
    crop = box[0] - left, box[1] - bottom, right - box[2], top - box[3]
    try:
        picture = page.render(scale=dpi / 72, crop=crop, grayscale=True, may_draw_forms=False)
    except ValueError:  # the box is empty or off the page
        return "", inf
    pixels: Any = memoryview(picture.buffer).cast("B").cast("B", (picture.height, picture.stride))
    kinds: Any = zxingcpp.BarcodeFormat.QRCode
    found = zxingcpp.read_barcodes(pixels, formats=kinds, try_rotate=False, try_downscale=False, try_invert=False)
    if not found:
        return "", inf
    corners, facts = found[0].position, dict[str, Any](found[0].extra)  # type: ignore[call-overload]
    width = hypot(corners.top_right.x - corners.top_left.x, corners.top_right.y - corners.top_left.y)
    return found[0].text, width / (17 + 4 * int(facts["Version"]))
