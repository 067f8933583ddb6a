"""Names: which files are documents, and that a file which nothing reads is an error that tells the right name."""

import os
from pathlib import Path

import pytest
from libraries import reading_of, small_library
from printroom import GUIDES
from smallhouse import House, make_house, printed

from press.read.names import document_name, slug_of, stray_files


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """The library as shipped, with one document."""
    return small_library(tmp_path, "en/spinal-stenosis")


STRAYS = {
    "en/neck-pain.yml": "rename it to neck-pain.yaml",
    "en/neck-pain.YAML": "rename it to neck-pain.yaml",
    "en/neck-pain.yaml.txt": "rename it to neck-pain.yaml",
    "en/Neck-pain.yaml": "rename it to neck-pain.yaml",
    "en/neck pain.yaml": "rename it to neck-pain.yaml",
    "en/neck_pain.yaml": "rename it to neck-pain.yaml",
    "en/neck--pain.yaml": "rename it to neck-pain.yaml",
    "en/Nackenschmerz für Ärzte.yaml": "rename it to nackenschmerz-fur-arzte.yaml",
    "en/spinal-stenosis.yml": "there is a spinal-stenosis.yaml, too: delete one of the two",
    "en/Phrases.YML": "there is a phrases.yaml, too: delete one of the two",
    "en/neck-pain.docx": "take it out; notes may be `.md` files",
    "en/spine.svg": "drawings lie in guides/figures: move it to guides/figures/spine.svg",
    "neck-pain.yaml": "documents lie in a language's folder: move it to guides/en/neck-pain.yaml",
    "Clinic.yaml": "there is a clinic.yaml, too: delete one of the two",
    "house_rules.yml": "there is a house-rules.yaml, too: delete one of the two",
    "artikles.yaml": "did you mean 'articles'?",
    "notes.txt": "take it out; notes may be `.md` files",
    "figures/Worn disc.svg": "there is a worn-disc.svg, too: delete one of the two",
    "figures/hip.SVG": "rename it to hip.svg",
    "figures/hip.png": "save it as SVG, or take it out",
    "figures/neck-pain.yaml": "documents lie in a language's folder: move it to guides/en/neck-pain.yaml",
    "schema/neck-pain.yaml": "documents lie in a language's folder: move it to guides/en/neck-pain.yaml",
    "en/old/neck-pain.yaml": "move its files one folder up, or take it out",
    "figures/old/hip.svg": "move its files one folder up, or take it out",
    "EN/neck-pain.yaml": "rename it to en",
    "figuers/hip.svg": "did you mean 'figures'?",
    "english/neck-pain.yaml": "a language's folder has two small letters, such as en",
    "en/neck-pain.yaml/": "put a file in its place, or delete it",
}


@pytest.mark.parametrize("name", STRAYS)
def test_a_stray_file_is_an_error_that_tells_the_right_name(guides: Path, name: str) -> None:
    """One error at the file, or at the folder that holds it; the library is whole all the same."""
    path = guides / name
    path.parent.mkdir(exist_ok=True)
    path.mkdir() if name.endswith("/") else path.touch()
    (problem,) = stray_files(guides)
    assert f"guides/{name}/".startswith(f"{problem.file}/")
    assert (problem.code, problem.severity, problem.hint) == ("stray-file", "error", STRAYS[name])
    assert problem.message.count(".") <= 2
    reading = reading_of(guides)
    assert reading.library
    assert reading.problems == [problem]


def test_the_shipped_library_has_no_strays() -> None:
    assert stray_files(GUIDES) == []


def test_what_is_no_content_may_lie_about(guides: Path) -> None:
    """Hidden files, what editors leave behind, and notes."""
    for name in (
        "README.md",
        "en/notes.md",
        "figures/README.md",
        ".gitkeep",
        "en/.DS_Store",
        "en/neck-pain.yaml~",
        "en/#a.yaml#",
    ):
        (guides / name).touch()
    assert stray_files(guides) == []


def test_a_folder_that_is_a_link_out_is_a_stray(guides: Path, tmp_path: Path) -> None:
    (tmp_path / "fr").mkdir()
    (guides / "fr").symlink_to(tmp_path / "fr")
    (problem,) = stray_files(guides)
    assert (problem.file, problem.message) == ("guides/fr", "this is a link that leads out of guides")
    assert reading_of(guides).library


def test_very_many_files_are_one_problem(guides: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred thousand paths are neither read nor listed."""
    monkeypatch.setattr("press.read.names.MOST_FILES", 60)
    for number in range(60):
        (guides / "en" / f".n{number}").touch()
    assert [(p.file, p.code) for p in stray_files(guides)] == [("guides", "stray-file")]


@pytest.mark.parametrize(
    ("words", "slug"), [("Neck pain", "neck-pain"), ("  Neck__pain! ", "neck-pain"), ("Nuqué", "nuque"), ("…", "")]
)
def test_words_become_a_slug(words: str, slug: str) -> None:
    """What is offered names a document."""
    assert slug_of(words) == slug
    assert not slug or document_name(f"guides/en/{slug}.yaml") == f"en/{slug}"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path)


def test_a_stray_file_ends_check_and_build_with_status_1(house: House) -> None:
    """Both name the files and their right names."""
    for slug, name in (("first-steps", "First-steps.yaml"), ("second-look", "second-look.yml")):
        os.rename(house.document(slug), house.document(slug).with_name(name))
    for words in (["check"], ["build", "--edition", "standard"]):
        done = house.run(*words)
        assert done.returncode == 1, words
        for slug, name in (("first-steps", "First-steps.yaml"), ("second-look", "second-look.yml")):
            assert f"guides/en/{name}:1:1: error: '{name}' is no name that is read here" in done.stdout
            assert f"hint: rename it to {slug}.yaml" in done.stdout
    assert set(printed(house.out)) == {"en/third-way.pdf"}
