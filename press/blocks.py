"""One model per block kind. A kind is one word in four places: here, its template, its styles, the specimen.

Limits in the fields are the ones that decide layout or that criteria.md states as hard; the reason stands beside each.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, StrictInt, StringConstraints

from press.model import Id, Line, Model, Plain, Text

Lines = Annotated[str, StringConstraints(max_length=200, pattern=r"^\d+(-\d+)?(, ?\d+(-\d+)?)*$")]
"""Lines of the clinic's article that a block carries, such as "2-4, 32" (criteria.md G08)."""

Bullets = Annotated[tuple[Line, ...], Field(min_length=1, max_length=7)]
"""A flat list holds at most seven items (criteria.md C13)."""

Path = Literal["wait", "non-surgical", "surgery"]
"""Which of the three roads an option belongs to (criteria.md C24, C26)."""


class Waiver(Model):
    """Sets one rule aside, with the reason, for the place where it stands."""

    rule: Plain
    reason: Plain


class Block(Model):
    """What all blocks share."""

    heading: Line | None = None
    sources: tuple[Id, ...] = ()
    article_lines: Lines | None = None
    waive: tuple[Waiver, ...] = ()


class Drawing(Model):
    """A drawing from figures/, with what is seen in it and what it says."""

    drawing: Id
    alt: Plain
    caption: Line


class TextBlock(Block):
    """Running text, with a drawing beside it where one is named."""

    kind: Literal["text"]
    body: Text
    figure: Drawing | None = None


class FigureBlock(Block):
    """A drawing across the column."""

    kind: Literal["figure"]
    figure: Drawing


class KeyPointsBlock(Block):
    """Three to five points, the first thing read (criteria.md C12)."""

    kind: Literal["key_points"]
    points: Annotated[tuple[Line, ...], Field(min_length=3, max_length=5)]


class ChecklistBlock(Block):
    """Boxes to tick: symptoms noticed, things to bring."""

    kind: Literal["checklist"]
    intro: Line | None = None
    items: Bullets


class RedFlagsBlock(Block):
    """When to get help: the shared signs, and any that this document adds. Printed even where it is not placed."""

    kind: Literal["red_flags"]
    also_emergency: Annotated[tuple[Line, ...], Field(max_length=3)] = ()
    also_today: Annotated[tuple[Line, ...], Field(max_length=3)] = ()


class Option(Model):
    """One row of the options table."""

    name: Line
    path: Path
    benefits: Line
    risks: Line
    known: Line


class OptionsBlock(Block):
    """Options side by side in equal detail: what may help, risks and limits, what is known and not known."""

    kind: Literal["options"]
    intro: Line | None = None
    rows: Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]


class OptionDetailBlock(Block):
    """One option in full: benefits, risks, what is known, what is not."""

    kind: Literal["option_detail"]
    heading: Line
    path: Path
    what: Line
    benefits: Bullets
    risks: Bullets
    known: Line
    not_known: Line


class EvidenceBlock(Block):
    """What is known and what is not known about a treatment (criteria.md C23)."""

    kind: Literal["evidence"]
    known: Bullets
    not_known: Bullets


class Step(Model):
    """One numbered step."""

    title: Line | None = None
    text: Line


class StepsBlock(Block):
    """Numbered steps, in order."""

    kind: Literal["steps"]
    intro: Line | None = None
    steps: Annotated[tuple[Step, ...], Field(min_length=2, max_length=7)]


class Stage(Model):
    """One stretch of a timeline."""

    when: Line
    title: Line
    text: Line


class TimelineBlock(Block):
    """Stages in time."""

    kind: Literal["timeline"]
    stages: Annotated[tuple[Stage, ...], Field(min_length=3, max_length=7)]


class Risk(Model):
    """One risk by name, and what it means."""

    name: Line
    text: Line


class RiskGroup(Model):
    """Risks of one time or kind."""

    title: Line
    items: Annotated[tuple[Risk, ...], Field(min_length=1, max_length=7)]


