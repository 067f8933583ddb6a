"""The tag tree of a PDF, in place of the engine's: one structure element for one HTML element, however many boxes it was set in.

The engine tags boxes, and an element is cut into boxes by lines, columns and pages: a listener would hear a link twice, a
paragraph in pieces, a table that ends at the foot of the page. Here its boxes share one element (ISO 32000-1, 14.7 and 14.8).
Elements that only style or lay out text leave no tag. What the tree does not reach becomes an artifact: running heads and
folios, and the head of a table where it is printed again (ISO 14289-1, 7.8).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pydyf
import weasyprint.pdf
from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

CONTINUES = "data-continues"
"""An HTML element with this attribute carries on the one of its name before it, inside the same parent."""

HYPHEN = "-\u2060"
"""What the style sheets have the engine set at the end of a line where it parts a word: a hyphen that no author typed."""

SAID = "data-said"
"""An HTML element with this attribute is heard as its value says: a label whose value is an empty line."""

_TAGS = {f"h{level}": f"H{level}" for level in range(1, 7)} | {
    "article": "Art",
    "section": "Sect",
    "blockquote": "BlockQuote",
    "p": "P",
    "a": "Link",
    "ul": "L",
    "ol": "L",
    "li": "LI",
    "table": "Table",
    "caption": "Caption",
    "thead": "THead",
    "tbody": "TBody",
    "tfoot": "TFoot",
    "tr": "TR",
    "th": "TH",
    "td": "TD",
    "figcaption": "Caption",
    "img": "Figure",
    "{http://www.w3.org/2000/svg}svg": "Figure",
}
"""The tag of an HTML element (ISO 32000-1, 14.8.4). Those that are not listed have none of their own."""

_GROUPS = frozenset(("Document", "Art", "Sect", "BlockQuote", "L", "Table", "THead", "TBody", "TFoot", "TR"))
"""Tags that hold other tags and no text."""

_PX_TO_PT = 0.75


@dataclass
class Tag:
    """One structure element on its way: the HTML element it stands for, the page it began on, and what it holds in order."""

    name: str
    source: Any = None
    page: int = 0
    kids: "list[Tag | Mark | Note]" = field(default_factory=list)
    box: tuple[float, float, float, float] | None = None
    """Of a picture: left, bottom, right and top in points, from the lower left corner of its page."""
    key: str = ""
    """Of a table's header cell: what its data cells call it."""
    headers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether it is worth a tag: it holds something, or is a cell, which keeps its place in the row."""
        return self.name in ("TH", "TD") or any(self.kids)


@dataclass(frozen=True)
class Mark:
    """Marked content of a page, by its number there."""

    page: int
    number: int


@dataclass(frozen=True)
class Note:
    """An annotation of a page: one of the rectangles of a link."""

    page: int
    annotation: Any


@contextmanager
def tagged_by_element() -> Iterator[None]:
    """While this lasts, the engine's tagged PDFs get this tree."""
    own = weasyprint.pdf.add_tags
    weasyprint.pdf.add_tags = _add_tags
    try:
        yield
    finally:
        weasyprint.pdf.add_tags = own


def _add_tags(pdf: Any, document: Any, pdf_version: Any, page_streams: Any) -> None:
    """Stands in for the engine's function of that name."""
    tree = _Tree()
    for number, (page, stream) in enumerate(zip(document.pages, page_streams, strict=True)):
        tree.add_page(number, page._page_box, stream._tags)
        _complete(stream, {mark.number for mark in tree.marks if mark.page == number}, tree.parted)
        _leave_out(tree.inner, pdf, number)
    _Writer(pdf, [len(stream._tags) for stream in page_streams]).write(tree.root)
    pdf.catalog["MarkInfo"] = pydyf.Dictionary({"Marked": "true"})


