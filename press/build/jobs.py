"""One job: a composed page to a finished PDF that has been looked at. This is what workers run."""

import gc
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from press.model.link import Link
from press.plan.libraries import loaded_libraries
from press.preflight.checks import preflight
from press.preflight.promise import Finding, Promise, Report
from press.typeset import overset
from press.typeset.typesetter import Typeset, Typesetter, versions

if TYPE_CHECKING:
    from concurrent.futures import Future


@dataclass(frozen=True)
class Job:
    """A page to print, with all that a worker needs to know of it.

    `stand` is a digest of the style sheets as they stand; `shelf` is the folder where unpacked fonts are kept.
    """

    html: str
    styles: Path
    stand: str
    sheet: str
    variant: str
    opens: Mapping[str, str]
    promise: Promise
    shelf: Path | None = None
    duplex: str = "long-edge"

    def digest(self) -> str:
        """A digest of all that decides the PDF and what is expected of it, but for the style sheets and the engine."""
        given = (self.html, self.sheet, self.variant, list(self.opens.items()), self.promise, self.duplex)
        return hashlib.sha256(repr(given).encode()).hexdigest()[:16]


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


class Lost(Exception):
    """The worker of a job was lost; the message says how, in words."""


class Executor(Protocol):
    """Where jobs run. Another one, on other machines say, can take its place."""

    width: int

    def submit(self, job: Job) -> "Future[Outcome]":
        """Starts a job, or lets it wait. The future fails with `Lost`, or with `Fault` where no worker can be had."""
        ...

    def close(self) -> None:
        """Ends the workers, finished or not."""
        ...


_kept: dict[tuple[Path, str], Typesetter] = {}
"""This process's typesetter, by the style sheets as they stand: sheets and fonts are opened once."""


def typesetter(styles: Path, stand: str, shelf: Path | None = None) -> Typesetter:
    """The typesetter of this process; a new one where the style sheets changed."""
    if (styles, stand) not in _kept:
        if _kept:
            _kept.clear()
            gc.unfreeze()
        _kept[styles, stand] = Typesetter(styles, shelf)
    return _kept[styles, stand]


def run(job: Job) -> Outcome:
    """Typesets a page and looks at the result. Never raises: a worker's exceptions must not cross the process border."""
    started = time.perf_counter()
    try:
        ready = typesetter(job.styles, job.stand, job.shelf)
    except (ImportError, OSError) as error:
        return Outcome(machine=f"the PDF engine can't start; run `make` to install what it needs ({error})".replace("\n", " "))
    try:
        made = ready.typeset(job.html, job.sheet, job.variant, job.opens, job.promise.pages, job.duplex)
        report = _told(preflight(made.pdf, job.promise), made, job.promise)
        pdf = overset.marked(made.pdf, made.sides) if made.sides else made.pdf
    except MemoryError:
        found = Finding("out-of-memory", "the document needs more memory than a worker may use", "make it shorter")
        return Outcome(findings=(found,))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # the engine has faults of its own that are no Exception
        return Outcome(fault=f"{type(error).__name__}: {error}".replace("\n", " "))
    remarks = tuple(Finding("engine-remark", f"the PDF engine remarks: {remark}", None) for remark in made.remarks)
    seconds = time.perf_counter() - started
    return Outcome(pdf, report.pages, report.links, remarks + tuple(report.problems), seconds, *_identity())


_COMES_OF_LENGTH = ("wrong-page-count", "page-overset", "page-nearly-empty", "word-outside", "words-overlap")
"""What else may be found on pages that hold too much."""


def _told(report: Report, made: Typeset, promise: Promise) -> Report:
    """The report, with a wrong number of pages told in words that help."""
    told = overset.in_words(made.sides, report.pages, promise.pages) if made.sides else None
    if told is None:
        return report
    # one cause: what else is wrong with the pages comes of it
    kept = [found for found in report.problems if found.code not in _COMES_OF_LENGTH]
    return replace(report, problems=(Finding("wrong-page-count", told.message, told.hint, told.at), *kept))


@cache
def _identity() -> tuple[dict[str, Any], dict[str, str]]:
    """What this process prints with: its shared objects and versions."""
    return loaded_libraries(), versions()
