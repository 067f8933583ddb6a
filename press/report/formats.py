"""Problems as an editor, a program or a code host wants to read them."""

import json
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from press import __version__
from press.problems import Problem

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def as_text(problems: Sequence[Problem]) -> str:
    """Each problem with its source line, a caret and a hint."""
    return "\n\n".join(problem.as_text() for problem in problems)


def as_json(problems: Sequence[Problem]) -> str:
    """One object: the problems and how many of each severity."""
    return json.dumps({"problems": [problem.as_dict() for problem in problems], **counts(problems)}, ensure_ascii=False, indent=2)


def as_github(problems: Sequence[Problem]) -> str:
    """Workflow commands that annotate a change on GitHub."""
    return "\n".join(
        f"::{p.severity} file={_escaped(p.file, True)},line={p.line},col={p.column},title={p.code}::"
        + _escaped(p.message + (f" ({p.hint})" if p.hint else ""))
        for p in problems
    )


def as_sarif(problems: Sequence[Problem]) -> str:
    """SARIF 2.1.0, for code scanning."""
    rules = [{"id": code} for code in sorted({problem.code for problem in problems})]
    driver = {"name": "press", "version": __version__, "rules": rules}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(problem) for problem in problems]}
    return json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=2)


def _result(problem: Problem) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": quote(problem.file, errors="surrogateescape")},
        "region": {"startLine": problem.line, "startColumn": problem.column},
    }
    text = problem.message + (f" ({problem.hint})" if problem.hint else "")
    return {
        "ruleId": problem.code,
        "level": problem.severity,
        "message": {"text": text},
        "locations": [{"physicalLocation": place}],
    }


def counts(problems: Sequence[Problem]) -> dict[str, int]:
    """How many errors and warnings."""
    errors = sum(problem.severity == "error" for problem in problems)
    return {"errors": errors, "warnings": len(problems) - errors}


def _escaped(text: str, in_property: bool = False) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return escaped.replace(":", "%3A").replace(",", "%2C") if in_property else escaped


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
