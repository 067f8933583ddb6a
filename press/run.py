"""One run over the library: what is stale is taken along the seven stops."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from press import file as filing
from press import stock
from press.books import Books
from press.edition import Edition
from press.ledger import has_errors
from press.names import document_name
from press.orders import Step, Summary, Wanted, shown
from press.plan import Planner
from press.problems import Fault, Problem, in_order

if TYPE_CHECKING:
    from concurrent.futures import Future

    from press.compose import Composed
    from press.desk import Desk
    from press.guide import Manuscript
    from press.jobs import Job, Outcome
    from press.ledger import Impression
    from press.preflight import Finding
    from press.presswork import Press

LEDGER_EVERY_SECONDS = 20.0
SAVING_SECONDS = 0.3
"""So long an editor that saves by renaming may leave the place of a file empty."""


@dataclass(frozen=True)
class Slip:
    """What accompanies a job through the press: whose it is, why it runs, and what of the ledger is known beforehand."""

    name: str
    edition: Edition
    reasons: tuple[str, ...]
    uses: list[int] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)
    page: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Run:
    """One run over the library, with a fresh look at everything."""

    def __init__(self, press: "Press", wanted: Wanted) -> None:
        self.press, self.folders, self.wanted = press, press.folders, wanted
        self.editions = wanted.in_editions()
        self.books = Books(press.folders)
        self.ledger = self.books.ledger
        self.summary = Summary()
        self.saved = time.monotonic()
        self.total = self.done = 0
        self._closures: dict[str, list[str]] = {}
        names = {name: file for file in self.books.stock.paths if (name := document_name(file))}
        self.names = dict(sorted(names.items()))
        self.chosen = [name for name in self.names if wanted.document(name)]
        self.asked = [(name, edition) for name in self.chosen for edition in self.editions]

    @cached_property
    def styles_stand(self) -> str:
        """A digest of all style sheets as they stand in this run."""
        return self.books.stock.digest("styles/")

    @cached_property
    def templates_stand(self) -> str:
        """A digest of all templates, and of the engine, as they stand in this run."""
        return self.books.stock.digest("templates/")

    def closure(self, sheet: str) -> list[str]:
        """The files that an entry sheet may read, looked up once."""
        if sheet not in self._closures:
            self._closures[sheet] = stock.sheet_closure(self.folders.styles, sheet)
        return self._closures[sheet]

    # -- what can be asked for ------------------------------------------------------------------------------------------

    def build(self) -> Summary:
        """Reads, proofreads, plans, composes, typesets, preflights and files, as far as each document needs it."""
        stands = not self.wanted.force and self.books.untouched() and all(self.books.stands(n, e.name) for n, e in self.asked)
        if not stands:
            self._work()
        done = {*self.summary.built, *self.summary.fresh, *self.summary.failed}
        for name, edition in self.asked:
            if shown(name, edition.name) not in done:
                state = self.summary.failed if self.ledger.fails(name, edition.name) else self.summary.fresh
                state.append(shown(name, edition.name))
        found = [problem for name in self.chosen for problem in self.ledger.problems_of(name) if not self.ledger.broken]
        self.summary.problems = in_order(_together([Problem(**problem) for problem in found + self.ledger.problems]))
        return self.summary

    def check(self) -> list[Problem]:
        """Reads and proofreads."""
        desk = self._desk()
        if desk.library is None:
            return in_order(desk.problems)
        found = [Problem(**problem) for name in self.chosen for problem in desk.proof(name)["problems"]]
        return in_order(found + desk.problems + desk.proofread_library(self.names))

    def explain(self) -> dict[str, list[str]]:
        """Reads and plans."""
        desk = self._desk()
        planner = Planner(self.ledger, desk.current, self.folders.out)
        return {shown(n, e.name): self._explained(n, e.name, desk, planner) for n, e in self.asked}

    def _explained(self, name: str, edition: str, desk: "Desk", planner: Planner) -> list[str]:
        if desk.library is None:
            return ["the shared files have errors"]
        why = planner.reasons(name, edition)
        if not why and self.ledger.fails(name, edition):
            return ["it has errors, and nothing that it uses has changed since"]
        return why

    # -- from stale to printed ------------------------------------------------------------------------------------------

    def _desk(self) -> "Desk":
        from press.desk import Desk

        return Desk(self.folders.guides, self.folders.styles, self.books.stock, self.ledger)

    def _work(self) -> None:
        """Takes all that is stale through the press and closes the books."""
        if self.wanted.force or self.ledger.inputs != self.books.stock.digest():
            self.press.executor()  # starts in the background, while the library is read
        filing.sweep(self.folders.out)
        try:
            desk = self._desk()
            if desk.library is None:
                self.ledger.problems = [vars(problem) for problem in desk.problems]
            else:
                self.summary.removed = self.books.strike(self._there())
                running = self._submit(self._jobs(desk))
                self.ledger.problems = [vars(problem) for problem in desk.problems + desk.proofread_library(self.names)]
                while running:
                    self._collect(running)
            moved = self.books.close(desk, self.names)
        except BaseException:
            with suppress(Fault):
                self.books.save()
            raise
        if any(name.startswith(("styles/", stock.ENGINE)) for name in moved):
            self.press.close()  # the workers keep style sheets of which nobody knows in what state they read them

    def _there(self) -> set[str]:
        """The documents that there are. One whose file just vanished may be in the midst of being saved: a second look tells."""
        missing = [name for name in self.ledger.documents if name not in self.names]
        if missing:
            time.sleep(SAVING_SECONDS)
        return {*self.names, *(name for name in missing if (self.folders.guides / f"{name}.yaml").exists())}

    def _jobs(self, desk: "Desk") -> "Iterator[tuple[Slip, Job]]":
        """The jobs of all that is stale, the documents that took longest last time first."""
        planner = Planner(self.ledger, desk.current, self.folders.out)
        stale: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, edition in self.asked:
            if why := self._why(name, edition.name, planner):
                stale.setdefault(name, {})[edition.name] = tuple(why)
        self.total = sum(map(len, stale.values()))
        for name in sorted(stale, key=planner.seconds, reverse=True):
            yield from self._jobs_of(name, stale[name], desk, planner)

    def _why(self, name: str, edition: str, planner: Planner) -> list[str]:
        """Why a document is printed now. One over which this press lost a worker waits until something changes."""
        if self.wanted.force:
            return ["forced"]
        lost_here = shown(name, edition) in self.press.given_up and not planner.outdated(self.books.impression(name, edition))
        return [] if lost_here else planner.reasons(name, edition)

    def _jobs_of(
        self, name: str, why: dict[str, tuple[str, ...]], desk: "Desk", planner: Planner
    ) -> "Iterator[tuple[Slip, Job]]":
        """The jobs of one document: none where its source has errors, nor where its page came out as it was."""
        sound = not has_errors(desk.proof(name))
        manuscript = desk.manuscript(name) if sound else None
        pages: dict[float, Composed] = {}
        for edition in self.editions:
            if edition.name not in why:
                continue
            slip = Slip(name, edition, why[edition.name])
            if manuscript is not None:
                yield from self._job_of(slip, manuscript, pages, desk, planner)
            else:
                anything = planner.numbers(desk.everything_shared() | {f"file:{self.names[name]}"})
                self._fail(replace(slip, uses=anything), [changed_meanwhile(self.names[name])] if sound else [])

    def _job_of(
        self, slip: Slip, manuscript: "Manuscript", pages: "dict[float, Composed]", desk: "Desk", planner: Planner
    ) -> "Iterator[tuple[Slip, Job]]":
        """The job of a document in an edition, unless it can't be composed or came out as it was.

        `pages` holds the document as it was composed for other editions, by the size of the QR symbols.
        """
        file = self.names[slip.name]
        own = {f"file:{file}", f"rules:{manuscript.language}", f"status:{slip.name}", stock.ENGINE}
        try:
            size = slip.edition.symbol_mm
            composed = pages[size] = pages.get(size) or self._compose(manuscript, size, desk)
        except Exception as error:
            anything = planner.numbers(desk.everything_shared() | own)
            self._fail(replace(slip, uses=anything), [composing_failed(error, file)])
            return
        job = self._job(manuscript, slip.edition, composed, desk)
        slip = replace(
            slip,
            uses=planner.numbers(own | composed.uses),
            sheets=planner.numbers({stock.ENGINE, *(f"style:{name}" for name in self.closure(slip.edition.sheet))}),
            page=job.digest(),
            facts=desk.facts(manuscript, slip.edition),
        )
        before = self.books.impression(slip.name, slip.edition.name)
        same = (before["page"], before["sheets"]) == (slip.page, slip.sheets)
        if same and not self.wanted.force and before["entry"] and filing.in_place(self.folders.out, before):
            entry = before["entry"] | slip.facts
            self._enter(slip, "fresh", before | {"uses": slip.uses, "lost": False, "entry": entry})
        else:
            yield slip, job

    def _compose(self, manuscript: "Manuscript", symbol_mm: float, desk: "Desk") -> "Composed":
        from press.compose import compose

        assert desk.library
        overdue = desk.current[f"status:{manuscript.name}"] == "overdue"
        templates = self.press.templates(desk.template_texts, self.templates_stand)
        return compose(manuscript, symbol_mm, desk.library, templates, overdue)

    def _job(self, manuscript: "Manuscript", edition: Edition, composed: "Composed", desk: "Desk") -> "Job":
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
            page=composed.html,
            says=composed.says,
            foot=composed.foot,
            heads=composed.heads,
            covers=composed.covers,
        )
        return Job(
            html=composed.html,
            styles=self.folders.styles,
            stand=self.styles_stand,
            sheet=edition.sheet,
            variant=edition.pdf_variant,
            opens=composed.opens,
            promise=promise,
            shelf=self.folders.out / filing.FONTS,
            duplex=edition.duplex,
        )

    # -- printing and filing --------------------------------------------------------------------------------------------

    def _submit(self, jobs: "Iterator[tuple[Slip, Job]]") -> "dict[Future[Outcome], Slip]":
        """Keeps the workers busy and files what they finish, until the last pages run. Only a few are composed ahead."""
        running: dict[Future[Outcome], Slip] = {}
        for slip, job in jobs:
            executor = self.press.executor()
            running[executor.submit(job)] = slip
            if len(running) >= 2 * executor.width:
                self._collect(running)
        return running

    def _collect(self, running: "dict[Future[Outcome], Slip]") -> None:
        from concurrent.futures import FIRST_COMPLETED, wait

        for future in wait(running, return_when=FIRST_COMPLETED).done:
            self._file(running.pop(future), future)
        if time.monotonic() - self.saved > LEDGER_EVERY_SECONDS:
            self.books.save()
            self.saved = time.monotonic()

    def _file(self, slip: Slip, future: "Future[Outcome]") -> None:
        """Files one finished PDF; where it is not sound, the last good one stays."""
        from press.jobs import Lost

        file, edition = self.names[slip.name], slip.edition.name
        try:
            outcome = future.result()
        except Lost as lost:
            self.press.given_up.add(shown(slip.name, edition))
            self._fail(slip, [Problem("worker-lost", "error", f"{edition}: {lost}", file, hint="build again")], lost=True)
            return
        if outcome.machine:
            raise Fault(outcome.machine)
        faults = [self._problem(slip, fault, outcome) for fault in outcome.findings]
        if outcome.fault:
            faults.append(Problem("engine-fault", "error", f"{edition}: the PDF engine failed: {outcome.fault}", file))
        if faults:
            self._fail(slip, faults)
            return
        entry = self._filed(slip, outcome)
        stat = list(stock.stat_of(self.folders.out / entry["path"]) or ())
        seconds = round(outcome.seconds, 3)
        impression: Impression = {
            "uses": slip.uses, "sheets": slip.sheets, "page": slip.page, "faults": [], "lost": False,
            "seconds": seconds, "stat": stat, "entry": entry,
        }  # fmt: skip
        self.ledger.libraries, self.ledger.versions = dict(outcome.libraries), dict(outcome.versions)
        self._enter(slip, "built", impression)

    def _problem(self, slip: Slip, fault: "Finding", outcome: "Outcome") -> Problem:
        """A finding in a finished PDF as a problem: at the document, or where the finding says; then a proof is kept."""
        from press import cause

        name, edition, file = slip.name, slip.edition.name, self.names[slip.name]
        problem = Problem(fault.code, "error", f"{edition}: {fault.message}", file, hint=fault.hint)
        if not fault.at:
            return problem
        proof = cause.proof_path(self.folders.out, name, edition)
        kept = proof if cause.keep_proof(proof, outcome.pdf) else None
        good = bool(self.books.impression(name, edition)["entry"]) and not self.ledger.fails(name, edition)
        return cause.placed(problem, fault.at, cause.Case(name, edition, file, self.folders.guides, slip.reasons, good, kept))

    def _filed(self, slip: Slip, outcome: "Outcome") -> dict[str, Any]:
        """Puts a PDF in its place; gives back its entry for the manifest."""
        from press.cause import proof_path

        path = slip.edition.path(*slip.name.split("/"))
        if not outcome.pdf:
            raise Fault(f"{path} was not printed, and nobody said why; the file that was there stays")
        filing.write(self.folders.out / path, outcome.pdf)
        filing.remove(proof_path(self.folders.out, slip.name, slip.edition.name))
        before = self.books.impression(slip.name, slip.edition.name)["entry"]
        if before and before["path"] != path:
            filing.remove(self.folders.out / before["path"])
        return slip.facts | {
            "path": path,
            "pages": outcome.pages,
            "bytes": len(outcome.pdf),
            "sha256": hashlib.sha256(outcome.pdf).hexdigest(),
            "pdf_variant": slip.edition.pdf_variant,
            "links": [vars(link) | {"page": page} for link, page in outcome.links],
        }

    def _fail(self, slip: Slip, faults: list[Problem], lost: bool = False) -> None:
        """Notes why a document can't be printed now; its last good file stays."""
        before = self.books.impression(slip.name, slip.edition.name)
        now = {"uses": slip.uses, "sheets": slip.sheets, "page": "", "faults": [vars(fault) for fault in faults], "lost": lost}
        self._enter(slip, "failed", before | now)  # type: ignore[arg-type]

    def _enter(self, slip: Slip, state: str, impression: "Impression") -> None:
        self.books.enter(slip.name, slip.edition.name, impression)
        name = shown(slip.name, slip.edition.name)
        getattr(self.summary, state).append(name)
        if not impression["lost"]:
            self.press.given_up.discard(name)
        self.done += 1
        self.press.show(Step(name, state, self.done, self.total, slip.reasons))


def _together(problems: list[Problem]) -> list[Problem]:
    """Findings that editions share, told once. Nothing is imported for a library without errors."""
    if not any(problem.severity == "error" for problem in problems):
        return problems
    from press.cause import together

    return together(problems)


def changed_meanwhile(file: str) -> Problem:
    """A document was sound when it was proofread and is not any more."""
    return Problem("changed-meanwhile", "error", "the file changed while it was read", file, hint="build again")


def composing_failed(error: Exception, file: str) -> Problem:
    """What went wrong in a template, at its line; else at the document."""
    line, at = getattr(error, "lineno", None) or 1, getattr(error, "name", None)
    trace = error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == "<template>":
            at, line = trace.tb_frame.f_globals.get("name"), trace.tb_lineno
        trace = trace.tb_next
    if at and str(at).endswith(".jinja"):
        file = f"templates/{at}"
    else:
        line = 1
    return Problem("not-composed", "error", f"the page can't be composed: {type(error).__name__}: {error}", file, line)
