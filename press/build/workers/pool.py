"""A few long-lived worker processes. One that dies, hangs or swells costs its own job alone."""

import threading
import time
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from queue import Empty, SimpleQueue

from press.build.jobs import Job, Lost, Outcome
from press.build.workers.processes import CAN_FORK, Ended, ForkServer, NotStarted, Worker, after, spawned
from press.build.workers.scratch import Scratch
from press.build.workers.serving import Setting
from press.problems import Fault

JOBS_PER_WORKER = 300
"""A worker is replaced after this many jobs."""
SECONDS_PER_JOB = 120.0
SECONDS_TO_START = 60.0
"""A worker that can't take jobs after this time is given up."""
MEMORY_BYTES = 3 * 1024**3
"""The address space a worker may use."""
_ATTEMPTS = 3
"""So often a job is given to a worker that dies before it begins."""
_CLOSE_SECONDS = 2.0
_CLOSED = "the workers were ended before it was done"
SAID = "said.txt"
"""The file for what worker processes say on their error output."""


@dataclass
class _Ticket:
    """A job that waits or runs, and the future that its owner holds."""

    job: Job
    future: "Future[Outcome]" = field(default_factory=Future)
    attempts: int = 0

    def settle(self, outcome: Outcome | Exception) -> None:
        """Gives the owner what became of the job, unless that is known already."""
        with suppress(InvalidStateError):
            if isinstance(outcome, Exception):
                self.future.set_exception(outcome)
            else:
                self.future.set_result(outcome)


class Workers:
    """The executor of this machine. Each worker has a thread here that waits for it, and for each job a clock that kills it."""

    def __init__(
        self,
        width: int,
        seconds_per_job: float = SECONDS_PER_JOB,
        memory_bytes: int = MEMORY_BYTES,
        seconds_to_start: float = SECONDS_TO_START,
    ) -> None:
        self.width, self.seconds_per_job, self.seconds_to_start = width, seconds_per_job, seconds_to_start
        self._memory_bytes = memory_bytes
        self._scratch = Scratch()
        self._numbers = count(1)
        self._waiting: SimpleQueue[_Ticket | None] = SimpleQueue()
        self._lock = threading.Lock()
        self._server: ForkServer | None = None
        self._serving: set[Worker] = set()
        self._threads: set[threading.Thread] = set()
        self._places = width
        self._closed = False
        self._fault: Fault | None = None
        for _ in range(width):
            self._open_place()

    def submit(self, job: Job) -> "Future[Outcome]":
        """Starts a job, or lets it wait. The future fails with `Lost`, or with `Fault` where no worker can be had."""
        ticket = _Ticket(job)
        self._waiting.put(ticket)
        if self._fault or self._closed:
            self._settle_all(self._fault or Lost(_CLOSED))
        return ticket.future

    def close(self) -> None:
        """Ends all workers at once. Nothing here waits for long, whatever they do."""
        self._closed = True
        self._waiting.put(None)
        for worker in list(self._serving):
            worker.process.kill()
        if self._server:
            self._server.close()
        end = time.monotonic() + _CLOSE_SECONDS
        for thread in list(self._threads):
            thread.join(max(0.0, end - time.monotonic()))
        self._settle_all(Lost(_CLOSED))
        self._scratch.remove()

    def _settle_all(self, outcome: Exception) -> None:
        """Gives the same to all that wait."""
        with suppress(Empty):
            while True:
                if ticket := self._waiting.get_nowait():
                    ticket.settle(outcome)

    # -- one thread a worker ------------------------------------------------------------------------------------------

    def _open_place(self) -> None:
        """A place for a worker: a thread that starts one and waits for it."""
        thread = threading.Thread(target=self._serve, daemon=True)
        self._threads.add(thread)
        try:
            thread.start()
        except RuntimeError as error:
            self._lose_place(str(error))

    def _serve(self) -> None:
        """Starts a worker and gives it jobs; puts another one in its place where it is lost or used up."""
        try:
            while not self._closed and self._served_by(self._start()):
                pass
        except NotStarted as error:
            self._lose_place(str(error))
        except OSError as error:
            self._lose_place((error.strerror or str(error) or type(error).__name__).lower())
        except Exception as error:
            self._lose_place(f"{type(error).__name__}: {error}")

    def _lose_place(self, why: str) -> None:
        """Fewer workers do as well; where there is none, no job needs to wait for one."""
        with self._lock:
            self._places -= 1
            if self._places or self._closed:
                return
            self._fault = Fault(f"no worker process can be started: {why}")
        self._settle_all(self._fault)

    def _start(self) -> Worker:
        """A worker that can take jobs. A second try is made: the process that workers are forked from may have been lost."""
        try:
            return self._start_once()
        except NotStarted:
            if self._closed:
                raise
            return self._start_once()

    def _start_once(self) -> Worker:
        folder = self._scratch.folder / str(next(self._numbers))
        folder.mkdir()
        worker = self._forked() if CAN_FORK else spawned(folder / SAID)
        worker.folder = folder
        worker.begin(Setting(str(folder), self._memory_bytes), self.seconds_to_start)
        return worker

    def _forked(self) -> Worker:
        with self._lock:
            if self._server is None or self._server.closed:
                self._server = ForkServer(self.seconds_to_start, self._scratch.folder / SAID)
            server = self._server
        return server.fork()

    def _served_by(self, worker: Worker) -> bool:
        """Gives jobs to a worker until it is lost or used up; whether another one is to take its place."""
        self._serving.add(worker)
        try:
            while worker.done < JOBS_PER_WORKER and worker.alive:
                ticket = self._waiting.get()
                if ticket is None or self._closed:
                    self._waiting.put(ticket)  # for the other threads, and for `close`
                    return False
                if self._overdue(worker, ticket):
                    return False
            return True
        finally:
            worker.end()
            self._serving.discard(worker)

    def _overdue(self, worker: Worker, ticket: _Ticket) -> bool:
        """Gives a job to a worker, with a clock beside it; whether that had to end it, and so opened another place."""
        overdue: list[bool] = []
        seconds = self.seconds_per_job

        def give_up() -> None:
            overdue.append(True)
            worker.process.kill()
            ticket.settle(Lost(f"it took more than {seconds:g} s and was stopped"))
            self._open_place()  # at once: not even the system can end a process that waits for a broken disk

        try:
            with after(seconds, give_up):
                ticket.settle(worker.do(ticket.job))
        except Ended as ended:
            self._retry(ticket, ended)
        except Exception as error:
            worker.end()
            ticket.settle(Lost(f"its worker can't be watched ({type(error).__name__}: {error})"))
        return bool(overdue)

    def _retry(self, ticket: _Ticket, ended: Ended) -> None:
        """Gives a job that was lost before it began to another worker, unless that happens again and again."""
        ticket.attempts += 1
        if ended.begun or ticket.attempts == _ATTEMPTS or self._closed:
            ticket.settle(Lost(str(ended)))
        else:
            self._waiting.put(ticket)
