"""Workers: what they start with, what they can't do to a build, and that nothing of them stays."""

import os
import pickle
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, ClassVar

import pytest
from printroom import ROOT, STYLES
from smallhouse import alive, family, kill, until
from smallhouse import workers as worker_processes

from press.build.jobs import Job, Lost, Outcome
from press.build.workers import serving
from press.build.workers.pool import Workers
from press.build.workers.processes import Forked
from press.build.workers.scratch import Scratch
from press.model.link import Link
from press.preflight.promise import Promise
from press.problems import Fault


def python(script: str, given: bytes = b"") -> str:
    """What a script says in a process of its own."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, input=given, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries are found in another way")
def test_the_engine_is_imported_without_help_from_other_programs() -> None:
    """No compiler is asked for libraries, and those that are loaded are the ones that the engine finds by itself."""
    watched = "import sys; sys.addaudithook(lambda event, _: print(event) if event == 'subprocess.Popen' else None)"
    loaded = "from press.plan.libraries import loaded_libraries; print(sorted(loaded_libraries()))"
    quick = python(f"{watched}; import press.build.workers.preload; assert 'weasyprint' in sys.modules; {loaded}")
    assert "libpango" in quick
    assert quick == python(f"import weasyprint; {loaded}")


def test_looking_for_libraries_works_as_before_afterwards() -> None:
    said = python(
        "import ctypes.util; before = ctypes.util.find_library;"
        " import press.build.workers.preload; print(ctypes.util.find_library is before)"
    )
    assert said.strip() == "True"


def test_a_job_and_its_outcome_bring_no_models_along() -> None:
    """Neither Pydantic nor the readers of content are loaded where pages are printed: that would take as long as a page."""
    link = Link("an-article", "An article", "https://clinic.example/an-article/")
    promise = Promise("T", "en", "C", (link,), ("A code.",), 28.0, (612.0, 792.0), frozenset({2}), "<html/>")
    job = Job("<p>T</p>", Path("styles"), "0", "standard.css", "pdf/ua-1", {}, promise, Path("shelf"))
    script = (
        "import pickle, sys, press.build.workers.preload; pickle.load(sys.stdin.buffer);"
        "print(*(name for name in ('pydantic', 'yaml', 'jinja2', 'press.model.documents') if name in sys.modules))"
    )
    assert python(script, pickle.dumps((job, Outcome(links=((link, 2),))))).split() == []


# -- what a worker can do to its parent: nothing -------------------------------------------------------------------------


@dataclass
class Errand:
    """Stands in for a job: what it does in the worker happens as soon as the worker looks into it."""

    act: str

    @property
    def styles(self) -> Path:
        """Where the typesetter finds its style sheets; looked up first."""
        if self.act == "sleep":
            time.sleep(600)
        elif self.act == "compute":
            print(7 ** (10**9))  # one call in C, which lets nothing else run in its process
        elif self.act == "leave":
            os._exit(0)
        elif self.act.startswith("answer by half"):
            serving._say = answer_by_half
        return STYLES

    stand, shelf, sheet, variant, duplex = "0", None, "standard.css", "pdf/ua-1", "long-edge"
    opens: ClassVar[dict[str, str]] = {}
    promise = Promise("T", "en", "C", (), (), 28.0, (612.0, 792.0), frozenset({1}), "<html/>")

    @property
    def html(self) -> str:
        """The page; looked up inside the engine's part."""
        if self.act.startswith("take "):
            bytearray(int(self.act.removeprefix("take ")))
        return '<html lang="en"><title>T</title><p>T</p></html>'


def answer_by_half(what: Any, answers: BinaryIO) -> None:
    """Says the beginning of something long and is stopped."""
    said = pickle.dumps(what)
    answers.write(said[:1000])
    answers.flush()
    if len(said) > 1000:
        os.kill(os.getpid(), signal.SIGSTOP)


class Leaves:
    """A job that ends the worker which receives it, before it begins."""

    def __reduce__(self) -> Any:
        return os._exit, (0,)


def does(act: str) -> Any:
    """A job that does this."""
    return Errand(act)


@pytest.fixture
def workers() -> Iterator[Callable[..., Workers]]:
    """Makes workers, which are ended after the test."""
    made: list[Workers] = []

    def make(**limits: float) -> Workers:
        made.append(Workers(1, **limits))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for one in made:
        one.close()


