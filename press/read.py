"""Read: the folder of guides to typed values, every value with its place. The only module that reads content files."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from press.blocks import BLOCKS, AnyBlock
from press.guide import (
    KINDS,
    Article,
    Clinic,
    Guide,
    Handout,
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
from press.inline import references
from press.letters import letters_of
from press.model import Loc, texts
from press.problems import Mark, Problem, did_you_mean
from press.source import MAX_PROBLEMS, read_yaml
from press.source import Source as Yaml

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


def read_library(guides: Path, drawing_styles: Path) -> Reading:
    """The shared files of all languages as one library."""
    reading = Reading()
    digests: dict[str, str] = {}
    clinic = _model(_yaml(guides / "clinic.yaml", guides), Clinic, reading)
    if (guides / "house-rules.yaml").exists():
        reading.rules = _model(_yaml(guides / "house-rules.yaml", guides), HouseRules, reading) or reading.rules
    for sheet in sorted(drawing_styles.parent.glob("*.css")):
        reading.files.styles[sheet.name] = _text(sheet, drawing_styles.parent, reading)
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
    drawings = {path.stem: _text(path, guides, reading) for path in sorted((guides / "figures").glob("*.svg"))}
    digests |= {f"drawing:{name}": digest(svg) for name, svg in drawings.items()}
    styles = reading.files.styles.get(drawing_styles.name, "")
    digests["drawing-styles:figures.css"] = digest(styles)
    for language in spoken.values():
        reading.problems += _dangling(language, articles, reading.files, f"{guides.name}/{language.code}")
    if clinic and not any(p.severity == "error" for p in reading.problems):
        digests |= {f"clinic:{key}": digest(value) for key, value in clinic.model_dump(mode="json").items()}
        letters = letters_of(drawing_styles.parent, reading.files.styles)
        reading.library = Library(clinic, articles, sources, spoken, drawings, styles, letters, digests)
    return reading


def _dangling(language: Language, articles: Mapping[str, Article], files: SharedFiles, folder: str) -> Iterator[Problem]:
    """Links in the shared texts of a language to words or articles that are not there."""
    known: dict[str, Mapping[str, Any]] = {"term": language.terms, "article": articles}
    for file, loc, text in _shared_texts(language, files, folder):
        for kind, key in references(text):
            if key not in known[kind]:
                hint = did_you_mean(key, known[kind])
                yield file.problem(f"unknown-{kind}", f"there is no {kind} '{_short(key)}'", file.mark(loc), hint)


def _shared_texts(language: Language, files: SharedFiles, folder: str) -> Iterator[tuple[Yaml, Loc, str]]:
    """The standing texts of a language and those of its glossary, with their places."""
    shared, glossary = files.yaml[f"{folder}/shared.yaml"], files.yaml[f"{folder}/glossary.yaml"]
    yield from ((shared, loc, text) for loc, text, _ in texts(language.shared))
    entries = glossary.values["terms"] if language.terms else []
    for position, entry in enumerate(entries):
        term = language.terms.get(str(entry.get("id"))) if isinstance(entry, dict) else None
        if term:
            yield from ((glossary, ("terms", position, *loc), text) for loc, text, _ in texts(term))


def read_manuscript(path: Path, guides: Path) -> tuple[Manuscript | None, list[Problem]]:
    """One document file; None where it can't be used."""
    file = _yaml(path, guides)
    problems = list(file.problems)
    if not isinstance(file.values, dict):
        hint = "start one with `generate.py new handout`"
        return None, problems or [file.problem("not-a-document", "the file holds no fields", Mark(), hint)]
    kind = file.values.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        mark = file.mark(("kind",))
        said = "the field 'kind' is missing" if kind is None else f"'{_short(kind)}' is no kind of document"
        hint = did_you_mean(_short(kind), KINDS) or "write `kind: handout` or `kind: guide`"
        return None, [*problems, file.problem("unknown-kind", said, mark, hint)]
    try:
        document = model.model_validate(file.values)
    except ValidationError as error:
        return None, problems + _findings(error, file, model)
    problems += _misplaced(document, file)
    if problems:
        return None, problems
    return Manuscript(path.stem, path.parent.name, document, file), problems


def _misplaced(document: Guide | Handout, file: Yaml) -> list[Problem]:
    """Blocks that this kind of document can't print."""
    found = [loc for loc, block in document.placed() if block.kind == "contents" and document.kind == "handout"]
    message, hint = "a handout has no list of contents", "delete this block, or make the document a guide"
    return [file.problem("misplaced-block", message, file.mark((*loc, "kind")), hint) for loc in found]


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
        hint = "restore it from the last version"
        missing.problems.append(missing.problem("missing-file", "this file is missing", Mark(), hint))
        return missing


