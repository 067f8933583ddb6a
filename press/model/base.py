"""What every content model shares: frozen, closed to unknown fields, and text that knows its role."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticKnownError

Loc = tuple[str | int, ...]
"""Where a value stands: the keys and list positions that lead to it from the top of its file."""


@dataclass(frozen=True)
class Prose:
    """Marks a field as text that a patient reads: inline Markdown, in one paragraph or several."""

    paragraphs: bool = False


class Model(BaseModel):
    """A frozen value from YAML. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000), Prose()]
"""One paragraph of inline Markdown: **bold**, *emphasis*, [a link](article:ID), [a word](term:ID)."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000), Prose(paragraphs=True)]
"""Inline Markdown in paragraphs, parted by empty lines."""

Plain = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
"""Text without markup that is not body text: a name, a title of a page elsewhere."""

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
"""Small letters, digits and single hyphens: the name of an article, source, word or drawing."""


@dataclass(frozen=True)
class Names:
    """Marks an id by what it names: `article`, `source`, `term` or `drawing`."""

    kind: str


ArticleId = Annotated[Id, Names("article")]
"""The id of an article in articles.yaml."""

SourceId = Annotated[Id, Names("source")]
"""The id of a source in sources.yaml."""

TermId = Annotated[Id, Names("term")]
"""The id of a word in glossary.yaml."""

DrawingId = Annotated[Id, Names("drawing")]
"""The name of a drawing in figures/, without .svg."""


def _iso(value: Any) -> Any:
    """Pydantic would also take a number of seconds for a date."""
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise PydanticKnownError("date_parsing", {"error": "not YYYY-MM-DD"})
    if not isinstance(value, str | date):
        raise PydanticKnownError("date_type")
    return value


Day = Annotated[date, BeforeValidator(_iso)]
"""A date written as YYYY-MM-DD."""


def texts(value: Any, loc: Loc = ()) -> Iterator[tuple[Loc, str, Prose]]:
    """Every text for the patient inside a model, with its place and its role, in order of the fields."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _texts_of(getattr(value, name), (*loc, name), role(type(value), name))


@cache
def role(model: type[BaseModel], name: str) -> Prose | None:
    """The role of a field's text, None where it is no text for the patient."""
    field = model.model_fields[name]
    return next((m for m in field.metadata if isinstance(m, Prose)), None) or _role_inside(field.annotation)


def _texts_of(value: Any, loc: Loc, prose: Prose | None) -> Iterator[tuple[Loc, str, Prose]]:
    if isinstance(value, str) and prose:
        yield loc, value, prose
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _texts_of(item, (*loc, position), prose)
    elif isinstance(value, BaseModel):
        yield from texts(value, loc)


def _role_inside(annotation: Any) -> Prose | None:
    """The role inside `Line | None` or `tuple[Line, ...]`."""
    for meta in getattr(annotation, "__metadata__", ()):
        if isinstance(meta, Prose):
            return meta
    for part in getattr(annotation, "__args__", ()):
        if found := _role_inside(part):
            return found
    return None


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
