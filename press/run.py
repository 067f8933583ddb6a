"""One run over the library: what is stale is taken along the seven stops.

Errors in what documents share are known before anything is filed: a page that uses the faulty thing is held back.
"""

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from press import stock
from press.books import Books
from press.edition import Edition
from press.file import Filed
from press.last import problem_of
from press.ledger import Ledger, has_errors, place
from press.names import document_name
from press.orders import Step, Summary, Wanted, shown
from press.plan import Held, Planner
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
MOST_UNFILED = 60
"""So many finished pages wait at most until all documents are proofread: 6 MB."""
STRAY = "stray-file"
RELEASED = "what held it back is mended"


@dataclass(frozen=True)
class Slip:
    """What accompanies a job through the press: whose it is, why it runs, and what of the ledger is known beforehand."""

    name: str
    edition: Edition
    reasons: tuple[str, ...]
    uses: list[int] = field(default_factory=list)
    sheets: list[int] = field(default_factory=list)
    names: frozenset[str] = frozenset()
    page: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Run:
    """One run over the library, with a fresh look at everything."""

    def __init__(self, press: "Press", wanted: Wanted) -> None:
        self.press, self.folders, self.wanted = press, press.folders, wanted
        self.editions = wanted.in_editions()
        self.books = Books(press.folders, press.caches)
        self.summary = Summary()
        self.saved = time.monotonic()
        self.total = self.done = 0
        self._closures: dict[str, list[str]] = {}
        names = {name: file for file in self.books.stock.paths if (name := document_name(file))}
        self.names = dict(sorted(names.items()))
        self._unread = list(reversed(self.names))
        self.chosen = [name for name in self.names if wanted.document(name)]
        self.asked = [(name, edition) for name in self.chosen for edition in self.editions]

    @property
    def ledger(self) -> Ledger:
        """What the last builds left, read when it is first needed."""
        return self.books.ledger

    @cached_property
    def desk(self) -> "Desk":
        """The library as it is read in this run."""
        from press.desk import Desk

        return Desk(self.folders.guides, self.folders.styles, self.books.stock, self.ledger)

    @cached_property
    def held(self) -> Held:
        """What is held back by errors in the library. All documents are proofread for it, if they are not yet."""
        held = Held(in_order(self.desk.problems + self.desk.proofread_library(self.names)))
        self.ledger.problems = [vars(problem) for problem in held.problems]
        return held

    @cached_property
    def styles_stand(self) -> str:
        """A digest of all style sheets as they stand in this run."""
        return self.books.stock.digest("styles/")

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
        last, done = self.books.last, {*self.summary.built, *self.summary.fresh, *self.summary.failed}
        gone = [name for name, known in last.documents.items() if known["gone"] and self.wanted.document(name)]
        asked = [(n, e.name) for n, e in self.asked] + [(n, e.name) for n in gone for e in self.editions]
        for name, edition in asked:
            if shown(name, edition) not in done:
                state = self.summary.failed if last.fails(name, edition) else self.summary.fresh
                state.append(shown(name, edition))
        self.summary.problems = in_order(_together(list(last.problems_for(self.wanted, self.chosen))))
        return self.summary

    def check(self) -> list[Problem]:
        """Reads and proofreads. Where slugs are named, the library is told of only as far as it concerns them."""
        desk = self.desk
        if desk.library is None:
            return in_order(desk.problems)
        found = [problem_of(problem) for name in self.chosen for problem in desk.proof(name)["problems"]]
        shared = (p for p in self.held.problems if not self.wanted.slugs or desk.concerns(p, self.chosen))
        return in_order([*found, *shared])

    def explain(self) -> dict[str, list[str]]:
        """Reads and plans."""
        planner = Planner(self.ledger, self.desk.current, self.books.out)
        return {shown(n, e.name): self._explained(n, e.name, planner) for n, e in self.asked}

    def _explained(self, name: str, edition: str, planner: Planner) -> list[str]:
        if self.desk.library is None:
            return ["the shared files have errors"]
        impression = self.books.impression(name, edition)
        why = planner.reasons(name, edition)
        if impression["sheets"]:
            held = self.held.back(planner.uses(name, impression))
        else:  # it was never composed: what it would use can only be guessed
            held = [n for n, problem in enumerate(self.held.problems) if self.desk.concerns(problem, [name])]
        told = why + self.held.why(held)
        if told or not self.ledger.fails(name, edition):
            return told
        if impression["held"] and not impression["faults"]:
            return [RELEASED]
        return ["it has errors, and nothing that it uses has changed since"]

    # -- from stale to printed ------------------------------------------------------------------------------------------

    def _work(self) -> None:
        """Takes all that is stale through the press and closes the books."""
        if self.wanted.force or self.books.last.inputs != self.books.stock.digest():
            self.press.executor()  # starts in the background, while the library is read
        self.books.out.sweep()
        self.books.clear()
        try:
            if self.desk.library is None:
                self.ledger.problems, self.ledger.broken = [vars(problem) for problem in in_order(self.desk.problems)], True
            else:
                planner = Planner(self.ledger, self.desk.current, self.books.out)
                running = self._submit(self._jobs(planner))
                while running:
                    self._collect(running)
                self.summary.removed = self.books.strike(self._there())
            self._hold()
            moved = self.books.close(self.desk, self.names)
        except BaseException:
            with suppress(Fault):
                self.books.save()
            raise
        if any(name.startswith(("styles/", stock.ENGINE)) for name in moved):
            self.press.close()  # the workers keep style sheets of which nobody knows in what state they read them

    def _there(self) -> set[str]:
        """The documents whose files stay, gone ones among them that may only have been renamed, and are not lost on the way.

        One whose file just vanished may be in the midst of being saved: a second look tells. None is gone while a file with a
        wrong name lies about, nor while one with its code waits to be printed in its stead.
        """
        missing = [name for name in self.ledger.documents if name not in self.names]
        if missing:
            time.sleep(SAVING_SECONDS)
        there = {*self.names, *(name for name in missing if (self.folders.guides / f"{name}.yaml").exists())}
        stray = any(problem.code == STRAY for problem in self.desk.problems)
        for name in missing:
            self.ledger.documents[name]["gone"] = name not in there and (stray or self._is_replaced_later(name))
        return there | {name for name in missing if self.ledger.documents[name]["gone"]}

    def _is_replaced_later(self, name: str) -> bool:
        """Whether another document bears the code of one that is gone, and is not filed wherever that one is."""
        filed = {edition: i["entry"].get("code") for edition, i in self.ledger.impressions(name).items() if i["filed"]}
        heirs = [n for n in self.names if n[:2] == name[:2] and self.desk.code_of(n) in filed.values()] if filed else []
        return any(not self.books.impression(heir, edition)["filed"] for heir in heirs for edition in filed)

    def _hold(self) -> None:
        """Notes what holds each document back, asked for or not. It need not have been printed: no fault of that is told."""
        planner = Planner(self.ledger, self.desk.current, self.books.out)
        for name, _, impression in self.ledger.everything():
            uses = [] if self.ledger.broken else planner.uses(name, impression)
            impression["held"] = self.held.back(uses) if uses else []
            if impression["held"] and impression["sheets"]:
                impression["faults"] = []
        for name in self.names:
            self.ledger.record(name)["gone"] = False

    def _jobs(self, planner: Planner) -> "Iterator[tuple[Slip, Job]]":
        """The jobs of all that is stale, the documents that took longest last time first."""
        stale: dict[str, dict[str, tuple[str, ...]]] = {}
        for name, edition in self.asked:
            if why := self._why(name, edition.name, planner):
                stale.setdefault(name, {})[edition.name] = tuple(why)
        self.total = sum(map(len, stale.values()))
        self.books.begin((name, edition) for name in stale for edition in stale[name])
        for name in sorted(stale, key=planner.seconds, reverse=True):
            yield from self._jobs_of(name, stale[name], planner)

    def _why(self, name: str, edition: str, planner: Planner) -> list[str]:
        """Why a document is printed now. One over which this press lost a worker waits until something changes."""
        if self.wanted.force:
            return ["forced"]
        impression = self.books.impression(name, edition)
        if shown(name, edition) in self.press.given_up and not planner.outdated(impression):
            return []
        why = planner.reasons(name, edition)
        released = not why and impression["held"] and not self.held.back(planner.uses(name, impression))
        return [RELEASED] if released else why

    def _jobs_of(self, name: str, why: dict[str, tuple[str, ...]], planner: Planner) -> "Iterator[tuple[Slip, Job]]":
        """The jobs of one document: none where its source has errors, nor where its page came out as it was."""
        desk = self.desk
        sound = not has_errors(desk.proof(name))
        manuscript = desk.manuscript(name) if sound else None
        pages: dict[float, Composed] = {}
        for edition in self.editions:
            if edition.name not in why:
                continue
            slip = Slip(name, edition, why[edition.name])
            if manuscript is not None:
                yield from self._job_of(slip, manuscript, pages, planner)
            else:
                anything = planner.numbers(desk.everything_shared() | {f"file:{self.names[name]}"})
                self._fail(replace(slip, uses=anything), [changed_meanwhile(self.names[name])] if sound else [])

    def _job_of(
        self, slip: Slip, manuscript: "Manuscript", pages: "dict[float, Composed]", planner: Planner
    ) -> "Iterator[tuple[Slip, Job]]":
        """The job of a document in an edition, unless it can't be composed, is held back or came out as it was.

        `pages` holds the document as it was composed for other editions, by the size of the QR symbols.
        """
        file, desk = self.names[slip.name], self.desk
        own = {f"file:{file}", f"rules:{manuscript.language}", f"status:{slip.name}", stock.ENGINE}
        try:
            size = slip.edition.symbol_mm
            composed = pages[size] = pages.get(size) or self._compose(manuscript, size)
        except Exception as error:
            anything = planner.numbers(desk.everything_shared() | own)
            self._fail(replace(slip, uses=anything), [composing_failed(error, file)])
            return
        job = self._job(manuscript, slip.edition, composed)
        sheets = {stock.ENGINE, *(f"style:{name}" for name in self.closure(slip.edition.sheet))}
        slip = replace(
            slip,
            uses=planner.numbers(own | composed.uses),
            sheets=planner.numbers(sheets),
            names=frozenset(own | composed.uses | sheets),
            page=job.digest(),
            facts=desk.facts(manuscript, slip.edition),
        )
        before, name, edition = self.books.impression(slip.name, slip.edition.name), slip.name, slip.edition.name
        same = (before["page"], before["sheets"]) == (slip.page, slip.sheets)
        same = same and not self.wanted.force and planner.filed(name, edition, before)
        if (same or not self._unread) and self.held.back(slip.names):
            self._hold_back(slip if same else replace(slip, page=""))
        elif same:
            entry = before["entry"] | slip.facts
            self._enter(slip, "fresh", before | {"uses": slip.uses, "lost": False, "entry": entry, "faults": []})
        else:
            yield slip, job

    def _compose(self, manuscript: "Manuscript", symbol_mm: float) -> "Composed":
        from press.compose import compose

        assert self.desk.library
        overdue = self.desk.current[f"status:{manuscript.name}"] == "overdue"
        return compose(manuscript, symbol_mm, self.desk.library, self.press.templates(self.desk.template_texts), overdue)

    def _job(self, manuscript: "Manuscript", edition: Edition, composed: "Composed") -> "Job":
        """What a worker needs to print a page and to look at it afterwards."""
        from press.jobs import Job
        from press.markup import plain
        from press.preflight import Promise

        assert self.desk.library
        promise = Promise(
            title=plain(manuscript.document.title),
            language=manuscript.language,
            author=self.desk.library.clinic.name,
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
            shelf=None if self.press.caches.fonts.refused else self.press.caches.fonts.folder,
            duplex=edition.duplex,
        )

    # -- printing and filing --------------------------------------------------------------------------------------------

    def _submit(self, jobs: "Iterator[tuple[Slip, Job]]") -> "dict[Future[Outcome], Slip]":
        """Keeps the workers busy and files what they finish, until the last pages run. Only a few are composed ahead.

        What waits in the rest of the library may hold pages back: while the workers are busy, that is proofread first.
        """
        running: dict[Future[Outcome], Slip] = {}
        for slip, job in jobs:
            executor = self.press.executor()
            running[executor.submit(job)] = slip
            while len(running) >= 2 * executor.width and self._all_read(running, 2 * executor.width):
                self._collect(running)
        return running

    def _all_read(self, running: "dict[Future[Outcome], Slip]", enough: int) -> bool:
        """Whether all documents are proofread; does it while the workers have enough to do, or what they did piles up."""
        while self._unread:
            busy = sum(not future.done() for future in running) >= enough
            if not (busy or len(running) > MOST_UNFILED or self.desk.is_proofread(self._unread[-1])):
                return False
            self.desk.proof(self._unread.pop())
        return True

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
        if self.held.back(slip.names):
            self._hold_back(replace(slip, page=""))
            return
        self.books.libraries, self.ledger.versions = dict(outcome.libraries), dict(outcome.versions)
        self._enter(slip, "built", self._filed(slip, outcome))

    def _problem(self, slip: Slip, fault: "Finding", outcome: "Outcome") -> Problem:
        """A finding in a finished PDF as a problem: at the document, or where the finding says; then a proof is kept."""
        from press import cause

        name, edition, file = slip.name, slip.edition.name, self.names[slip.name]
        problem = Problem(fault.code, "error", f"{edition}: {fault.message}", file, hint=fault.hint)
        if not fault.at:
            return problem
        kept = self.press.caches.keep_proof(name, edition, outcome.pdf)
        good = bool(self.books.impression(name, edition)["filed"]) and not self.ledger.fails(name, edition)
        return cause.placed(problem, fault.at, cause.Case(name, edition, file, self.folders.guides, slip.reasons, good, kept))

    def _filed(self, slip: Slip, outcome: "Outcome") -> "Impression":
        """Puts a PDF in its place; gives back what the ledger keeps of it, with its entry for the manifest."""
        path = place(slip.name, slip.edition.name)
        if not outcome.pdf:
            raise Fault(f"{path} was not printed, and nobody said why; the file that was there stays")
        self.books.out.write(path, outcome.pdf)
        self.press.caches.drop_proof(slip.name, slip.edition.name)
        filed: Filed = {
            "bytes": len(outcome.pdf),
            "sha256": hashlib.sha256(outcome.pdf).hexdigest(),
            "stat": list(self.books.out.stat(path) or ()),
        }
        entry = slip.facts | {
            "path": path,
            "pages": outcome.pages,
            "bytes": filed["bytes"],
            "sha256": filed["sha256"],
            "pdf_variant": slip.edition.pdf_variant,
            "links": [vars(link) | {"page": page} for link, page in outcome.links],
        }
        return {
            "uses": slip.uses, "sheets": slip.sheets, "page": slip.page, "faults": [], "held": [], "lost": False,
            "seconds": round(outcome.seconds, 3), "filed": filed, "entry": entry,
        }  # fmt: skip

    def _hold_back(self, slip: Slip) -> None:
        """Fails a document over errors in what it uses. Its page is that of the last good file, or none."""
        before = self.books.impression(slip.name, slip.edition.name)
        slip = replace(slip, reasons=tuple(self.held.why(self.held.back(slip.names))))
        now = {"uses": slip.uses, "sheets": slip.sheets, "page": slip.page, "faults": [], "lost": False}
        self._enter(slip, "failed", before | now)  # type: ignore[arg-type]

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
