"""What a build survives, each with real processes: kills, hangs, full disks, other hands, other clocks."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from smallhouse import (
    SLUGS,
    House,
    assert_readable,
    assert_whole,
    family,
    kill,
    leftovers,
    listens,
    make_house,
    manifest,
    printed,
    seconds_of,
    until,
    workers,
)
from test_freshness import both

from press.build.press import Press
from press.build.request import Wanted
from press.build.workers.pool import Workers

FIRST = SLUGS[0]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A small house, built once."""
    house = make_house(tmp_path_factory.mktemp("model") / "house")
    house.build()
    return house


@pytest.fixture
def house(model: House, tmp_path: Path) -> House:
    """A copy of the built house."""
    return model.copied(tmp_path / "house")


def edit_all(house: House) -> None:
    """An edit that touches every page."""
    house.edit("guides/en/phrases.yaml", "\nquestions: ", "\nquestions: More ")


def revert_all(house: House) -> None:
    """Takes that edit back."""
    house.edit("guides/en/phrases.yaml", "\nquestions: More ", "\nquestions: ")


@pytest.fixture(scope="module")
def sound(model: House) -> dict[str, str]:
    """The digests of the files as built."""
    return printed(model.out)


@pytest.fixture(scope="module")
def edited(model: House, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of the files after `edit_all`."""
    house = model.copied(tmp_path_factory.mktemp("edited") / "house")
    edit_all(house)
    house.build("--force")
    return printed(house.out)


# -- killed ---------------------------------------------------------------------------------------------------------------


def killed_somewhere(house: House, moment: float, group: bool, sound: dict[str, str], edited: dict[str, str]) -> None:
    """Kills a build at a moment, alone or with all its processes: at once nothing is torn, and nothing is left where others look.

    Afterwards a build puts everything right and takes away what was left in the user's cache folder.
    """
    house = private(house)
    edit_all(house)
    process = house.start("build")
    time.sleep(moment)
    if group:
        os.killpg(process.pid, signal.SIGKILL)
    kill(process)
    assert_readable(house.out)
    for path, digest in printed(house.out).items():
        assert digest in (sound[path], edited[path]), f"{path} is neither the old file nor the new one"
    assert printed(house.out).keys() == sound.keys(), "no file is missing"
    until(lambda: not family(process), 10)
    assert os.listdir(house.environment["TMPDIR"]) == []
    house.build()
    assert_whole(house.out)
    assert printed(house.out) == edited
    assert left_elsewhere(house) == []
    revert_all(house)
    house.build()
    assert printed(house.out) == sound


def private(house: House) -> House:
    """The same house with a temporary folder and a cache folder that nobody else uses."""
    folders = {name: str(house.root / "private" / name) for name in ("TMPDIR", "XDG_CACHE_HOME")}
    for folder in folders.values():
        Path(folder).mkdir(parents=True, exist_ok=True)
    return House(house.root, folders)


def left_elsewhere(house: House) -> list[str]:
    """What lies in the temporary folder, and what workers wrote into the user's cache folder."""
    scratch = Path(house.environment["XDG_CACHE_HOME"]).glob("press/scratch/*")
    return os.listdir(house.environment["TMPDIR"]) + [path.name for path in scratch]


def how_long(house: House) -> float:
    """How long a build of everything takes now."""
    started = time.monotonic()
    house.build("--force")
    return time.monotonic() - started


def test_killed_at_random_moments(house: House, sound: dict[str, str], edited: dict[str, str]) -> None:
    length, chance = how_long(house), random.Random(3)
    for number in range(3):
        killed_somewhere(house, chance.uniform(0.3, length), number > 0, sound, edited)


@pytest.mark.campaign
def test_killed_at_thirty_random_moments(house: House, sound: dict[str, str], edited: dict[str, str]) -> None:
    length, chance = how_long(house), random.Random()
    for number in range(30):
        killed_somewhere(house, chance.uniform(0, length), number % 3 > 0, sound, edited)


def test_killed_and_the_edit_taken_back(house: House, sound: dict[str, str]) -> None:
    """What was printed of an edit that is no more must not pass for fresh."""
    edit_all(house)
    process = house.start("build")
    until(lambda: printed(house.out) != sound)
    kill(process)
    revert_all(house)
    house.build()
    assert printed(house.out) == sound
    assert_whole(house.out)


def test_ctrl_c_ends_a_build_with_130_and_its_workers_with_it(
    house: House, sound: dict[str, str], edited: dict[str, str]
) -> None:
    edit_all(house)
    process = house.start("build")
    until(lambda: printed(house.out) != sound)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert err.strip() == "stopped"
    until(lambda: not family(process), 10)
    assert_readable(house.out)
    assert leftovers(house.out) == []
    done = set(house.build()["fresh"])
    assert done, "what was printed before is not printed again"
    assert printed(house.out) == edited


def test_ctrl_c_at_once(house: House) -> None:
    process = house.start("build", "--force")
    until(lambda: len(family(process)) > 1)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "stopped")
    until(lambda: not family(process), 10)


