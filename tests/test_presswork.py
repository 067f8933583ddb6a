"""The press with the real engine and real processes: what it prints, says and keeps."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from printroom import ROOT
from smallhouse import SLUGS, House, assert_whole, leftovers, make_house, manifest, printed
from test_freshness import both, stale

from press.build.jobs import Job, Outcome
from press.build.press import Press
from press.build.request import Wanted
from press.build.workers.pool import Workers
from press.problems import Fault


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A small house, built once. Tests that change it put it back."""
    house = make_house(tmp_path_factory.mktemp("press") / "house")
    house.build()
    return house


@pytest.fixture
def press(house: House) -> Iterator[Press]:
    """A press that lives on between builds, as in `watch`."""
    press = Press(house.folders, lambda: Workers(2))
    yield press
    press.close()


def test_a_build_leaves_whole_files_and_a_manifest(house: House) -> None:
    assert_whole(house.out)
    entries = manifest(house.out)["documents"]
    assert [(entry["slug"], entry["edition"]) for entry in entries] == [(s, e) for s in SLUGS for e in ("standard", "a4")]
    first = house.articles()[0]
    assert entries[0]["links"][0]["article"] == first
    assert entries[0]["links"][0]["page"] == 2
    assert set(manifest(house.out)["engine"]) == {"press", "weasyprint", "pango", "harfbuzz"}


def test_the_same_input_gives_the_same_bytes(house: House, tmp_path: Path) -> None:
    """Two processes, one with one worker and one with two, another seed of hashes, another language, zone and place."""
    done = house.run(
        "build", "--jobs=1", out=tmp_path / "a", PYTHONHASHSEED="1", LC_ALL="C", TZ="Asia/Tokyo", SOURCE_DATE_EPOCH="1"
    )
    assert done.returncode == 0, done.stderr
    house.run("build", "--jobs=2", out=tmp_path / "b", PYTHONHASHSEED="2", LC_ALL="C.UTF-8", TZ="America/Chicago")
    assert printed(tmp_path / "a") == printed(tmp_path / "b") == printed(house.out)
    assert (tmp_path / "a/manifest.json").read_bytes() == (tmp_path / "b/manifest.json").read_bytes()
    assert (tmp_path / "a/manifest.json").read_bytes() == (house.out / "manifest.json").read_bytes()


def test_edits_one_after_the_other_end_where_a_forced_build_does(tmp_path: Path) -> None:
    """What `test_freshness` does at random with a stub, here in short with the real engine."""
    house = make_house(tmp_path / "house", SLUGS[:2])
    house.build()
    house.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "Another point.")
    assert set(house.build()["built"]) == both(SLUGS[0])
    house.edit("guides/articles.yaml", f"id: {house.articles()[0]}\n    title: ", f"id: {house.articles()[0]}\n    title: New ")
    house.edit("styles/a4.css", "A4", "210mm 297mm")
    house.edit("styles/icons/mark.svg", "h9v9z", "h8v8z")
    assert set(house.build("--edition=a4")["built"]) == {f"en/{slug} (a4)" for slug in SLUGS[:2]}
    house.edit("guides/en/phrases.yaml", "\nquestions: ", "\nquestions: More ")
    house.build(SLUGS[1])
    house.document(SLUGS[0]).rename(house.document("moved"))
    house.edit("guides/figures/normal-spine.svg", "</svg>", '<path d="M0 0h9v9z"/></svg>')
    assert set(house.build()["removed"]) == both(SLUGS[0])
    house.build("--force", out=tmp_path / "forced")
    assert printed(house.out) == printed(tmp_path / "forced")
    assert (house.out / "manifest.json").read_bytes() == (tmp_path / "forced" / "manifest.json").read_bytes()


def test_workers_that_live_on_read_style_sheets_again_when_they_change(press: Press, house: House, tmp_path: Path) -> None:
    sheet = house.root / "styles" / "plain.css"
    sound = sheet.read_text()
    for width in ("50mm", "55mm"):
        house.edit("styles/plain.css", "svg { width: ", f"svg {{ width: {width}; max-width: ")
        press.build(Wanted(slugs=SLUGS[:1]))
    house.build("--force", SLUGS[0], out=tmp_path)
    assert {path: digest for path, digest in printed(house.out).items() if SLUGS[0] in path} == printed(tmp_path)
    sheet.write_text(sound)
    assert not press.build(Wanted()).errors
    assert stale(house) == {}


