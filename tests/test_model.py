"""The content model: closed, frozen, and no text of it is ever overlooked."""

from datetime import date
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from press.model.base import Block, Day, Loc, Model, Prose, Waiver, texts
from press.model.blocks import BLOCKS, KeyPointsBlock
from press.model.documents import KINDS, Cover, Document, Part, Review, cited, standing
from press.model.inline import references
from press.model.library import Clinic, Shared, Term

SAMPLES = {"code": "VS-TEST", "version": "1.0", "article_lines": "2-4, 32", "description": "d" * 60, "url": "https://a.b/c"}
"""Values for texts that must have a form."""


class Filled:
    """A sample of any model, with every field given and a different text in every place for text."""

    def __init__(self) -> None:
        self.written: list[tuple[Loc, str]] = []

    def model(self, model: type[BaseModel], loc: Loc = ()) -> dict[str, Any]:
        """Plain values for every field of a model."""
        return {
            name: self.value(_whole(field.annotation, field.metadata), (*loc, name), name)
            for name, field in model.model_fields.items()
        }

    def value(self, annotation: Any, loc: Loc, name: str) -> Any:
        """A sample of an annotation; what is text for the patient is noted down."""
        parts = get_args(annotation)
        origin = get_origin(annotation)
        if origin is Annotated:
            if any(isinstance(part, Prose) for part in parts):
                self.written.append((loc, f"text {len(self.written)}"))
                return self.written[-1][1]
            if parts[0] is str:
                return SAMPLES.get(name, "some-id")
            return (
                self.items(parts[0], loc, name, _count(parts))
                if get_origin(parts[0]) is tuple
                else self.value(parts[0], loc, name)
            )
        if origin in (Union, UnionType):
            return self.value(next(part for part in parts if part is not NoneType), loc, name)
        if origin is Literal:
            return parts[0]
        if origin is tuple:
            return self.items(annotation, loc, name, 2)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            return self.model(annotation, loc)
        return {int: 3, bool: True, date: date(2026, 11, 22)}[annotation]  # a bare text would say nothing of its role

    def items(self, annotation: Any, loc: Loc, name: str, count: int) -> list[Any]:
        """A list with as many items as it must have."""
        return [self.value(get_args(annotation)[0], (*loc, position), name) for position in range(count)]


def _whole(annotation: Any, metadata: list[Any]) -> Any:
    return Annotated[annotation, *metadata] if metadata else annotation


def _count(parts: tuple[Any, ...]) -> int:
    """Two items, or as many as the limits of a list ask for."""
    limits = [limit for part in parts[1:] for limit in (part, *getattr(part, "metadata", ()))]
    least = next((limit.min_length for limit in limits if hasattr(limit, "min_length")), 0)
    most = next((limit.max_length for limit in limits if hasattr(limit, "max_length") and limit.max_length), 2)
    return int(max(least, min(2, most)))


def sample(model: type[BaseModel]) -> tuple[BaseModel, list[tuple[Loc, str]]]:
    """A model with every field given, and the texts that were written into it, in order."""
    filled = Filled()
    return model.model_validate(filled.model(model)), filled.written


TEXTED = [*BLOCKS.values(), *KINDS.values(), Part, Cover, Shared, Term]


@pytest.mark.parametrize("model", TEXTED, ids=lambda model: model.__name__)
def test_every_text_of_a_model_is_found_in_order(model: type[BaseModel]) -> None:
    """A text placed in any field for text comes out of `texts`, with its place, once, in order of the fields."""
    made, written = sample(model)
    assert [(loc, text) for loc, text, _ in texts(made)] == written


def test_the_samples_reach_every_field_for_text() -> None:
    """The test above can fail: every block but those without words of their own has a text beside its heading."""
    wordless = {kind for kind, model in BLOCKS.items() if [loc for loc, _ in sample(model)[1]] == [("heading",)]}
    assert wordless == {"glossary", "sources", "about", "contents"}
    assert len(sample(BLOCKS["option_detail"])[1]) == 8


def test_texts_know_whether_they_hold_paragraphs() -> None:
    """Body texts are parted into paragraphs; lines are not."""
    made = {kind: sample(model)[0] for kind, model in BLOCKS.items()}
    bodies = {(kind, loc[-1]) for kind, block in made.items() for loc, _, prose in texts(block) if prose.paragraphs}
    assert bodies == {("text", "body"), ("callout", "body"), ("expert_take", "body"), ("faq", "answer")}


def test_names_and_ids_are_no_texts_for_the_patient() -> None:
    """Ids, alt texts, waivers and addresses are left out."""
    made, _ = sample(BLOCKS["text"])
    found = {loc for loc, _, _ in texts(made)}
    assert found == {("heading",), ("body",), ("figure", "caption")}


