"""Read: the folder of guides to typed values, every value with its place. The only module that reads content files."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from press.blocks import BLOCKS
from press.guide import (
    KINDS,
    Article,
    Clinic,
    HouseRules,
    Language,
    Library,
    Manuscript,
    PlainWords,
    Shared,
    SharedFiles,
    Source,
    Term,
)
from press.model import Loc
from press.problems import Mark, Problem, did_you_mean
from press.source import Source as Yaml
from press.source import read_yaml

NOT_DOCUMENTS = {"phrases.yaml", "glossary.yaml", "shared.yaml", "plain-words.yaml"}
"""Files in a language's folder that documents share."""

M = TypeVar("M", bound=BaseModel)


@dataclass
class Reading:
    """What reading the shared files gave: the library, or None where it can't be used, and every problem."""

    library: Library | None = None
    rules: HouseRules = field(default_factory=HouseRules)
    files: SharedFiles = field(default_factory=SharedFiles)
    problems: list[Problem] = field(default_factory=list)


def languages(guides: Path) -> list[str]:
    """The languages there are: folders named by a two-letter code."""
    return sorted(p.name for p in guides.iterdir() if p.is_dir() and re.fullmatch(r"[a-z]{2}", p.name))


def manuscripts(guides: Path) -> list[tuple[str, str, Path]]:
    """(language, slug, path) of every document file, in order."""
    return [
        (language, path.stem, path)
        for language in languages(guides)
        for path in sorted((guides / language).glob("*.yaml"))
        if path.name not in NOT_DOCUMENTS
    ]


def read_library(guides: Path, drawing_styles: Path) -> Reading:
    """The shared files of all languages as one library."""
    reading = Reading()
    digests: dict[str, str] = {}
    clinic = _model(_yaml(guides / "clinic.yaml", guides), Clinic, reading)
    if (guides / "house-rules.yaml").exists():
        reading.rules = _model(_yaml(guides / "house-rules.yaml", guides), HouseRules, reading) or reading.rules
    for sheet in sorted(drawing_styles.parent.glob("*.css")):
        reading.files.styles[sheet.name] = sheet.read_text("utf-8")
    articles = _entries(guides / "articles.yaml", guides, "articles", Article, "article", reading, digests)
    sources = _entries(guides / "sources.yaml", guides, "sources", Source, "source", reading, digests)
    spoken: dict[str, Language] = {}
    for code in languages(guides):
        folder = guides / code
        phrases = _phrases(folder / "phrases.yaml", guides, reading)
        terms = _entries(folder / "glossary.yaml", guides, "terms", Term, f"term:{code}", reading, digests)
        shared = _model(_yaml(folder / "shared.yaml", guides), Shared, reading)
        plainer = None
        if (folder / "plain-words.yaml").exists():
            plainer = _model(_yaml(folder / "plain-words.yaml", guides), PlainWords, reading)
        if shared:
            spoken[code] = Language(code, phrases, terms, shared, plainer or PlainWords())
            digests[f"plain-words:{code}"] = digest(spoken[code].plain_words.model_dump(mode="json"))
            digests |= {f"shared:{code}:{key}": digest(value) for key, value in shared.model_dump(mode="json").items()}
        digests |= {f"phrase:{code}:{key}": digest(value) for key, value in phrases.items()}
    drawings = {path.stem: path.read_text("utf-8") for path in sorted((guides / "figures").glob("*.svg"))}
    digests |= {f"drawing:{name}": digest(svg) for name, svg in drawings.items()}
    styles = drawing_styles.read_text("utf-8") if drawing_styles.exists() else ""
    digests["drawing-styles:figures.css"] = digest(styles)
    if clinic and not any(p.severity == "error" for p in reading.problems):
        digests |= {f"clinic:{key}": digest(value) for key, value in clinic.model_dump(mode="json").items()}
        reading.library = Library(clinic, articles, sources, spoken, drawings, styles, digests)
    return reading