class _Tree:
    """The tags of a document, gathered from its pages in order."""

    def __init__(self) -> None:
        self.root = Tag("Document")
        self.marks: set[Mark] = set()
        self.parted: dict[int, str] = {}
        """By its number on the page, text that ends with a hyphen of the engine's, as a listener hears it."""
        self.inner: list[Any] = []
        """The annotations of a page's boxes inside a link, which has one itself."""
        self._tags: dict[tuple[Any, str], Tag] = {}
        self._last: dict[tuple[Any, str], Tag] = {}
        self._page, self._height = 0, 0.0
        self._numbers: dict[Any, Any] = {}

    def add_page(self, page: int, page_box: Any, numbers: dict[Any, Any]) -> None:
        """Takes the boxes of a page; `numbers` tells the number of the marked content of each that was painted."""
        self._page, self._height, self._numbers, self.inner = page, page_box.margin_height(), numbers, []
        self.parted = {}
        for box in page_box.children:
            if not isinstance(box, boxes.MarginBox):
                self._take(box, self.root, None)

    def _take(self, box: Any, parent: Tag, above: Any, linked: bool = False, again: bool = False) -> None:
        """A box and all inside; `above` is the HTML element around it.

        It may stand inside a link's rectangle (`linked`), or in the head of a table that is printed `again`.
        """
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        tag = self._tag(box, parent, above)
        again = again or (tag.name in ("THead", "TFoot") and tag.page != self._page)
        if box.link_annotation and linked:
            self.inner.append(box.link_annotation)
        elif box.link_annotation:
            tag.kids.append(Note(self._page, box.link_annotation))
        if box in self._numbers and not again:
            self._mark(box, tag)
        for child in getattr(box, "children", ()):
            self._take(child, tag, box.element, linked or bool(box.link_annotation), again)

    def _mark(self, box: Any, tag: Tag) -> None:
        """Puts painted text or a picture into its tag; space between blocks is no text."""
        if tag.name in _GROUPS and isinstance(box, boxes.TextBox) and not box.text.strip():
            return
        mark = Mark(self._page, self._numbers[box]["mcid"])
        self.marks.add(mark)
        if isinstance(box, boxes.TextBox) and box.text.endswith(HYPHEN):
            self.parted[mark.number] = box.text.removesuffix(HYPHEN).rstrip("\u00ad") + "\u00ad"
        if tag.name == "Figure":
            left, top = box.content_box_x(), box.content_box_y()
            sides = left, self._height - top - box.height, left + box.width, self._height - top
            tag.box = tuple(side * _PX_TO_PT for side in sides)
        _paragraph(tag, box.element).kids.append(mark)

    def _tag(self, box: Any, parent: Tag, above: Any) -> Tag:
        """The tag that a box belongs to: that of its HTML element, which may be its parent's."""
        element, (name, _, pseudo) = box.element, (box.element_tag or "").partition("::")
        if pseudo in ("before", "marker") and name == "li":
            return self._label(element)
        if pseudo or name not in _TAGS or element is None:
            return parent
        if element.get(CONTINUES) and (above, name) in self._last:
            self._tags.setdefault((element, name), self._last[above, name])
        if name == "a":
            parent = _paragraph(parent, above)
        elif name == "tr" and parent.name == "Table":
            parent = self._once((above, "rows"), "TBody", above, parent)
        tag = self._last[above, name] = self._once((element, name), _TAGS[name], element, parent)
        return self._once((element, "body"), "LBody", element, tag) if name == "li" else tag

    def _label(self, item: Any) -> Tag:
        """The tag of the number or bullet of a list item, before its body."""
        if (item, "label") not in self._tags:
            self._tags[item, "label"] = Tag("Lbl", item, self._page)
            self._tags[item, "li"].kids.insert(0, self._tags[item, "label"])
        return self._tags[item, "label"]

    def _once(self, key: tuple[Any, str], name: str, source: Any, parent: Tag) -> Tag:
        """The tag of this key; made inside the parent where there is none yet."""
        if key not in self._tags:
            self._tags[key] = Tag(name, source, self._page)
            parent.kids.append(self._tags[key])
        return self._tags[key]


def _paragraph(tag: Tag, element: Any) -> Tag:
    """A tag that may hold text: a paragraph inside a group, for the text that an element such as `div` holds itself."""
    if tag.name not in _GROUPS:
        return tag
    if not (tag.kids and isinstance(tag.kids[-1], Tag) and tag.kids[-1].name == "P" and tag.kids[-1].source is element):
        tag.kids.append(Tag("P", element))
    last = tag.kids[-1]
    assert isinstance(last, Tag)
    return last


def _complete(stream: Any, reached: set[int], parted: dict[int, str]) -> None:
    """Marked content that the tag tree does not reach becomes pagination artifacts; parted words are to be read as one."""
    for position, item in enumerate(stream.stream):
        if not isinstance(item, pydyf.Dictionary) or "MCID" not in item:
            continue
        if item["MCID"] not in reached:
            stream.stream[position - 1] = "/Artifact"
            stream.stream[position] = pydyf.Dictionary({"Type": "/Pagination"})
        elif item["MCID"] in parted:
            item["ActualText"] = pydyf.String(parted[item["MCID"]])


def _leave_out(annotations: list[Any], pdf: Any, page: int) -> None:
    """Takes annotations from a page: one rectangle is enough for a link with other elements or drawn words inside."""
    if annotations:
        references = {annotation.reference for annotation in annotations}
        sheet = pdf.objects[int(pdf.page_references[page].split()[0])]
        sheet["Annots"] = pydyf.Array(item for item in sheet["Annots"] if item not in references)
        for annotation in annotations:
            annotation.clear()


