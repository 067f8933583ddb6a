"""Strict YAML: what is refused, where it is said to stand, and that sound files keep every value and every mark."""

import json
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from casebook import case_files, expected, found
from hypothesis import given
from hypothesis import strategies as st
from printroom import GUIDES, ROOT

from press.letters import UNPRINTED, hidden
from press.problems import Mark, Problem
from press.source import MAX_BYTES, MAX_DEPTH, MAX_PROBLEMS, Source, read_yaml

CASES = case_files("source")


def only(source: Source) -> Problem:
    """The one problem of a file that could not be read."""
    assert source.values is None
    assert len(source.problems) == 1, source.problems
    return source.problems[0]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_flaw_is_reported_at_its_place_with_its_hint(path: Path) -> None:
    """Each wrong file gives exactly the problems that it names: code, line, column and hint."""
    wanted = expected(path)
    source = read_yaml(path.read_bytes(), path.name)
    assert found(source.problems, wanted) == wanted, [problem.as_text() for problem in source.problems]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_problem_shows_the_line_it_stands_on(path: Path) -> None:
    """The excerpt is the line as it stands in the file, and the caret stands under the place."""
    lines = path.read_text("utf-8").splitlines()
    for problem in read_yaml(path.read_bytes(), path.name).problems:
        assert problem.excerpt == lines[problem.line - 1]
        shown = problem.as_text().splitlines()
        assert shown[2].index("^") == 4 + problem.column - 1


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"title: Caf\xe9\n", "encoding", 1, 11),
        (b"\xef\xbb\xbftitle: Caf\xe9\n", "encoding", 1, 11),
        ("é: 1\r\ntitle: é".encode() + b"\xff\r\n", "encoding", 2, 9),
        (b"one: 1\rtitle: \xff\r", "encoding", 2, 8),
        ("title: one\n".encode("utf-16"), "encoding", 1, 1),
        ("title: one".encode("utf-16-le"), "hidden-character", 1, 2),
        (b"title: one\x00two\n", "hidden-character", 1, 11),
        (b"\xef\xbb\xbf\xef\xbb\xbftitle: one\n", "hidden-character", 1, 1),
        ("title: one\n\nbody: a\u202eb\n".encode(), "hidden-character", 3, 8),
        ("é\u200b: 1\n".encode(), "hidden-character", 1, 2),
        ("title: guarantee\u00ad\n".encode(), "hidden-character", 1, 17),
        ("title: one\u2028two\n".encode(), "hidden-character", 1, 11),
        ("title: one\u0085two\n".encode(), "hidden-character", 1, 11),
        ("title: one\ufffe\n".encode(), "hidden-character", 1, 11),
        (b"title: \x1b[31mred\n", "hidden-character", 1, 8),
    ],
)
def test_bytes_that_are_no_clean_text_are_refused_at_the_first_one(data: bytes, code: str, line: int, column: int) -> None:
    """Broken encodings and hidden characters are refused, and columns count characters, whatever the line ends."""
    problem = only(read_yaml(data, "some.yaml"))
    assert (problem.code, problem.line, problem.column) == (code, line, column)


def test_every_line_with_a_hidden_character_is_reported() -> None:
    """An editor learns of all of them in one run."""
    problems = read_yaml("a: 1\u200b\nb: 2\nc\t: 3\u200d\n".encode(), "some.yaml").problems
    assert [(p.code, p.line, p.column) for p in problems] == [
        ("hidden-character", 1, 5),
        ("hidden-character", 3, 6),
        ("tab", 3, 2),
    ]


def test_a_mark_at_the_start_of_the_file_is_no_hidden_character() -> None:
    """Some editors start a file with a byte order mark: it is passed over and counts for no column."""
    source = read_yaml(b"\xef\xbb\xbftitle: one\n", "some.yaml")
    assert (source.values, source.problems) == ({"title": "one"}, [])
    assert source.keys["title",] == Mark(1, 1)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_read_the_same(end: str) -> None:
    """Windows and old Mac line ends change neither values nor lines."""
    text = "title: one\nbody: |-\n  two\n\n  three\nlast: no\n".replace("\n", end)
    source = read_yaml(text.encode(), "some.yaml")
    assert source.values == {"title": "one", "body": "two\n\nthree", "last": "no"}
    assert [(p.code, p.line, p.column) for p in source.problems] == [("ambiguous-value", 6, 7)]


