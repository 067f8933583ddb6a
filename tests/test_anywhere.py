"""The press starts on any system: a library is built where nothing of what POSIX alone has is there."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from printroom import ROOT
from smallhouse import House, kill, make_house, printed, seconds_of

WITHOUT = """
import os, signal, socket, sys
for name in ("fcntl", "resource", "termios", "pwd", "grp", "multiprocessing"):
    sys.modules[name] = None
for module, names in {
    os: "fork forkpty register_at_fork fchmod fdatasync getuid geteuid chown fchown mkfifo",
    signal: "SIGALRM SIGHUP SIGCHLD setitimer getitimer alarm pthread_sigmask pthread_kill sigwait set_wakeup_fd",
    socket: "send_fds recv_fds AF_UNIX",
}.items():
    for name in names.split():
        if hasattr(module, name):
            delattr(module, name)
"""
"""Read by every Python process before anything else: this is how little another system may have."""


@pytest.fixture(scope="module")
def poorer(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which no Python process finds any of that, workers neither."""
    folder = tmp_path_factory.mktemp("poorer")
    (folder / "sitecustomize.py").write_text(WITHOUT)
    return {"PYTHONPATH": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "TMPDIR": str(folder)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return make_house(tmp_path_factory.mktemp("anywhere") / "house")


def test_every_module_can_be_imported(poorer: dict[str, str]) -> None:
    names = [path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".") for path in (ROOT / "press").rglob("*.py")]
    script = f"import importlib, sys; assert sys.modules['fcntl'] is None; [importlib.import_module(name) for name in {names!r}]"
    env = os.environ | poorer
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_library_is_built_and_comes_out_the_same(house: House, poorer: dict[str, str]) -> None:
    """Workers are started one by one there, and each loads the engine itself."""
    done = house.run("build", "--jobs=2", out=None, **poorer)
    assert (done.returncode, done.stderr) == (0, "")
    assert "6 built" in done.stdout
    house.build("--force", out=house.root / "here")
    assert printed(house.out) == printed(house.root / "here")
    assert len(printed(house.out)) == 6
    again = house.run("build", out=None, **poorer)
    assert (again.returncode, again.stdout.splitlines()[-1].partition(" in ")[0]) == (0, "6 fresh")


HOLDER = """
import sys
from pathlib import Path
from press.file.locks import Lock
lock = Lock(Path(sys.argv[1]))
print("here", flush=True)
print(lock.acquire(wait=True), Lock(lock.path).acquire(wait=False), flush=True)
sys.stdin.read()
"""


def holder(lock: Path, env: dict[str, str]) -> "subprocess.Popen[str]":
    """A process that takes a lock, says whether it got it and whether it would get it twice, and holds it."""
    command = [sys.executable, "-c", HOLDER, str(lock)]
    return subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


@pytest.mark.parametrize("system", ["this", "poorer"])
def test_a_lock_is_waited_for_quietly_and_let_go_when_its_holder_is_killed(
    poorer: dict[str, str], system: str, tmp_path: Path
) -> None:
    env = os.environ | (poorer if system == "poorer" else {})
    first = holder(tmp_path / "lock", env)
    assert first.stdout
    assert [first.stdout.readline(), first.stdout.readline()] == ["here\n", "True False\n"], "held once, and not a second time"
    second = holder(tmp_path / "lock", env)
    assert second.stdout
    assert second.stdout.readline() == "here\n"
    time.sleep(0.5)
    before = seconds_of(second.pid)
    time.sleep(2)
    assert seconds_of(second.pid) - before < 0.2, "it does not look all the time"
    assert second.poll() is None
    kill(first)
    assert second.stdout.readline() == "True False\n"
    second.communicate("", timeout=30)
    third = holder(tmp_path / "lock", env)
    assert third.communicate("", timeout=30)[0] == "here\nTrue False\n"
