"""Blocks that a reader decides with: options beside each other, one option in detail, what studies found, risks."""

from typing import Annotated, Literal

from pydantic import Field

from press.model.base import Block, Bullets, Line, Model

Path = Literal["wait", "non-surgical", "surgery"]
"""Which of the three roads an option belongs to (criteria.md C24, C26)."""


class Option(Model):
    """One row of the options table."""

    name: Line
    """What the option is called. Example: Exercise and physical therapy"""
    path: Path
    """Which road it belongs to: wait, non-surgical or surgery. Each road needs at least one option. Example:
    non-surgical"""
    benefits: Line
    """What it may help with, in a sentence. Example: It may ease pain and help you do more."""
    risks: Line
    """What may go wrong and where it ends, in as much detail as the benefits. Example: It takes time and may not be
    enough."""
    known: Line
    """What studies found, and what nobody knows. Example: Reviews differ on how much it helps."""


class OptionsBlock(Block):
    """Options side by side in equal detail: what may help, risks and limits, what is known and not known."""

    kind: Literal["options"]
    intro: Line | None = None
    """A line above the table. Example: No option is right for everyone."""
    rows: Annotated[tuple[Option, ...], Field(min_length=3, max_length=6)]
    """Three to six options, at least one for each road. Example: [{name: Wait and watch, path: wait, benefits: No risks of
    treatment., risks: Pain may last., known: In one study some people improved.}, {name: Exercise, path: non-surgical,
    benefits: It may ease pain., risks: It takes time., known: Reviews differ on how much it helps.}, {name: Decompression,
    path: surgery, benefits: It gives nerves room., risks: It can cause infection., known: It is not clear if it beats other
    care.}]"""


class OptionDetailBlock(Block):
    """One option in full: benefits, risks, what is known, what is not."""

    kind: Literal["option_detail"]
    heading: Line
    """What the option is called. Example: Physical therapy"""
    path: Path
    """Which road it belongs to: wait, non-surgical or surgery. Example: non-surgical"""
    what: Line
    """What is done, in a sentence or two. Example: A therapist shows you exercises and helps you build up."""
    benefits: Bullets
    """What it may help with: one to seven items. Example: [Pain may ease., You may walk farther.]"""
    risks: Bullets
    """What may go wrong, as many items as there are benefits. Example: [It takes time., You may be sore at first.]"""
    known: Line
    """What studies found. Example: It helps some people for some months."""
    not_known: Line
    """What nobody knows yet. Example: Nobody knows which kind works best."""


class EvidenceBlock(Block):
    """What is known and what is not known about a treatment (criteria.md C23)."""

    kind: Literal["evidence"]
    known: Bullets
    """What studies found, with a source each. Example: [One trial compared it with a dummy treatment.]"""
    not_known: Bullets
    """What nobody knows yet. Example: [Nobody knows how long it lasts.]"""


class Risk(Model):
    """One risk by name, and what it means."""

    name: Line
    """What the risk is called. Example: Infection"""
    text: Line
    """What it means, and how it is noticed or treated. Example: The wound may get red and hot."""


class RiskGroup(Model):
    """Risks of one time or kind."""

    title: Line
    """The time or kind that these risks share. Example: Soon after surgery"""
    items: Annotated[tuple[Risk, ...], Field(min_length=1, max_length=7)]
    """One to seven risks. Example: [{name: Infection, text: The wound may get red and hot.}]"""


class RiskGroupsBlock(Block):
    """Risks in two or three groups side by side."""

    kind: Literal["risk_groups"]
    intro: Line | None = None
    """A line above the groups. Example: Every surgery has risks."""
    groups: Annotated[tuple[RiskGroup, ...], Field(min_length=2, max_length=3)]
    """Two or three groups, side by side. Example: [{title: Soon, items: [{name: Infection, text: The wound may get red and
    hot.}]}, {title: Later, items: [{name: Wear, text: Levels next to it may wear.}]}]"""