def test_an_icon_that_is_missing_fails_the_documents_that_show_it_and_says_which(house: House) -> None:
    before = printed(house.out)
    icon = house.root / "styles" / "icons" / "mark.svg"
    icon.rename(icon.with_suffix(".away"))
    summary = house.build(SLUGS[0], status=1)
    assert set(summary["failed"]) == both(SLUGS[0])
    assert all("mark.svg" in problem["message"] for problem in summary["problems"])
    assert printed(house.out) == before
    icon.with_suffix(".away").rename(icon)
    assert set(house.build(SLUGS[0])["built"]) == both(SLUGS[0])


def test_a_page_that_fails_preflight_ends_with_status_1_and_the_last_good_file_stays(house: House) -> None:
    """The real page budget, the real worker: three pages where a handout has two."""
    before, words = printed(house.out), "A short text"
    house.edit(f"guides/en/{SLUGS[0]}.yaml", words, f"{'Words without end fill the page. ' * 140}{words}")
    for _ in range(2):
        summary = house.build("--edition=a4", status=1)
        assert summary["failed"] == [f"en/{SLUGS[0]} (a4)"]
        assert [p["code"] for p in summary["problems"] if p["severity"] == "error"] == ["wrong-page-count"]
        assert printed(house.out) == before
        assert [e["path"] for e in manifest(house.out)["documents"] if e.get("stale")] == [f"en/a4/{SLUGS[0]}.pdf"]
    house.edit(f"guides/en/{SLUGS[0]}.yaml", "Words without end fill the page. " * 140, "")
    house.build()
    assert printed(house.out) == before
    assert_whole(house.out)


def test_a_fault_of_the_machine_in_a_worker_ends_with_status_3_and_the_old_files_stay(house: House, tmp_path: Path) -> None:
    """A PDF engine that can't be loaded: what `make` installs is missing."""
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango')")
    before, listed = printed(house.out), (house.out / "manifest.json").read_bytes()
    done = house.run("build", SLUGS[0], "--force", PYTHONPATH=str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith("fault: the PDF engine can't start; run `make`")
    assert len(done.stderr.splitlines()) == 1
    assert printed(house.out) == before
    assert (house.out / "manifest.json").read_bytes() == listed
    assert house.build(SLUGS[0])["failed"] == []


def test_in_a_pipe_a_build_prints_plain_lines_with_reasons(house: House) -> None:
    house.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "A point of one.")
    done = house.run("build", "--verbose")
    lines = done.stdout.splitlines()
    assert [line.split(" ", 1)[0] for line in lines[:2]] == ["[1/2]", "[2/2]"]
    assert all(f"built en/{SLUGS[0]}" in line and f"en/{SLUGS[0]}.yaml changed" in line for line in lines[:2])
    assert lines[-1].startswith("2 built, 4 fresh in ")
    assert done.stderr == ""


def test_as_json_a_build_prints_one_object(house: House) -> None:
    done = house.run("build", "--format=json")
    summary = json.loads(done.stdout)
    assert set(summary) == {"built", "fresh", "failed", "removed", "problems", "seconds"}
    assert set(summary["fresh"]) == both(*SLUGS)


def test_explain_says_why(house: House) -> None:
    article = house.articles()[0]
    house.edit("guides/articles.yaml", f"id: {article}\n    title: ", f"id: {article}\n    title: New ")
    done = house.run("explain", SLUGS[0], SLUGS[2])
    assert done.stdout.splitlines()[0] == f"en/{SLUGS[0]} (standard): stale: articles.yaml, title of {article} changed"
    assert done.stdout.splitlines()[-1] == f"en/{SLUGS[2]} (a4): fresh"
    house.edit("guides/articles.yaml", "title: New ", "title: ")


def test_nothing_changed_imports_nothing_heavy(house: House) -> None:
    house.build()
    heavy = "{'weasyprint', 'jinja2', 'pydantic', 'yaml', 'pikepdf', 'pypdfium2', 'filelock', 'multiprocessing'}"
    command = house.command("build", "--quiet")[2:]
    code = f"import sys; from press.cli.main import main; status = main({command!r}); print(status, *{heavy} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["0"]