@pytest.mark.parametrize("model", [*BLOCKS.values(), *KINDS.values(), Clinic, Review, Waiver], ids=lambda model: model.__name__)
def test_a_model_is_closed_and_frozen(model: type[Model]) -> None:
    """An unknown field is refused, and no value changes after it was read."""
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"]


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_is_found_by_its_kind(kind: str) -> None:
    """The key of the table is the word that the model's own field allows."""
    assert issubclass(BLOCKS[kind], Block)
    assert get_args(BLOCKS[kind].model_fields["kind"].annotation) == (kind,)


@pytest.mark.parametrize("value", ["2026-11-22", date(2026, 11, 22)])
def test_a_day_is_a_date(value: object) -> None:
    """As text from YAML, or as a date already."""
    assert TypeAdapter(Day).validate_python(value) == date(2026, 11, 22)


@pytest.mark.parametrize("value", ["22.11.2026", "2026-2-3", "2026-02-30", "20261122", "0", 0, 20261122, 1.5, "", None, True])
def test_a_number_or_another_order_is_no_day(value: object) -> None:
    """Pydantic alone would read 0 as the first day of 1970."""
    with pytest.raises(ValidationError):
        TypeAdapter(Day).validate_python(value)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", []),
        ("[a disc](term:disc) and [more](article:what-is-fusion)", [("term", "disc"), ("article", "what-is-fusion")]),
        ("[two\nlines](term:disc)", [("term", "disc")]),
        ("[**bold**](term:disc)", [("term", "disc")]),
        ("[away](https://a.b)", []),
        ("[spaced]( term:disc )", []),
        ("(term:disc)", []),
        ("](term:disc)", []),
    ],
)
def test_references_are_the_links_by_id(text: str, links: list[tuple[str, str]]) -> None:
    """In order, each as its kind and its id."""
    assert references(text) == links


HANDOUT = {
    "kind": "handout",
    "code": "VS-TEST",
    "version": "1.0",
    "status": "draft",
    "updated": "2026-11-22",
    "title": "A sheet",
    "purpose": "A purpose.",
    "description": "d" * 60,
    "keywords": ["one", "two"],
}
POINTS = {"kind": "key_points", "points": ["One", "Two", "Three"], "sources": ["b", "a"]}
NOTES = {"kind": "notes", "lines": 2, "sources": ["a", "c"]}


def handout(front: list[dict[str, Any]], back: list[dict[str, Any]]) -> Any:
    return KINDS["handout"].model_validate(HANDOUT | {"front": front, "back": back})


def guide(*parts: list[dict[str, Any]]) -> Any:
    cover = {"eyebrow": "Free", "drawing": "spine", "alt": "A spine", "inside": ["One", "Two", "Three"]}
    made = [{"title": f"Part {number}", "blocks": blocks} for number, blocks in enumerate(parts)]
    return KINDS["guide"].model_validate(HANDOUT | {"kind": "guide", "cover": cover, "parts": made})


def kinds(document: Document) -> list[tuple[Loc, str]]:
    return [(loc, block.kind) for loc, block in document.placed()]


def test_standing_blocks_are_printed_where_the_author_left_them_out() -> None:
    """Red flags end the front; the contact and the document's own facts end the back."""
    assert kinds(standing(handout([POINTS], [NOTES]))) == [
        (("front", 0), "key_points"),
        (("front", 1), "red_flags"),
        (("back", 0), "notes"),
        (("back", 1), "next_steps"),
        (("back", 2), "about"),
    ]


def test_standing_blocks_stay_where_the_author_placed_them() -> None:
    """None is printed twice."""
    placed = handout([{"kind": "red_flags"}, POINTS, {"kind": "about"}], [{"kind": "next_steps"}, NOTES])
    assert standing(placed) == placed


def test_a_guide_has_its_standing_blocks_in_its_first_and_last_part() -> None:
    """Help is named at the start, the contact and the facts at the end."""
    assert kinds(standing(guide([POINTS], [NOTES], [NOTES]))) == [
        (("parts", 0, "blocks", 0), "key_points"),
        (("parts", 0, "blocks", 1), "red_flags"),
        (("parts", 1, "blocks", 0), "notes"),
        (("parts", 2, "blocks", 0), "notes"),
        (("parts", 2, "blocks", 1), "next_steps"),
        (("parts", 2, "blocks", 2), "about"),
    ]
    assert [kind for _, kind in kinds(standing(guide([POINTS])))] == ["key_points", "red_flags", "next_steps", "about"]


def test_sources_are_cited_once_in_order_of_first_citation() -> None:
    """Front before back."""
    assert cited(handout([POINTS], [NOTES])) == ["b", "a", "c"]


def test_a_point_too_many_is_refused() -> None:
    """Limits that decide the layout hold in the model itself."""
    with pytest.raises(ValidationError):
        KeyPointsBlock.model_validate(POINTS | {"points": ["One"] * 6})
