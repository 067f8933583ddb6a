"""What does not fit the content model, in our words: Pydantic's findings as located problems."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from press.model.base import Loc
from press.model.blocks import BLOCKS, AnyBlock
from press.problems import Mark, Problem, did_you_mean
from press.read.source import MAX_PROBLEMS
from press.read.source import Source as Yaml
from press.read.syntax import BULLETS

Reason = tuple[str, str | None]
"""Message and hint."""


def findings(error: ValidationError, file: Yaml, model: type[BaseModel], base: Loc = ()) -> list[Problem]:
    """Pydantic's findings as located problems in our words; not those at a value that the strict reader refused already."""
    refused = {(problem.line, problem.column) for problem in file.problems}
    refused |= {(at.line, at.column) for at in map(file.in_file, file.spoiled)}
    true = (finding for finding in error.errors(include_url=False) if not _miscounted(finding))
    found = (_finding(finding, file, model, base) for finding in true)
    return limited((problem for problem in found if (problem.line, problem.column) not in refused), file)


def limited(problems: Iterable[Problem], file: Yaml) -> list[Problem]:
    """The first hundred problems of a file, and whether there are more."""
    first = list(islice(problems, MAX_PROBLEMS + 1))
    if len(first) > MAX_PROBLEMS:
        mark = Mark(first[-1].line, first[-1].column)
        first[-1] = file.problem("too-many-problems", "the problems from here on are not shown", mark)
    return first


def short(value: Any) -> str:
    """A value as a message can quote it."""
    text = str(value)
    return text if len(text) <= 60 else f"{text[:60]}…"


def _miscounted(finding: ErrorDetails) -> bool:
    """Pydantic counts only the sound items of a list; the others are reported anyway."""
    return finding["type"] == "too_short" and len(finding["input"]) >= finding["ctx"]["min_length"]


def _finding(finding: ErrorDetails, file: Yaml, model: type[BaseModel], base: Loc) -> Problem:
    loc, owner = _place(finding["loc"], model, base)
    kind, value = finding["type"], finding["input"]
    name = str(loc[-1]) if loc else "file"
    hint: str | None
    if kind == "extra_forbidden":
        hint = did_you_mean(short(name), owner.model_fields) or f"known here: {', '.join(sorted(owner.model_fields))}"
        return file.problem("unknown-field", f"unknown field '{short(name)}'", file.keys.get(loc) or file.mark(loc), hint)
    if kind == "missing":
        return file.problem("missing-field", f"the field '{name}' is missing here", file.mark(loc[:-1]), f"add `{name}:`")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return _unknown_block(value.get("kind"), file, file.mark((*loc, "kind")))
    message, hint = _reason(kind, name, finding.get("ctx", {}), value)
    if kind == "string_type" and file.lines[file.mark(loc).line - 1][file.mark(loc).column - 1 :].startswith("{"):
        message, hint = f"{_where(name)} must be text, and starts with a brace, which holds fields", "put text in quotes"
    if kind == "string_type" and isinstance(value, int | float) and not isinstance(value, bool):
        message, hint = f"{_where(name)} must be text, but this is a number", f'put it in quotes: "{file.typed(loc)}"'
    at = file.mark((*loc, finding["ctx"]["max_length"])) if kind == "too_long" else file.mark(loc)
    return file.problem("wrong-type" if kind.endswith("_type") else "bad-value", message, at, hint)


def _unknown_block(kind: Any, file: Yaml, mark: Mark) -> Problem:
    message = "a block needs a 'kind'" if kind is None else f"'{short(kind)}' is no kind of block"
    hint = did_you_mean(short(kind), BLOCKS) or f"known: {', '.join(BLOCKS)}"
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


def _where(name: str) -> str:
    return f"item {int(name) + 1}" if name.isdecimal() else f"'{name}'"


def _reason(kind: str, name: str, context: Mapping[str, Any], value: Any) -> Reason:
    """The message and the hint for one of Pydantic's error types."""
    where = _where(name)
    if value is None and kind in _EMPTY:
        return f"{where} is empty", _EMPTY[kind]
    if explain := _REASONS.get(kind):
        return explain(where, context, value)
    plain, hint = _PLAIN.get(kind, ("is not right here", None))
    return f"{where} {plain}", hint