def test_workers_leave_nothing_behind(house: House, tmp_path: Path) -> None:
    """Neither in the temporary folder, whatever its name is, nor in the user's cache folder, nor among the files."""
    scratch, cache = tmp_path / ("long-" * 25), tmp_path / "cache"
    scratch.mkdir()
    done = house.run("build", SLUGS[0], "--force", TMPDIR=str(scratch), XDG_CACHE_HOME=str(cache))
    assert done.returncode == 0
    assert os.listdir(scratch) == []
    assert os.listdir(cache / "press" / "scratch") == []
    assert leftovers(house.out) == []
    found = {path.relative_to(house.out).as_posix() for path in house.out.rglob("*") if not path.is_dir()}
    assert found == {"manifest.json", *printed(house.out)}, "it may be copied to a shared drive as it is"


AT_START = "import os, sys\nif 'preload, serving' in sys.orig_argv[-1]: {act}\n"
"""What a Python process does before anything else, where it is to become a worker or to fork some."""


@pytest.mark.parametrize(
    ("act", "why"),
    [
        ("os._exit(7)", "the process that starts them ended by itself (exit status 7)"),
        ("os.kill(os.getpid(), 9)", "the process that starts them was killed (SIGKILL)"),
        ("sys.modules['pickle'] = None", "the process that starts them ended by itself (exit status 1): ModuleNotFoundError: "),
        ("del os.fork", "the process that starts them ended by itself (exit status 1): AttributeError: "),
        ("os.fork = lambda: (_ for _ in ()).throw(OSError(11, ''))", "resource temporarily unavailable"),
        ("import threading; threading.Thread.start = None", "a new one ended by itself (exit status 1)"),
    ],
)
def test_where_no_worker_can_be_started_the_build_says_why(house: House, tmp_path: Path, act: str, why: str) -> None:
    """In one line, without a traceback; what was printed before stays."""
    before = printed(house.out)
    (tmp_path / "sitecustomize.py").write_text(AT_START.format(act=act))
    done = house.run("build", "--force", PYTHONPATH=str(tmp_path))
    assert done.returncode == 3
    assert done.stderr.startswith(f"fault: no worker process can be started: {why}")
    assert len(done.stderr.splitlines()) == 1
    assert printed(house.out) == before


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ("sys.executable = '/nowhere/python'", "no such file or directory"),
        ("sys.executable = '/bin/false'", "the process that starts them ended by itself (exit status 1)"),
        ("import resource; resource.setrlimit(resource.RLIMIT_NOFILE, (7, 7))", "too many open files"),
    ],
)
def test_where_the_system_refuses_a_process_the_build_says_why(house: House, change: str, why: str) -> None:
    command = house.command("build", "--force", "--quiet", "--jobs=1")[2:]
    code = f"import sys; {change}; from press.cli.main import main; sys.exit(main({command!r}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (3, f"fault: no worker process can be started: {why}\n")


def test_an_engine_that_fails_in_workers_alone_stops_the_build(house: House, tmp_path: Path) -> None:
    """Say, a library that the linker does not find there. No file is touched, and an empty one never put in its place."""
    before = {path: path.read_bytes() for path in house.out.rglob("*.pdf")}
    (tmp_path / "sitecustomize.py").write_text(AT_START.format(act="sys.modules['weasyprint'] = None"))
    done = house.run("build", "--force", PYTHONPATH=str(tmp_path))
    assert done.returncode == 3
    assert re.fullmatch(
        r"fault: the PDF engine can't start; run `make` to install what it needs \(.*weasyprint.*\)\n", done.stderr
    )
    assert {path: path.read_bytes() for path in house.out.rglob("*.pdf")} == before
    house.build()


def test_an_empty_pdf_is_never_filed(house: House) -> None:
    """Whatever an executor answers: without a PDF and without a reason there is nothing to file."""
    before = printed(house.out)

    class Empty:
        """Answers with nothing."""

        width = 1

        def submit(self, job: Job) -> "Future[Outcome]":
            future: Future[Outcome] = Future()
            future.set_result(Outcome())
            return future

        def close(self) -> None:
            """Nothing to end."""

    with pytest.raises(Fault, match="was not printed"):
        Press(house.folders, Empty).build(Wanted(force=True))
    assert printed(house.out) == before
    house.build()
