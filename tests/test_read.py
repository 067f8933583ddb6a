"""Reading: each flaw of a document at its place, every flaw of the shared files, and a sound library whole."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from casebook import case_files, expected, found
from libraries import edited, reading_of, small_library
from printroom import GUIDES, SHIPPED, STYLES

from press.problems import Problem
from press.read.library import digest, languages, read_library, read_manuscript
from press.read.names import documents
from press.read.source import MAX_PROBLEMS

SHARED = ("clinic", "articles", "sources", "en/shared", "en/phrases", "en/glossary")
"""The files that every library has."""


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """The shared files as shipped, and no documents."""
    return small_library(tmp_path)


def places(problems: list[Problem]) -> list[tuple[str, str, int, int]]:
    """File, code, line and column of each problem."""
    return [(problem.file, problem.code, problem.line, problem.column) for problem in problems]


def line_of(path: Path, pattern: str) -> int:
    """The number of the first line that holds a pattern."""
    lines = path.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if re.search(pattern, line))


@pytest.mark.parametrize("path", case_files("read"), ids=lambda path: path.stem)
def test_a_wrong_document_gives_its_problems_and_no_others(path: Path) -> None:
    """Each wrong file gives exactly the problems that it names: code, line, column and hint."""
    wanted = expected(path)
    manuscript, problems = read_manuscript(path, path.parents[1])
    assert manuscript is None
    assert found(problems, wanted) == wanted, [problem.as_text() for problem in problems]
    assert {problem.file for problem in problems} == {f"cases/read/{path.name}"}


@pytest.mark.parametrize("path", case_files("read"), ids=lambda path: path.stem)
def test_a_problem_points_at_a_line_of_the_file(path: Path) -> None:
    """Every problem stands on a line that there is and shows that line."""
    lines = path.read_text("utf-8").splitlines() or [""]
    for problem in read_manuscript(path, path.parents[1])[1]:
        assert problem.excerpt == lines[problem.line - 1]
        assert 1 <= problem.column <= len(problem.excerpt) + 1


def test_an_unknown_field_is_reported_at_its_name_and_a_wrong_value_at_the_value() -> None:
    """The caret stands under what an editor must change."""
    by_code: dict[str, set[str]] = {}
    for path in case_files("read"):
        for problem in read_manuscript(path, path.parents[1])[1]:
            by_code.setdefault(problem.code, set()).add(problem.excerpt[problem.column - 1 :])
    assert all(re.match(r"\w+:", rest) for rest in by_code["unknown-field"])
    assert not any(re.match(r"\w+: ", rest) for rest in by_code["bad-value"])


def test_every_shipped_document_is_read_without_a_problem() -> None:
    """The library as shipped is sound, and each document knows its name."""
    assert len(SHIPPED) >= 12
    for name, path in documents(GUIDES).items():
        language, slug = name.split("/")
        manuscript, problems = read_manuscript(path, GUIDES)
        assert problems == []
        assert manuscript
        assert (manuscript.language, manuscript.slug, manuscript.name) == (language, slug, f"{language}/{slug}")
        assert manuscript.file.file == f"guides/{language}/{slug}.yaml"


def test_the_shipped_library_is_whole() -> None:
    """Every shared file is read, and each of its entries has a digest by which a change to it is seen."""
    reading = read_library(GUIDES, STYLES / "figures.css")
    library = reading.library
    assert reading.problems == []
    assert library
    assert list(library.languages) == languages(GUIDES) == ["en"]
    assert len(library.articles) > 10
    assert len(library.sources) > 50
    assert len(library.languages["en"].terms) > 50
    assert set(library.drawings) == {path.stem for path in (GUIDES / "figures").glob("*.svg")}
    assert library.drawing_styles == (STYLES / "figures.css").read_text("utf-8")
    assert set(reading.files.styles) == {path.name for path in STYLES.glob("*.css")}
    assert {f"guides/{name}.yaml" for name in SHARED} <= set(reading.files.yaml)
    for kind, keys in {
        "article": [f"{key}/url" for key in library.articles],
        "source": [f"{key}/title" for key in library.sources],
        "term:en": [f"{key}/short" for key in library.languages["en"].terms],
        "phrase:en": list(library.languages["en"].phrases),
        "shared:en": ["emergency", "disclaimer"],
        "clinic": ["name", "phone"],
        "drawing": list(library.drawings),
    }.items():
        assert {f"{kind}:{key}" for key in keys} <= set(library.digests)


@pytest.mark.parametrize("name", SHARED)
def test_a_missing_shared_file_is_a_problem_and_leaves_no_library(guides: Path, name: str) -> None:
    """It is named as an editor knows it, and nothing is printed from half a library."""
    (guides / f"{name}.yaml").unlink()
    reading = reading_of(guides)
    assert reading.library is None
    missing = [problem for problem in reading.problems if problem.code == "missing-file"]
    assert places(missing) == [(f"guides/{name}.yaml", "missing-file", 1, 1)]
    assert missing[0].hint


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("text", ["", "- one\n- two\n", "just words\n", "5\n"])
def test_a_shared_file_that_holds_something_else_is_a_problem(guides: Path, name: str, text: str) -> None:
    """An empty file, a list, a word: each is reported in the file, and leaves no library."""
    (guides / f"{name}.yaml").write_text(text)
    reading = reading_of(guides)
    assert reading.library is None
    assert {problem.file for problem in reading.problems} == {f"guides/{name}.yaml"}
    assert {problem.line for problem in reading.problems} == {1}


def test_what_may_be_missing_may_be_missing(guides: Path) -> None:
    """Plain words, house rules and drawings are optional."""
    (guides / "house-rules.yaml").unlink(missing_ok=True)
    (guides / "en" / "plain-words.yaml").unlink(missing_ok=True)
    shutil.rmtree(guides / "figures")
    reading = reading_of(guides)
    assert reading.problems == []
    assert reading.library
    assert reading.library.drawings == {}


@pytest.mark.parametrize(
    ("name", "top", "code"), [("articles", "articles", "id"), ("sources", "sources", "id"), ("en/glossary", "terms", "id")]
)
def test_an_id_used_twice_is_reported_at_the_second(guides: Path, name: str, top: str, code: str) -> None:
    """Which of the two a document means could not be told."""
    path = guides / f"{name}.yaml"
    text = path.read_text("utf-8")
    start = text.index("  - id: ")
    end = text.index("  - id: ", start + 1)
    entry = text[start:end].split("\n\n")[0].split("\n  #")[0].rstrip()
    path.write_text(f"{text.rstrip()}\n{entry}\n")
    reading = reading_of(guides)
    assert reading.library is None
    line = len(text.rstrip().splitlines()) + 1
    assert places(reading.problems) == [(f"guides/{name}.yaml", "duplicate-id", line, 9)]
    assert entry.split("\n")[0].removeprefix("  - id: ") in reading.problems[0].message


def test_all_flaws_of_the_shared_files_come_in_one_run(guides: Path) -> None:
    """One flaw in each file: six problems, each in its file and on its line."""
    edits: list[tuple[str, Callable[[str], str], str, str]] = [
        ("clinic", lambda text: text.replace("name: Valor Spine", "nmae: Valor Spine"), "unknown-field", "nmae"),
        ("articles", lambda text: text.replace("status: unverified", "status: unsure", 1), "bad-value", "unsure"),
        ("sources", lambda text: text.replace("    url: http", "    url: ftp", 1), "bad-value", "url: ftp"),
        ("en/shared", lambda text: text.replace("disclaimer: >-", "disclaimer: >-\ndisclaimer: >-"), "duplicate-key", ""),
        ("en/phrases", lambda text: text.replace("day: Day", "day: 5"), "wrong-type", "day: 5"),
        ("en/glossary", lambda text: text.replace("    short: ", "    shrt: ", 1), "unknown-field", "shrt"),
    ]
    for name, edit, _, _ in edits:
        path = guides / f"{name}.yaml"
        text = path.read_text("utf-8")
        assert edit(text) != text
        path.write_text(edit(text))
    reading = reading_of(guides)
    assert reading.library is None
    seen = {(problem.file, problem.code): problem.line for problem in reading.problems}
    for name, _, code, words in edits:
        line = seen[f"guides/{name}.yaml", code]
        if words:
            assert line == line_of(guides / f"{name}.yaml", words)


def test_a_field_beside_the_list_of_entries_is_unknown(guides: Path) -> None:
    """A second list under a misspelled name is not passed over."""
    path = guides / "articles.yaml"
    path.write_text(path.read_text("utf-8") + "\nartikles: []\n")
    reading = reading_of(guides)
    assert places(reading.problems) == [("guides/articles.yaml", "unknown-field", line_of(path, "^artikles"), 1)]
    assert reading.library is None


@pytest.mark.parametrize(
    ("name", "old", "new", "column"),
    [
        ("en/shared", "label: Emergency", "label: An [emergency](term:emergensy)", 10),
        ("en/glossary", "short: one of the bones of the spine", "short: one [bone](term:vertebre) of the spine", 12),
        ("en/glossary", "short: one of the bones of the spine", "short: one [bone](article:nowhere) of the spine", 12),
    ],
)
def test_a_link_to_nothing_in_a_shared_text_is_reported(guides: Path, name: str, old: str, new: str, column: int) -> None:
    """Every document prints it, so no document could be composed."""
    path = edited(guides / f"{name}.yaml", old, new)
    reading = reading_of(guides)
    kind = "article" if "article:" in new else "term"
    assert places(reading.problems) == [(f"guides/{name}.yaml", f"unknown-{kind}", line_of(path, re.escape(new)), column)]
    assert reading.library is None


def test_a_registry_full_of_flaws_is_answered_briefly(guides: Path) -> None:
    """After a hundred problems in one file the others are not listed, and that is said."""
    (guides / "articles.yaml").write_text("articles:\n" + "  - 5\n" * 3000)
    problems = reading_of(guides).problems
    assert len(problems) == MAX_PROBLEMS + 1
    assert [problem.code for problem in problems[-2:]] == ["wrong-type", "too-many-problems"]


def test_a_document_full_of_flaws_is_answered_briefly(guides: Path) -> None:
    """The same holds for a document with thousands of unknown fields."""
    path = guides / "en" / "flawed.yaml"
    path.write_text("kind: handout\n" + "".join(f"field{number}: 1\n" for number in range(3000)))
    _, problems = read_manuscript(path, guides)
    assert len(problems) == MAX_PROBLEMS + 1
    assert problems[-1].code == "too-many-problems"
    assert all(len(problem.message) < 200 for problem in problems)


def test_a_message_quotes_a_long_value_in_short(guides: Path) -> None:
    """A value of a million characters does not fill the screen."""
    path = guides / "en" / "flawed.yaml"
    for field in ("kind: {}", "kind: handout\ncode: {}", "kind: handout\nstatus: {}", "kind: handout\nfront: [{{kind: {}}}]"):
        path.write_text(field.format("x" * 900_000))
        _, problems = read_manuscript(path, guides)
        assert problems
        assert all(len(problem.message) + len(problem.hint or "") < 500 for problem in problems)


def test_a_text_longer_than_any_page_is_refused(guides: Path) -> None:
    """A line has 1,000 characters at most, a text 5,000: what is longer was pasted by mistake."""
    path = case_files("read")[0].parent / "text-too-short.yaml"
    sound = path.read_text("utf-8").replace("description: Too tiny", f"description: {'d' * 60}")
    copy = guides / "en" / "long.yaml"
    for field, limit in (("title: A tiny sheet", 1000), ("body: A disc is worn.", 5000)):
        name = field.partition(":")[0]
        copy.write_text(sound.replace(field, f"{name}: {'x' * limit}"))
        assert read_manuscript(copy, guides)[1] == []
        copy.write_text(sound.replace(field, f"{name}: {'x' * (limit + 1)}"))
        (problem,) = read_manuscript(copy, guides)[1]
        assert (problem.code, problem.hint) == ("bad-value", f"it has {limit + 1}")
        assert problem.excerpt[problem.column - 1] == "x"


@pytest.mark.parametrize(("folder", "name"), [("guides", "figures/worn-disc.svg"), ("styles", "figures.css")])
def test_a_drawing_or_sheet_that_is_not_utf_8_is_a_problem(tmp_path: Path, guides: Path, folder: str, name: str) -> None:
    """Files that are not YAML have an encoding too."""
    styles = tmp_path / "styles"
    styles.mkdir()
    (styles / "figures.css").write_text("")
    (tmp_path / folder / name).write_bytes("line one\n<é".encode() + b"\xff>")
    reading = read_library(guides, styles / "figures.css")
    assert reading.library is None
    assert places(reading.problems) == [(f"{folder}/{name}", "encoding", 2, 3)]


def test_two_languages_are_read_side_by_side(guides: Path) -> None:
    """A second folder with a two-letter name is a second language with files of its own; others are passed over."""
    shutil.copytree(guides / "en", guides / "es")
    (guides / "schemas-old").mkdir()
    edited(guides / "es" / "phrases.yaml", "day: Day", "day: Día")
    library = reading_of(guides).library
    assert library
    assert list(library.languages) == ["en", "es"]
    assert [language.phrases["day"] for language in library.languages.values()] == ["Day", "Día"]
    assert library.digests["phrase:es:day"] != library.digests["phrase:en:day"]
    assert library.digests["phrase:es:date"] == library.digests["phrase:en:date"]


def test_shared_files_of_a_language_are_no_documents(guides: Path) -> None:
    """Documents are the other files of a language's folder, by name."""
    (guides / "en" / "one.yaml").write_text("kind: handout")
    (guides / "en" / "two.yml").write_text("kind: handout")
    (guides / "three.yaml").write_text("kind: handout")
    assert list(documents(guides)) == ["en/one"]