def _text(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    if isinstance(value, dict):
        if len(value) == 1 and isinstance(next(iter(value.values())), str | int | float | None):
            name, rest = next(iter(value.items()))
            hint = f'put it in quotes: "{short(name)}: {short("" if rest is None else rest)}"'
            return f"{where} must be text, but a colon and a space make it a field with a value", hint
        return f"{where} must be text, and holds fields", "write the text behind the name, on one line or indented below it"
    if isinstance(value, list):
        return f"{where} must be text, and is a list", "write it without dashes and brackets"
    if isinstance(value, bool):
        return f"{where} must be text", f'put it in quotes: "{str(value).lower()}"'
    return f"{where} must be text", None


def _list(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    """A text or fields where a list is wanted."""
    if isinstance(value, str) and re.match(r"-\S", value):
        return f"{where} must be a list, and its dashes lack a space", f"write `- {short(value[1:].split(' -')[0])}`"
    if isinstance(value, str) and value and value[0] in BULLETS:
        return f"{where} must be a list", f"start each item with a dash and a space, not with {value[0]}"
    if isinstance(value, str):
        return f"{where} must be a list", f"write `[{short(value)}]`, or each item on a line of its own with a dash"
    if isinstance(value, dict):
        return f"{where} must be a list, and holds fields", "start each item with a dash"
    return f"{where} must be a list", "write each item on a line of its own with a dash"


def _fields(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    if isinstance(value, str) and (found := re.match(r"([a-z_]+):(\S)", value)):
        return f"a space is missing after '{found[1]}:'", f"write `{found[1]}: {short(value[found.end(1) + 1 :])}`"
    return f"{where} must hold fields", "write each as `name: value`, on a line of its own"


def _count(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    """Too few items, or too many; the problem then stands at the first one too many."""
    if "max_length" in context:
        limit = context["max_length"]
        hint = f"take out {len(value) - limit}, or make two lists of it" if limit else "delete it"
        return f"{where} must hold at most {limit} items, and holds {len(value)}: this is the first too many", hint
    limit = context["min_length"]
    return f"{where} must hold at least {limit} items, and holds {len(value)}", f"add {limit - len(value)}"


def _length(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    if "min_length" in context and not value:
        return f"{where} is empty", "write the text, or delete the field"
    bound = f"at least {context['min_length']}" if "min_length" in context else f"at most {context['max_length']}"
    return f"{where} must have {bound} characters", f"it has {len(value)}"


def _choice(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    expected = str(context.get("expected"))
    hint = _uncurled(value) or did_you_mean(short(value), re.findall(r"'([^']+)'", expected))
    return f"{where} must be {expected}", hint


def _pattern(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    wanted = next((hint for start, hint in _PATTERNS.items() if str(context.get("pattern")).startswith(start)), None)
    bare = re.sub(r"^.*/|\.(?:svg|ya?ml)$", "", str(value).rstrip("/"), flags=re.IGNORECASE)
    bare = re.sub(r"[\s_]+", "-", bare.lower()) if bare != value else bare
    if bare != value and re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", bare) and "[a-z0-9]" in str(context.get("pattern")):
        wanted = f"write the name alone: {bare}"
    return f"'{short(value)}' is not well formed for {where}", _uncurled(value) or wanted


def _day(where: str, context: Mapping[str, Any], value: Any) -> Reason:
    """A date that is badly written, or that no calendar has."""
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", str(value)):
        year, month = int(found[1]), int(found[2])
        if year and 1 <= month <= 12:
            return f"there is no day {value}", f"that month has {monthrange(year, month)[1]} days"
        return f"there is no day {value}", "a year has the months 01 to 12"
    return f"{where} must be a date such as 2026-11-22", _uncurled(value) or "year, month and day, with hyphens"


def _uncurled(value: Any) -> str | None:
    """A hint where curly quotes were typed around a value: they are part of the text."""
    found = re.fullmatch(r"[“”„‟«»‘’‚‹›](.*)[“”„‟«»‘’‚‹›]", value) if isinstance(value, str) else None
    return f'curly quotes are part of the text: write "{short(found[1])}"' if found else None


def _bound(words: str, key: str) -> Callable[[str, Mapping[str, Any], Any], Reason]:
    return lambda where, context, value: (f"{where} must be {words} {context.get(key)}", f"it is {short(value)}")


_EMPTY = {
    "string_type": "write the text, or delete the field",
    "tuple_type": "write the items below it, each on a line of its own with a dash, or delete the field",
    "model_type": "write its fields below it, or delete it",
    "model_attributes_type": "write its fields below it, or delete it",
    "dict_type": "write its fields below it, or delete it",
    "date_type": "write a date such as 2026-11-22, or delete the field",
}
"""What to do about a field without a value, by what belongs there."""

_REASONS: dict[str, Callable[[str, Mapping[str, Any], Any], Reason]] = {
    "address": lambda where, context, value: (context["message"], context["hint"]),
    "string_type": _text,
    "tuple_type": _list,
    "model_type": _fields,
    "model_attributes_type": _fields,
    "dict_type": _fields,
    "too_short": _count,
    "too_long": _count,
    "string_too_short": _length,
    "string_too_long": _length,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "date_type": _day,
    "date_parsing": _day,
    "date_from_datetime_parsing": _day,
    "greater_than_equal": _bound("at least", "ge"),
    "less_than_equal": _bound("at most", "le"),
}

_PLAIN: dict[str, Reason] = {
    "bool_type": ("must be true or false", "write it without quotes"),
    "int_type": ("must be a whole number", "write digits alone, without quotes"),
    "int_parsing": ("must be a whole number", "write digits alone, without quotes"),
    "int_from_float": ("must be a whole number", "write digits alone, without quotes"),
}

_PATTERNS = {
    "^[A-Z]": "two capital letters, a hyphen, then 2 to 8 capitals or digits: VS-STEN",
    r"^\d+\.": 'two numbers in quotes: "1.0"',
    "^[a-z0-9]": "small letters, digits and single hyphens",
    r"^\d+(-": 'line numbers such as "2-4, 32"',
}
"""What a pattern asks for, by its first characters."""
