"""Preflight: the finished PDF against what it promised. What is in it is read from the file, as tags, as text and as a picture.

| code                     | means                                                                                  |
|--------------------------|----------------------------------------------------------------------------------------|
| `unreadable-pdf`         | the file does not open                                                                 |
| `wrong-page-count`       | it has more or fewer pages than its kind allows                                        |
| `wrong-page-size`        | a page is not of the edition's size                                                    |
| `missing-code`           | a promised QR code is not among the tagged figures                                     |
| `wrong-code-size`        | a QR code is not printed at the edition's size                                         |
| `code-too-small`         | a QR code is smaller than 25 mm with its quiet zone                                    |
| `module-too-small`       | a module of a QR code is smaller than 0.5 mm                                           |
| `unreadable-code`        | a QR code does not decode from the page's picture                                      |
| `wrong-code-address`     | a QR code opens another address than the registry's                                    |
| `page-nearly-empty`      | what stands on the last page covers less than half of its height                       |
| `page-overset`           | text, a code or a drawing runs into the running foot or off the page                   |
| `font-not-embedded`      | a font is not inside the file                                                          |
| `foreign-font`           | a font is not one of the project's own                                                 |
| `text-too-small`         | text is set smaller than 8 pt                                                          |
| `wrong-metadata`         | title, author or language of the file differ from the document's                       |
| `missing-metadata`       | subject or keywords are empty                                                          |
| `not-tagged`             | the file has no tag tree, or does not say so                                           |
| `heading-skipped`        | a heading is more than one level below the one before it                               |
| `header-without-scope`   | a table's header cell does not say whether it heads a row or a column                  |
| `figure-without-alt`     | a drawing has no alternative text                                                      |
| `no-pdf-ua-mark`         | the metadata do not declare PDF/UA                                                     |
| `not-well-formed`        | the composed page is no sound XML, so that its words can't be compared                 |
| `text-differs`           | read in the order of its tags, the PDF does not say what was composed                  |
| `text-missing`           | a text of the content, or one that is always printed, is not in the PDF                |
| `missing-drawing`        | a composed drawing is not among the tagged figures                                     |
| `wrong-page-number`      | a list of contents sends to another page than the one where its part begins            |
| `wrong-foot`             | the foot of a page does not say what it should, or something else stands there         |
| `text-hidden`            | words or a drawing can't be seen in the page's picture                                 |
| `text-out-of-order`      | words stand above others that are read before them                                     |
| `text-struck`            | words have a rule through their middle                                                 |
| `words-overlap`          | words are printed over one another, or over a drawing or a code                        |
| `word-outside`           | words run into the margin, the next column, or over the edge of their box              |
| `no-room-to-write`       | room to write in, or a box to tick, is missing, too small or too close                 |
"""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from math import inf
from typing import Any

from press.model.link import Link
from press.preflight import foot, places, rooms, sight, wording
from press.preflight.composed import Wording
from press.preflight.printed import Box, Figure, Sheet, Tags, bleeds, read_code
from press.preflight.promise import Finding as Finding
from press.preflight.promise import Promise as Promise
from press.preflight.promise import Report as Report

OUR_FONTS = ("Literata", "Atkinson Hyperlegible Next")
MIN_TEXT_PT = 8.0
MIN_CODE_MM = 25.0
MIN_MODULE_MM = 0.5
MIN_FILLED = 0.5
"""The share of the last page's height that its content covers at least."""
DPIS = (150, 300)
"""How finely the codes are looked at: a plain office printer, and a good one."""

_PT_TO_MM = 25.4 / 72
_SIZE_TOLERANCE_PT = 0.5
_CODE_TOLERANCE_MM = 0.1
_PIXEL = 0.01
"""A symbol's width in the picture is known to the pixel: about one part in a hundred."""


def preflight(pdf: bytes, promise: Promise) -> Report:
    """Looks at a finished PDF; nothing is found where all is well."""
    import pikepdf
    import pypdfium2

    try:
        with pikepdf.open(BytesIO(pdf), attempt_recovery=False) as file, pypdfium2.PdfDocument(pdf) as picture:
            return _inspect(file, picture, promise)
    except (pikepdf.PdfError, pypdfium2.PdfiumError) as error:
        return Report(0, (), (Finding("unreadable-pdf", f"the PDF does not open: {error}"),))


