"""One model per block kind. A kind is one word in four places: here, its template, its styles, the specimen.

Limits in the fields are the ones that decide layout or that criteria.md states as hard; the reason stands beside each.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field, StrictInt

from press.model.base import ArticleId, Block, Bullets, Drawing, Line, Model, TermId, Text
from press.model.option_blocks import EvidenceBlock, OptionDetailBlock, OptionsBlock, RiskGroupsBlock


class TextBlock(Block):
    """Running text, with a drawing beside it where one is named."""

    kind: Literal["text"]
    body: Text
    """One or more paragraphs, with an empty line between them. Example: Nerves run down your back in a tunnel of bone. With
    age the tunnel can get tight."""
    figure: Drawing | None = None
    """A drawing beside the text. Example: {drawing: narrowed-canal, alt: A bulging disc squeezes the canal., caption: Less
    room for nerves.}"""


class FigureBlock(Block):
    """A drawing across the column."""

    kind: Literal["figure"]
    figure: Drawing
    """The drawing. Example: {drawing: three-paths, alt: A road that parts in three., caption: Three roads.}"""


class KeyPointsBlock(Block):
    """Three to five points, the first thing read (criteria.md C12)."""

    kind: Literal["key_points"]
    points: Annotated[tuple[Line, ...], Field(min_length=3, max_length=5)]
    """Three to five points of at most 15 words, the most important first. They are read first, so they must stand alone.
    Example: [The space around nerves in your low back is tight., Sitting often helps., Care usually starts without
    surgery.]"""


class ChecklistBlock(Block):
    """Boxes to tick: symptoms noticed, things to bring."""

    kind: Literal["checklist"]
    intro: Line | None = None
    """A line above the boxes. Example: Tick what fits, and show this page to your doctor."""
    items: Bullets
    """What stands beside each box, in the reader's own voice: one to seven items of a few words. Example: [Leg pain when I
    walk, Relief when I sit]"""


class RedFlagsBlock(Block):
    """When to get help: the shared signs, and any that this document adds. Printed even where it is not placed."""

    kind: Literal["red_flags"]
    also_emergency: Annotated[tuple[Line, ...], Field(max_length=3)] = ()
    """Signs of this very problem that call for 911, added to the shared ones: at most three. A clinician must approve them.
    Example: [A leg that suddenly gives way]"""
    also_today: Annotated[tuple[Line, ...], Field(max_length=3)] = ()
    """Signs of this very problem that call for a doctor today, added to the shared ones: at most three. Example: [A foot
    that is getting weaker]"""


class Step(Model):
    """One numbered step."""

    title: Line | None = None
    """Two or three words that name the step. Example: First"""
    text: Line
    """What to do, in one sentence that starts with what the reader does. Example: Take short walks, and sit before the pain
    builds."""


class StepsBlock(Block):
    """Numbered steps, in order."""

    kind: Literal["steps"]
    intro: Line | None = None
    """A line above the steps. Example: Start with the first one today."""
    steps: Annotated[tuple[Step, ...], Field(min_length=2, max_length=7)]
    """Two to seven steps, in order. Example: [{text: Take short walks.}, {text: Ask about a plan of exercises.}]"""


class Stage(Model):
    """One stretch of a timeline."""

    when: Line
    """The stretch of time. Example: Weeks 1 to 6"""
    title: Line
    """What this time is for. Example: Healing begins"""
    text: Line
    """What the reader can expect and do then. Example: You walk a little every day."""


class TimelineBlock(Block):
    """Stages in time."""

    kind: Literal["timeline"]
    stages: Annotated[tuple[Stage, ...], Field(min_length=3, max_length=7)]
    """Three to seven stages, in order of time. Example: [{when: Day 1, title: In the hospital, text: You get up and walk.},
    {when: Weeks 1 to 6, title: Healing begins, text: You walk a little more every day.}, {when: Months 3 to 6, title:
    Getting stronger, text: You build up with a therapist.}]"""


class Row(Model):
    """One table row: the cell that names it, then the others."""

    name: Line
    """The first cell, which names the row. Example: Front"""
    cells: Annotated[tuple[Line, ...], Field(min_length=1, max_length=3)]
    """The other cells, one for each column after the first. Example: [Through the belly]"""


class TableBlock(Block):
    """A simple table of at most four columns, the first naming the row (criteria.md C16)."""

    kind: Literal["table"]
    intro: Line | None = None
    """A line above the table. Example: Surgeons reach the spine in three ways."""
    columns: Annotated[tuple[Line, ...], Field(min_length=2, max_length=4)]
    """The heads of two to four columns, the first over the names of the rows. Example: [From where, What is done]"""
    rows: Annotated[tuple[Row, ...], Field(min_length=2, max_length=9)]
    """Two to nine rows. Example: [{name: Front, cells: [Through the belly]}, {name: Back, cells: [Through the muscles]}]"""


class CalloutBlock(Block):
    """A short labelled note. The tone gives its icon, word label and border."""

    kind: Literal["callout"]
    tone: Literal["good_to_know", "caution", "not_known", "ask"]
    """What kind of note it is: good_to_know, caution, not_known or ask. It gives the icon, the label and the border.
    Example: good_to_know"""
    body: Text
    """The note: a sentence or two. Example: Many people with a tight canal feel nothing."""


class ExpertTakeBlock(Block):
    """The clinic's own view, marked as such."""

    kind: Literal["expert_take"]
    body: Text
    """The clinic's own view, in its own words. Example: We start with care that can be undone."""
    by: Line
    """Whose view it is. Example: The clinic's team"""


