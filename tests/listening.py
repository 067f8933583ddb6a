"""What a listener meets in a PDF: its structure elements in reading order, and what would sound wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf
from layout import kids, marks, measure, page_numbers


@dataclass
class Heard:
    """A structure element as a listener meets it: tag, numbering, pages, annotations, and what it holds in order."""

    tag: str
    numbering: str = ""
    pages: list[int] = field(default_factory=list)
    notes: int = 0
    inside: list["Heard | str"] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All words inside, in reading order."""
        return " ".join("".join(f"{part.text if isinstance(part, Heard) else part} " for part in self.inside).split())

    @property
    def shape(self) -> str:
        """`P[Link]`: the tags inside, without their words."""
        inside = " ".join(part.shape for part in self.inside if isinstance(part, Heard))
        return f"{self.tag}[{inside}]" if inside else self.tag

    def all(self, tag: str) -> list["Heard"]:
        """Every element of a tag below this one."""
        return [
            found for part in self.inside if isinstance(part, Heard) for found in ([part] * (part.tag == tag) + part.all(tag))
        ]


def heard(pdf: bytes) -> Heard:
    """The document element of a PDF."""
    words = {(page.number, run.number): "" for page in measure(pdf) for run in page.runs}
    for page in measure(pdf):
        for run in page.runs:
            words[page.number, run.number] += run.text
    with pikepdf.open(BytesIO(pdf)) as file:
        pages = page_numbers(file)

        def listen(element: Any) -> Heard:
            found = Heard(str(element.S)[1:], str(element.get("/A", {}).get("/ListNumbering", "")))
            held = marks(element, pages)
            for kid in kids(element):
                if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
                    found.inside.append(listen(kid))
                elif isinstance(kid, pikepdf.Dictionary) and kid.Type == "/OBJR":
                    found.notes += 1
                else:
                    mark = next(held)
                    found.pages.append(mark[0])
                    found.inside.append(words.get(mark, ""))
            return found

        (document,) = file.Root.StructTreeRoot.K
        return listen(document)


PARENTS = {
    "LI": {"L"},
    "Lbl": {"LI"},
    "LBody": {"LI"},
    "TR": {"THead", "TBody", "TFoot", "Table"},
    "TH": {"TR"},
    "TD": {"TR"},
    "THead": {"Table"},
    "TBody": {"Table"},
}
"""Where tags may stand (ISO 32000-1, 14.8.4.3)."""
GROUPS = {"Document", "Sect", "BlockQuote", "L", "LI", "Table", "THead", "TBody", "TR"}


def every(found: Heard, above: str = "") -> Iterator[tuple[str, Heard]]:
    """Each element with the tag around it."""
    yield above, found
    for part in found.inside:
        if isinstance(part, Heard):
            yield from every(part, found.tag)


def misheard(document: Heard) -> Iterator[str]:
    """What would sound wrong: empty elements, pieces without meaning, text outside of text, tags in the wrong place."""
    for above, found in every(document):
        if found.tag not in ("TD", "Figure") and not found.text and found.tag != "Sect":
            yield f"an empty {found.tag} in {above}"
        if found.tag in ("NonStruct", "Span", "Div"):
            yield f"a {found.tag}: '{found.text}'"
        if found.tag in GROUPS and any(isinstance(part, str) for part in found.inside):
            yield f"text right inside a {found.tag}: '{found.text}'"
        if above not in PARENTS.get(found.tag, {above}):
            yield f"a {found.tag} in a {above}"
        if found.tag == "P" and above in ("P", "H1", "H2", "H3", "H4", "Lbl"):
            yield f"a P in a {above}"
        if found.tag == "Link" and not found.notes:
            yield f"a link that opens nothing: '{found.text}'"
