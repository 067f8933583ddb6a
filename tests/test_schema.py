"""JSON Schemas: current on disk, well formed, named by every file, and in agreement with the shipped content."""

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from casebook import case_files
from printroom import GUIDES
from pydantic import BaseModel, TypeAdapter

from press.authoring.schema import FILES, described, known_ids, models, schemas, snippet, write_schemas
from press.model.blocks import BLOCKS
from press.read.strict_yaml import read_yaml

SCHEMAS = GUIDES / "schema"
CURRENT = schemas(known_ids(GUIDES))
YAML_FILES = sorted(GUIDES.rglob("*.yaml"))
_NAMED = re.compile(r"^# yaml-language-server: \$schema=(\S+)\n")

KEYWORDS = {
    *("type", "title", "description", "default", "$ref", "$defs", "$schema", "properties", "required"),
    *(
        "additionalProperties",
        "propertyNames",
        "items",
        "minItems",
        "maxItems",
        "minLength",
        "maxLength",
        "pattern",
        "enum",
        "const",
    ),
    *("anyOf", "oneOf", "discriminator", "minimum", "maximum", "format", "examples", "defaultSnippets"),
}
"""The words of JSON Schema 2020-12 that are used, with `discriminator` and `defaultSnippets`, which validators pass over."""

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}


def named_schema(path: Path) -> Path:
    """The schema that a file's first line names."""
    found = _NAMED.match(path.read_text("utf-8"))
    assert found, f"{path.name} names no schema on its first line"
    return (path.parent / found.group(1)).resolve()


def flaws(value: Any, schema: dict[str, Any], root: dict[str, Any], at: str = "$") -> list[str]:
    """What a validator would say of a value: nothing, where it is sound."""
    assert set(schema) <= KEYWORDS, set(schema) - KEYWORDS
    if "$ref" in schema:
        return flaws(value, root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root, at)
    for word, wanted in (("anyOf", 1), ("oneOf", 1)):
        if word in schema:
            sound = [choice for choice in schema[word] if not flaws(value, choice, root, at)]
            if len(sound) < wanted or (word == "oneOf" and len(sound) > 1):
                return [f"{at} fits {len(sound)} of {word}"]
    if "type" in schema and not (isinstance(value, TYPES[schema["type"]]) and (schema["type"] == "boolean" or value is not True)):
        return [f"{at} is no {schema['type']}"]
    if "const" in schema and value != schema["const"]:
        return [f"{at} is not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at} is none of {schema['enum']}"]
    look = INSIDE.get(type(value))
    return look(value, schema, root, at) if look else []