def process_of(workers: Workers) -> int:
    """The id of the worker process, once it can take jobs."""
    until(lambda: workers._serving)
    process = next(iter(workers._serving)).process
    assert isinstance(process, Forked)
    return process.pid


def fork_server_of(workers: Workers) -> int:
    """The id of the process that workers are forked from."""
    assert workers._server
    return workers._server._process.pid


def prints(workers: Workers) -> None:
    """A job is done, and in time."""
    assert workers.submit(does("print")).result(timeout=60).pdf.startswith(b"%PDF")


def hurried(workers: Workers, job: Any) -> "Future[Outcome]":
    """A job that gets two seconds, from now on; what comes after it has time."""
    workers.seconds_per_job = 2
    future = workers.submit(job)
    until(workers._waiting.empty)
    time.sleep(0.3)
    workers.seconds_per_job = 120
    return future


def how_lost(future: "Future[Outcome]", seconds: float = 60) -> str:
    """The words with which a job was lost."""
    with pytest.raises(Lost) as lost:
        future.result(timeout=seconds)
    return str(lost.value)


@pytest.mark.parametrize("act", ["sleep", "compute"])
def test_a_job_that_never_ends_is_given_up_and_the_next_one_done(workers: Callable[..., Workers], act: str) -> None:
    """Asleep, or deep in a library that lets nothing else run in its process, signal handlers neither."""
    one = workers()
    pid = process_of(one)
    hung, waiting = hurried(one, does(act)), one.submit(does("print"))
    assert how_lost(hung) == "it took more than 2 s and was stopped"
    assert waiting.result(timeout=60).pdf.startswith(b"%PDF")
    until(lambda: not alive(pid))


@pytest.mark.parametrize("when", ["idle", "at work"])
def test_a_worker_that_was_stopped_is_given_up_and_the_next_job_done(workers: Callable[..., Workers], when: str) -> None:
    """SIGSTOP before a job is given to it, or in the midst of one. It can't catch up later: it is killed."""
    one = workers()
    pid = process_of(one)
    if when == "idle":
        os.kill(pid, signal.SIGSTOP)
    job = hurried(one, does("sleep"))
    os.kill(pid, signal.SIGSTOP)
    assert how_lost(job) == "it took more than 2 s and was stopped"
    prints(one)
    assert not alive(pid)


def test_a_worker_stopped_while_it_answers(workers: Callable[..., Workers]) -> None:
    """Half of an answer has come: its parent does not wait for the rest."""
    one = workers()
    one.submit(does("answer by half from now on")).result(timeout=60)
    assert how_lost(hurried(one, does("print"))) == "it took more than 2 s and was stopped"
    prints(one)


def test_a_worker_that_ends_by_itself_without_an_answer(workers: Callable[..., Workers]) -> None:
    """With status 0, as if all were well: in the midst of a job, or whenever it is given that job."""
    one = workers()
    assert how_lost(one.submit(does("leave"))) == "its worker process ended by itself (exit status 0)"
    leaves: Any = Leaves()
    assert how_lost(one.submit(leaves)) == "its worker process ended by itself (exit status 0)"
    prints(one)


def test_a_job_lost_before_it_began_is_given_to_another_worker(workers: Callable[..., Workers]) -> None:
    """A worker that died while it had nothing to do costs nothing."""
    one = workers()
    os.kill(process_of(one), signal.SIGKILL)
    prints(one)


def test_where_the_fork_server_is_stopped_another_takes_its_place(workers: Callable[..., Workers]) -> None:
    """Its workers go on; when one is lost, nothing waits for what will never answer."""
    one = workers(seconds_to_start=3)
    first, server = process_of(one), fork_server_of(one)
    os.kill(server, signal.SIGSTOP)
    prints(one)
    os.kill(first, signal.SIGKILL)
    prints(one)
    assert fork_server_of(one) != server
    assert not alive(server)


def test_where_workers_never_start_the_build_does_not_wait_for_them(workers: Callable[..., Workers]) -> None:
    one = workers(seconds_to_start=0.05)
    with pytest.raises(Fault, match=r"^no worker process can be started: .* did not answer within 0.05 s$"):
        one.submit(does("print")).result(timeout=30)
    with pytest.raises(Fault):
        one.submit(does("print")).result(timeout=1)


