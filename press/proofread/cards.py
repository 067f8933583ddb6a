"""The card of a document: what rules about the whole library need to know of it. Plain values, to be kept between runs."""

from dataclasses import asdict, dataclass, field
from typing import Any

from press.model.base import Loc
from press.model.blocks import FigureBlock, NextStepsBlock, Reading, ReadMoreBlock, TextBlock
from press.model.documents import Guide, cited
from press.model.inline import links
from press.model.review import is_signed, text_digest
from press.proofread.text import Copy, copy
from press.read.manuscript import Manuscript

Line = tuple[int, int, str]
"""A place on a card: line, column, and the text of the line."""


@dataclass(frozen=True)
class Card:
    """A document in short. Dates are ISO days; grades are of the document's own words."""

    name: str
    slug: str
    language: str
    kind: str
    file: str
    code: str
    title: str
    description: str
    version: str
    status: str
    updated: str
    reviewer: str | None
    reviewed: str | None
    next_review: str | None
    digest: str | None
    """The digest of the text that was reviewed."""
    text: str | None
    """The digest of the text as it is now; None in a draft."""
    signed: bool
    """Whether the review is complete and of these very words."""
    sources: tuple[str, ...]
    articles: tuple[str, ...]
    cards: tuple[str, ...]
    terms: tuple[str, ...]
    drawings: tuple[str, ...]
    article_lines: tuple[int, ...]
    blocks: tuple[tuple[str, str, int, float, float], ...]
    """Each section: where it stands, its kind, its words, its grade (English) or ease (Spanish), its SMOG grade."""
    words: int
    grade: float
    smog: float
    words_per_sentence: float
    places: dict[str, Line] = field(default_factory=dict)
    """Where the fields stand that rules about the library point at."""

    def as_dict(self) -> dict[str, Any]:
        """Plain values, of which `Card(**values)` makes it again."""
        return asdict(self)


def line_numbers(lines: str) -> tuple[int, ...]:
    """The numbers that a text such as "2-4, 32" names."""
    pairs = (part.strip().partition("-") for part in lines.split(","))
    return tuple(number for first, _, last in pairs for number in range(_number(first), _number(last or first) + 1))


def _number(digits: str) -> int:
    """The number, or one past all lines that any article has."""
    return int(digits) if len(digits) < 4 else 1000


def card(manuscript: Manuscript) -> Card:
    """The card of a document."""
    document, file = manuscript.document, manuscript.file
    proofs = copy(manuscript)
    linked = [target.partition(":") for passage in proofs.passages for target in links(passage.raw)]
    readings = [reading.article for reading in qr_cards(manuscript)]
    review, whole = document.review, proofs.reading
    return Card(
        name=manuscript.name,
        slug=manuscript.slug,
        language=manuscript.language,
        kind=document.kind,
        file=file.file,
        code=document.code,
        title=document.title,
        description=document.description,
        version=document.version,
        status=document.status,
        updated=document.updated.isoformat(),
        reviewer=review.reviewer,
        reviewed=review.reviewed.isoformat() if review.reviewed else None,
        next_review=review.next_review.isoformat() if review.next_review else None,
        digest=review.digest,
        text=text_digest(document) if document.status == "reviewed" else None,
        signed=is_signed(document),
        sources=tuple(cited(document)),
        articles=tuple(dict.fromkeys(readings + [key for kind, _, key in linked if kind == "article"])),
        cards=tuple(readings),
        terms=tuple(dict.fromkeys([*_listed(manuscript), *(key for kind, _, key in linked if kind == "term")])),
        drawings=tuple(dict.fromkeys(key for _, key in drawings(manuscript))),
        article_lines=tuple(sorted(covered(manuscript))),
        blocks=_graded(proofs),
        words=whole.words,
        grade=round(_grade(proofs.language, whole), 1),
        smog=round(whole.smog, 1),
        words_per_sentence=round(whole.words_per_sentence, 1),
        places={str(loc[-1]): _line(manuscript, loc) for loc in _PLACES if loc in file.marks},
    )


_PLACES: tuple[Loc, ...] = (
    ("code",),
    ("title",),
    ("updated",),
    ("review", "reviewed"),
    ("review", "next_review"),
    ("review", "digest"),
)


def _graded(proofs: Copy) -> tuple[tuple[str, str, int, float, float], ...]:
    return tuple(
        (
            ".".join(map(str, section.loc)),
            section.kind,
            section.reading.words,
            round(_grade(proofs.language, section.reading), 1),
            round(section.reading.smog, 1),
        )
        for section in proofs.sections
    )


def _grade(language: str, reading: Any) -> float:
    grade: float = reading.fernandez_huerta if language == "es" else reading.flesch_kincaid
    return grade


def _line(manuscript: Manuscript, loc: Loc) -> Line:
    mark = manuscript.file.mark(loc)
    return mark.line, mark.column, manuscript.file.problem("", "", mark).excerpt


def _listed(manuscript: Manuscript) -> list[str]:
    """Words that glossary blocks name."""
    return [key for _, block in manuscript.document.placed() if block.kind == "glossary" for key in block.terms]


def drawings(manuscript: Manuscript) -> list[tuple[Loc, str]]:
    """The drawings that a document places, with their places."""
    document = manuscript.document
    found: list[tuple[Loc, str]] = [(("cover", "drawing"), document.cover.drawing)] if isinstance(document, Guide) else []
    for loc, block in document.placed():
        if isinstance(block, TextBlock | FigureBlock) and block.figure:
            found.append(((*loc, "figure", "drawing"), block.figure.drawing))
    return found


def qr_cards(manuscript: Manuscript) -> list[Reading]:
    """The articles that a document prints a QR code for, in order."""
    holders = [block for _, block in manuscript.document.placed() if isinstance(block, ReadMoreBlock | NextStepsBlock)]
    return [reading for block in holders for reading in block.articles]


def covered(manuscript: Manuscript) -> set[int]:
    """The lines of the clinic's article that a document carries."""
    lines = (block.article_lines for _, block in manuscript.document.placed() if block.article_lines)
    return {number for text in lines for number in line_numbers(text)}