def read_manuscript(path: Path, guides: Path) -> tuple[Manuscript | None, list[Problem]]:
    """One document file; None where it can't be used."""
    file = _yaml(path, guides)
    problems = list(file.problems)
    if not isinstance(file.values, dict):
        if not problems:
            problems.append(file.problem("not-a-document", "the file holds no fields", Mark(), "start one with `generate.py new handout`"))
        return None, problems
    kind = file.values.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        mark = file.mark(("kind",)) if "kind" in file.values else Mark()
        said = f"'{kind}' is no kind of document" if kind else "the field 'kind' is missing"
        hint = (did_you_mean(str(kind), KINDS) if kind else None) or "write `kind: handout` or `kind: guide`"
        return None, [*problems, file.problem("unknown-kind", said, mark, hint)]
    try:
        document = model.model_validate(file.values)
    except ValidationError as error:
        return None, problems + list(_in_words(error, file, model))
    if problems:
        return None, problems
    return Manuscript(path.stem, path.parent.name, document, file), problems


def digest(value: Any) -> str:
    """A short digest of a plain value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


def _yaml(path: Path, guides: Path) -> Yaml:
    """A YAML file under its name as an editor knows it; a missing one is a problem of its own."""
    name = f"{guides.name}/{path.relative_to(guides).as_posix()}"
    try:
        return read_yaml(path.read_bytes(), name)
    except FileNotFoundError:
        missing = Yaml(name)
        missing.problems.append(missing.problem("missing-file", "this file is missing", Mark(), "restore it from the last version"))
        return missing


def _model(file: Yaml, model: type[M], reading: Reading) -> M | None:
    """A whole file as one model."""
    reading.files.yaml[file.file] = file
    reading.problems += file.problems
    if file.values is None and file.problems:
        return None
    try:
        return model.model_validate(file.values if file.values is not None else {})
    except ValidationError as error:
        reading.problems += _in_words(error, file, model)
        return None


def _entries(
    path: Path, guides: Path, top: str, model: type[M], name: str, reading: Reading, digests: dict[str, str]
) -> dict[str, M]:
    """A file with one list of entries, each with an id; ids are unique."""
    file = _yaml(path, guides)
    reading.files.yaml[file.file] = file
    reading.problems += file.problems
    entries: dict[str, M] = {}
    values = file.values.get(top) if isinstance(file.values, dict) else None
    if not isinstance(values, list):
        if not file.problems:
            reading.problems.append(file.problem("wrong-type", f"the field '{top}' with a list is missing", Mark()))
        return entries
    for position, value in enumerate(values):
        try:
            entry = model.model_validate(value)
        except ValidationError as error:
            reading.problems += _in_words(error, file, model, (top, position))
            continue
        key: str = entry.id  # type: ignore[attr-defined]
        if key in entries:
            mark = file.mark((top, position, "id"))
            reading.problems.append(file.problem("duplicate-id", f"the id '{key}' is used twice", mark, "give each entry an id of its own"))
        entries[key] = entry
        digests |= {f"{name}:{key}/{part}": digest(getattr(entry, part)) for part in model.model_fields}
    return entries


def _phrases(path: Path, guides: Path, reading: Reading) -> dict[str, str]:
    """The printed phrases, each a plain text."""
    file = _yaml(path, guides)
    reading.files.yaml[file.file] = file
    reading.problems += file.problems
    if not isinstance(file.values, dict):
        return {}
    for key, value in file.values.items():
        if not isinstance(value, str):
            reading.problems.append(file.problem("wrong-type", f"'{key}' must be text", file.mark((key,)), "put it in quotes"))
    return {key: value for key, value in file.values.items() if isinstance(value, str)}


def _in_words(error: ValidationError, file: Yaml, model: type[BaseModel], base: Loc = ()) -> Iterator[Problem]:
    """Pydantic's findings as located problems in our words."""
    for finding in error.errors(include_url=False):
        loc, names = _place(finding["loc"], file, base)
        kind = finding["type"]
        context: Mapping[str, Any] = finding.get("ctx", {})
        last = names[-1] if names else "file"
        if kind == "extra_forbidden":
            known = _fields(model, names[:-1], file, base)
            mark = file.keys.get(loc) or file.mark(loc)
            hint = did_you_mean(str(last), known) or f"known here: {', '.join(sorted(known))}"
            yield file.problem("unknown-field", f"unknown field '{last}'", mark, hint)
        elif kind == "missing":
            yield file.problem("missing-field", f"the field '{last}' is missing here", file.mark(loc[:-1]), f"add `{last}:`")
        elif kind in ("union_tag_invalid", "union_tag_not_found"):
            said = context.get("tag")
            at = file.marks.get((*loc, "kind")) or file.mark(loc)
            message = f"'{said}' is no kind of block" if said else "a block needs a 'kind'"
            hint = (did_you_mean(str(said), BLOCKS) if said else None) or f"known: {', '.join(BLOCKS)}"
            yield file.problem("unknown-kind", message, at, hint)
        else:
            message, hint = _reason(kind, str(last), context, finding.get("input"))
            code = "wrong-type" if kind.endswith("_type") or kind in ("model_type", "date_parsing") else "bad-value"
            yield file.problem(code, message, file.mark(loc), hint)