def test_whoever_waits_for_a_job_is_told_when_the_workers_are_ended(workers: Callable[..., Workers]) -> None:
    """Of the one that runs, of the one that waits, and of one that comes too late."""
    one = workers()
    process_of(one)
    running, waiting = one.submit(does("sleep")), one.submit(does("print"))
    time.sleep(0.5)
    started = time.monotonic()
    one.close()
    assert time.monotonic() - started < 3
    assert "was" in how_lost(running, 1)
    for future in (waiting, one.submit(does("print"))):
        assert how_lost(future, 1) == "the workers were ended before it was done"


def test_workers_are_replaced_when_they_are_used_up(workers: Callable[..., Workers], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("press.build.workers.pool.JOBS_PER_WORKER", 2)
    one = workers()
    first = process_of(one)
    for _ in range(2):
        prints(one)
        assert process_of(one) == first or not alive(first)
    prints(one)
    assert process_of(one) != first


def test_a_worker_is_refused_more_memory_than_it_may_use(workers: Callable[..., Workers]) -> None:
    """It can't take what it could without a limit, and what is lost is said."""
    limit = 700 * 1024**2
    act = does(f"take {limit}")
    for memory, refused in ((0, False), (limit, True)):
        outcome = workers(memory_bytes=memory).submit(act).result(timeout=60)
        assert ([found.code for found in outcome.findings] == ["out-of-memory"]) == refused
        assert bool(outcome.pdf) != refused


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="limits of other processes can be read on Linux alone")
def test_the_workers_of_a_build_have_a_limit(workers: Callable[..., Workers]) -> None:
    """Unless asked otherwise, workers get no more than three gigabytes."""
    limits = Path(f"/proc/{process_of(workers())}/limits").read_text()
    assert re.search(rf"Max address space +{3 * 1024**3} ", limits)


# -- nothing is left behind ----------------------------------------------------------------------------------------------

HOLDER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from test_workers import Errand
from press.build.workers.pool import Workers
one = Workers(1)
future = one.submit(Errand(sys.argv[2]))
print("begun", flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
@pytest.mark.parametrize("act", ["sleep", "compute", "stopped"])
def test_workers_do_not_outlive_their_parent(tmp_path: Path, act: str) -> None:
    """The parent alone is killed; its workers are asleep, deep in a library, or stopped. The next removes their files."""
    environment = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "TMPDIR": str(tmp_path / "tmp")}
    (tmp_path / "tmp").mkdir()
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(Path(__file__).parent), act.replace("stopped", "sleep")], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True, env=environment,
    )  # fmt: skip
    found = until(lambda: worker_processes(holder))
    time.sleep(0.5)
    if act == "stopped":
        os.kill(found[0], signal.SIGSTOP)
    kill(holder)
    until(lambda: not family(holder), 5)
    left = list((tmp_path / "cache" / "press" / "scratch").iterdir())
    assert len(left) == 2, "a folder and its lock"
    assert os.listdir(tmp_path / "tmp") == []
    scratch = Scratch(tmp_path / "cache" / "press" / "scratch")
    assert not [path for path in left if path.exists()]
    scratch.remove()
    assert os.listdir(tmp_path / "cache" / "press" / "scratch") == []


def test_a_folder_whose_owner_lives_is_not_swept(tmp_path: Path) -> None:
    first, second = Scratch(tmp_path), Scratch(tmp_path)
    assert first.folder != second.folder
    assert first.folder.is_dir()
    first.remove()
    assert [path.stem for path in tmp_path.iterdir() if path.is_dir()] == [second.folder.name]
    second.remove()
    assert list(tmp_path.iterdir()) == []


def test_folders_that_are_no_scratch_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "press-notes").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "press-linked.lock").symlink_to(tmp_path / "elsewhere")
    Scratch(tmp_path).remove()
    assert sorted(os.listdir(tmp_path)) == ["elsewhere", "press-linked.lock", "press-notes"]


def test_without_a_home_the_temporary_folder_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    scratch = Scratch()
    assert scratch.folder.parent == tmp_path
    scratch.remove()
    assert os.listdir(tmp_path) == ["file"]