def interrupted_again_and_again(house: House, chance: random.Random, length: float) -> None:
    """Ctrl-C at a random moment and some more within a third of a second: one word, one status, nothing torn or left."""
    house = private(house)
    process = house.start("build", "--force", "--quiet")
    until(lambda: listens(process))
    time.sleep(chance.uniform(0, length))
    for pause in [chance.uniform(0, 0.1) for _ in range(chance.randint(1, 6))]:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        time.sleep(pause)
    said, err = process.communicate(timeout=10)
    assert said == ""
    assert (process.returncode, err) in ((130, "stopped\n"), (0, ""))
    until(lambda: not family(process), 10)
    assert_readable(house.out)
    assert left_elsewhere(house) == []


def test_ctrl_c_again_and_again(house: House, edited: dict[str, str]) -> None:
    chance, length = random.Random(7), how_long(house)
    for number in range(8):
        interrupted_again_and_again(house, chance, 0.3 if number % 2 else length)
    edit_all(house)
    house.build()
    assert printed(house.out) == edited
    assert_whole(house.out)


@pytest.mark.campaign
def test_ctrl_c_at_a_hundred_random_moments(house: House, sound: dict[str, str]) -> None:
    chance, length = random.Random(), how_long(house)
    for number in range(100):
        interrupted_again_and_again(house, chance, 0.3 if number % 2 else length)
    house.build()
    assert printed(house.out) == sound


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("whom", ["the command", "all its processes"])
def test_a_build_that_is_told_to_end_takes_its_workers_along(house: House, number: signal.Signals, whom: str) -> None:
    """By the system that shuts down, or by a terminal that is closed; nobody's document counts as lost by that."""
    edit_all(house)
    process = house.start("build", "--force", "--quiet")
    until(lambda: workers(process))
    (os.kill if whom == "the command" else os.killpg)(process.pid, number)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (128 + number, "", "stopped\n")
    until(lambda: not family(process), 10)
    assert leftovers(house.out) == []
    assert house.build()["problems"] == []