def _place(found: Loc, file: Yaml, base: Loc) -> tuple[Loc, Loc]:
    """The place in the file, and the same without positions, for a place as Pydantic names it.

    Pydantic puts the block's kind after its position in the list; that element is no key and is left out.
    """
    value: Any = file.values
    for key in base:
        value = value[key]
    loc = list(base)
    arrived_by_position = False
    for element in found:
        if arrived_by_position and isinstance(value, dict) and value.get("kind") == element:
            arrived_by_position = False
            continue
        loc.append(element)
        arrived_by_position = isinstance(element, int)
        if isinstance(value, dict):
            value = value.get(element)  # type: ignore[arg-type]
        elif isinstance(value, list) and isinstance(element, int) and element < len(value):
            value = value[element]
        else:
            value = None
    return tuple(loc), tuple(loc)


def _fields(model: type[BaseModel], loc: Loc, file: Yaml, base: Loc) -> set[str]:
    """The field names known at a place, found by following the model along it."""
    value: Any = file.values
    for key in base:
        value = value[key]
    current: Any = model
    for element in loc[len(base) :]:
        if isinstance(current, type) and issubclass(current, BaseModel) and isinstance(element, str):
            current = current.model_fields[element].annotation
        value = value.get(element) if isinstance(value, dict) else value[element]  # type: ignore[index]
        if isinstance(value, dict):
            current = BLOCKS.get(str(value.get("kind"))) or _model_inside(current) or current
    return set(current.model_fields) if isinstance(current, type) and issubclass(current, BaseModel) else set()


def _model_inside(annotation: Any) -> type[BaseModel] | None:
    """The model inside `tuple[Model, ...]` or `Model | None`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for part in getattr(annotation, "__args__", ()) if (m := _model_inside(part))), None)


def _reason(kind: str, name: str, context: Mapping[str, Any], value: Any) -> tuple[str, str | None]:
    """The message and the hint for one of Pydantic's error types."""
    where = f"'{name}'" if not name.isdigit() else f"item {int(name) + 1}"
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{where} must be text, but this is a number", f'put it in quotes: "{value}"'
    if kind == "string_type" and value is None:
        return f"{where} is empty", "write the text, or delete the field"
    if kind in ("too_short", "too_long"):
        limit = context.get("min_length") or context.get("max_length")
        bound = "at least" if kind == "too_short" else "at most"
        return f"{where} must hold {bound} {limit} items, and holds {context.get('actual_length')}", None
    if kind in ("string_too_short", "string_too_long"):
        limit = context.get("min_length") or context.get("max_length")
        return f"{where} must have {'at least' if 'short' in kind else 'at most'} {limit} characters", f"it has {len(str(value))}"
    if kind == "literal_error":
        return f"{where} must be {context.get('expected')}", did_you_mean(str(value), re.findall(r"'([^']+)'", str(context.get("expected"))))
    if kind == "string_pattern_mismatch":
        return f"'{value}' is not well formed for {where}", _PATTERNS.get(name)
    plain = {
        "string_type": "must be text",
        "tuple_type": "must be a list",
        "model_type": "must hold fields",
        "model_attributes_type": "must hold fields",
        "dict_type": "must hold fields",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "date_from_datetime_parsing": "must be a date such as 2026-11-22",
        "date_parsing": "must be a date such as 2026-11-22",
        "date_type": "must be a date such as 2026-11-22",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
    }
    return f"{where} {plain.get(kind, 'is not right here')}", None


_PATTERNS = {
    "code": "two capital letters, a hyphen, then 2 to 8 capitals or digits: VS-STEN",
    "version": 'two numbers in quotes: "1.0"',
    "url": "a full address that starts with https://",
    "id": "small letters, digits and single hyphens",
    "article_lines": 'line numbers such as "2-4, 32"',
}


def adapter_schema(model: Any) -> dict[str, Any]:
    """The JSON Schema of a model or of a list of models."""
    return TypeAdapter(model).json_schema()
