"""Worker processes seen from their parent: how one is started, given a job, and ended, on any system.

Where there is `fork`, workers are forked from a process that has loaded the engine once; elsewhere each loads it itself. Nothing
is asked of a worker that it could refuse: all waits end when it is killed, and a process that was stopped can be killed, too.
"""

import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Protocol

from press.build.jobs import Job, Outcome
from press.build.workers.serving import BEGUN, REQUEST, UNKNOWN, Setting

CAN_FORK = all(hasattr(module, name) for module, name in ((os, "fork"), (socket, "send_fds"), (socket, "recv_fds")))
_END_SECONDS = 5.0
"""So long a process that was killed may take to be gone."""
_CLOSE_SECONDS = 0.5
"""So long the fork server may take to end its workers and itself."""


class NotStarted(Exception):
    """A worker can't be started; the message says why, in words."""


class Ended(Exception):
    """A worker ended and gave no answer; the message says how, in words. `begun` tells whether it had begun its job."""

    def __init__(self, words: str, begun: bool) -> None:
        super().__init__(words)
        self.begun = begun


class Process(Protocol):
    """What is needed of a process."""

    def kill(self) -> None:
        """Ends it at once, if it has not ended."""
        ...

    def wait(self, timeout: float) -> int:
        """Its exit status, or the signal that ended it as a negative number. Raises TimeoutExpired."""
        ...


class Worker:
    """A worker process that can take jobs, one at a time."""

    def __init__(self, process: Process, jobs: IO[bytes], answers: IO[bytes], said: Path) -> None:
        self.process, self.jobs, self.answers, self.said = process, jobs, answers, said
        self.folder: Path | None = None
        self.done = 0
        self.alive = True
        self._ended = ""

    def begin(self, setting: Setting, seconds: float) -> None:
        """Sets the worker up and waits until it can take jobs. Raises NotStarted, after so many seconds at the latest."""
        late: list[bool] = []

        def give_up() -> None:
            late.append(True)
            self.process.kill()

        try:
            with after(seconds, give_up):
                self._send(setting)
                self._receive()
        except Exception as error:
            last, ended = last_words(self.said), self.end()
            raise NotStarted(f"a new one {f'did not answer within {seconds:g} s' if late else ended}{last}") from error

    def do(self, job: Job) -> Outcome:
        """Runs a job. Raises Ended, as soon as the worker is dead."""
        begun = False
        try:
            self._send(job)
            begun = self._receive() == BEGUN
            outcome = self._receive()
            assert isinstance(outcome, Outcome)
        except Exception as error:  # what was cut short can look like anything
            raise Ended(f"its worker process {self.end()}", begun) from error
        self.done += 1
        return outcome

    def end(self) -> str:
        """Ends the process; tells in words how it ended, if it had done so before."""
        if self.alive:
            self.alive = False
            self._ended = self._end()
        return self._ended

    def _end(self) -> str:
        self.process.kill()
        for file in (self.jobs, self.answers):
            with suppress(OSError, ValueError):
                file.close()
        try:
            return in_words(self.process.wait(_END_SECONDS))
        except (subprocess.TimeoutExpired, NotStarted):
            return "was lost"
        finally:
            if self.folder:
                shutil.rmtree(self.folder, ignore_errors=True)

    def _send(self, what: Any) -> None:
        pickle.dump(what, self.jobs, pickle.HIGHEST_PROTOCOL)
        self.jobs.flush()

    def _receive(self) -> Any:
        return pickle.load(self.answers)


def in_words(status: int) -> str:
    """How a process ended."""
    if status >= 0:
        return f"ended by itself (exit status {status})"
    try:
        return f"was killed ({signal.Signals(-status).name})"
    except ValueError:
        return f"was killed (signal {-status})"


@contextmanager
def after(seconds: float, action: Callable[[], None]) -> Iterator[None]:
    """Does something, in a thread of its own, if what is done meanwhile takes longer."""
    clock = threading.Timer(seconds, action)
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


# -- where there is fork --------------------------------------------------------------------------------------------------