def _text(path: Path, folder: Path, reading: Reading) -> str:
    """A drawing or a style sheet; an empty text where it is not UTF-8."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
        before = error.object[: error.start].decode("utf-8")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        reading.problems.append(
            Problem("encoding", "error", "this character is not UTF-8", name, line, column, "save the file as UTF-8")
        )
        return ""


def _model(file: Yaml, model: type[M], reading: Reading) -> M | None:
    """A whole file as one model."""
    reading.files.yaml[file.file] = file
    reading.problems += file.problems
    if file.values is None and file.problems:
        return None
    try:
        return model.model_validate(file.values if file.values is not None else {})
    except ValidationError as error:
        reading.problems += _findings(error, file, model)
        return None


def _entries(
    path: Path, guides: Path, top: str, model: type[M], name: str, reading: Reading, digests: dict[str, str]
) -> dict[str, M]:
    """A file with one list of entries, each with an id; ids are unique."""
    file = _yaml(path, guides)
    reading.files.yaml[file.file] = file
    reading.problems += file.problems
    entries: dict[str, M] = {}
    values = file.values if isinstance(file.values, dict) else {}
    if not isinstance(values.get(top), list):
        if not file.problems:
            reading.problems.append(file.problem("wrong-type", f"the field '{top}' with a list is missing", file.mark((top,))))
        return entries
    for field_name in set(values) - {top}:
        message = f"unknown field '{_short(field_name)}'"
        reading.problems.append(file.problem("unknown-field", message, file.keys[(field_name,)], f"known here: {top}"))
    found: list[Problem] = []
    for position, value in enumerate(values[top]):
        try:
            entry = model.model_validate(value)
        except ValidationError as error:
            found += _findings(error, file, model, (top, position))
            if len(found) > MAX_PROBLEMS:
                break
            continue
        key: str = entry.id  # type: ignore[attr-defined]
        if key in entries:
            mark = file.mark((top, position, "id"))
            found.append(file.problem("duplicate-id", f"the id '{key}' is used twice", mark, "give each entry an id of its own"))
        entries[key] = entry
        digests |= {f"{name}:{key}/{part}": digest(getattr(entry, part)) for part in model.model_fields}
    reading.problems += _limited(found, file)
    return entries


def _phrases(path: Path, guides: Path, reading: Reading) -> dict[str, str]:
    """The printed phrases, each a plain text."""
    file = _yaml(path, guides)
    reading.files.yaml[file.file] = file
    reading.problems += file.problems
    if not isinstance(file.values, dict):
        if not file.problems:
            reading.problems.append(file.problem("wrong-type", "the file holds no phrases", Mark()))
        return {}
    for key, value in file.values.items():
        if not isinstance(value, str):
            reading.problems.append(file.problem("wrong-type", f"'{key}' must be text", file.mark((key,)), "put it in quotes"))
    return {key: value for key, value in file.values.items() if isinstance(value, str)}


def _findings(error: ValidationError, file: Yaml, model: type[BaseModel], base: Loc = ()) -> list[Problem]:
    """Pydantic's findings as located problems in our words; not those at a value that the strict reader refused already."""
    refused = {(problem.line, problem.column) for problem in file.problems}
    true = (finding for finding in error.errors(include_url=False) if not _miscounted(finding))
    found = (_finding(finding, file, model, base) for finding in true)
    return _limited((problem for problem in found if (problem.line, problem.column) not in refused), file)


def _miscounted(finding: ErrorDetails) -> bool:
    """Pydantic counts only the sound items of a list; the others are reported anyway."""
    return finding["type"] == "too_short" and len(finding["input"]) >= finding["ctx"]["min_length"]


def _limited(problems: Iterable[Problem], file: Yaml) -> list[Problem]:
    """The first hundred problems of a file, and whether there are more."""
    first = list(islice(problems, MAX_PROBLEMS + 1))
    if len(first) > MAX_PROBLEMS:
        mark = Mark(first[-1].line, first[-1].column)
        first[-1] = file.problem("too-many-problems", "the problems from here on are not shown", mark)
    return first