class RiskGroupsBlock(Block):
    """Risks in two or three groups side by side."""

    kind: Literal["risk_groups"]
    intro: Line | None = None
    groups: Annotated[tuple[RiskGroup, ...], Field(min_length=2, max_length=3)]


class Row(Model):
    """One table row: the cell that names it, then the others."""

    name: Line
    cells: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]


class TableBlock(Block):
    """A simple table of at most four columns, the first naming the row (criteria.md C16)."""

    kind: Literal["table"]
    intro: Line | None = None
    columns: Annotated[tuple[Line, ...], Field(min_length=2, max_length=4)]
    rows: Annotated[tuple[Row, ...], Field(min_length=2, max_length=9)]


class CalloutBlock(Block):
    """A short labelled note. The tone gives its icon, word label and border."""

    kind: Literal["callout"]
    tone: Literal["good_to_know", "caution", "not_known", "ask"]
    body: Text


class ExpertTakeBlock(Block):
    """The clinic's own view, marked as such."""

    kind: Literal["expert_take"]
    body: Text
    by: Line


class QuestionsBlock(Block):
    """Questions to bring, each with lines to write on."""

    kind: Literal["questions"]
    intro: Line | None = None
    items: Annotated[tuple[Line, ...], Field(min_length=1, max_length=7)]
    lines: Annotated[StrictInt, Field(ge=0, le=4)] = 1


class NotesBlock(Block):
    """Lines to write on; 8 mm apart or more (criteria.md L13)."""

    kind: Literal["notes"]
    intro: Line | None = None
    lines: Annotated[StrictInt, Field(ge=1, le=24)]


class DiaryBlock(Block):
    """A table to fill in: named columns, one row a day."""

    kind: Literal["diary"]
    intro: Line | None = None
    columns: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]
    rows: Annotated[tuple[Line, ...], Field(min_length=2, max_length=7)]


class Answer(Model):
    """A question and its answer."""

    question: Line
    answer: Text


class FaqBlock(Block):
    """Frequently asked questions."""

    kind: Literal["faq"]
    items: Annotated[tuple[Answer, ...], Field(min_length=1, max_length=7)]


class GlossaryBlock(Block):
    """Words explained: the words named here, and every word the document links to."""

    kind: Literal["glossary"]
    terms: tuple[Id, ...] = ()


class Reading(Model):
    """One article to read, and why."""

    article: Id
    why: Line


class ReadMoreBlock(Block):
    """QR cards that open the clinic's articles."""

    kind: Literal["read_more"]
    articles: Annotated[tuple[Reading, ...], Field(min_length=1, max_length=4)]


class SourcesBlock(Block):
    """The numbered list of every source the document cites."""

    kind: Literal["sources"]


class NextStepsBlock(Block):
    """What to do now, and how to reach the clinic. The clinic's contact is printed even where this is not placed."""

    kind: Literal["next_steps"]
    body: Line | None = None
    articles: Annotated[tuple[Reading, ...], Field(max_length=1)] = ()


class AboutBlock(Block):
    """About this document: version, review, interest, sources, formats, disclaimer. Printed even where not placed."""

    kind: Literal["about"]


class ContentsBlock(Block):
    """What is inside, with page numbers (guides only)."""

    kind: Literal["contents"]


AnyBlock = Annotated[
    TextBlock
    | FigureBlock
    | KeyPointsBlock
    | ChecklistBlock
    | RedFlagsBlock
    | OptionsBlock
    | OptionDetailBlock
    | EvidenceBlock
    | StepsBlock
    | TimelineBlock
    | RiskGroupsBlock
    | TableBlock
    | CalloutBlock
    | ExpertTakeBlock
    | QuestionsBlock
    | NotesBlock
    | DiaryBlock
    | FaqBlock
    | GlossaryBlock
    | ReadMoreBlock
    | SourcesBlock
    | NextStepsBlock
    | AboutBlock
    | ContentsBlock,
    Field(discriminator="kind"),
]

BLOCKS: dict[str, type[Block]] = {
    get_args(model.model_fields["kind"].annotation)[0]: model for model in get_args(get_args(AnyBlock)[0])
}
"""Every block kind and its model."""
