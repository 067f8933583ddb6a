"""One job: a composed page to a finished PDF that has been looked at. This is what workers run."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from press.guide import Link
from press.preflight import Finding, Promise, preflight
from press.stock import loaded_libraries
from press.typeset import Typesetter, versions


@dataclass(frozen=True)
class Job:
    """A page to print, with all that a worker needs to know of it."""

    html: str
    styles: Path
    sheet: str
    variant: str
    opens: Mapping[str, str]
    promise: Promise


@dataclass(frozen=True)
class Outcome:
    """What became of a job: a PDF with findings, or a fault of the engine, or one of the machine that stops the build."""

    pdf: bytes = b""
    pages: int = 0
    links: tuple[tuple[Link, int], ...] = ()
    findings: tuple[Finding, ...] = ()
    seconds: float = 0.0
    libraries: Mapping[str, list[int]] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""
    machine: str = ""


_kept: dict[Path, Any] = {}
"""This process's typesetter, by styles folder: style sheets and fonts are opened once."""


def typesetter(styles: Path) -> Typesetter:
    """The typesetter of this process for a styles folder."""
    if styles not in _kept:
        _kept[styles] = Typesetter(styles)
    return _kept[styles]  # type: ignore[no-any-return]


def run(job: Job) -> Outcome:
    """Typesets a page and looks at the result. Never raises: a worker's exceptions must not cross the process border."""
    started = time.perf_counter()
    try:
        ready = typesetter(job.styles)
    except (ImportError, OSError) as error:
        return Outcome(machine=f"the PDF engine can't start; run `make` to install what it needs ({error})".replace("\n", " "))
    try:
        made = ready.typeset(job.html, job.sheet, job.variant, job.opens)
        report = preflight(made.pdf, job.promise)
    except MemoryError:
        return Outcome(findings=(Finding("out-of-memory", "the document needs more memory than a worker may use", "make it shorter"),))
    except Exception as error:
        return Outcome(fault=f"{type(error).__name__}: {error}")
    remarks = tuple(Finding("engine-remark", f"the PDF engine remarks: {remark}", None) for remark in made.remarks)
    seconds = time.perf_counter() - started
    return Outcome(made.pdf, report.pages, report.links, remarks + tuple(report.problems), seconds, loaded_libraries(), versions())
