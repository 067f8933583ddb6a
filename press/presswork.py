"""Presswork: takes what is stale along the seven stops and keeps the ledger and the manifest."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from press import __version__, stock
from press import file as filing
from press.edition import EDITIONS, Edition
from press.ledger import Ledger, has_errors, problems_of
from press.names import document_name
from press.plan import Planner
from press.problems import Fault, Problem, in_order

if TYPE_CHECKING:
    from press.compose import Composed, Templates
    from press.desk import Desk
    from press.guide import Manuscript
    from press.jobs import Job, Outcome

LEDGER_EVERY_SECONDS = 20.0


@dataclass(frozen=True)
class Folders:
    """Where the house keeps its things."""

    guides: Path
    templates: Path
    styles: Path
    out: Path


@dataclass(frozen=True)
class Wanted:
    """Which documents and editions are asked for: all, where nothing is named."""

    slugs: tuple[str, ...] = ()
    editions: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    force: bool = False

    def document(self, name: str) -> bool:
        """Whether a document such as `en/spinal-stenosis` is asked for."""
        language, _, slug = name.partition("/")
        return (not self.slugs or slug in self.slugs) and (not self.languages or language in self.languages)

    def in_editions(self) -> list[Edition]:
        """The editions asked for."""
        return [edition for edition in EDITIONS.values() if not self.editions or edition.name in self.editions]


class Executor(Protocol):
    """Where jobs run. Another one, on other machines say, can take its place."""

    width: int

    def submit(self, job: "Job") -> "Future[Outcome]":
        """Starts a job. The future fails only where the worker was lost."""
        ...

    def close(self) -> None:
        """Ends the workers, finished or not."""
        ...


@dataclass
class Summary:
    """What a build did. Documents are named `en/spinal-stenosis (a4)`."""

    built: list[str] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def errors(self) -> int:
        """How many of the problems are errors."""
        return sum(problem.severity == "error" for problem in self.problems)

    def as_dict(self) -> dict[str, Any]:
        """The object that `build --format json` prints."""
        return vars(self) | {"seconds": round(self.seconds, 3), "problems": [problem.as_dict() for problem in self.problems]}


@dataclass(frozen=True)
class Step:
    """One document done, for whoever shows progress. `state` is built, fresh or failed."""

    name: str
    state: str
    done: int
    total: int
    reasons: tuple[str, ...] = ()


class Press:
    """One library and its output folder. Keeps the templates and the workers between builds."""

    def __init__(self, folders: Folders, executor: Callable[[], Executor], show: Callable[[Step], None] = lambda step: None) -> None:
        self.folders, self.show = folders, show
        self._make_executor = executor
        self._executor: Executor | None = None
        self._templates: tuple[dict[str, str], Templates] | None = None

    def close(self) -> None:
        """Ends the workers."""
        if self._executor:
            self._executor.close()
            self._executor = None

    def executor(self) -> Executor:
        """The workers, started when first wanted."""
        if self._executor is None:
            self._executor = self._make_executor()
        return self._executor

    def build(self, wanted: Wanted, waiting: Callable[[], None] = lambda: None) -> Summary:
        """Prints what is out of date. Raises Fault where the machine can't go on."""
        started = time.monotonic()
        with filing.locked(self.folders.out, waiting):
            summary = _Run(self, wanted).build()
        summary.seconds = time.monotonic() - started
        return summary

    def check(self, wanted: Wanted) -> list[Problem]:
        """Proofreads without printing."""
        return _Run(self, wanted).check()

    def explain(self, wanted: Wanted) -> dict[str, list[str]]:
        """Why each document and edition is stale; an empty list where it is fresh."""
        return _Run(self, wanted).explain()

    def templates(self, texts: dict[str, str]) -> "Templates":
        """The compiled templates, kept while their texts stay the same."""
        from press.compose import Templates

        if self._templates is None or self._templates[0] != texts:
            self._templates = (texts, Templates(texts))
        return self._templates[1]


