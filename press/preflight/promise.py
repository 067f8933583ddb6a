"""What a document promises of its PDF, and what preflight says of it: plain values, with nothing to import."""

from dataclasses import dataclass

from press.model.link import Link


@dataclass(frozen=True)
class Promise:
    """What a document said it would be.

    `alts` are the alternative texts of the codes of `links`, one for one. `page` is the composed HTML: its words must stand in
    the PDF, in their order. `says` are texts from the content itself that must be among them, whatever a template does.
    `foot` holds what the foot of every page says, where {page} and {pages} stand for numbers; `heads` what may stand at its head.
    `covers` is how many pages at the front go without a foot.
    """

    title: str
    language: str
    author: str
    links: tuple[Link, ...]
    alts: tuple[str, ...]
    symbol_mm: float
    page_pt: tuple[float, float]
    pages: frozenset[int]
    page: str
    says: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    covers: int = 0


@dataclass(frozen=True)
class Finding:
    """One thing that is not as promised; the caller knows the document's file. `at` is a place in it, as `overset` names it."""

    code: str
    message: str
    hint: str | None = None
    at: str = ""


@dataclass(frozen=True)
class Report:
    """How many pages there are, on which page each code is printed, and what is wrong."""

    pages: int
    links: tuple[tuple[Link, int], ...]
    problems: tuple[Finding, ...]
