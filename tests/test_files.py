"""The one reader: what is no regular file of content, or lies elsewhere, is told at its place and never waited for."""

import os
import subprocess
import time
from pathlib import Path

import pytest
from libraries import reading_of, small_library
from smallhouse import House, make_house, manifest, printed

from press.plan.inputs import digest_of
from press.read.files import MAX_DRAWING, Unreadable, passed_over, read_file, walk

SECRET = "root:x:0:0:the secret"


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """The shared files as shipped, and no documents."""
    return small_library(tmp_path)


def refused(path: Path, inside: Path, limit: int = 100) -> Unreadable:
    with pytest.raises(Unreadable) as found:
        read_file(path, inside, limit)
    return found.value


def test_a_file_is_read_up_to_its_limit_and_not_beyond(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_bytes(b"x" * 100)
    assert read_file(file, tmp_path, 100) == b"x" * 100
    assert refused(file, tmp_path, 99).code == "too-large"
    with file.open("r+b") as grown:
        grown.truncate(1 << 40)
    assert refused(file, tmp_path).code == "too-large"


def test_a_link_is_followed_inside_its_folder_alone(tmp_path: Path) -> None:
    """Links inside are fine; links out, by whatever road, are refused unread; one that leads nowhere is told."""
    inside, outside = tmp_path / "guides", tmp_path / "guides-old"
    inside.mkdir()
    outside.mkdir()
    (inside / "a.yaml").write_text("a")
    (outside / "secret").write_text(SECRET)
    (inside / "b.yaml").symlink_to("a.yaml")
    (inside / "c.yaml").symlink_to(outside / "secret")
    (inside / "d.yaml").symlink_to(inside / "c.yaml")
    (inside / "e").symlink_to(outside)
    (inside / "f.yaml").symlink_to("nowhere")
    assert read_file(inside / "b.yaml", inside, 100) == b"a"
    for name in ("c.yaml", "d.yaml", "e/secret"):
        why = refused(inside / name, inside)
        assert why.code == "outside-file"
        assert "secret" not in why.message + why.hint
    assert refused(inside / "f.yaml", inside).code == "missing-file"
    (tmp_path / "door").symlink_to(inside)
    assert read_file(tmp_path / "door" / "a.yaml", tmp_path / "door", 100) == b"a", "the folder itself may be a link"


def test_what_is_no_file_is_never_waited_for(tmp_path: Path) -> None:
    """A pipe without a writer, a folder, a device: each is told what it is."""
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "folder.yaml").mkdir()
    said = {name: refused(tmp_path / name, tmp_path).message for name in ("pipe.yaml", "folder.yaml")}
    assert said == {"pipe.yaml": "this is a pipe, not a file", "folder.yaml": "this is a folder, not a file"}
    assert refused(Path("/dev/zero"), Path("/dev")).message == "this is a device, not a file"
    for path in (tmp_path / "pipe.yaml", tmp_path / "folder.yaml", Path("/dev/zero")):
        assert digest_of(str(path)) == ""


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("a")
    (tmp_path / "a.yaml").chmod(0)
    if os.access(tmp_path / "a.yaml", os.R_OK):
        pytest.skip("this user may read everything")
    assert refused(tmp_path / "a.yaml", tmp_path).code == "unreadable-file"


def place_pipe(path: Path) -> None:
    os.mkfifo(path)


def place_folder(path: Path) -> None:
    path.mkdir()


def place_link(path: Path) -> None:
    secret = path.parents[2] / "secret"
    secret.write_text(SECRET)
    path.symlink_to(secret)


PLACED = {"pipe": (place_pipe, "not-a-file"), "folder": (place_folder, "not-a-file"), "link": (place_link, "outside-file")}