def test_a_file_too_large_is_refused_unread() -> None:
    """One byte more than the limit is refused, and the limit itself is read."""
    head = b"title: "
    assert read_yaml(head + b"x" * (MAX_BYTES - len(head)), "some.yaml").problems == []
    assert only(read_yaml(head + b"x" * (MAX_BYTES - len(head) + 1), "some.yaml")).code == "too-large"


def test_values_may_be_nested_up_to_the_limit() -> None:
    """The deepest value allowed is read; one deeper is refused where it starts."""
    assert read_yaml(b"[" * MAX_DEPTH + b"1" + b"]" * MAX_DEPTH, "some.yaml").problems == []
    problem = only(read_yaml(b"[" * (MAX_DEPTH + 1) + b"1" + b"]" * (MAX_DEPTH + 1), "some.yaml"))
    assert (problem.code, problem.line, problem.column) == ("too-deep", 1, MAX_DEPTH + 2)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a comment\n", b"---\n"])
def test_an_empty_file_has_no_values_and_no_problem(data: bytes) -> None:
    """What is missing in it is for the reader of the model to say."""
    source = read_yaml(data, "some.yaml")
    assert (source.values, source.problems) == (None, [])


def test_a_list_at_the_top_is_read_as_it_is() -> None:
    """Whether a list belongs there is for the model to say; its items have marks."""
    source = read_yaml(b"- one\n- two: no\n", "some.yaml")
    assert source.values == ["one", {"two": "no"}]
    assert source.marks[1, "two"] == Mark(2, 8)
    assert [problem.code for problem in source.problems] == ["ambiguous-value"]


def test_many_problems_end_with_a_word_that_there_are_more() -> None:
    """A file with thousands of flaws of one cause is answered briefly."""
    problems = read_yaml(b"a: 1\n" * 5000, "some.yaml").problems
    assert len(problems) == MAX_PROBLEMS + 1
    assert {problem.code for problem in problems[:-1]} == {"duplicate-key"}
    assert problems[-1].code == "too-many-problems"
    assert problems[-1].line == MAX_PROBLEMS + 2


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("true", True),
        ("false", False),
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        ("1.10", 1.1),
        ("1.0", 1.0),
        ("012", "012"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        (".5", ".5"),
        (".inf", ".inf"),
        ("12:30:45", "12:30:45"),
        ("2026-11-22", "2026-11-22"),
        ("9" * 30, "9" * 30),
        ("=", "="),
        ('"5"', "5"),
        ("'true'", "true"),
        ('"null"', "null"),
        ("yes please", "yes please"),
    ],
)
def test_a_plain_value_is_what_an_editor_takes_it_for(typed: str, value: object) -> None:
    """Whole numbers, decimals, true, false and nothing; all else is text, and so is all that stands in quotes."""
    source = read_yaml(f"field: {typed}\n".encode(), "some.yaml")
    assert (source.values, source.problems) == ({"field": value}, [])
    assert type(source.values["field"]) is type(value)


def test_a_number_can_be_shown_as_it_was_typed() -> None:
    """A version 1.10 is not 1.1."""
    source = read_yaml(b"version: 1.10 # quotes forgotten\nlist: [1.50, 2.0]\n", "some.yaml")
    assert source.typed(("version",)) == "1.10"
    assert source.typed(("list", 0)) == "1.50"
    assert source.typed(("list", 1)) == "2.0"


