"""Score cards: where each document stands, in values that a page can show."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from press.compose.places import HEADINGS
from press.model.blocks import CalloutBlock, FaqBlock
from press.model.documents import Guide
from press.model.inline import plain
from press.model.library import Article, HouseRules, Library, Source
from press.model.review import effective_status, text_digest
from press.problems import Problem, in_order
from press.proofread.cards import qr_cards
from press.proofread.rule import Proof
from press.proofread.rules.language import EASE_GOAL, EASE_HARD, GOAL, HARD, MIN_WORDS, ease
from press.proofread.text import Copy, Section, copy
from press.proofread.wording import wording
from press.read.manuscript import Manuscript
from press.report.checklists import Answer, Facts, answers

State = Literal["good", "over", "hard"]
"""Within the goal, between goal and limit, past the limit."""


class Scale(NamedTuple):
    """How a language is graded: the formula, its goal and limit, and the far end of the chart."""

    formula: str
    goal: float
    limit: float
    top: float


SCALES = {
    "en": Scale("Flesch-Kincaid grade", GOAL, HARD, 10.0),
    "es": Scale("Fernández-Huerta ease", EASE_GOAL, EASE_HARD, 100.0),
}


@dataclass(frozen=True)
class Bar:
    """One graded section. `left` and `width` place it in the chart of the whole document, in hundredths."""

    name: str
    line: int
    words: int
    score: float
    state: State
    left: float
    width: float


@dataclass(frozen=True)
class Claim:
    """A block that states facts: what it rests on, the numbers and comparisons in it, and what is wrong with that."""

    name: str
    line: int
    sources: tuple[Source | str, ...]
    said: tuple[str, ...]
    fault: str


@dataclass(frozen=True)
class Code:
    """The state of the address behind a QR code."""

    title: str
    typed: str
    status: str
    checked: str


@dataclass(frozen=True)
class ScoreCard:
    """Where one document stands."""

    name: str
    file: str
    title: str
    about: str
    scale: Scale
    score: float
    state: State
    words: int
    groups: tuple[tuple[str, tuple[Bar, ...]], ...]
    answers: tuple[Answer, ...]
    claims: tuple[Claim, ...]
    links: tuple[Code, ...]
    status: str
    review: str
    problems: tuple[Problem, ...]

    @property
    def anchor(self) -> str:
        """Its place on the page."""
        return self.name.replace("/", "-")

    @property
    def errors(self) -> int:
        """Findings that stop it from being printed."""
        return sum(problem.severity == "error" for problem in self.problems)

    @property
    def warnings(self) -> int:
        """Findings that do not."""
        return len(self.problems) - self.errors

    @property
    def bars(self) -> tuple[Bar, ...]:
        """Every graded section."""
        return tuple(bar for _, bars in self.groups for bar in bars)

    def on(self, scale: str) -> tuple[Answer, ...]:
        """The answers of one checklist."""
        return tuple(answer for answer in self.answers if answer.item.scale == scale)

    def met(self, scale: str) -> tuple[int, int]:
        """How many items of a checklist are met, and of how many that apply."""
        told = Counter(answer.answer for answer in self.on(scale))
        return told["yes"], told["yes"] + told["no"]

    @property
    def verified(self) -> int:
        """How many of its addresses are verified."""
        return sum(code.status == "verified" for code in self.links)

    @property
    def cited(self) -> int:
        """How many sources it rests on."""
        return len({source.id for claim in self.claims for source in claim.sources if isinstance(source, Source)})

    @property
    def need(self) -> tuple[int, int, float]:
        """What decides the order: errors, then warnings and items not met, then how hard it is to read."""
        unmet = sum(answer.answer == "no" for answer in self.answers)
        hardness = -self.score if self.scale.goal > self.scale.limit else self.score
        return -self.errors, -self.warnings - unmet, -hardness


def score_card(
    manuscript: Manuscript, library: Library, rules: HouseRules, problems: Collection[Problem], today: date
) -> ScoreCard:
    """Where a document stands, given what the proofreader found in it."""
    document, language = manuscript.document, library.languages[manuscript.language]
    proof = Proof(copy(manuscript), language, rules, manuscript, library)
    score, state = _graded(proof, proof.copy)
    return ScoreCard(
        name=manuscript.name,
        file=manuscript.file.file,
        title=plain(document.title),
        about=f"{document.code} · {document.kind} · {manuscript.language} · version {document.version}",
        scale=SCALES.get(manuscript.language, SCALES["en"]),
        score=score,
        state=state,
        words=proof.copy.reading.words,
        groups=tuple(_groups(proof)),
        answers=tuple(answers(Facts(proof, problems))),
        claims=tuple(_claims(proof, problems)),
        links=tuple(_code(library.articles.get(reading.article), reading.article, today) for reading in qr_cards(manuscript)),
        status=effective_status(document, today),
        review=_review(manuscript, today),
        problems=tuple(in_order(problems)),
    )


# -- how it reads -------------------------------------------------------------------------------------------------------


def _graded(proof: Proof, part: Section | Copy) -> tuple[float, State]:
    score, hard, over, _ = ease(proof.copy.language, part.reading)
    return score, "hard" if hard else "over" if over else "good"


def _groups(proof: Proof) -> Iterator[tuple[str, tuple[Bar, ...]]]:
    """The graded sections as the reader meets them: the head, then the pages of a handout or the parts of a guide."""
    graded = [section for section in proof.copy.sections if section.reading.words >= MIN_WORDS]
    total = sum(section.reading.words for section in graded) or 1
    grouped: dict[str, list[Bar]] = {}
    before = 0
    for section in graded:
        score, state = _graded(proof, section)
        words = section.reading.words
        bar = Bar(
            section_name(proof, section), _line(proof, section), words, score, state, 100 * before / total, 100 * words / total
        )
        grouped.setdefault(_group(proof, section), []).append(bar)
        before += words
    yield from ((title, tuple(bars)) for title, bars in grouped.items())


def _group(proof: Proof, section: Section) -> str:
    """The page or part that a section belongs to."""
    if not section.loc:
        return "Title and first lines"
    if isinstance(proof.document, Guide) and section.loc[0] == "parts":
        return plain(proof.document.parts[int(section.loc[1])].title)
    return {"front": "Front page", "back": "Back page", "cover": "Cover"}[str(section.loc[0])]


def section_name(proof: Proof, section: Section) -> str:
    """A section as an editor knows it: by its heading, by the words that stand at its top, or by its kind."""
    block, phrases = section.block, proof.language.phrases
    if block is None:
        return {"head": "Title, purpose, description", "cover": "Cover lines", "part": "Title and lead"}[section.kind]
    if block.heading:
        return plain(block.heading)
    if isinstance(block, FaqBlock):
        return plain(block.items[0].question)
    label = phrases.get(block.tone if isinstance(block, CalloutBlock) else HEADINGS.get(block.kind, ""))
    return label or {"figure": "Drawing", "red_flags": "Warning signs"}.get(block.kind, block.kind.replace("_", " ").capitalize())


def _line(proof: Proof, section: Section) -> int:
    return proof.manuscript.file.mark(section.loc).line


# -- what it rests on -----------------------------------------------------------------------------------------------------


def _claims(proof: Proof, problems: Collection[Problem]) -> Iterator[Claim]:
    """The ledger of claims: each block that cites a source, or that the proofreader found without one."""
    said = wording(proof.copy.language)
    hits = [*proof.copy.hits(said.compiled("number")), *proof.copy.hits(said.compiled("superlatives"))]
    uncited = {problem.line for problem in problems if problem.code == "uncited"}
    for section, block in proof.blocks():
        line = _line(proof, section)
        if block.sources or line in uncited:
            words = tuple(dict.fromkeys(hit.words for hit in hits if hit.section is section))
            sources = tuple(proof.library.sources.get(key, key) for key in block.sources)
            yield Claim(section_name(proof, section), line, sources, words, _fault(sources, words, proof.library.clinic.name))


def _fault(sources: Collection[Source | str], words: Collection[str], clinic: str) -> str:
    """What is wrong with the sources of a block, in a few words."""
    if not sources:
        return "no source"
    publishers = {source if isinstance(source, str) else source.publisher for source in sources}
    if any(isinstance(source, str) for source in sources):
        return "unknown source"
    return "a number from the clinic alone" if words and publishers == {clinic} else ""


def _code(article: Article | None, key: str, today: date) -> Code:
    if article is None:
        return Code(key, "not in articles.yaml", "unknown", "")
    checked = f"asked {ago(article.last_checked, today)}" if article.last_checked else "never asked"
    return Code(article.title, article.typed, article.status, checked)


def _review(manuscript: Manuscript, today: date) -> str:
    """The state of the review in a sentence."""
    document, review = manuscript.document, manuscript.document.review
    status = effective_status(document, today)
    if status != "draft" and review.reviewed and review.next_review:
        due = f"was due {ago(review.next_review, today)}" if status == "overdue" else f"next by {review.next_review}"
        return f"Reviewed {ago(review.reviewed, today)} by {review.reviewer}, {review.credentials}; {due}"
    if review.digest and review.digest != text_digest(document):
        return f"The words changed after the review of {review.reviewed}"
    return f"Not reviewed yet; last changed {ago(document.updated, today)}"


def ago(day: date, today: date) -> str:
    """How long a day is past, in the unit that says it well."""
    days = (today - day).days
    if days < 0:
        return f"on {day}"
    if days < 2:
        return ("today", "yesterday")[days]
    count, unit = (days // 365, "years") if days >= 730 else (days // 30, "months") if days >= 60 else (days, "days")
    return f"{count} {unit} ago"
