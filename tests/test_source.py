"""Strict YAML: what is refused, where it is said to stand, and that sound files keep every value and every mark."""

import ast
import inspect
import json
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from casebook import case_files, expected, found
from hypothesis import given
from hypothesis import strategies as st
from printroom import GUIDES, ROOT

from press.problems import Mark, Problem
from press.read.characters import UNPRINTED, hidden
from press.read.source import MAX_PROBLEMS, Source
from press.read.strict_yaml import MAX_BYTES, MAX_DEPTH, MAX_VALUES, read_yaml
from press.read.syntax import explained

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
from press.read.strict_yaml import read_yaml
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


# -- letters -----------------------------------------------------------------------------------------------------------

MARKED = "e\u0302\u0303"
"""A letter typed as a base letter and two marks."""


@pytest.mark.parametrize("typed", [MARKED, f'"{MARKED}"', '"e\\u0302\\u0303"', f">-\n  {MARKED}", f"|-\n  {MARKED}"])
def test_a_letter_typed_in_pieces_is_one_letter(typed: str) -> None:
    """Unicode's normal form C, however the value is written; and in field names."""
    source = read_yaml(f"name: {typed}\n{MARKED}: 1\n".encode(), "some.yaml")
    assert source.problems == []
    assert source.values == {"name": "\u1ec5", "\u1ec5": 1}


def test_behind_letters_typed_in_pieces_places_are_those_of_the_file() -> None:
    """A problem has the column that an editor shows, and the line as it was typed; so has a value."""
    line = f"{{a: Nguy{MARKED}n {MARKED}, b: no}}"
    source = read_yaml(f"- {line}\n".encode(), "some.yaml")
    (problem,) = source.problems
    assert problem.excerpt == f"- {line}"
    assert problem.excerpt[problem.column - 1 :] == "no}"
    assert source.lines[0][source.mark((0, "b")).column - 1 :] == "no}"
    assert source.in_file(source.mark((0, "b"))) == Mark(1, problem.column)


REFUSED = "\u034f\u115f\u1160\u17b4\u180b\u180f\u2065\u2800\u3164\ufe00\ufe0e\uffa0\ufff0\ufdd0\ufffc\ue000"
REFUSED += "\U000f0000\U0001fffe\U0010ffff\U000e0100"


@pytest.mark.parametrize("letter", REFUSED, ids=lambda letter: f"U+{ord(letter):04X}")
@pytest.mark.parametrize("form", ["a: bo{}ne", "a: 'bo{}ne'", "a: |-\n  bo{}ne", "bo{}ne: a", "# bo{}ne"])
def test_a_letter_that_nobody_sees_is_refused_where_it_stands(letter: str, form: str) -> None:
    """Default-ignorable, blank, private, and no characters at all: in values, in field names and in comments."""
    problem = only(read_yaml(form.format(letter).encode(), "some.yaml"))
    assert problem.code == "hidden-character"
    assert problem.excerpt[problem.column - 1] == letter
    assert f"U+{ord(letter):04X}" in problem.message


@pytest.mark.parametrize("letter", REFUSED, ids=lambda letter: f"U+{ord(letter):04X}")
def test_a_letter_that_nobody_sees_can_not_be_spelled_out(letter: str) -> None:
    """Double quotes can spell any letter: it is refused at the value or the name."""
    for form in ('a: "b\\U{:08x}c"', '"b\\U{:08x}c": a'):
        assert only(read_yaml(form.format(ord(letter)).encode(), "some.yaml")).code == "hidden-character"


@pytest.mark.parametrize("letter", ["\U0001f9b4", "\u2705", "\u2b50", "\u20e3"])
def test_emoji_are_refused_in_values_and_not_in_comments(letter: str) -> None:
    """Each has a message of its own, at its place."""
    source = read_yaml(f"# {letter}\na: [one, two {letter}]\n".encode(), "some.yaml")
    assert [(p.code, p.line, p.column) for p in source.problems] == [("emoji", 2, 14)]
    assert read_yaml(f'a: "\\U{ord(letter):08x}"'.encode(), "some.yaml").problems[0].code == "emoji"