class _Writer:
    """Writes a tree into a PDF: the elements, and which of them each piece of marked content and each annotation is in."""

    def __init__(self, pdf: Any, counts: list[int]) -> None:
        self._pdf = pdf
        self._marked: list[list[Any]] = [["null"] * count for count in counts]
        self._notes: list[Any] = []
        self._keys: dict[str, Any] = {}
        self._tables = 0

    def write(self, document: Tag) -> None:
        """The tree, from the catalog down."""
        root = self._added({"Type": "/StructTreeRoot"})
        self._pdf.catalog["StructTreeRoot"] = root.reference
        root["K"] = pydyf.Array([self._element(document, root.reference).reference])
        places = enumerate([*map(pydyf.Array, self._marked), *self._notes])
        if self._keys:
            named = (item for key, cell in sorted(self._keys.items()) for item in (pydyf.String(key), cell))
            root["IDTree"] = self._added({"Names": pydyf.Array(named)}).reference
        root["ParentTree"] = self._added({"Nums": pydyf.Array([item for place in places for item in place])}).reference

    def _added(self, values: dict[str, Any]) -> Any:
        item = pydyf.Dictionary(values)
        self._pdf.add_object(item)
        return item

    def _element(self, tag: Tag, parent: Any) -> Any:
        """The structure element of a tag with all inside."""
        element = self._added({"Type": "/StructElem", "S": f"/{tag.name}", "P": parent})
        if tag.name == "Table":
            self._tables += 1
            _name_headers(tag, self._tables)
        if tag.key:
            element["ID"] = pydyf.String(tag.key)
            self._keys[tag.key] = element.reference
        home = next((kid.page for kid in tag.kids if isinstance(kid, Mark)), None)
        if home is not None:
            element["Pg"] = self._pdf.page_references[home]
        if facts := _facts(tag):
            element["A"] = pydyf.Dictionary(facts)
        if tag.name == "Figure" and (said := _alternative(tag.source)):
            element["Alt"] = pydyf.String(said)
        if tag.source is not None and (said := tag.source.get(SAID)):
            element["ActualText"] = pydyf.String(said)
        element["K"] = pydyf.Array([self._kid(kid, element, home) for kid in tag.kids if kid])
        return element

    def _kid(self, kid: Tag | Mark | Note, element: Any, home: int | None) -> Any:
        if isinstance(kid, Tag):
            return self._element(kid, element.reference).reference
        page = self._pdf.page_references[kid.page]
        if isinstance(kid, Mark):
            self._marked[kid.page][kid.number] = element.reference
            return kid.number if kid.page == home else pydyf.Dictionary({"Type": "/MCR", "Pg": page, "MCID": kid.number})
        kid.annotation["StructParent"] = len(self._marked) + len(self._notes)
        self._notes.append(element.reference)
        return pydyf.Dictionary({"Type": "/OBJR", "Pg": page, "Obj": kid.annotation.reference})


def _facts(tag: Tag) -> dict[str, Any]:
    """The attributes of a structure element (ISO 32000-1, 14.8.5)."""
    if tag.name == "Figure" and tag.box:
        return {"O": "/Layout", "BBox": pydyf.Array(tag.box)}
    if tag.name == "L" and any(_cells(item, "Lbl") for item in tag.kids if isinstance(item, Tag)):
        return {"O": "/List", "ListNumbering": "/Decimal" if tag.source.tag == "ol" else "/Disc"}
    if tag.name not in ("TH", "TD"):
        return {}
    spans = {name: _span(tag, name) for name in ("ColSpan", "RowSpan") if _span(tag, name) > 1}
    scope = {"Scope": "/Column" if _heads_column(tag) else "/Row"} if tag.name == "TH" else {}
    headers = {"Headers": pydyf.Array(map(pydyf.String, tag.headers))} if tag.headers else {}
    return {"O": "/Table"} | scope | spans | headers if scope or spans or headers else {}


def _name_headers(table: Tag, number: int) -> None:
    """Names the header cells of a table and tells each data cell its own: its row's, then its column's.

    Where a cell spans others, the scopes alone say so.
    """
    parts = _cells(table, "THead", "TBody", "TFoot")
    rows = [_cells(row, "TH", "TD") for part in parts for row in _cells(part, "TR")]
    if any(_span(cell, name) > 1 for row in rows for cell in row for name in ("ColSpan", "RowSpan")):
        return
    columns: dict[int, list[str]] = {}
    for at, row in enumerate(rows):
        own: list[str] = []
        for column, cell in enumerate(row):
            if cell.name == "TH":
                cell.key = f"{number}-{at}-{column}"
                (columns.setdefault(column, []) if _heads_column(cell) else own).append(cell.key)
        for column, cell in enumerate(row):
            if cell.name == "TD":
                cell.headers = (*own, *columns.get(column, ()))


def _heads_column(cell: Tag) -> bool:
    return cell.source.get("scope") in ("col", "colgroup")


def _span(cell: Tag, name: str) -> int:
    said = cell.source.get(name.lower(), "1")
    return int(said) if said.isdecimal() else 1


def _cells(tag: Tag, *names: str) -> list[Tag]:
    """The tags of these names right inside another."""
    return [kid for kid in tag.kids if isinstance(kid, Tag) and kid.name in names]


def _alternative(source: Any) -> str:
    """What a picture says to those who do not see it: the title of a drawing, the `alt` of an image."""
    title = source.find("{http://www.w3.org/2000/svg}title")
    return str((title is not None and title.text) or source.get("alt", ""))
