"""Read: the folder of guides to typed values, every value with its place. The only module that reads content files."""

import hashlib
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from press.model.base import Loc, texts
from press.model.contact import FIELDS, IN_LINES, mail_addresses
from press.model.documents import KINDS, Guide, Handout
from press.model.inline import references
from press.model.library import Article, Clinic, HouseRules, Language, Library, PlainWords, Shared, Source, Term
from press.problems import Fault, Mark, Problem, did_you_mean
from press.read.characters import MOST_MARKS, too_many_marks
from press.read.files import MAX_DRAWING, MAX_SHEET, Unreadable, is_inside, read_file
from press.read.fonts import letters_of
from press.read.manuscript import Manuscript, SharedFiles
from press.read.names import stray_files
from press.read.source import MAX_PROBLEMS
from press.read.source import Source as Yaml
from press.read.strict_yaml import MAX_BYTES, read_yaml
from press.read.syntax import CUT_HINT
from press.read.validation import findings, limited, short

M = TypeVar("M", bound=BaseModel)
_PARTING = ",;:/–—·|"
"""Signs at the end of a line that part it from the next where both are printed on one."""


@dataclass
class Reading:
    """What reading the shared files gave: the library, or None where it can't be used, and every problem.

    A stray file is a problem, and the library is whole all the same.
    """

    library: Library | None = None
    rules: HouseRules = field(default_factory=HouseRules)
    files: SharedFiles = field(default_factory=SharedFiles)
    problems: list[Problem] = field(default_factory=list)


def languages(guides: Path) -> list[str]:
    """The languages there are: folders named by a two-letter code."""
    there = (path for path in guides.iterdir() if re.fullmatch(r"[a-z]{2}", path.name) and path.is_dir())
    return sorted(path.name for path in there if is_inside(os.path.realpath(path), guides))


def read_library(guides: Path, drawing_styles: Path) -> Reading:
    """The shared files of all languages as one library."""
    reading = Reading()
    digests: dict[str, str] = {}
    clinic = _model(_yaml(guides / "clinic.yaml", guides), Clinic, reading)
    if clinic:
        reading.problems += _unreachable(clinic, reading.files.yaml[f"{guides.name}/clinic.yaml"])
    if (guides / "house-rules.yaml").exists():
        reading.rules = _model(_yaml(guides / "house-rules.yaml", guides), HouseRules, reading) or reading.rules
    for sheet in sorted(drawing_styles.parent.glob("*.css")):
        reading.files.styles[sheet.name] = _text(sheet, drawing_styles.parent, MAX_SHEET, reading)
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
    there = sorted(path for path in (guides / "figures").glob("*.svg") if path.name.isprintable())  # others are stray files
    drawings = {path.stem: _text(path, guides, MAX_DRAWING, reading) for path in there}
    digests |= {f"drawing:{name}": digest(svg) for name, svg in drawings.items()}
    styles = reading.files.styles.get(drawing_styles.name, "")
    digests["drawing-styles:figures.css"] = digest(styles)
    for language in spoken.values():
        reading.problems += _dangling(language, articles, reading.files, f"{guides.name}/{language.code}")
    if clinic and not any(p.severity == "error" for p in reading.problems):
        digests |= {f"clinic:{key}": digest(value) for key, value in clinic.model_dump(mode="json").items()}
        letters = letters_of(drawing_styles.parent, reading.files.styles)
        reading.library = Library(clinic, articles, sources, spoken, drawings, styles, letters, digests)
    reading.problems += stray_files(guides)  # after the others: what nothing reads does not spoil what is read
    return reading


def _dangling(language: Language, articles: Mapping[str, Article], files: SharedFiles, folder: str) -> Iterator[Problem]:
    """Links in the shared texts of a language to words or articles that are not there."""
    known: dict[str, Mapping[str, Any]] = {"term": language.terms, "article": articles}
    for file, loc, text in _shared_texts(language, files, folder):
        for kind, key in references(text):
            if key not in known[kind]:
                hint = did_you_mean(key, known[kind])
                yield file.problem(f"unknown-{kind}", f"there is no {kind} '{short(key)}'", file.mark(loc), hint)


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
        said = "the field 'kind' is missing" if kind is None else f"'{short(kind)}' is no kind of document"
        hint = did_you_mean(short(kind), KINDS) or "write `kind: handout` or `kind: guide`"
        return None, [*problems, file.problem("unknown-kind", said, mark, hint)]
    try:
        document = model.model_validate(file.values)
    except ValidationError as error:
        return None, problems + findings(error, file, model)
    problems += _misplaced(document, file) + _emptied(file)
    if problems:
        return None, problems
    return Manuscript(path.stem, path.parent.name, document, file), problems


