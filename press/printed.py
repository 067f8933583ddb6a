"""What is in a finished PDF: its tags, what stands on its pages, what its codes say. Facts only; preflight judges them."""

import re
from collections.abc import Iterator
from ctypes import addressof, c_float, create_string_buffer
from dataclasses import dataclass, field
from math import hypot, inf
from typing import Any

Box = tuple[float, float, float, float]
"""Left, bottom, right and top in points, from the page's lower left corner."""


@dataclass(frozen=True)
class Figure:
    """A tagged picture: the page it stands on, counted from 1, its box and its alternative text."""

    page: int
    box: Box | None
    alt: str


@dataclass
class Tags:
    """What the tag tree holds, in reading order."""

    figures: list[Figure] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    header_cells: int = 0
    unscoped: int = 0

    @classmethod
    def of(cls, file: Any) -> "Tags":
        """The tags of a `pikepdf.Pdf`; none where there is no tree."""
        tags = cls()
        numbers = {page.objgen: number for number, page in enumerate(file.pages, start=1)}
        for element in elements(file.Root.get("/StructTreeRoot", {}).get("/K")):
            name = str(element.get("/S"))
            if name == "/Figure":
                box = tuple(float(side) for side in element.get("/A", {}).get("/BBox", ()))
                page = numbers.get(element.get("/Pg", file.Root).objgen, 0)
                tags.figures.append(Figure(page, box if len(box) == 4 else None, str(element.get("/Alt", ""))))
            elif name == "/TH":
                tags.header_cells += 1
                tags.unscoped += "/Scope" not in element.get("/A", {})
            elif re.fullmatch("/H[1-6]", name):
                tags.headings.append(int(name[2]))
        return tags


def elements(kids: Any) -> Iterator[Any]:
    """Every structure element below these, in reading order."""
    from pikepdf import Array, Dictionary

    for kid in kids if isinstance(kids, Array) else (kids,):
        if isinstance(kid, Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid.get("/K"))


@dataclass
class Sheet:
    """What stands on one page. Content is marked for the tag tree; the running foot and decoration are not."""

    size: tuple[float, float] = (0.0, 0.0)
    content: list[Box] = field(default_factory=list)
    running: list[Box] = field(default_factory=list)
    decoration: list[Box] = field(default_factory=list)
    smallest: float = inf
    fonts: dict[int, tuple[str, bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, page: Any) -> "Sheet":
        """Every object of a `pypdfium2.PdfPage`, looked at once."""
        from pypdfium2 import raw

        sheet = cls(page.get_size())
        left, bottom, right, top = sides = [c_float() for _ in range(4)]
        for position in range(raw.FPDFPage_CountObjects(page)):
            item = raw.FPDFPage_GetObject(page, position)
            kind = raw.FPDFPageObj_GetType(item)
            marked = raw.FPDFPageObj_GetMarkedContentID(item) >= 0
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                sheet._text(raw, item, 1.0)
                kin = sheet.content if marked else sheet.running
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                sheet._group(raw, item, 1.0)
                kin = sheet.decoration
            elif marked:
                continue  # strokes of a drawing, which its tag gives a box
            else:
                kin = sheet.decoration
            raw.FPDFPageObj_GetBounds(item, *sides)
            if right.value > left.value and top.value > bottom.value:
                kin.append((left.value, bottom.value, right.value, top.value))
        return sheet

    @property
    def foot(self) -> float:
        """Where the running foot begins; the edge of the page where there is none."""
        return max((top for _, _, _, top in self.running if top < self.size[1] / 4), default=0.0)

    def _group(self, raw: Any, group: Any, scale: float) -> None:
        """The texts inside a group that is drawn as one."""
        scale *= _height(raw, group)
        for position in range(raw.FPDFFormObj_CountObjects(group)):
            item = raw.FPDFFormObj_GetObject(group, position)
            kind = raw.FPDFPageObj_GetType(item)
            if kind == raw.FPDF_PAGEOBJ_TEXT:
                self._text(raw, item, scale)
            elif kind == raw.FPDF_PAGEOBJ_FORM:
                self._group(raw, item, scale)

    def _text(self, raw: Any, item: Any, scale: float) -> None:
        """Notes the true size and the font of a text."""
        size = c_float()
        raw.FPDFTextObj_GetFontSize(item, size)
        self.smallest = min(self.smallest, size.value * scale * _height(raw, item))
        font = raw.FPDFTextObj_GetFont(item)
        if (key := addressof(font.contents)) not in self.fonts:
            name = create_string_buffer(256)
            raw.FPDFFont_GetBaseFontName(font, name, 256)
            self.fonts[key] = name.value.decode("utf-8", "replace"), raw.FPDFFont_GetIsEmbedded(font) == 1


def _height(raw: Any, item: Any) -> float:
    """By how much an object's matrix stretches upright lengths."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(item, matrix)
    return hypot(matrix.c, matrix.d)


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