def _finding(finding: ErrorDetails, file: Yaml, model: type[BaseModel], base: Loc) -> Problem:
    loc, owner = _place(finding["loc"], model, base)
    kind, value = finding["type"], finding["input"]
    name = str(loc[-1]) if loc else "file"
    hint: str | None
    if kind == "extra_forbidden":
        hint = did_you_mean(_short(name), owner.model_fields) or f"known here: {', '.join(sorted(owner.model_fields))}"
        return file.problem("unknown-field", f"unknown field '{_short(name)}'", file.keys.get(loc) or file.mark(loc), hint)
    if kind == "missing":
        return file.problem("missing-field", f"the field '{name}' is missing here", file.mark(loc[:-1]), f"add `{name}:`")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_block(value.get("kind"), file, file.mark((*loc, "kind")))
    message, hint = _reason(kind, name, finding.get("ctx", {}), value)
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        message, hint = f"{_where(name)} must be text, but this is a number", f'put it in quotes: "{file.typed(loc)}"'
    return file.problem("wrong-type" if kind.endswith("_type") else "bad-value", message, file.mark(loc), hint)


def _unknown_block(kind: Any, file: Yaml, mark: Mark) -> Problem:
    message = "a block needs a 'kind'" if kind is None else f"'{_short(kind)}' is no kind of block"
    hint = did_you_mean(_short(kind), BLOCKS) or f"known: {', '.join(BLOCKS)}"
    return file.problem("unknown-kind", message, mark, hint)


def _place(found: Loc, model: Any, base: Loc) -> tuple[Loc, Any]:
    """The place in the file for a place as Pydantic names it, and the model whose field stands there.

    Pydantic puts a block's kind after its position in the list; that element is no key and is left out.
    """
    loc, owner, inside = list(base), model, model
    for element in found:
        if inside == AnyBlock:
            inside = BLOCKS[str(element)]
        else:
            loc.append(element)
            owner, inside = inside, _inside(inside, element)
    return tuple(loc), owner


def _inside(annotation: Any, element: str | int) -> Any:
    """What stands at a field of a model, or at a position of a list."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        found = annotation.model_fields.get(str(element))
        annotation = found.annotation if found else None
    else:
        annotation = next(iter(get_args(annotation)), None)
    if get_origin(annotation) in (Union, UnionType):
        annotation = next(part for part in get_args(annotation) if part is not NoneType)
    if get_origin(annotation) is Annotated and annotation != AnyBlock:
        annotation = get_args(annotation)[0]
    return annotation


def _short(value: Any) -> str:
    """A value as a message can quote it."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _where(name: str) -> str:
    return f"item {int(name) + 1}" if name.isdecimal() else f"'{name}'"


def _reason(kind: str, name: str, context: Mapping[str, Any], value: Any) -> tuple[str, str | None]:
    """The message and the hint for one of Pydantic's error types."""
    where = _where(name)
    if kind == "address":
        return context["message"], context["hint"]
    if kind == "string_type" and value is None:
        return f"{where} is empty", "write the text, or delete the field"
    if kind in ("too_short", "too_long"):
        limit = context.get("min_length") or context.get("max_length")
        bound = "at least" if kind == "too_short" else "at most"
        return f"{where} must hold {bound} {limit} items, and holds {len(value)}", None
    if kind in ("string_too_short", "string_too_long"):
        limit = context.get("min_length") or context.get("max_length")
        return f"{where} must have {'at least' if 'short' in kind else 'at most'} {limit} characters", f"it has {len(value)}"
    if kind == "literal_error":
        expected = str(context.get("expected"))
        return f"{where} must be {expected}", did_you_mean(_short(value), re.findall(r"'([^']+)'", expected))
    if kind == "string_pattern_mismatch":
        return f"'{_short(value)}' is not well formed for {where}", _pattern_hint(context)
    plain = {
        "string_type": "must be text",
        "tuple_type": "must be a list",
        "model_type": "must hold fields",
        "model_attributes_type": "must hold fields",
        "dict_type": "must hold fields",
        "bool_type": "must be true or false",
        "int_type": "must be a whole number",
        "int_parsing": "must be a whole number",
        "int_from_float": "must be a whole number",
        "date_type": "must be a date such as 2026-11-22",
        "date_parsing": "must be a date such as 2026-11-22",
        "date_from_datetime_parsing": "must be a date such as 2026-11-22",
        "greater_than_equal": f"must be at least {context.get('ge')}",
        "less_than_equal": f"must be at most {context.get('le')}",
    }
    return f"{where} {plain.get(kind, 'is not right here')}", None


def _pattern_hint(context: Mapping[str, Any]) -> str | None:
    return next((hint for start, hint in _PATTERNS.items() if str(context.get("pattern")).startswith(start)), None)


_PATTERNS = {
    "^[A-Z]": "two capital letters, a hyphen, then 2 to 8 capitals or digits: VS-STEN",
    r"^\d+\.": 'two numbers in quotes: "1.0"',
    "^[a-z0-9]": "small letters, digits and single hyphens",
    r"^\d+(-": 'line numbers such as "2-4, 32"',
}
"""What a pattern asks for, by its first characters."""