def test_a_digest_is_of_the_value_alone() -> None:
    """The order in which fields were written does not count; every other difference does."""
    assert digest({"a": 1, "b": [1, 2]}) == digest({"b": [1, 2], "a": 1})
    assert len({digest(value) for value in ({"a": 1}, {"a": "1"}, {"a": [1]}, ["a", 1], None, "", [])}) == 7


@pytest.mark.parametrize(
    ("field", "value", "column"),
    [
        ("address", "1 Main St\n  Springfield", 10),
        ("address", ">-\n  1 Main St\n  Springfield", 10),
        ("hours", "'Monday, 8 to 5\n  Friday, 8 to 4'", 8),
        ("hours", "\n  Monday, 8 to 5\n  Friday, 8 to 4", None),
        ("phone", "|\n  (000) 000-0000\n  (000) 000-0001", 8),
        ("phone", '"(000) 000-0000\n  (000) 000-0001"', 8),
        ("email", "front desk", 8),
        ("email", "desk@clinic,example", 8),
        ("email", "desk@clinic.example", 0),
        ("email", '"desk@clinic.example or help@clinic.example"', 0),
        ("address", "|\n  1 Main St\n  Springfield", 0),
        ("address", "1 Main St,\n  Springfield", 0),
        ("address", ">\n  1 Main St\n\n  Springfield", 0),
        ("phone", '"(000) 000-0000,\n  (000) 000-0001"', 0),
        ("phone", "|\n  (000) 000-0000\n", 0),
    ],
)
def test_what_the_contact_box_would_not_print_as_it_is_meant_is_told(
    field: str, value: str, column: int | None, tmp_path: Path
) -> None:
    """Lines folded by YAML or in a field of one line, addresses that no program opens; column 0: nothing is said."""
    guides = tmp_path / "guides"
    guides.mkdir()
    (guides / "clinic.yaml").write_text(f"name: A\nsite: https://a.b/\nhosts: [a.b]\n{field}: {value}\n")
    found = [p for p in read_library(guides, tmp_path / "figures.css").problems if p.file == "guides/clinic.yaml"]
    if column == 0:
        assert found == []
    else:
        (problem,) = found
        assert (problem.code, column in (problem.column, None)) == ("bad-value", True)
        assert f"'{field}'" in problem.message or field == "email"