@pytest.mark.parametrize("what", PLACED)
@pytest.mark.parametrize(
    "name", ["clinic.yaml", "articles.yaml", "en/glossary.yaml", "en/plain-words.yaml", "figures/worn-disc.svg"]
)
def test_a_shared_file_that_is_no_file_is_a_problem_at_its_place(guides: Path, name: str, what: str) -> None:
    place, code = PLACED[what]
    (guides / name).unlink()
    place(guides / name)
    reading = reading_of(guides)
    assert reading.library is None
    assert (f"guides/{name}", code) in {(problem.file, problem.code) for problem in reading.problems}
    assert not any(SECRET[:6] in problem.as_text() for problem in reading.problems)


def test_a_drawing_of_a_hundred_megabytes_is_refused_unread(guides: Path) -> None:
    with (guides / "figures" / "worn-disc.svg").open("r+b") as file:
        file.truncate(100 * MAX_DRAWING // 2)
    (problem,) = reading_of(guides).problems
    assert (problem.file, problem.code) == ("guides/figures/worn-disc.svg", "too-large")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path)


def test_a_document_that_is_no_file_keeps_its_last_good_one(house: House) -> None:
    """In processes of their own: status 1, the place, no secret, no waiting, and nothing that was printed is removed."""
    house.build("--edition", "standard")
    before = printed(house.out)
    for slug, place in (("first-steps", place_pipe), ("second-look", place_link)):
        house.document(slug).unlink()
        place(house.document(slug))
    done = house.run("check")
    assert done.returncode == 1
    assert "guides/en/first-steps.yaml:1:1: error: this is a pipe, not a file [not-a-file]" in done.stdout
    assert "guides/en/second-look.yaml:1:1: error: this is a link that leads out of guides [outside-file]" in done.stdout
    assert SECRET[:6] not in done.stdout + done.stderr
    assert house.build("--edition", "standard", status=1)["removed"] == []
    assert printed(house.out) == before


def test_a_new_document_does_not_wait_for_a_pipe(house: House) -> None:
    """All codes are looked through for a new one."""
    os.mkfifo(house.root / "guides" / "en" / "pipe.yaml")
    assert house.run("new", "handout", "neck-pain").returncode == 0


def test_walking_does_not_leave_the_folder_and_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link to the whole disk is not walked, and of very many files only so many are looked at."""
    folder = tmp_path / "guides"
    folder.mkdir()
    (folder / "disk").symlink_to("/")
    (folder / "a.yaml").write_text("")
    assert [name for name, _ in walk(folder, "guides")] == ["guides/", "guides/a.yaml"]
    monkeypatch.setattr("press.read.files.MOST_FILES", 50)
    for number in range(100):
        (folder / f"n{number}").touch()
    assert len(list(walk(folder, "guides"))) == 51


@pytest.mark.parametrize(
    "name", [".hidden", ".~lock.a.yaml#", "a.yaml~", "#a.yaml#", "a.swp", "~$a.docx", "Thumbs.db", "__pycache__"]
)
def test_what_editors_leave_behind_is_passed_over(name: str) -> None:
    assert passed_over(name)
    assert not passed_over("spinal-stenosis.yaml")


def test_a_pipe_among_the_styles_is_not_waited_for(house: House) -> None:
    (house.root / "styles" / "figures.css").unlink()
    os.mkfifo(house.root / "styles" / "figures.css")
    done: subprocess.CompletedProcess[str] = house.run("check")
    assert done.returncode == 1
    assert "styles/figures.css:1:1: error: this is a pipe, not a file [not-a-file]" in done.stdout


BYTES = os.fsdecode(b"\xff\xfe")


def test_a_name_that_is_not_utf_8_is_told_or_left_alone(house: House) -> None:
    """Where content is read it is a stray file; among styles and templates it is nothing. The other documents are printed."""
    read = [f"guides/figures/{BYTES}.svg", f"guides/en/{BYTES}.yaml", f"guides/{BYTES}.txt"]
    for name in (*read, f"styles/{BYTES}.css", f"templates/{BYTES}.jinja"):
        (house.root / name).write_text("p{}")
    for form in ("text", "json", "github", "sarif"):
        done = house.run("check", f"--format={form}")
        assert (done.returncode, done.stderr) == (1, "")
        assert done.stdout.count("stray-file") == len(read) + (form == "sarif")
    house.build("--jobs=1", status=1)


def test_a_name_does_not_command_the_terminal(house: House) -> None:
    (house.root / "guides" / "en" / "a\x1b[2J\nb\u202e.yaml").write_text("kind: handout")
    done = house.run("check")
    assert r"guides/en/a\u001b[2J\u000ab\u202e.yaml:1:1: error: " in done.stdout
    assert not {"\x1b", "\u202e"} & set(done.stdout)


def _deep(folder: Path, levels: int) -> None:
    """Folders in folders, deeper than a path can name."""
    at = os.open(folder, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=at)
        inner = os.open("d", os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = inner
    os.close(at)


def _shallow(folder: Path) -> None:
    """Takes them away again, which `shutil.rmtree` of Python 3.11 can't."""
    subprocess.run(["rm", "-rf", str(folder / "d")], check=True)


