"""The last touch on a PDF before it is written, on the engine's own objects: what WeasyPrint leaves out.

A link says which page it opens (ISO 14289-1, 7.18.5) and is printed with its page; the file asks the printer for what the
sheet was made for (ISO 32000-1, 12.2).
"""

from collections.abc import Mapping
from typing import Any

import pydyf

_PRINT = 4
"""The flag of an annotation that is printed (ISO 32000-1, 12.5.3)."""


def finish(pdf: Any, opens: Mapping[str, str], duplex: str = "long-edge") -> None:
    """Completes a `pydyf.PDF`.

    `opens` maps the addresses of links to what is said of them, places inside the document as `#name`; `duplex` is the edge
    that the sheet is turned on.
    """
    _ask_printer(pdf, duplex)
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Subtype") == "/Link":
            address = item["A"]["URI"].string if "A" in item else f"#{item['Dest'].string}"
            item["Contents"] = pydyf.String(opens.get(address, address))
            item["F"] = _PRINT


def say_what_they_open(document: Any) -> None:
    """Links that say it themselves, because another link opens the same address under another title."""
    for page in document.pages:
        for *_, box in page.links:
            title = box.element.get("title") if box.element is not None else None
            if title and (annotation := getattr(box, "link_annotation", None)) is not None:
                annotation["Contents"] = pydyf.String(title)


def _ask_printer(pdf: Any, duplex: str) -> None:
    """At its own size, on paper of that size, on both sides: codes keep their measure, lines to write on their room."""
    pdf.catalog["ViewerPreferences"] = pydyf.Dictionary(
        {
            "DisplayDocTitle": "true",
            "PrintScaling": "/None",
            "Duplex": {"long-edge": "/DuplexFlipLongEdge", "short-edge": "/DuplexFlipShortEdge"}[duplex],
            "PickTrayByPDFSize": "true",
        }
    )
