"""Problems as an editor, a program or a code host reads them."""

import json
import re
from urllib.parse import unquote, urlsplit

import pytest

from press import __version__
from press.problems import Problem, did_you_mean, in_order
from press.report.formats import FORMATS, as_github, as_json, as_sarif, as_text, counts

TITLE = Problem(
    "unknown-field", "error", "unknown field 'titel'", "guides/en/a.yaml", 14, 7, "did you mean 'title'?", "      titel: Größe"
)
ODD = Problem("grade", "warning", "100% of it:\nhard, to read\r", "guides/en/größer als, 5:3.yaml", 2, 1)
PROBLEMS = [TITLE, ODD]


def test_a_problem_as_text_shows_line_caret_and_hint() -> None:
    """`file:line:column: severity: message [code]`, the source line with a caret under the column, then the hint."""
    assert TITLE.as_text().splitlines() == [
        "guides/en/a.yaml:14:7: error: unknown field 'titel' [unknown-field]",
        "          titel: Größe",
        "          ^",
        "    hint: did you mean 'title'?",
    ]
    assert len(as_text([TITLE, TITLE]).split("\n\n")) == 2


def test_a_long_line_is_shown_around_the_caret() -> None:
    """The caret stands under the same character, and a line of a million characters does not fill the screen."""
    line = "".join(chr(ord("a") + number % 26) for number in range(100_000))
    for column in (1, 40, 51, 5_000, 99_999, 100_000):
        problem = Problem("grade", "error", "hard", "a.yaml", 1, column, excerpt=line)
        _, shown, caret = problem.as_text().splitlines()
        assert len(shown) <= 104
        assert shown[caret.index("^")] == line[column - 1]


def test_characters_that_steer_a_terminal_are_not_shown() -> None:
    """What is wrong in a file must not act on the screen of the one who mends it."""
    shown = Problem("hidden-character", "error", "here", "a.yaml", 1, 3, excerpt="a\x1b[31m\u202eb").as_text()
    assert "\x1b" not in shown
    assert "\u202e" not in shown


def test_problems_as_json_are_one_object() -> None:
    """The shape of interfaces: the seven fields of a problem, and how many there are of each severity."""
    made = json.loads(as_json(PROBLEMS))
    assert made == {"problems": [problem.as_dict() for problem in PROBLEMS], "errors": 1, "warnings": 1}
    assert made["problems"][0] == {
        "code": "unknown-field",
        "severity": "error",
        "message": "unknown field 'titel'",
        "file": "guides/en/a.yaml",
        "line": 14,
        "column": 7,
        "hint": "did you mean 'title'?",
    }
    assert json.loads(as_json([])) == {"problems": [], "errors": 0, "warnings": 0}


def test_problems_as_annotations_are_one_line_each() -> None:
    """Signs that mean something in a workflow command are escaped: two problems are two lines, whatever they say."""
    first, second = as_github(PROBLEMS).splitlines()
    assert first == (
        "::error file=guides/en/a.yaml,line=14,col=7,title=unknown-field::unknown field 'titel' (did you mean 'title'?)"
    )
    assert second.startswith("::warning file=guides/en/größer als%2C 5%3A3.yaml,line=2,col=1,title=grade::")
    assert second.endswith("::100%25 of it:%0Ahard, to read%0D")
    assert as_github([]) == ""


def test_problems_as_sarif_have_what_the_standard_requires() -> None:
    """SARIF 2.1.0: version, runs, a tool with a name, results with a message, a known level and a rule of the tool."""
    made = json.loads(as_sarif(PROBLEMS))
    assert made["version"] == "2.1.0"
    assert made["$schema"].endswith("sarif-2.1.0.json")
    (run,) = made["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("press", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["grade", "unknown-field"]
    assert len(run["results"]) == 2
    for problem, result in zip(PROBLEMS, run["results"], strict=True):
        assert result["ruleId"] == problem.code
        assert result["level"] == problem.severity
        assert result["message"]["text"].startswith(problem.message)
        (location,) = result["locations"]
        place = location["physicalLocation"]
        assert place["region"] == {"startLine": problem.line, "startColumn": problem.column}
        uri = place["artifactLocation"]["uri"]
        assert re.fullmatch(r"[A-Za-z0-9\-._~%/]+", uri), "a URI has no spaces and no letters beyond ASCII"
        assert urlsplit(uri).scheme == ""
        assert unquote(uri) == problem.file


def test_sarif_without_problems_still_names_the_tool() -> None:
    """An empty list of results says that all is well; a missing one would say that nothing was looked at."""
    (run,) = json.loads(as_sarif([]))["runs"]
    assert run["results"] == []
    assert run["tool"]["driver"]["name"] == "press"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_every_problem(name: str) -> None:
    """No report drops a finding."""
    report = FORMATS[name](PROBLEMS)
    assert all(problem.code in report for problem in PROBLEMS)


def test_counts_are_by_severity() -> None:
    """Errors decide the exit status."""
    assert counts([TITLE, ODD, ODD]) == {"errors": 1, "warnings": 2}
    assert counts([]) == {"errors": 0, "warnings": 0}


def test_problems_are_listed_by_place_and_once() -> None:
    """Two editions that find the same flaw report it once."""
    later = Problem("grade", "warning", "hard", "guides/en/a.yaml", 20)
    assert in_order([later, TITLE, later, TITLE]) == [TITLE, later]


@pytest.mark.parametrize(
    ("word", "hint"), [("titel", "did you mean 'title'?"), ("headng", "did you mean 'heading'?"), ("zzz", None), ("", None)]
)
def test_the_closest_known_word_is_offered(word: str, hint: str | None) -> None:
    """And none, where none is close."""
    assert did_you_mean(word, ["title", "heading", "body"]) == hint