def _inspect(file: Any, picture: Any, promise: Promise) -> Report:
    """Every check, on the file as objects and as a picture."""
    tags = Tags.of(file)
    pages = list(picture)
    sheets = [Sheet.of(page) for page in pages]
    links, codes = _codes(pages, tags.figures, promise)
    problems = [*_pages(file, promise), *codes, *_fonts(sheets), *_fill(sheets, tags.figures)]
    problems += [*_words(pages, sheets, tags, promise)]
    return Report(len(pages), links, (*problems, *_metadata(file, promise), *_tagging(file, tags)))


def _words(pages: list[Any], sheets: list[Sheet], tags: Tags, promise: Promise) -> Iterator[Finding]:
    """What was written, against what can be read on the pages."""
    read, drawn = wording.in_order(sheets, tags)
    try:
        promised = Wording.of(promise.page)
    except ValueError as error:
        yield Finding("not-well-formed", str(error), "mend the template")
        return
    reading = wording.compared(promised, read)
    yield from reading.findings
    yield from wording.page_numbers(promised, reading)
    yield from wording.missing(promise.says, read)
    yield from wording.drawings(promised, tags, drawn, promise.alts)
    yield from foot.checked(sheets, tags, promise)
    if all(embedded for sheet in sheets for _, embedded in sheet.fonts.values()):  # else nobody knows how wide the words are
        pictures = [sight.Picture.of(page) for page in pages]
        yield from places.checked(sheets, tags, read)
        yield from sight.checked(sheets, pictures, tags.figures, promise.alts)
        yield from rooms.checked(sheets, pictures, promised, reading)


# -- what the file says of itself -----------------------------------------------------------------------------------------


def _metadata(file: Any, promise: Promise) -> Iterator[Finding]:
    said: Mapping[str, Any] = file.docinfo
    stated = {"title": said.get("/Title"), "author": said.get("/Author"), "language": file.Root.get("/Lang")}
    for name, value in stated.items():
        promised = getattr(promise, name)
        if str(value or "") != promised:
            yield Finding("wrong-metadata", f"the PDF's {name} is '{value or ''}' and should be '{promised}'")
    for name in ("subject", "keywords"):
        if not str(said.get(f"/{name.capitalize()}", "")).strip():
            yield Finding("missing-metadata", f"the PDF has no {name}", "fill in `description` and `keywords`")
    packet = file.Root.Metadata.read_bytes() if "/Metadata" in file.Root else b""
    if not re.search(rb"pdfuaid:part\s*(?:=\s*[\"']|>\s*)\d", packet):
        yield Finding("no-pdf-ua-mark", "the PDF's metadata do not declare PDF/UA")


def _tagging(file: Any, tags: Tags) -> Iterator[Finding]:
    if "/StructTreeRoot" not in file.Root or not file.Root.get("/MarkInfo", {}).get("/Marked", False):
        yield Finding("not-tagged", "the PDF is not tagged")
    for above, level in zip([0, *tags.headings], tags.headings, strict=False):
        if level > above + 1:
            after = f"follows one of level {above}" if above else "comes first"
            yield Finding("heading-skipped", f"a heading of level {level} {after}")
    if tags.unscoped:
        yield Finding("header-without-scope", f"{tags.unscoped} of {tags.header_cells} header cells have no scope")
    for figure in tags.figures:
        if not figure.alt.strip():
            yield Finding("figure-without-alt", f"page {figure.page}: a drawing has no alternative text")


def _pages(file: Any, promise: Promise) -> Iterator[Finding]:
    if len(file.pages) not in promise.pages:
        allowed = " or ".join(str(count) for count in sorted(promise.pages))
        yield Finding(
            "wrong-page-count", f"it has {len(file.pages)} pages and must have {allowed}", "shorten or lengthen the text"
        )
    for number, page in enumerate(file.pages, start=1):
        left, bottom, right, top = (float(side) for side in page.trimbox)
        size = right - left, top - bottom
        if any(abs(side - promised) > _SIZE_TOLERANCE_PT for side, promised in zip(size, promise.page_pt, strict=True)):
            promised_size = "{:.0f} × {:.0f} pt".format(*promise.page_pt)
            yield Finding("wrong-page-size", f"page {number} is {size[0]:.0f} × {size[1]:.0f} pt and should be {promised_size}")


# -- what is printed ------------------------------------------------------------------------------------------------------


