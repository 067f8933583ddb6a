"""What runs in worker processes: one takes jobs from its parent and answers, until the parent is gone."""

import gc
import os
import pickle
import signal
import socket
import struct
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO, NoReturn

from press.build.jobs import Job, run

READY, BEGUN = "ready", "begun"
"""What a worker says once it can take jobs, and before each of them."""
REQUEST = struct.Struct("q")
"""What is asked of the fork server: 0 with a socket for a worker on it, or the id of a worker whose end is to be told."""
UNKNOWN = 1 << 32
"""Told of a worker that did not end in time."""


@dataclass(frozen=True)
class Setting:
    """What a worker is told before its first job: a folder for its files, and the address space that it may use (0: all)."""

    folder: str
    memory_bytes: int


def serve(jobs: BinaryIO, answers: BinaryIO) -> NoReturn:
    """The life of a worker. It ends with its parent, even in the midst of a job: `jobs` is read all the time and ends then."""
    try:
        set_up(pickle.load(jobs))
        waiting: SimpleQueue[Job] = SimpleQueue()
        Thread(target=_receive, args=(jobs, waiting), daemon=True).start()
        _say(READY, answers)
        while True:
            job = waiting.get()
            _say(BEGUN, answers)
            _say(run(job), answers)
            gc.collect()  # between jobs, not during them: that takes a tenth off
            gc.freeze()  # what is left is kept on purpose: the engine, style sheets, drawings
    finally:
        os._exit(1)  # whatever it was, the parent tells


def set_up(setting: Setting) -> None:
    """A worker keeps its files where they are swept up after it, and may not use up the machine's memory."""
    tempfile.tempdir = setting.folder
    if setting.memory_bytes:
        with suppress(ImportError, OSError, ValueError):  # not every system knows such a limit
            import resource

            resource.setrlimit(resource.RLIMIT_AS, (setting.memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _receive(jobs: BinaryIO, waiting: "SimpleQueue[Job]") -> None:
    try:
        while True:
            waiting.put(pickle.load(jobs))
    finally:
        os._exit(1)


def _say(what: Any, answers: BinaryIO) -> None:
    pickle.dump(what, answers, pickle.HIGHEST_PROTOCOL)
    answers.flush()


def serve_on_pipes() -> NoReturn:
    """A worker of its own process, on standard input and output. What else is printed goes to the error output."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers)


def serve_forks() -> NoReturn:
    """The fork server: forks a worker whenever its parent asks, tells how one ended, and ends all of them with its parent."""
    control = socket.socket(fileno=0)
    workers: set[int] = set()
    with suppress(OSError):
        while True:
            request, handles, _, _ = socket.recv_fds(control, REQUEST.size, 1)
            if len(request) < REQUEST.size:
                break
            (worker,) = REQUEST.unpack(request)
            answer = _status(worker) if worker else _fork(handles[0], control)
            workers.discard(worker)
            if worker == 0 and answer > 0:
                workers.add(answer)
            control.sendall(REQUEST.pack(answer))
    for worker in workers:
        with suppress(OSError):
            os.kill(worker, signal.SIGKILL)
    for worker in workers:
        _status(worker)
    os._exit(0)


def _fork(handle: int, control: socket.socket) -> int:
    """The id of a new worker, or what went wrong as a negative number."""
    try:
        worker = os.fork()
    except OSError as error:
        worker = -(error.errno or 1)
    if worker == 0:
        try:
            control.close()
            line = socket.socket(fileno=handle)
            serve(line.makefile("rb"), line.makefile("wb"))
        finally:
            os._exit(1)
    os.close(handle)
    return worker


def _status(worker: int) -> int:
    """How a worker ended that is dead or dying: its exit status, or the signal as a negative number."""
    for _ in range(100):
        try:
            ended, status = os.waitpid(worker, os.WNOHANG)
        except ChildProcessError:
            break
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    return UNKNOWN
