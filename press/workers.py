"""A few long-lived worker processes. One that dies, hangs or swells costs its own job alone."""

import multiprocessing
import resource
import signal
from concurrent.futures import Future, TimeoutError
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessPool

if TYPE_CHECKING:
    from press.jobs import Job, Outcome

JOBS_PER_WORKER = 300
"""A worker is replaced after this many jobs."""
SECONDS_PER_JOB = 120.0
MEMORY_BYTES = 3 * 1024**3
"""The address space a worker may use."""


class Workers:
    """The pool that `presswork` submits its jobs to."""

    def __init__(self, width: int, seconds_per_job: float = SECONDS_PER_JOB) -> None:
        self.width, self.seconds_per_job = width, seconds_per_job
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(["press.warm"])
        self._pool = ProcessPool(width, max_tasks=JOBS_PER_WORKER, initializer=_begin, context=context)

    def submit(self, job: "Job") -> "Future[Outcome]":
        """Starts a job. The future fails only where its worker was lost or took too long."""
        from press.jobs import run

        return self._pool.schedule(run, args=[job], timeout=self.seconds_per_job)

    def close(self) -> None:
        """Ends all workers at once."""
        self._pool.stop()
        self._pool.join()


def reason_of_loss(error: BaseException) -> str:
    """In words, why a job's worker was lost."""
    if isinstance(error, TimeoutError):
        return "it took too long and was stopped"
    if isinstance(error, ProcessExpired):
        return f"its worker process died ({error.exitcode})"
    return f"its worker failed: {type(error).__name__}: {error}"


def _begin() -> None:
    """Sets a worker up: it leaves Ctrl-C to its parent and may not use up the machine's memory."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, resource.getrlimit(resource.RLIMIT_AS)[1]))