def _misplaced(document: Guide | Handout, file: Yaml) -> list[Problem]:
    """Blocks that this kind of document can't print."""
    found = [loc for loc, block in document.placed() if block.kind == "contents" and document.kind == "handout"]
    message, hint = "a handout has no list of contents", "delete this block, or make the document a guide"
    return [file.problem("misplaced-block", message, file.mark((*loc, "kind")), hint) for loc in found]


def _emptied(file: Yaml) -> list[Problem]:
    """Texts that are empty because a comment stands in their place. A review may be empty until a clinician signs it."""
    message, hint = "this is empty, because YAML takes what stands behind '#' for a comment", CUT_HINT
    lost = (loc for loc in file.emptied if loc[0] != "review")
    return [file.problem("cut-by-comment", message, file.mark(loc), hint) for loc in lost]


def read_template(path: Path, templates: Path) -> str:
    """The text of a template. Raises Fault where it can't be read: it is part of the house, not of its content."""
    try:
        return read_file(path, templates, MAX_SHEET).decode("utf-8")
    except (Unreadable, UnicodeDecodeError) as why:
        said = why.message if isinstance(why, Unreadable) else "it is not UTF-8"
        raise Fault(f"the template {path.name} can't be used: {said}") from why


def digest(value: Any) -> str:
    """A short digest of a plain value."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False, default=str).encode()).hexdigest()[:16]


def _yaml(path: Path, guides: Path) -> Yaml:
    """A YAML file under its name as an editor knows it; one that is missing or no file is a problem of its own."""
    name = f"{guides.name}/{path.relative_to(guides).as_posix()}"
    try:
        return read_yaml(read_file(path, guides, MAX_BYTES), name)
    except Unreadable as why:
        file = Yaml(name)
        file.problems.append(file.problem(why.code, why.message, Mark(), why.hint))
        return file


def _text(path: Path, folder: Path, limit: int, reading: Reading) -> str:
    """A drawing or a style sheet; an empty text where it can't be read."""
    name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
    try:
        data = read_file(path, folder, limit)
        text = data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
        if (place := too_many_marks(text)) is None:
            return unicodedata.normalize("NFC", text)
        message = f"more than {MOST_MARKS} marks stand on one letter"
        line = text.count("\n", 0, place) + 1
        reading.problems.append(Problem("hidden-character", "error", message, name, line, hint="delete them"))
    except Unreadable as why:
        reading.problems.append(Problem(why.code, "error", why.message, name, hint=why.hint))
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
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
        reading.problems += findings(error, file, model)
        return None


def _unreachable(clinic: Clinic, file: Yaml) -> Iterator[Problem]:
    """Ways to reach the clinic that would not be printed as they are meant."""
    yield from _run_together(file)
    if clinic.email and not any(address for _, address in mail_addresses(clinic.email)):
        message = f"'{short(clinic.email)}' is no address that a mail program opens"
        yield file.problem("bad-value", message, file.mark(("email",)), "write it as name@example.com")


def _run_together(file: Yaml) -> Iterator[Problem]:
    """Ways to reach the clinic that stand on several lines and are printed on one, with nothing between them."""
    for key in FIELDS:
        value = file.values.get(key) if isinstance(file.values, dict) else None
        lines = [file.lines[number - 1].strip() for number in file.folded.get((key,), ()) if number <= len(file.lines)]
        if not lines and isinstance(value, str) and key not in IN_LINES:
            lines = value.strip().split("\n")
        if any(line and after and line[-1] not in _PARTING for line, after in pairwise(lines)):
            hint = f"write `{key}: |` and the lines below it, indented" if key in IN_LINES else "part them by commas"
            message = f"the lines of '{key}' are printed as one, with nothing between them"
            yield file.problem("bad-value", message, file.mark((key,)), hint)


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
        message = f"unknown field '{short(field_name)}'"
        reading.problems.append(file.problem("unknown-field", message, file.keys[(field_name,)], f"known here: {top}"))
    found: list[Problem] = []
    for position, value in enumerate(values[top]):
        try:
            entry = model.model_validate(value)
        except ValidationError as error:
            found += findings(error, file, model, (top, position))
            if len(found) > MAX_PROBLEMS:
                break
            continue
        key: str = entry.id  # type: ignore[attr-defined]
        if key in entries:
            mark = file.mark((top, position, "id"))
            found.append(file.problem("duplicate-id", f"the id '{key}' is used twice", mark, "give each entry an id of its own"))
        entries[key] = entry
        digests |= {f"{name}:{key}/{part}": digest(getattr(entry, part)) for part in model.model_fields}
    reading.problems += limited(found, file)
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