def test_folders_without_end_are_neither_followed_nor_waited_for(house: House) -> None:
    house.out.mkdir(exist_ok=True)
    places = [house.root / name for name in ("guides", "styles", "templates")] + [house.out]
    for place in places:
        _deep(place, 1500)
    try:
        started = time.monotonic()
        done = house.run("build", "--jobs=1")
        assert time.monotonic() - started < 60
        assert not done.stderr
        assert "guides/d:1:1: error: the folder 'd' is not read" in done.stdout
        assert manifest(house.out)["documents"]
    finally:
        for place in places:
            _shallow(place)


@pytest.mark.parametrize("name", ["a" * 300, "/".join(["a" * 200] * 25)])
def test_an_output_folder_whose_name_is_too_long_is_said_in_a_line(house: House, name: str) -> None:
    done = house.run("build", "--jobs=1", out=house.root / name)
    assert done.returncode == 3
    assert done.stderr.startswith("fault: ")
    assert done.stderr.endswith("can't be written: file name too long\n")


def test_a_command_that_writes_content_does_not_follow_a_link_out_of_it(house: House, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in ("schema", "es"):
        (house.root / "guides" / name).symlink_to(elsewhere)
    schema, new = house.run("schema"), house.run("new", "handout", "neck-pain", "--language=es")
    assert (schema.returncode, new.returncode) == (3, 2)
    assert "is a link, and nothing is filed outside" in schema.stderr
    assert new.stderr.endswith("for the language 'es'\n")
    above = house.run("new", "handout", "neck-pain", "--language=../..")
    assert above.returncode == 2
    assert not list(elsewhere.iterdir())
    assert not list(tmp_path.rglob("neck-pain.yaml"))


def test_a_pipe_among_the_schemas_or_the_lists_does_not_hold_them_up(house: House) -> None:
    (house.root / "guides" / "articles.yaml").unlink()
    os.mkfifo(house.root / "guides" / "articles.yaml")
    (house.root / "guides" / "schema").mkdir()
    os.mkfifo(house.root / "guides" / "schema" / "handout.schema.json")
    assert house.run("schema").returncode == 0
    assert (house.root / "guides" / "schema" / "handout.schema.json").is_file()


def test_a_command_without_an_error_output_and_with_a_cache_that_is_not_utf_8_prints(house: House) -> None:
    """As a service may start it; the engine can't open fonts below a name that is not UTF-8."""
    command = ["sh", "-c", 'exec "$@" 2>&-', "sh", *house.command("build", "--jobs=1")]
    env = os.environ | house.environment | {"XDG_CACHE_HOME": str(house.root / BYTES)}
    done = subprocess.run(command, capture_output=True, cwd=house.root, env=env, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    assert printed(house.out)
