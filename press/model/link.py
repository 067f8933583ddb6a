"""An article that a document prints a QR code for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """An article that a document prints a QR code for."""

    article: str
    title: str
    url: str
