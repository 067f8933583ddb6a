"""A few long-lived worker processes. One that dies, hangs or swells costs its own job alone."""

import gc
import multiprocessing
import os
import resource
import signal
import tempfile
import threading
from collections import deque
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import forkserver, resource_tracker
from pathlib import Path

from pebble import CONSTS, ProcessExpired, ProcessPool

from press.jobs import Job, Lost, Outcome, run
from press.problems import Fault

JOBS_PER_WORKER = 300
"""A worker is replaced after this many jobs."""
SECONDS_PER_JOB = 120.0
MEMORY_BYTES = 3 * 1024**3
"""The address space a worker may use."""
_ATTEMPTS = 3
"""So often a job is given to a worker that dies before it begins."""

CONSTS.sleep_unit = 0.01


@dataclass
class _Ticket:
    """A job that waits or runs, and the future that its owner holds."""

    job: Job
    future: "Future[Outcome]" = field(default_factory=Future)
    attempts: int = 0


class Workers:
    """The executor of this machine. Each worker has a pool to itself, so that they share no pipe that one of them could tear."""

    def __init__(self, width: int, seconds_per_job: float = SECONDS_PER_JOB, memory_bytes: int = MEMORY_BYTES) -> None:
        self.width, self.seconds_per_job, self.memory_bytes = width, seconds_per_job, memory_bytes
        self._scratch = tempfile.TemporaryDirectory(prefix="press-", ignore_cleanup_errors=True)
        self._lock = threading.RLock()
        self._pools: set[ProcessPool] = set()
        self._idle: list[ProcessPool] = []
        self._waiting: deque[_Ticket] = deque()
        self._closed = False
        self._fault: Fault | None = None
        self._opening = threading.Thread(target=self._open, daemon=True)
        self._opening.start()

    def submit(self, job: Job) -> "Future[Outcome]":
        """Starts a job, or lets it wait. The future fails with `Lost`, or with `Fault` where no worker can be had."""
        ticket = _Ticket(job)
        with self._lock:
            self._waiting.append(ticket)
            self._start()
        return ticket.future

    def close(self) -> None:
        """Ends all workers at once."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
        self._opening.join()
        _end(*self._pools)
        self._scratch.cleanup()

    def _open(self) -> None:
        """Loads the engine once, then starts the workers, while the library is still being read."""
        try:
            _start_forkserver()
        except OSError as error:
            self._stop_for(error)
        for _ in range(self.width):
            self._add()

    def _add(self) -> None:
        """One more worker."""
        context = multiprocessing.get_context("forkserver")
        setting_up = [self._scratch.name, self.memory_bytes]
        pool = ProcessPool(1, JOBS_PER_WORKER, initializer=_begin, initargs=setting_up, context=context)
        try:
            active = not self._closed and not self._fault and pool.active  # this starts it
        except (OSError, EOFError, BrokenProcessPool) as error:
            self._stop_for(error)
            return
        with self._lock:
            if active and not self._closed:
                self._pools.add(pool)
                self._idle.append(pool)
                self._start()
                return
        _end(pool)

    def _stop_for(self, error: BaseException) -> None:
        """No worker can be had: no job needs to wait for one."""
        with self._lock:
            self._fault = Fault(f"no worker process can be started: {error}")
            self._start()

    def _start(self) -> None:
        """Gives waiting jobs to idle workers."""
        while self._waiting and self._fault:
            self._waiting.popleft().future.set_exception(self._fault)
        while self._waiting and self._idle and not self._closed:
            pool, ticket = self._idle.pop(), self._waiting.popleft()
            try:
                running = pool.schedule(_timed, args=[ticket.job, self.seconds_per_job])
            except RuntimeError as error:  # its worker died while it had nothing to do
                self._replace(pool)
                self._retry(ticket, error)
            else:
                running.add_done_callback(partial(self._finish, pool, ticket))

    def _finish(self, pool: ProcessPool, ticket: _Ticket, done: "Future[Outcome]") -> None:
        """Takes a result from a worker; where there is none, the worker goes too, and what it may have left in its pipe."""
        if self._closed or done.cancelled():
            return
        error = done.exception()
        with self._lock:
            if error is None:
                self._idle.append(pool)
            else:
                self._replace(pool)
                if isinstance(error, BrokenProcessPool):
                    self._retry(ticket, error)
                    return
            self._start()
        if error is None:
            ticket.future.set_result(done.result())
        else:
            ticket.future.set_exception(Lost(self._how(error)))

    def _retry(self, ticket: _Ticket, error: BaseException) -> None:
        """Gives a job that was lost before it began to another worker, unless that happens again and again."""
        ticket.attempts += 1
        if ticket.attempts < _ATTEMPTS:
            self._waiting.appendleft(ticket)
        else:
            ticket.future.set_exception(Lost(self._how(error)))

    def _replace(self, pool: ProcessPool) -> None:
        """Puts another worker in the place of one that can't be trusted."""
        self._pools.discard(pool)

        def change() -> None:
            _end(pool)
            self._add()

        threading.Thread(target=change, daemon=True).start()

    def _how(self, error: BaseException) -> str:
        """In words, how a worker was lost."""
        if isinstance(error, ProcessExpired) and error.exitcode == -signal.SIGALRM:
            return f"it took more than {self.seconds_per_job:g} s and was stopped"
        if isinstance(error, ProcessExpired) and error.exitcode < 0:
            return f"its worker process was killed ({signal.Signals(-error.exitcode).name})"
        return f"its worker process was lost ({type(error).__name__}: {error})"


def _end(*pools: ProcessPool) -> None:
    for pool in pools:
        pool.stop()  # type: ignore[no-untyped-call]
    for pool in pools:
        pool.join()


def _start_forkserver() -> None:
    """Starts the process that workers are forked from, wherever the command was called."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["press.warm"])
    resource_tracker.ensure_running()  # before Ctrl-C is held back: to start it lets Ctrl-C through again
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(Path(__file__).parents[1]), before]))
    unblocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # inherited: Ctrl-C must not hit it while it starts
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, unblocked)
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def _begin(scratch: str, memory_bytes: int) -> None:
    """Sets a worker up: it leaves Ctrl-C to its parent, tidies up after itself, and may not use up the machine's memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = scratch
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _timed(job: Job, seconds: float) -> Outcome:
    """Runs a job against the clock, which ends the process even while it is deep in the engine, and though its parent be gone.

    Memory is tidied up between jobs, not during them: that takes a tenth off. What is left then is kept on purpose (the
    engine, style sheets, drawings), so that there is no need to look through it again.
    """
    gc.disable()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return run(job)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        gc.collect()
        gc.freeze()
