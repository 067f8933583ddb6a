"""JSON Schemas of every file an editor writes, for completion and checks while typing.

Each field carries the words that stand under it in its model, and the example given there; each kind of block is offered as
a whole, filled in; ids are completed from what the library holds.
"""

import ast
import inspect
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import BaseModel, RootModel, TypeAdapter

from press.model.base import Model, Names
from press.model.blocks import BLOCKS
from press.model.documents import Guide, Handout
from press.model.library import Article, Clinic, HouseRules, PlainWords, Shared, Source, Term
from press.read.files import Unreadable, read_file
from press.read.strict_yaml import MAX_BYTES, read_yaml

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_EXAMPLE = " Example: "


class Articles(Model):
    """guides/articles.yaml: the clinic's articles and their addresses."""

    articles: tuple[Article, ...]
    """The articles, each with an id of its own. Example: []"""


class Sources(Model):
    """guides/sources.yaml: where facts come from."""

    sources: tuple[Source, ...]
    """The sources, each with an id of its own. Example: []"""


class Glossary(Model):
    """guides/<language>/glossary.yaml: words explained."""

    terms: tuple[Term, ...]
    """The words, each with an id of its own. Example: []"""


class Phrases(RootModel[dict[str, str]]):
    """guides/<language>/phrases.yaml: printed words that are not content."""


FILES: dict[str, type[BaseModel]] = {
    "guide": Guide,
    "handout": Handout,
    "clinic": Clinic,
    "articles": Articles,
    "sources": Sources,
    "glossary": Glossary,
    "shared": Shared,
    "phrases": Phrases,
    "plain-words": PlainWords,
    "house-rules": HouseRules,
}
"""The name of each schema and its model."""

Ids = Mapping[str, list[str]]
"""What there is of each kind of thing that is named by an id: `article`, `source`, `term`, `drawing`."""


def schemas(ids: Ids) -> dict[str, str]:
    """The text of every schema by file name; `ids` are offered where an id is typed."""
    texts = {name: json.dumps(_schema(model, ids), indent=1, ensure_ascii=False) for name, model in FILES.items()}
    return {f"{name}.schema.json": f"{text}\n" for name, text in texts.items()}


def known_ids(guides: Path) -> Ids:
    """The ids that a library holds, each kind in order; words of all its languages."""
    return {
        "article": _listed(guides, [guides / "articles.yaml"], "articles"),
        "source": _listed(guides, [guides / "sources.yaml"], "sources"),
        "term": _listed(guides, sorted(guides.glob("*/glossary.yaml")), "terms"),
        "drawing": sorted(path.stem for path in (guides / "figures").glob("*.svg") if path.stem != "symbols"),
    }


def write_schemas(guides: Path) -> list[Path]:
    """Writes the schemas that are new or changed into `guides/schema`; returns their paths. Raises Fault, for a link too."""
    from press.file.output import Output

    folder, written = Output(guides), []
    for name, text in schemas(known_ids(guides)).items():
        there = folder.read(f"schema/{name}") or b""
        if there.replace(b"\r\n", b"\n") != text.encode():
            folder.write(f"schema/{name}", text.encode())
            written.append(guides / "schema" / name)
    return written


def _listed(guides: Path, paths: list[Path], top: str) -> list[str]:
    found: set[str] = set()
    for path in paths:
        try:
            values = read_yaml(read_file(path, guides, MAX_BYTES), path.name).values
        except Unreadable:
            continue
        entries = values.get(top) if isinstance(values, dict) else None
        found.update(str(entry["id"]) for entry in entries or [] if isinstance(entry, dict) and entry.get("id"))
    return sorted(found)


def _schema(model: type[BaseModel], ids: Ids) -> dict[str, Any]:
    """The schema of one file: what Pydantic makes of its model, with descriptions, examples, ids and whole blocks."""
    schema: dict[str, Any] = {"$schema": DRAFT} | dict(TypeAdapter(model).json_schema())
    shared: dict[str, Any] = schema.get("$defs", {})
    objects: dict[str, Any] = {schema["title"]: schema, **shared}
    for inner in models(model):
        for name, (description, example) in described(inner).items():
            field = objects[inner.__name__]["properties"][name]
            field |= {"description": description, "examples": [example]}
            if (kind := _named(inner, name)) and ids.get(kind):
                shared[f"{kind}-id"] = _offered(_refer(field, f"{kind}-id"), ids[kind])
            if "discriminator" in field.get("items", {}):
                shared["block"] = _refer(field, "block") | {"defaultSnippets": [snippet(kind) for kind in BLOCKS]}
    return schema


def _refer(field: dict[str, Any], name: str) -> dict[str, Any]:
    """Puts a reference in the place of what stands in a field or in its items; gives back what stood there."""
    inner: dict[str, Any]
    if "items" in field:
        inner, field["items"] = field["items"], {"$ref": f"#/$defs/{name}"}
    else:
        inner = {key: field.pop(key) for key in ("type", "pattern") if key in field}
        field["$ref"] = f"#/$defs/{name}"
    return inner


def _offered(typed: dict[str, Any], ids: list[str]) -> dict[str, Any]:
    """Ids to choose from. Others pass: they may have come since the schema was written."""
    return {"anyOf": [{"enum": ids}, typed]}


def snippet(kind: str) -> dict[str, Any]:
    """A block to insert as a whole: its kind, and an example for every field that it must have."""
    model = BLOCKS[kind]
    needed = {
        name: described(model)[name][1] for name, field in model.model_fields.items() if field.is_required() and name != "kind"
    }
    return {"label": kind, "description": inspect.getdoc(model), "body": {"kind": kind, **needed}}


def models(model: Any) -> Iterator[type[BaseModel]]:
    """A model and all that its fields hold, each once."""
    pending, seen = [model], set()
    while pending:
        found = pending.pop()
        if isinstance(found, type) and issubclass(found, BaseModel):
            if found not in seen and found is not Phrases:
                seen.add(found)
                yield found
                pending += [field.annotation for field in found.model_fields.values()]
        else:
            pending += get_args(found)


@cache
def described(model: type[BaseModel]) -> dict[str, tuple[str, Any]]:
    """What stands under each field of a model in its source, those of its bases too: the description and the example."""
    found: dict[str, tuple[str, Any]] = {}
    for base in reversed(model.__mro__):
        for name, text in _under_fields(base.__module__).get(base.__name__, {}).items():
            description, _, example = text.partition(_EXAMPLE)
            found[name] = description, _plain(yaml.safe_load(example))
    return found


@cache
def _under_fields(module: str) -> dict[str, dict[str, str]]:
    """The strings under the fields of each class of a module."""
    if not module.startswith(__name__.partition(".")[0]):
        return {}
    classes = (node for node in ast.parse(inspect.getsource(sys.modules[module])).body if isinstance(node, ast.ClassDef))
    return {node.name: dict(_pairs(node)) for node in classes}


def _pairs(node: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for field, text in zip(node.body, node.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant):
            yield ast.unparse(field.target), " ".join(str(text.value.value).split())


def _plain(value: Any) -> Any:
    """A value of YAML as JSON has it: dates as text."""
    return json.loads(json.dumps(value, default=str))


def _named(model: type[BaseModel], name: str) -> str | None:
    """What kind of thing a field names by its id; None where it names none."""
    pending: list[Any] = [model.model_fields[name].metadata, model.model_fields[name].annotation]
    while pending:
        found = pending.pop()
        if isinstance(found, Names):
            return found.kind
        pending += found if isinstance(found, list) else [*get_args(found), *getattr(found, "__metadata__", ())]
    return None