def test_a_command_under_nohup_outlives_its_terminal(house: House) -> None:
    command = ["nohup", *house.command("build", "--force", "--quiet", "--edition=a4")]
    process = subprocess.Popen(
        command, cwd=house.root, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    until(lambda: workers(process))
    os.killpg(process.pid, signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0


# -- workers --------------------------------------------------------------------------------------------------------------


def burden(house: House, html: str) -> None:
    """Makes the first document a heavy one: its table carries this besides."""
    template = house.root / "templates" / "blocks" / "table.html.jinja"
    heavy = "{% if block.heading == 'Heavy' %}" + html + "{% endif %}\n{% endmacro %}"
    template.write_text(template.read_text().replace("{% endmacro %}", heavy))
    house.edit(f"guides/en/{FIRST}.yaml", "heading: A table", "heading: Heavy")


ENDLESS = "<p>{{ 'word ' * 2000000 }}</p>"
"""A text that the engine would be busy with for minutes."""
VAST = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 9 9'><title>Vast</title><path d='M0 0{{ 'L1 1' * 6000000 }}'/></svg>"
"""A drawing that needs more memory than it is given."""


def lost(summary: dict[str, object]) -> list[str]:
    """The documents that lost their worker, by the files named in the problems."""
    problems = summary["problems"]
    assert isinstance(problems, list)
    return sorted({problem["file"] for problem in problems if problem["code"] == "worker-lost"})


def test_a_worker_that_is_killed_costs_its_document_alone(house: House) -> None:
    burden(house, ENDLESS)
    edit_all(house)
    process = house.start("build", "--jobs=1", "--edition=a4", "--format=json")
    busy = until(lambda: [pid for pid in workers(process) if seconds_of(pid) > 5])
    os.kill(busy[0], signal.SIGKILL)
    out, _ = process.communicate(timeout=120)
    summary = json.loads(out)
    assert process.returncode == 1
    assert lost(summary) == [f"guides/en/{FIRST}.yaml"]
    assert "SIGKILL" in summary["problems"][0]["message"]
    assert summary["failed"] == [f"en/{FIRST} (a4)"]
    assert len(summary["built"]) == 2
    assert [entry["path"] for entry in manifest(house.out)["documents"] if entry.get("stale")] == [f"en/a4/{FIRST}.pdf"]


def test_workers_killed_again_and_again_are_replaced(house: House, edited: dict[str, str]) -> None:
    """Whichever worker dies, at work or idle: the build ends, names what it lost, and the next one puts it right."""
    edit_all(house)
    process = house.start("build", "--jobs=2")
    chance = random.Random(5)
    for _ in range(4):
        time.sleep(chance.uniform(0.2, 0.6))
        for pid in workers(process)[:1]:
            os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=120)
    assert process.returncode in (0, 1)
    assert_readable(house.out)
    house.build()
    assert printed(house.out) == edited


def test_a_document_that_never_finishes_is_given_up(house: House) -> None:
    burden(house, ENDLESS)
    started = time.monotonic()
    summary = house.build("--seconds-per-job=4", status=1)
    assert time.monotonic() - started < 60
    assert set(summary["failed"]) == both(FIRST)
    assert lost(summary) == [f"guides/en/{FIRST}.yaml"]
    assert all("more than 4 s" in problem["message"] for problem in summary["problems"] if problem["code"] == "worker-lost")
    assert not set(summary["fresh"]) & both(FIRST)


def test_a_document_that_never_finishes_does_not_outlive_its_build(house: House) -> None:
    """The build is killed; the worker, deep in the engine, ends with it."""
    burden(house, ENDLESS)
    process = house.start("build")
    until(lambda: any(seconds_of(pid) > 1 for pid in workers(process)))
    kill(process)
    until(lambda: not family(process), 5)


def test_a_document_that_needs_too_much_memory_fails_alone(house: House) -> None:
    """A worker may use so much address space and no more; here it is set low, so that the test needs little."""
    burden(house, VAST)
    press = Press(house.folders, lambda: Workers(1, memory_bytes=600 * 1024**2))
    summary = press.build(Wanted(editions=("a4",), force=True))
    press.close()
    assert summary.failed == [f"en/{FIRST} (a4)"]
    assert len(summary.built) == 2


def test_a_worker_that_is_stopped_costs_its_document_alone(house: House) -> None:
    """SIGSTOP: it neither works nor ends until its time is over, by the clock of the build."""
    burden(house, ENDLESS)
    edit_all(house)
    process = house.start("build", "--jobs=1", "--edition=a4", "--format=json", "--seconds-per-job=8")
    busy = until(lambda: [pid for pid in workers(process) if seconds_of(pid) > 1])
    os.kill(busy[0], signal.SIGSTOP)
    out, _ = process.communicate(timeout=60)
    summary = json.loads(out)
    assert process.returncode == 1
    assert lost(summary) == [f"guides/en/{FIRST}.yaml"]
    assert "more than 8 s" in summary["problems"][0]["message"]
    assert (summary["failed"], len(summary["built"])) == ([f"en/{FIRST} (a4)"], 2)
    until(lambda: not family(process), 5)


# -- the output folder ----------------------------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Something mounted over a folder; the test is skipped where that is not possible."""
    done = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def test_a_full_disk_leaves_the_old_files_and_says_so_in_a_line(
    house: House, sound: dict[str, str], edited: dict[str, str]
) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a small disk")
    out = house.root / "small"
    out.mkdir()
    room = sum(path.stat().st_size for path in house.out.rglob("*") if path.is_file())
    with mounted(out, "-t", "tmpfs", "-o", f"size={2 * room // 1024}k", "tmpfs"):
        house.build(out=out)
        filler = out / "filler"
        free = shutil.disk_usage(out).free
        filler.write_bytes(b"x" * (free - free % 4096 - 8192))
        edit_all(house)
        done = house.run("build", out=out)
        assert done.returncode == 3
        assert done.stderr.startswith("fault: ")
        assert "no space left on device" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert printed(out).keys() == sound.keys()
        assert_readable(out)
        assert leftovers(out) == []
        filler.unlink()
        house.build(out=out)
        assert printed(out) == edited
        assert_whole(out)


def test_a_read_only_output_folder_is_said_in_a_line(house: House, sound: dict[str, str]) -> None:
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("only root can mount a folder read-only")
    edit_all(house)
    with mounted(house.out, "--bind", str(house.out)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(house.out)], check=True)
        done = house.run("build")
        assert done.returncode == 3
        assert "read-only file system" in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert printed(house.out) == sound


