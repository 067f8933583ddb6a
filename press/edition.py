"""The forms a document is issued in."""

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
        return f"{language}/{slug}.pdf" if self.name == "standard" else f"{language}/{self.name}/{slug}.pdf"


EDITIONS: dict[str, Edition] = {
    edition.name: edition
    for edition in (
        Edition("standard", "standard.css", (612.0, 792.0)),
        Edition("a4", "a4.css", (595.276, 841.89)),
    )
}
"""Every edition by name, in the order they are printed."""