def test_spaces_that_the_fonts_have_are_kept_and_others_refused() -> None:
    """A no-break space and a thin one may stand in a text; where YAML wants spaces they may not."""
    assert read_yaml("a: 5\u00a0mg and 5\u2009mg\n".encode(), "some.yaml").values == {"a": "5\u00a0mg and 5\u2009mg"}
    for space in "\u1680\u2003\u2007\u202f\u205f\u3000":
        assert [p.code for p in read_yaml(f"a: 5{space}mg\n".encode(), "some.yaml").problems] == ["hidden-character"]
    for text in ("a:\n\u00a0 b: 1\n", "a:\n  -\u00a0b\n", "a:\u00a0b\n", "  - a:\u2009b\n"):
        problem = read_yaml(text.encode(), "some.yaml").problems[0]
        assert (problem.code, problem.excerpt[problem.column - 1] in "\u00a0\u2009") == ("hidden-character", True)


def test_a_soft_hyphen_may_divide_a_word_and_nothing_else() -> None:
    """Between two letters it is kept; at the edge of a word, beside a figure, or in an address it is refused."""
    assert read_yaml("a: visco\u00adsupple\u00admentation\n".encode(), "some.yaml").values == {
        "a": "visco\u00adsupple\u00admentation"
    }
    for text in ("a: visco\u00ad", "a: \u00advisco", "a: L4\u00ad5", "a: vis\u00ad\u00adco", "a: https://a.example/vis\u00adco"):
        assert [p.code for p in read_yaml(text.encode(), "some.yaml").problems] == ["hidden-character"]
    assert [p.code for p in read_yaml(b'a: "\\u00advisco"', "some.yaml").problems] == ["hidden-character"]


# -- text that a comment cuts off ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a: Rule #1: keep moving",
        "a:\n  - Pain is my #1 problem",
        "a: one\n  two #3 three",
        "a: one #2\n  three",
        "a: [one #1, two]",
        "a: {b: one #1, c: two}",
        "a: draft # for now",
        "a: 5 # of them",
        "a: #1",
        'a: "Pain is my" #1 problem',
        "a: 'one' #2\nb: c",
        "a: [one, two] #3",
        "a: [one, #two,\n  three]",
        "a: >- #1 problem\n  one",
        "a: |- #1\n  two #3",
        "a: #1\n  one",
        "a: #1\n  - one",
        "a: #1\n  'one'",
        "a: one\nRule #1: b\nc: d",
        "Rule #1: a\nb: c",
    ],
)
def test_text_before_a_number_sign_is_never_cut_off_in_silence(text: str) -> None:
    """One problem, at the sign."""
    (problem,) = read_yaml(text.encode(), "some.yaml").problems
    assert (problem.code, problem.excerpt[problem.column - 1]) == ("cut-by-comment", "#")


@pytest.mark.parametrize(
    "text",
    [
        "a: # as patients dial it\nb: 1",
        "a:   #\nb: 1",
        "a: 'one' # two",
        'a: "one #1"',
        "a: [one, two] # three",
        "a: {b: one} # two",
        "a: one#1",
        "a: |- # one\n  two #3",
        "a: >\n  one #2\n\n  three #4\n  #5\nb: c",
        "a: 'one\n  #2 or #3'\nb: c",
        "a: [one, # two\n  'three #4']",
        "a: # one\n  - b\n# two\n  - c",
        "# one\na: b",
    ],
)
def test_a_comment_that_cuts_nothing_off_is_a_comment(text: str) -> None:
    """After an empty value, quotes, brackets, and on a line of its own."""
    assert read_yaml(text.encode(), "some.yaml").problems == []


# -- the parser's words ------------------------------------------------------------------------------------------------

NATIVE = [
    "could not find expected ':'", "mapping values are not allowed in this context",
    "mapping keys are not allowed in this context", "block sequence entries are not allowed in this context",
    "found character that cannot start any token",
    "did not find expected alphabetic or numeric character", "did not find expected comment or line break",
    "found an indentation indicator equal to 0", "found a tab character where an indentation space is expected",
    "found unexpected document indicator", "found unexpected end of stream", "found unknown escape character",
    "did not find expected hexdecimal number", "found invalid Unicode character escape code", "found unexpected ':'",
    "did not find expected tag URI", "did not find expected whitespace or line break", "found unknown directive name",
    "did not find expected <stream-start>", "did not find expected <document start>", "did not find expected node content",
    "did not find expected '-' indicator", "did not find expected key", "did not find expected ',' or ']'",
    "did not find expected ',' or '}'", "found undefined tag handle", "found duplicate %YAML directive",
    "found incompatible YAML document", "exceeded maximum simple key length", "something nobody has seen before",
]  # fmt: skip
"""What libyaml says, and something that it does not."""


