"""What all blocks have: a kind, an identifier, a waiver of a rule."""

from typing import Annotated

from pydantic import Field, StringConstraints

from press.model.base import DrawingId, Line, Model, Plain, SourceId

Lines = Annotated[str, StringConstraints(max_length=200, pattern=r"^\d+(-\d+)?(, ?\d+(-\d+)?)*$")]
"""Lines of the clinic's article that a block carries, such as "2-4, 32" (criteria.md G08)."""

Bullets = Annotated[tuple[Line, ...], Field(min_length=1, max_length=7)]
"""A flat list holds at most seven items (criteria.md C13)."""


class Waiver(Model):
    """Sets one rule aside, with the reason, for the place where it stands."""

    rule: Plain
    """The code of the rule, as a finding shows it in [brackets]. Example: long-word"""
    reason: Plain
    """Why the rule is wrong here, for the next editor. Example: the name of the clinic's program"""


class Block(Model):
    """What all blocks share."""

    heading: Line | None = None
    """A question or a statement, so that a reader knows what follows. Left out, the block prints its usual heading.
    Example: What is happening in your spine?"""
    sources: tuple[SourceId, ...] = ()
    """Where the facts come from: ids of sources.yaml. A block that states facts needs at least one. Example:
    [niams-stenosis]"""
    article_lines: Lines | None = None
    """Which lines of the clinic's own article this block carries, in quotes. Not printed. Example: "2-4, 32" """
    waive: tuple[Waiver, ...] = ()
    """Rules set aside for this block alone, each with a reason. Seldom right. Example: [{rule: long-word, reason: the name
    of the clinic's program}]"""


class Drawing(Model):
    """A drawing from figures/, with what is seen in it and what it says."""

    drawing: DrawingId
    """The name of a file in guides/figures, without .svg. Example: narrowed-canal"""
    alt: Plain
    """For readers who cannot see it: what is there to see, the main thing first. Example: Side view of the low back. A
    bulging disc squeezes the canal that holds the nerves."""
    caption: Line
    """What the drawing means, in at most 14 words. Example: A bulging disc leaves less room for nerves."""
