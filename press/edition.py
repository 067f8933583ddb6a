"""The forms a document is issued in."""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Edition:
    """One form: its entry style sheet, the page it is trimmed to (pt) and the printed size of its QR codes (mm).

    `duplex` is the edge that a sheet is turned on to print its other side: `long-edge` or `short-edge`.
    """

    name: str
    sheet: str
    page_pt: tuple[float, float]
    symbol_mm: float = 28.0
    pdf_variant: str = "pdf/ua-1"
    duplex: str = "long-edge"

    def path(self, language: str, slug: str) -> str:
        """Where a document of this edition is filed, relative to the output folder."""
        return path_of(self.name, language, slug)


def path_of(edition: str, language: str, slug: str) -> str:
    """Where a document is filed in an edition, also in one that there is no more. Raises ValueError where it has no such name."""
    if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", edition):
        raise ValueError(f"'{edition}' is no edition")
    return f"{language}/{slug}.pdf" if edition == "standard" else f"{language}/{edition}/{slug}.pdf"


EDITIONS: dict[str, Edition] = {
    edition.name: edition
    for edition in (
        Edition("standard", "standard.css", (612.0, 792.0)),
        Edition("a4", "a4.css", (595.276, 841.89)),
    )
}
"""Every edition by name, in the order they are printed."""