def parser_words() -> list[tuple[str | None, str]]:
    """Context and problem of every error that PyYAML's scanner and parser can raise, and those of libyaml."""
    found: list[tuple[str | None, str]] = [(None, words) for words in NATIVE]
    for module in (yaml.scanner, yaml.parser):
        for node in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                texts = [
                    next((c.value for c in ast.walk(a) if isinstance(c, ast.Constant) and isinstance(c.value, str)), None)
                    for a in node.exc.args
                ]
                found.append((texts[0], texts[2] or ""))
    assert len(found) > 60
    return found


@pytest.mark.parametrize(("context", "problem"), parser_words())
def test_no_word_of_the_parser_reaches_an_editor(context: str | None, problem: str) -> None:
    """Whatever it raises, wherever: a place in the file, our sentence, and what to do."""
    lines = ["title: one", "- 'two' three: x", ""]
    for at in (None, (0, 0), (1, 7), (2, 0), (9, 9)):
        mark = yaml.Mark("f", 0, *at, None, 0) if at else None
        place, message, hint = explained(yaml.MarkedYAMLError(context, mark, problem, mark), lines, None)
        assert 1 <= place.line <= len(lines)
        assert message
        assert hint
        for words in (context, problem):
            assert not words or words not in message + hint


# -- time --------------------------------------------------------------------------------------------------------------

ODD: dict[str, Callable[[int], str]] = {
    "line ends in quotes": lambda count: 'a: "' + "\n" * count + 'x"',
    "line ends at the end of quotes": lambda count: 'a: "x' + "\n" * count + '"',
    "line ends spelled out": lambda count: 'a: "x' + "\\n" * count + '"',
    "marks": lambda count: f"a: [{MARKED * count}, no]",
    "spaces before a comment": lambda count: "a: b" + " " * count + "# c",
    "items on one line": lambda count: "a: [" + "é, " * count + "]",
    "lines of one text": lambda count: "a: b\n" + "  é\n" * count,
    "lines of quotes": lambda count: 'a: "b\n' + "  é\n" * count + '"',
}


@pytest.mark.parametrize("what", ODD)
def test_twice_as_much_takes_twice_as_long(what: str) -> None:
    """Not four times: reading is linear in odd input, too."""

    def seconds(count: int) -> float:
        data = ODD[what](count).encode()
        taken = []
        for _ in range(3):
            started = time.process_time()
            read_yaml(data, "some.yaml")
            taken.append(time.process_time() - started)
        return min(taken)

    assert seconds(80_000) < 3 * seconds(40_000) + 0.05


_MARKS = "\u0301\u0323"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: x" + _MARKS * 240_000, Mark(1, 5)),
        ("# x" + _MARKS * 240_000 + "\na: b", Mark(1, 4)),
        ("a: b\nc: 'ab" + _MARKS * 16 + "'", Mark(2, 7)),
        ('a: "x' + r"\u0301\u0323" * 80_000 + '"', Mark(1, 4)),
        ("a: Ω" + "\u0345\u0301" * 240_000, Mark(1, 5)),
    ],
    ids=["value", "comment", "few", "codes", "Greek"],
)
def test_marks_without_end_on_one_letter_are_refused_before_they_are_put_in_order(text: str, place: Mark) -> None:
    """To put a million marks in order takes hours."""
    started = time.monotonic()
    source = read_yaml(text.encode(), "a.yaml")
    assert time.monotonic() - started < 5
    assert [(p.code, p.line, p.column) for p in source.problems] == [("hidden-character", place.line, place.column)]
    assert source.values is None


def test_a_text_with_as_many_marks_as_languages_write_is_read() -> None:
    """Vietnamese, Hebrew with points and accents, and a word of forty letters that are no marks."""
    text = "e\u0323\u0302n " + "ש\u05bc\u05c1\u05b8\u0596" * 20 + " " + "ж" * 40
    source = read_yaml(f"a: {text}".encode(), "a.yaml")
    assert not source.problems
    assert source.values == {"a": unicodedata.normalize("NFC", text)}


@pytest.mark.parametrize("text", ["a: [" + "1," * 450_000 + "]", "".join(f"k{n}: 1\n" for n in range(101_000))])
def test_a_file_of_values_without_end_is_refused(text: str) -> None:
    started = time.monotonic()
    source = read_yaml(text.encode()[:MAX_BYTES], "a.yaml")
    assert [problem.code for problem in source.problems] == ["too-large"]
    assert f"{MAX_VALUES:,} values" in source.problems[0].message
    assert time.monotonic() - started < 20
