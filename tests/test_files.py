"""The one reader: what is no regular file of content, or lies elsewhere, is told at its place and never waited for."""

import os
import subprocess
from pathlib import Path

import pytest
from libraries import reading_of, small_library
from smallhouse import House, make_house, printed

from press.plan.inputs import digest_of, walk
from press.read.files import MAX_DRAWING, Unreadable, passed_over, read_file

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
    monkeypatch.setattr("press.plan.inputs.MOST_FILES", 50)
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