def _fonts(sheets: list[Sheet]) -> Iterator[Finding]:
    ours = tuple(re.sub(r"\W", "", name) for name in OUR_FONTS)
    for name, embedded in sorted({font for sheet in sheets for font in sheet.fonts.values()}):
        if not embedded:
            yield Finding("font-not-embedded", f"the font {name} is not inside the file")
        if not re.sub(r"\W", "", re.sub(r"^[A-Z]{6}\+", "", name)).startswith(ours):
            yield Finding(
                "foreign-font", f"the font {name} is not one of the project's own", "use the fonts of styles/fonts/ only"
            )
    for number, sheet in enumerate(sheets, start=1):
        if sheet.smallest < MIN_TEXT_PT - 0.01:
            yield Finding("text-too-small", f"page {number}: text of {sheet.smallest:.1f} pt; the least is {MIN_TEXT_PT:g} pt")


def _fill(sheets: list[Sheet], figures: list[Figure]) -> Iterator[Finding]:
    """Pages that hold too much, and a last page that holds too little."""
    for number, sheet in enumerate(sheets, start=1):
        drawn = [figure.box for figure in figures if figure.page == number and figure.box]
        boxes = sheet.content + [box for box in drawn if not bleeds(box, sheet.size)]
        if any(bleeds(box, sheet.size) or box[1] < sheet.foot for box in boxes):
            message = f"page {number}: the content runs into the foot or off the page"
            yield Finding("page-overset", message, "shorten the text", f"page {number}")
        if number == len(sheets):
            boxes += [box for box in sheet.decoration if box[1] >= sheet.foot]
            top, lowest = max((box[3] for box in boxes), default=0.0), min((box[1] for box in boxes), default=0.0)
            filled = (top - lowest) / (top - sheet.foot) if top > sheet.foot else 0.0
            if filled < MIN_FILLED:
                message = f"the last page is filled to {filled:.0%} of its height"
                yield Finding("page-nearly-empty", message, "lengthen or shorten the text", f"page {number}")


# -- the codes ------------------------------------------------------------------------------------------------------------


def _codes(pages: list[Any], figures: list[Figure], promise: Promise) -> "tuple[tuple[tuple[Link, int], ...], list[Finding]]":
    """The page of each printed code in reading order, and what is wrong with them."""
    printed: list[tuple[int, tuple[Link, int]]] = []
    findings = []
    for link, alt in zip(promise.links, promise.alts, strict=True):
        same = [n for n, figure in enumerate(figures) if figure.alt == alt and figure.box and figure.page]
        found = same or [n for n, figure in enumerate(figures) if figure.alt.startswith(alt) and figure.box and figure.page]
        if not found:
            findings.append(Finding("missing-code", f"the QR code of '{link.title}' is not printed"))
        for position in found:
            figure = figures[position]
            printed.append((position, (link, figure.page)))
            where = f"page {figure.page}: the QR code of '{link.title}'"
            findings += _code(pages[figure.page - 1], figure.box or (0, 0, 0, 0), link.url, where, promise.symbol_mm)
    return tuple(entry for _, entry in sorted(printed, key=lambda pair: pair[0])), findings


def _code(page: Any, box: Box, url: str, where: str, promised_mm: float) -> Iterator[Finding]:
    """One code: its size on paper, and what a reader makes of it."""
    sides = [(box[2] - box[0]) * _PT_TO_MM, (box[3] - box[1]) * _PT_TO_MM]
    if any(abs(side - promised_mm) > _CODE_TOLERANCE_MM for side in sides):
        yield Finding("wrong-code-size", f"{where} is {sides[0]:.1f} × {sides[1]:.1f} mm and should be {promised_mm:g} mm")
    if min(sides) < MIN_CODE_MM - _CODE_TOLERANCE_MM:
        yield Finding("code-too-small", f"{where} is {min(sides):.1f} mm wide; the least is {MIN_CODE_MM:g} mm")
    module = inf
    for dpi in DPIS:
        text, pixels = read_code(page, box, dpi)
        module = pixels * 25.4 / dpi
        if text != url:
            code, said = ("wrong-code-address", f"opens {text} and not {url}") if text else ("unreadable-code", "can't be read")
            yield Finding(code, f"{where} {said} at {dpi} dpi")
    if module < MIN_MODULE_MM * (1 - _PIXEL):
        yield Finding(
            "module-too-small", f"{where} has modules of {module:.2f} mm; the least is {MIN_MODULE_MM:g} mm", "a shorter address"
        )