def test_a_file_stands_where_a_folder_should(house: House) -> None:
    shutil.rmtree(house.out)
    house.out.write_text("not a folder")
    done = house.run("build")
    assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)


def test_two_builds_at_once_come_one_after_the_other(house: House, edited: dict[str, str]) -> None:
    edit_all(house)
    first = house.start("build", "--force")
    until(lambda: len(family(first)) > 1)
    second = house.start("build")
    said = second.communicate(timeout=120)[0]
    first.communicate(timeout=120)
    assert (first.returncode, second.returncode) == (0, 0)
    assert "another build is running; waiting for it to end" in said
    assert "6 fresh" in said
    assert printed(house.out) == edited
    assert_whole(house.out)


def test_a_killed_build_does_not_lock_the_folder(house: House, edited: dict[str, str]) -> None:
    edit_all(house)
    process = house.start("build")
    until(lambda: workers(process))
    kill(process)
    started = time.monotonic()
    house.build()
    assert time.monotonic() - started < 60
    assert printed(house.out) == edited


@pytest.mark.parametrize("damage", ["cut short", "foreign", "garbage", "gone"])
def test_a_manifest_and_a_ledger_that_are_not_sound(house: House, sound: dict[str, str], damage: str) -> None:
    before = (house.out / "manifest.json").read_bytes()
    for path in (house.out / "manifest.json", house.record):
        data = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            made = {
                "cut short": data[: len(data) // 2],
                "foreign": b'{"format": 1, "documents": {"a": 1}}',
                "garbage": os.urandom(500),
            }
            path.write_bytes(made[damage])
    house.build()
    assert printed(house.out) == sound
    assert (house.out / "manifest.json").read_bytes() == before
    assert_whole(house.out)


# -- time and other hands -------------------------------------------------------------------------------------------------


def test_the_clock_set_back(house: House) -> None:
    """Files from a time when the clock was ahead, then edits with the clock right again: older than what they replace."""
    ahead = time.time() + 90 * 86400
    for path in house.root.rglob("*"):
        os.utime(path, (ahead, ahead))
    assert len(house.build()["fresh"]) == 6
    file = house.document(FIRST)
    for words in ("Another point.", "A last point.."):
        size = file.stat().st_size
        old = "One point." if words.startswith("Another") else "Another point."
        house.edit(f"guides/en/{FIRST}.yaml", old, words)
        os.utime(file, (ahead - 86400, ahead - 86400))
        assert words.startswith("Another") or file.stat().st_size == size, "neither time nor size tells"
        assert set(house.build()["built"]) == both(FIRST)
    house.build("--force", out=house.root / "forced")
    assert printed(house.out) == printed(house.root / "forced")


def test_a_file_changed_while_it_is_being_built(house: House) -> None:
    """Saved again and again while the build runs; the next build ends where a forced one does."""
    edit_all(house)
    process = house.start("build")
    toggles = [("guides/en/phrases.yaml", "More ", "Less "), (f"guides/en/{FIRST}.yaml", "One point", "A point")]
    toggles += [("styles/icons/mark.svg", "h9", "h8"), ("styles/a4.css", "A4", "210mm 297mm")]
    while process.poll() is None:
        for number, (name, old, new) in enumerate(toggles):
            house.edit(name, old, new)
            toggles[number] = (name, new, old)
            time.sleep(0.01)
    process.communicate()
    house.build()
    house.build("--force", out=house.root / "forced")
    assert printed(house.out) == printed(house.root / "forced")
    assert_whole(house.out)