def flaws_of_fields(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    known, more = schema.get("properties", {}), schema.get("additionalProperties", True)
    found = [f"{at} lacks {name}" for name in schema.get("required", ()) if name not in value]
    for name, inner in value.items():
        found += flaws(name, schema.get("propertyNames", {}), root, f"{at}.{name}")
        if name in known or isinstance(more, dict):
            found += flaws(inner, known.get(name, more), root, f"{at}.{name}")
        elif not more:
            found.append(f"{at}.{name} is unknown")
    return found


def flaws_of_items(value: list[Any], schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    count = len(value)
    found = [f"{at} has {count} items"] if not schema.get("minItems", 0) <= count <= schema.get("maxItems", count) else []
    return found + [flaw for number, item in enumerate(value) for flaw in flaws(item, schema["items"], root, f"{at}[{number}]")]


def flaws_of_text(value: str, schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    count = len(value)
    sound = schema.get("minLength", 0) <= count <= schema.get("maxLength", count) and re.search(schema.get("pattern", ""), value)
    if schema.get("format") == "date":
        date.fromisoformat(value)
    return [] if sound else [f"{at} is {value!r}"]


def flaws_of_number(value: int, schema: dict[str, Any], root: dict[str, Any], at: str) -> list[str]:
    return [] if schema.get("minimum", value) <= value <= schema.get("maximum", value) else [f"{at} is {value}"]


INSIDE: dict[type, Callable[[Any, dict[str, Any], dict[str, Any], str], list[str]]] = {
    dict: flaws_of_fields,
    list: flaws_of_items,
    str: flaws_of_text,
    int: flaws_of_number,
}


def test_the_schemas_on_disk_are_current() -> None:
    """After a change of the model, `generate.py schema` was run."""
    on_disk = {path.name: path.read_text("utf-8") for path in SCHEMAS.glob("*")}
    assert len(on_disk) >= 10
    assert on_disk == CURRENT


def test_writing_schemas_touches_only_what_changed(tmp_path: Path) -> None:
    """A second run writes nothing; a schema that was altered is written again."""
    guides = tmp_path / "guides"
    shutil.copytree(GUIDES, guides)
    shutil.rmtree(guides / "schema")
    assert {path.name for path in write_schemas(guides)} == set(CURRENT)
    assert write_schemas(guides) == []
    altered = guides / "schema" / "clinic.schema.json"
    altered.write_text("{}")
    assert write_schemas(guides) == [altered]
    assert altered.read_text("utf-8") == CURRENT["clinic.schema.json"]


def test_an_id_that_is_new_is_offered_once_the_schemas_are_written(tmp_path: Path) -> None:
    """Words, articles, sources and drawings are completed from what the library holds."""
    guides = tmp_path / "guides"
    shutil.copytree(GUIDES, guides)
    shutil.copyfile(GUIDES / "figures" / "worn-disc.svg", guides / "figures" / "quite-new.svg")
    assert [path.name for path in write_schemas(guides)] == ["guide.schema.json", "handout.schema.json"]
    schema = json.loads((guides / "schema" / "handout.schema.json").read_text("utf-8"))
    assert "quite-new" in schema["$defs"]["drawing-id"]["anyOf"][0]["enum"]


@pytest.mark.parametrize(
    ("definition", "field", "kind"),
    [
        ("TextBlock", "sources", "source"),
        ("Reading", "article", "article"),
        ("GlossaryBlock", "terms", "term"),
        ("Drawing", "drawing", "drawing"),
    ],
)
def test_ids_are_offered_where_one_is_typed(definition: str, field: str, kind: str) -> None:
    """All there are; and another one passes, since it may be newer than the schema."""
    schema = json.loads(CURRENT["guide.schema.json"])
    place = schema["$defs"][definition]["properties"][field]
    known = known_ids(GUIDES)[kind]
    assert len(known) > 10
    assert place.get("items", place)["$ref"] == f"#/$defs/{kind}-id"
    offered = schema["$defs"][f"{kind}-id"]
    assert offered["anyOf"][0]["enum"] == known
    assert flaws("quite-new", offered, schema) == []
    assert flaws("Not an id", offered, schema)


MODELS = sorted({model for file in FILES.values() for model in models(file)}, key=lambda model: model.__name__)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_is_described_with_an_example_that_fits(model: type[BaseModel]) -> None:
    """What stands under a field in the source is what an editor reads while typing; its example is a sound value."""
    for name, field in model.model_fields.items():
        if name == "kind":
            continue
        description, example = described(model)[name]
        assert description.endswith("."), name
        assert example is not None, name
        whole: Any = Annotated[field.annotation, *field.metadata, None]
        TypeAdapter(whole).validate_python(example)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_new_block_is_inserted_filled_in(kind: str) -> None:
    """With an example in every field that it must have, never with nulls, and sound as it stands."""
    body = snippet(kind)["body"]
    assert BLOCKS[kind].model_validate(body)
    assert "null" not in json.dumps(body)
    for name in ("handout", "guide"):
        assert snippet(kind) in json.loads(CURRENT[f"{name}.schema.json"])["$defs"]["block"]["defaultSnippets"]


@pytest.mark.parametrize("name", CURRENT)
def test_a_schema_is_well_formed(name: str) -> None:
    """It names its draft, uses known words only, every reference leads somewhere, and every object is closed."""
    schema = json.loads(CURRENT[name])
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "object"
    objects = 0

    def look(part: dict[str, Any]) -> None:
        nonlocal objects
        assert set(part) <= KEYWORDS
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        if "pattern" in part:
            re.compile(part["pattern"])
        if part.get("type") == "object":
            objects += 1
            assert "additionalProperties" in part, "an unknown field would pass"
            assert set(part.get("required", ())) <= set(part.get("properties", {}))
        tables = [*part.get("properties", {}).values(), *part.get("$defs", {}).values()]
        choices = [*part.get("anyOf", ()), *part.get("oneOf", ())]
        single = [part[word] for word in ("items", "additionalProperties") if isinstance(part.get(word), dict)]
        for inner in (*tables, *choices, *single):
            look(inner)

    look(schema)
    assert objects


def test_a_block_is_offered_for_each_kind() -> None:
    """An editor that completes `kind:` in a handout offers every block, each by its own model."""
    schema = json.loads(CURRENT["handout.schema.json"])
    assert schema["properties"]["front"]["items"] == schema["properties"]["back"]["items"] == {"$ref": "#/$defs/block"}
    block = schema["$defs"]["block"]
    assert len(block["oneOf"]) == len(block["discriminator"]["mapping"]) > 20
    kinds = [schema["$defs"][choice["$ref"].removeprefix("#/$defs/")] for choice in block["oneOf"]]
    assert all("kind" in block["required"] and block["properties"]["kind"]["const"] for block in kinds)


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.relative_to(GUIDES).as_posix())
def test_a_shipped_file_names_its_schema_and_keeps_to_it(path: Path) -> None:
    """The first line leads an editor to the schema of this kind of file, and the file has no flaw by it."""
    schema = named_schema(path)
    assert schema.parent == SCHEMAS.resolve()
    name = schema.name.removesuffix(".schema.json")
    values = read_yaml(path.read_bytes(), path.name).values
    assert name == values.get("kind", path.stem)
    assert name in FILES
    root = json.loads(schema.read_text("utf-8"))
    assert flaws(values, root, root) == []


def test_every_schema_is_used_by_a_shipped_file() -> None:
    """No schema is written for a file that there is not."""
    assert {named_schema(path).name for path in YAML_FILES} == set(CURRENT)


@pytest.mark.parametrize(
    "path",
    [path for path in case_files("read") if re.match("unknown-field|missing-field|wrong-type|too-|pattern|figure", path.stem)],
    ids=lambda path: path.stem,
)
def test_an_editor_sees_what_the_reader_refuses(path: Path) -> None:
    """The schema finds a flaw in the wrong files, too, so that they are marked while one types."""
    values = read_yaml(path.read_bytes(), path.name).values
    root = json.loads(CURRENT[f"{values['kind']}.schema.json"])
    assert flaws(values, root, root)