class QuestionsBlock(Block):
    """Questions to bring, each with lines to write on."""

    kind: Literal["questions"]
    intro: Line | None = None
    """A line above the questions. Example: Bring this page to your visit."""
    items: Annotated[tuple[Line, ...], Field(min_length=1, max_length=7)]
    """One to seven questions, as the reader asks them. Example: ['What if I wait?', 'What else could it be?']"""
    lines: Annotated[StrictInt, Field(ge=0, le=4)] = 1
    """How many lines to write on follow each question: 0 to 4. Example: 1"""


class NotesBlock(Block):
    """Lines to write on; 8 mm apart or more (criteria.md L13)."""

    kind: Literal["notes"]
    intro: Line | None = None
    """A line above the lines. Example: What I want to remember"""
    lines: Annotated[StrictInt, Field(ge=1, le=24)]
    """How many lines to write on: 1 to 24. Example: 4"""


class DiaryBlock(Block):
    """A table to fill in: named columns, one row a day."""

    kind: Literal["diary"]
    intro: Line | None = None
    """A line above the table. Example: Fill in one row each evening."""
    columns: Annotated[tuple[Line, ...], Field(min_length=2, max_length=6)]
    """The heads of two to six columns to fill in. Example: [Pain from 0 to 10, Minutes walked]"""
    rows: Annotated[tuple[Line, ...], Field(min_length=2, max_length=7)]
    """The names of two to seven rows, such as days. Example: [Monday, Tuesday, Wednesday]"""


class Answer(Model):
    """A question and its answer."""

    question: Line
    """The question, as a reader asks it. Example: Will I need more surgery?"""
    answer: Text
    """The answer, in one or more short paragraphs. Example: Some people do. It depends on your spine."""


class FaqBlock(Block):
    """Frequently asked questions."""

    kind: Literal["faq"]
    items: Annotated[tuple[Answer, ...], Field(min_length=1, max_length=7)]
    """One to seven questions with their answers. Example: [{question: 'Will I need more surgery?', answer: Some people do.}]"""


class GlossaryBlock(Block):
    """Words explained: the words named here, and every word the document links to."""

    kind: Literal["glossary"]
    terms: tuple[TermId, ...] = ()
    """Words to explain beside those that the text links to: ids of glossary.yaml. Example: [foramen]"""


class Reading(Model):
    """One article to read, and why."""

    article: ArticleId
    """The article that the code opens: an id of articles.yaml. Example: what-is-spinal-fusion"""
    why: Line
    """What the reader finds there, in a few words. Example: What fusion is, and when."""


class ReadMoreBlock(Block):
    """QR cards that open the clinic's articles."""

    kind: Literal["read_more"]
    articles: Annotated[tuple[Reading, ...], Field(min_length=1, max_length=4)]
    """One to four articles, each with a QR code. Example: [{article: what-is-spinal-fusion, why: 'What fusion is, and
    when.'}]"""


class SourcesBlock(Block):
    """The numbered list of every source the document cites."""

    kind: Literal["sources"]


class NextStepsBlock(Block):
    """What to do now, and how to reach the clinic. The clinic's contact is printed even where this is not placed."""

    kind: Literal["next_steps"]
    body: Line | None = None
    """What to do now, in a sentence. Example: Call us, and bring this page."""
    articles: Annotated[tuple[Reading, ...], Field(max_length=1)] = ()
    """At most one article, with its QR code. Example: [{article: what-is-spinal-fusion, why: More about it.}]"""


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