class _Run:
    """One run over the library."""

    def __init__(self, press: Press, wanted: Wanted) -> None:
        self.press, self.folders, self.wanted = press, press.folders, wanted
        self.editions = wanted.in_editions()
        self.ledger = Ledger.load(self.folders.out)
        self.summary = Summary()
        self.saved = time.monotonic()
        self.total = self.done = 0
        self.stock = stock.take(self.folders.guides, self.folders.templates, self.folders.styles, self.ledger.files)
        if stock.libraries_changed(self.ledger.libraries):
            self.ledger.forget_print()
        self.names = {found: name for name in self.stock.paths if (found := document_name(name))}
        self.chosen = [name for name in self.names if wanted.document(name)]

    # -- the three things that can be asked for -----------------------------------------------------------------------

    def build(self) -> Summary:
        """Reads, proofreads, plans, composes, typesets, preflights and files, as far as each document needs it."""
        planner = Planner(self.ledger, {}, self.folders.out)
        if not self.wanted.force and self._same_inputs() and self._all_in_place(planner):
            for name in self.chosen:
                state = self.summary.failed if has_errors(self.ledger.documents[name]) else self.summary.fresh
                state += [_shown(name, edition) for edition in self.editions]
            self.summary.problems = self._problems()
            return self.summary
        filing.sweep(self.folders.out)
        desk = self._desk()
        if desk.library is None:
            self.ledger.problems = [vars(problem) for problem in desk.problems]
            for name in self.chosen:
                self._mark_stale(name)
                self.summary.failed += [_shown(name, edition) for edition in self.editions]
        else:
            self._remove_gone()
            self._print(self._jobs(desk))
            self._proofread_library(desk)
        self._file_ledger(final=True)
        self.summary.problems = self._problems()
        return self.summary

    def check(self) -> list[Problem]:
        """Reads and proofreads."""
        desk = self._desk()
        if desk.library is None:
            return in_order(desk.problems)
        for name in self.chosen:
            desk.proof(name)
        self._proofread_library(desk)
        return in_order([Problem(**p) for name in self.chosen for p in desk.proof(name)["problems"]] + self._library_problems())

    def explain(self) -> dict[str, list[str]]:
        """Reads and plans."""
        desk = self._desk()
        planner = Planner(self.ledger, desk.current, self.folders.out)
        broken = ["the shared files have errors"] if desk.library is None else []
        return {_shown(n, e): broken or planner.reasons(n, e.name) for n in self.chosen for e in self.editions}

    # -- what stands and what is stale --------------------------------------------------------------------------------

    def _same_inputs(self) -> bool:
        """Whether every file, the engine and every review stand as at the last build."""
        same_files = self.stock.engine == self.ledger.engine and self.stock.digests == {n: t[4] for n, t in self.ledger.files.items()}
        reviews_hold = not self.ledger.statuses_until or date.today().isoformat() <= self.ledger.statuses_until
        return same_files and reviews_hold and list(stock.stat_of(self.folders.out / filing.MANIFEST) or ()) == self.ledger.manifest

    def _all_in_place(self, planner: Planner) -> bool:
        """Whether every document asked for is filed, or has errors that an editor must mend first."""
        for name in self.chosen:
            record = self.ledger.documents.get(name)
            if record is None or not record["proof"]:
                return False
            if has_errors(record) and not record["lost"]:
                continue
            jobs = record["jobs"]
            if record["lost"] or any(e.name not in jobs or not planner.in_place(jobs[e.name]) for e in self.editions):
                return False
        return True

    def _desk(self) -> "Desk":
        from press.desk import Desk

        return Desk(self.folders.guides, self.folders.styles, self.stock, self.ledger)

    def _jobs(self, desk: "Desk") -> "Iterator[tuple[_Slip, Job]]":
        """The jobs of all that is stale, the documents that took longest last time first."""
        planner = Planner(self.ledger, desk.current, self.folders.out)
        reasons = {n: {e.name: ["forced"] if self.wanted.force else planner.reasons(n, e.name) for e in self.editions} for n in self.chosen}
        stale = [name for name in self.chosen if any(reasons[name].values())]
        self.summary.fresh += [_shown(name, edition) for name in self.chosen if name not in set(stale) for edition in self.editions]
        self.total = len(stale) * len(self.editions)
        for name in sorted(stale, key=planner.seconds, reverse=True):
            yield from self._jobs_of(name, desk, planner, reasons[name])

    def _jobs_of(self, name: str, desk: "Desk", planner: Planner, reasons: dict[str, list[str]]) -> "Iterator[tuple[_Slip, Job]]":
        """The jobs of one document: none where its source has errors, nor where its page came out as it was."""
        record = self.ledger.record(name)
        record["proof"] = desk.proof(name)
        record["faults"], record["lost"] = [], False
        manuscript = None if has_errors(record) else desk.manuscript(name)
        if manuscript is None:
            record["uses"] = planner.numbers(desk.everything_shared() | {f"file:{self.names[name]}"})
            for edition in self.editions:
                self._finish(_Slip(name, edition, reasons[edition.name]), "failed")
            return
        made = {edition.name: self._compose(manuscript, edition, desk) for edition in self.editions}
        own = {f"file:{self.names[name]}", f"rules:{manuscript.language}", f"status:{name}", "engine:press"}
        record["uses"] = planner.numbers(own.union(*(composed.uses for composed in made.values())))
        for edition in self.editions:
            composed = made[edition.name]
            slip = _Slip(
                name, edition, reasons[edition.name], desk.facts(manuscript, edition), hashlib.sha256(composed.html.encode()).hexdigest()[:16],
                planner.numbers({"engine:press", *self._sheets(edition)}),
            )  # fmt: skip
            job = record["jobs"].get(edition.name)
            if job and not self.wanted.force and (job["html"], job["uses"]) == (slip.html, slip.uses) and planner.in_place(job):
                job["entry"] |= slip.facts
                job["entry"].pop("stale", None)
                self._finish(slip, "fresh")
            else:
                yield slip, _job(manuscript, edition, composed, self.folders.styles, desk)

    def _compose(self, manuscript: "Manuscript", edition: Edition, desk: "Desk") -> "Composed":
        from press.compose import compose

        assert desk.library
        return compose(manuscript, edition, desk.library, self.press.templates(desk.template_texts()))

    def _sheets(self, edition: Edition) -> list[str]:
        return [f"style:{name}" for name in stock.sheet_closure(self.folders.styles, edition.sheet)]

    # -- printing and filing ------------------------------------------------------------------------------------------

    def _print(self, jobs: "Iterator[tuple[_Slip, Job]]") -> None:
        """Keeps the workers busy and files what they finish. Only a few pages are composed ahead."""
        running: dict[Future[Outcome], _Slip] = {}
        for slip, job in jobs:
            executor = self.press.executor()
            running[executor.submit(job)] = slip
            if len(running) >= 2 * executor.width:
                self._collect(running)
        while running:
            self._collect(running)

    def _collect(self, running: "dict[Future[Outcome], _Slip]") -> None:
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            self._file(running.pop(future), future)
        if time.monotonic() - self.saved > LEDGER_EVERY_SECONDS:
            self._file_ledger()

    def _file(self, slip: "_Slip", future: "Future[Outcome]") -> None:
        """Files one finished PDF; where it is not sound, the last good one stays."""
        from press.workers import reason_of_loss

        record = self.ledger.record(slip.name)
        file = self.names[slip.name]
        error = future.exception()
        if error is not None:
            outcome, faults = None, [Problem("worker-lost", "error", f"{slip.edition.name}: {reason_of_loss(error)}", file)]
        else:
            outcome = future.result()
            if outcome.machine:
                raise Fault(outcome.machine)
            faults = [Problem(f.code, "error", f"{slip.edition.name}: {f.message}", file, hint=f.hint) for f in outcome.findings]
            if outcome.fault:
                faults.append(Problem("engine-fault", "error", f"{slip.edition.name}: the PDF engine failed: {outcome.fault}", file))
        if outcome is None or faults:
            record["lost"] = record["lost"] or outcome is None
            record["faults"] += [vars(fault) for fault in faults]
            self._finish(slip, "failed")
            return
        path = slip.edition.path(*slip.name.split("/"))
        filing.write(self.folders.out / path, outcome.pdf)
        entry = slip.facts | {
            "path": path,
            "pages": outcome.pages,
            "bytes": len(outcome.pdf),
            "sha256": hashlib.sha256(outcome.pdf).hexdigest(),
            "pdf_variant": slip.edition.pdf_variant,
            "links": [vars(link) | {"page": page} for link, page in outcome.links],
        }
        stat = list(stock.stat_of(self.folders.out / path) or ())
        record["jobs"][slip.edition.name] = {
            "html": slip.html, "uses": slip.uses, "seconds": round(outcome.seconds, 3), "stat": stat, "entry": entry
        }  # fmt: skip
        self.ledger.libraries, self.ledger.versions = dict(outcome.libraries), dict(outcome.versions)
        self._finish(slip, "built")

    def _finish(self, slip: "_Slip", state: str) -> None:
        shown = _shown(slip.name, slip.edition)
        getattr(self.summary, state).append(shown)
        if state == "failed":
            self._mark_stale(slip.name)
        self.done += 1
        self.press.show(Step(shown, state, self.done, self.total, tuple(slip.reasons)))

    def _mark_stale(self, name: str) -> None:
        """Keeps the last good files of a document that can't be printed now, and says so in the manifest."""
        if name in self.ledger.documents:
            for job in self.ledger.documents[name]["jobs"].values():
                job["entry"]["stale"] = True

    def _remove_gone(self) -> None:
        """Removes the files of documents that are no longer in the library."""
        for name in sorted(set(self.ledger.documents) - set(self.names)):
            for edition, job in self.ledger.documents.pop(name)["jobs"].items():
                filing.remove(self.folders.out / job["entry"]["path"])
                self.summary.removed.append(f"{name} ({edition})")

    # -- what is wrong ------------------------------------------------------------------------------------------------

    def _proofread_library(self, desk: "Desk") -> None:
        self.ledger.problems = [vars(problem) for problem in desk.problems + desk.proofread_library(self.names)]
        self.ledger.statuses_until = desk.statuses_until(self.names)

    def _library_problems(self) -> list[Problem]:
        return [Problem(**problem) for problem in self.ledger.problems]

    def _problems(self) -> list[Problem]:
        """All findings of the documents asked for, and those of the library as a whole."""
        records = [self.ledger.documents[name] for name in self.chosen if name in self.ledger.documents]
        return in_order([Problem(**problem) for record in records for problem in problems_of(record)] + self._library_problems())

    def _file_ledger(self, final: bool = False) -> None:
        """Writes the ledger, at the end with the manifest before it: the ledger vouches for the manifest."""
        if final:
            path = self.folders.out / filing.MANIFEST
            data = filing.manifest({"press": __version__} | self.ledger.versions, self.ledger.entries())
            if not path.exists() or path.read_bytes() != data:
                filing.write(path, data)
            self.ledger.manifest = list(stock.stat_of(path) or ())
            self.ledger.engine, self.ledger.files = self.stock.engine, self.stock.files
        self.ledger.save(self.folders.out)
        self.saved = time.monotonic()


@dataclass(frozen=True)
class _Slip:
    """What accompanies a job through the press: whose it is, why it runs, what to file with it."""

    name: str
    edition: Edition
    reasons: Sequence[str]
    facts: dict[str, Any] = field(default_factory=dict)
    html: str = ""
    uses: list[int] = field(default_factory=list)


def _shown(name: str, edition: Edition) -> str:
    return f"{name} ({edition.name})"


def _job(manuscript: "Manuscript", edition: Edition, composed: "Composed", styles: Path, desk: "Desk") -> "Job":
    """What a worker needs to print a page and to look at it afterwards."""
    from press.jobs import Job
    from press.markup import plain
    from press.preflight import Promise

    assert desk.library
    promise = Promise(
        title=plain(manuscript.document.title),
        language=manuscript.language,
        author=desk.library.clinic.name,
        links=composed.links,
        alts=composed.alts,
        symbol_mm=edition.symbol_mm,
        page_pt=edition.page_pt,
        pages=manuscript.document.page_budget,
    )
    return Job(composed.html, styles, edition.sheet, edition.pdf_variant, composed.opens, promise)