@pytest.mark.parametrize("form", [">-\n  one\n  two\n\n  three", ">-\n  one\n  two\n\n\n  three", "|-\n  one two\n\n  three"])
def test_an_empty_line_parts_paragraphs_in_every_kind_of_block(form: str) -> None:
    """Folded or not, one empty line or two: the value holds an empty line between the paragraphs."""
    assert read_yaml(f"body: {form}\n".encode(), "some.yaml").values == {"body": "one two\n\nthree"}


def test_marks_of_values_and_keys_are_exact() -> None:
    """Every key, value and list item has the place of its first character, also after letters that take several bytes."""
    text = 'größe: "ä"\n\U0001d518𝔘: x\nlist:\n  - {é: ü, ö: 1}\n  -   zwei\nempty:\nfolded: >-\n  text\n'
    source = read_yaml(text.encode(), "some.yaml")
    assert source.problems == []
    assert source.keys == {
        ("größe",): Mark(1, 1),
        ("𝔘𝔘",): Mark(2, 1),
        ("list",): Mark(3, 1),
        ("list", 0, "é"): Mark(4, 6),
        ("list", 0, "ö"): Mark(4, 12),
        ("empty",): Mark(6, 1),
        ("folded",): Mark(7, 1),
    }
    assert source.marks == {
        (): Mark(1, 1),
        ("größe",): Mark(1, 8),
        ("𝔘𝔘",): Mark(2, 5),
        ("list",): Mark(4, 3),
        ("list", 0): Mark(4, 5),
        ("list", 0, "é"): Mark(4, 9),
        ("list", 0, "ö"): Mark(4, 15),
        ("list", 1): Mark(5, 7),
        ("empty",): Mark(6, 7),
        ("folded",): Mark(7, 9),
    }


def test_a_place_that_has_no_mark_falls_back_to_what_holds_it() -> None:
    """A missing field is reported at the block that lacks it."""
    source = read_yaml(b"front:\n  - kind: notes\n", "some.yaml")
    assert source.mark(("front", 0, "lines")) == source.mark(("front", 0)) == Mark(2, 5)
    assert source.mark(("back", 3)) == source.mark(()) == Mark(1, 1)


def stands_as_typed(text: str) -> bool:
    """Whether a text holds only letters that may stand in a file, each typed as one."""
    return unicodedata.is_normalized("NFC", text) and not hidden(text) and not UNPRINTED.search(text)


words = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]), min_size=1).filter(stands_as_typed)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_as_json_is_read_back_and_every_value_has_its_mark(value: object) -> None:
    """JSON is YAML: any value comes back as it was, and the text at a mark is the value itself."""
    text = json.dumps(value, ensure_ascii=False, indent=1)
    source = read_yaml(text.encode(), "some.yaml")
    assert source.problems == []
    assert source.values == value
    for loc, mark in source.marks.items():
        inner: object = value
        for step in loc:
            inner = inner[step]  # type: ignore[index]
        assert source.lines[mark.line - 1][mark.column - 1 :].startswith(json.dumps(inner, ensure_ascii=False)[:1])


SHOW = """
import json, sys
{without}
from pathlib import Path
from press.source import read_yaml
for path in sys.argv[1:]:
    source = read_yaml(Path(path).read_bytes(), path)
    marks = [[list(loc), mark.line, mark.column] for table in (source.marks, source.keys) for loc, mark in table.items()]
    problems = [[p.code, p.line, p.message, p.hint] for p in source.problems]
    print(json.dumps([source.values, marks if not problems else [], problems]))
"""


def test_the_parser_without_its_c_half_gives_the_same() -> None:
    """Where PyYAML was built without libyaml, values, marks, problems and their words are the same."""
    files = [str(path) for path in [*GUIDES.rglob("*.yaml"), *CASES] if path.stem not in ("directive",)]
    assert len(files) > 40
    said = [
        subprocess.run(
            [sys.executable, "-c", SHOW.format(without=without), *files], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.splitlines()
        for without in ("", "import yaml; del yaml.CSafeLoader")
    ]
    assert len(said[0]) == len(files)
    for path, fast, slow in zip(files, *said, strict=True):
        assert slow == fast, path