class ForkServer:
    """The process that workers are forked from, and the line to it. It ends, with all workers, when its parent does."""

    def __init__(self, seconds: float, said: Path) -> None:
        self.seconds, self.said = seconds, said
        self.closed = self._answered = False
        self._lock = threading.Lock()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _python("serve_forks", said, stdin=theirs, stdout=subprocess.DEVNULL)

    def fork(self) -> Worker:
        """A new worker. Raises NotStarted."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                pid = self._ask(0, self.seconds, theirs)
            if pid < 0:
                raise NotStarted(os.strerror(-pid).lower())
            return Worker(Forked(pid, self), ours.makefile("wb"), ours.makefile("rb"), self.said)

    def status(self, pid: int) -> int:
        """How a worker ended that was killed. Raises NotStarted where that can't be had."""
        return self._ask(pid, _END_SECONDS)

    def close(self, patience: float | None = None) -> str:
        """Ends the process; tells in words how it ended, if it had done so before.

        It is given some time to end its workers and itself, unless it still loads the engine or does not answer.
        """
        if patience is None:
            patience = _CLOSE_SECONDS if self._answered else 0.0
        self.closed = True
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)  # not closed: another thread may wait at it
        try:
            return in_words(self._process.wait(patience))
        except subprocess.TimeoutExpired:
            self._process.kill()
        with suppress(subprocess.TimeoutExpired):
            return in_words(self._process.wait(_END_SECONDS))
        return "was lost"

    def _ask(self, number: int, seconds: float, line: socket.socket | None = None) -> int:
        """Asks the process; raises NotStarted where it does not answer in time."""
        with self._lock:
            try:
                self._control.settimeout(seconds)
                socket.send_fds(self._control, [REQUEST.pack(number)], [line.fileno()] if line else [])
                answer = self._control.recv(REQUEST.size, socket.MSG_WAITALL)
            except TimeoutError as error:
                self.close(patience=0.0)
                raise NotStarted(f"the process that starts them did not answer within {seconds:g} s") from error
            except OSError:
                answer = b""
            if len(answer) < REQUEST.size:
                ended = self.close(_CLOSE_SECONDS)
                raise NotStarted(f"the process that starts them {ended}{last_words(self.said)}")
            self._answered = True
            return int(REQUEST.unpack(answer)[0])


class Forked:
    """A worker that was forked. Its id can't become another's before it was asked how it ended."""

    def __init__(self, pid: int, server: ForkServer) -> None:
        self.pid, self._server = pid, server
        self._lock = threading.Lock()
        self._gone = False

    def kill(self) -> None:
        """Ends it at once, if it has not ended."""
        with self._lock, suppress(OSError):
            if not self._gone:
                os.kill(self.pid, signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """How it ended, once it was killed."""
        with self._lock:
            self._gone = True
        status = self._server.status(self.pid)
        if status == UNKNOWN:
            raise subprocess.TimeoutExpired("worker", timeout)
        return status


# -- anywhere -------------------------------------------------------------------------------------------------------------


def spawned(said: Path) -> Worker:
    """A new worker that loads the engine itself. Raises OSError where the system refuses it."""
    process = _python("serve_on_pipes", said, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    return Worker(process, process.stdin, process.stdout, said)


def _python(function: str, said: Path, **channels: Any) -> "subprocess.Popen[bytes]":
    """Starts a function of `serving` in a Python process that finds what this one finds, wherever it was called.

    What it says on its error output goes to a file.
    """
    paths = [str(Path(__file__).resolve().parents[3]), *sys.path]
    code = f"import sys; sys.path[:] = {paths!r}; from press.build.workers import preload, serving; serving.{function}()"
    apart = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)  # Windows: Ctrl-C is for the parent
    with said.open("ab") as errors, _signals_held_back():
        return subprocess.Popen([sys.executable, "-c", code], stderr=errors, creationflags=apart, **channels)


def last_words(said: Path) -> str:
    """The last line that a process said on its error output, to be added to how it ended."""
    try:
        lines = said.read_text("utf-8", "replace").split("\n")
    except OSError:
        return ""
    last = next((line.strip() for line in reversed(lines) if line.strip()), "")
    return f": {last[:200]}" if last else ""


@contextmanager
def _signals_held_back() -> Iterator[None]:
    """A process started here does not get signals before it can leave them to its parent (`press.build.workers.preload`)."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
