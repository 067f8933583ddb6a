"""What tests print with: the shipped library, templates and style sheets, and a document taken through the real engine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from press.compose.composer import Composed, compose
from press.compose.markup import plain
from press.compose.templates import Templates
from press.edition import EDITIONS, Edition
from press.model.library import Library
from press.preflight.promise import Promise
from press.read.library import read_library, read_manuscript
from press.read.manuscript import Manuscript
from press.read.names import documents
from press.typeset.typesetter import Typesetter

ROOT = Path(__file__).parents[1]
GUIDES, TEMPLATES, STYLES = ROOT / "guides", ROOT / "templates", ROOT / "styles"

SHIPPED = list(documents(GUIDES))
"""The names of all documents, such as `en/spinal-stenosis`."""

JOBS = [(name, edition) for name in SHIPPED for edition in EDITIONS]
"""Every document in every edition."""


@dataclass(frozen=True)
class Printed:
    """A document of one edition, finished, and all that it was made from."""

    manuscript: Manuscript
    edition: Edition
    composed: Composed
    promise: Promise
    pdf: bytes
    remarks: tuple[str, ...]


Printer = Callable[[str, str], Printed]
"""`printed("en/spinal-stenosis", "standard")`: what the fixture of that name gives."""


def shipped_library() -> Library:
    """The library as shipped; an assertion with every problem where it can't be read."""
    reading = read_library(GUIDES, STYLES / "figures.css")
    assert reading.library, "\n".join(problem.as_text() for problem in reading.problems)
    return reading.library


def shipped_templates() -> Templates:
    """The templates as shipped."""
    return Templates({path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.jinja")})


def read_document(path: Path, guides: Path = GUIDES) -> Manuscript:
    """One document; an assertion with every problem where it can't be read."""
    manuscript, problems = read_manuscript(path, guides)
    assert manuscript, "\n".join(problem.as_text() for problem in problems)
    return manuscript


def promised(manuscript: Manuscript, composed: Composed, edition: Edition, library: Library) -> Promise:
    """What a composed document promises of its PDF."""
    return Promise(
        title=plain(manuscript.document.title),
        language=manuscript.language,
        author=library.clinic.name,
        links=composed.links,
        alts=composed.alts,
        symbol_mm=edition.symbol_mm,
        page_pt=edition.page_pt,
        pages=manuscript.document.page_budget,
        page=composed.html,
        says=composed.says,
        foot=composed.foot,
        heads=composed.heads,
        covers=composed.covers,
    )


def print_document(name: str, edition: Edition, library: Library, templates: Templates, typesetter: Typesetter) -> Printed:
    """A shipped document, composed and typeset."""
    manuscript = read_document(GUIDES / f"{name}.yaml")
    composed = compose(manuscript, edition.symbol_mm, library, templates)
    made = typesetter.typeset(composed.html, edition.sheet, edition.pdf_variant, composed.opens, duplex=edition.duplex)
    return Printed(manuscript, edition, composed, promised(manuscript, composed, edition, library), made.pdf, made.remarks)
