"""The last touch on a PDF before it is written, on the engine's own objects: what PDF/UA asks and WeasyPrint leaves out.

Running heads and folios become artifacts (ISO 14289-1, 7.8); header cells say which way they reach (7.5); a link says
which page it opens (7.18.5); a figure's box is given in the page's own coordinates (ISO 32000-1, 14.8.5.4.3).
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pydyf

_PX_TO_PT = 0.75


def finish(pdf: Any, opens: Mapping[str, str]) -> None:
    """Completes the tags of a `pydyf.PDF`; `opens` maps the addresses of links to the titles of their pages."""
    objects = {item.reference: item for item in pdf.objects if isinstance(item, pydyf.Dictionary)}
    root = objects[pdf.catalog["StructTreeRoot"]]
    reached: dict[bytes, set[int]] = {}
    for element, section in _elements(root["K"], objects, None):
        for kid in element.get("K", ()):
            if isinstance(kid, int):
                reached.setdefault(element["Pg"], set()).add(kid)
        if element["S"] == "/TH":
            element["A"]["Scope"] = "/Column" if section == "/THead" else "/Row"
        if element["S"] == "/Figure" and "A" in element:
            element["A"]["BBox"] = _upright(element["A"]["BBox"], objects[element["Pg"]]["TrimBox"])
    for page_reference, page in objects.items():
        if page.get("Type") == "/Page":
            stream = next(item for item in pdf.objects if item.reference == page["Contents"])
            _set_aside(stream, reached.get(page_reference, set()))
    for item in objects.values():
        if item.get("Subtype") == "/Link" and "A" in item and "URI" in item["A"]:
            address = item["A"]["URI"].string
            item["Contents"] = pydyf.String(opens.get(address, address))


def say_what_they_open(document: Any) -> None:
    """Links that say it themselves, because another link opens the same address under another title."""
    for page in document.pages:
        for *_, box in page.links:
            title = box.element.get("title") if box.element is not None else None
            if title and (annotation := getattr(box, "link_annotation", None)) is not None:
                annotation["Contents"] = pydyf.String(title)


def _elements(kids: Any, objects: Mapping[bytes, Any], section: str | None) -> Iterator[tuple[Any, str | None]]:
    """Every structure element below these, with the table section it stands in."""
    for kid in kids:
        element = objects.get(kid) if isinstance(kid, bytes) else None
        if element is not None and element.get("Type") == "/StructElem":
            yield element, section
            inside = element["S"] if element["S"] in ("/THead", "/TBody", "/TFoot") else section
            yield from _elements(element.get("K", ()), objects, inside)


def _upright(box: Any, trim_box: Any) -> Any:
    """A box in CSS pixels from the top of the page, as points from its foot."""
    x1, y1, x2, y2 = (side * _PX_TO_PT for side in box)
    height = trim_box[3]
    return pydyf.Array([x1, height - y2, x2, height - y1])


def _set_aside(stream: Any, reached: set[int]) -> None:
    """Marked content that the tag tree does not reach becomes pagination artifacts."""
    for position, item in enumerate(stream.stream):
        if isinstance(item, pydyf.Dictionary) and "MCID" in item and item["MCID"] not in reached:
            stream.stream[position - 1] = "/Artifact"
            stream.stream[position] = pydyf.Dictionary({"Type": "/Pagination"})
