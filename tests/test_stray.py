"""Broken markup, and markup that is none here, is an error at its place, wherever it is typed; what is sound is left alone."""

import shutil
from pathlib import Path

import pytest
from libraries import edited
from test_proofread import CASES, findings, proofread_folder, tiny

from press.problems import Problem
from press.proofread import RULES
from press.proofread.stray import faults, faults_of_name
from press.read.library import Reading, read_library

BROKEN = [
    "Keep ^**moving, and change",
    "Keep moving^**, and change",
    "Keep ^** moving",
    "Keep ^**moving*",
    "un^**believ^**able",
    "10^*",
    "5^*6^*7",
    "It is ^_guaranteed_.",
    "It is ^__very__ good",
    "a stray ^_underscore",
    "^[words](article:",
    "^[words](article:what is it)",
    '^[words](term:disc "a title")',
    "^[words] (article:disc)",
    "^[words] more",
    "^[words",
    "words^]",
    "words^](",
    "^[x] done",
    "^[ ] to do",
    "as told^[^1]",
    "see ^![a picture](https://example.org/a.png)",
    "^![a picture](term:disc)",
    "^<b>bold</b>",
    "a line^<br>",
    "half a ^<b tag",
    "^<!-- a comment -->",
    "a^&nbsp;b",
    "a^&#8203;b",
    "Dear ^{{ patient.name }}",
    "^{% if x %}yes^{% endif %}",
    "Dear ^{name}",
    "^`code`",
    "^# A heading",
    "one\n\n^## Two",
    "^- a list - of things",
    "one\n^* two",
    "^• one • two",
    "^1. one\n2. two",
    "^> a quote",
    "^| a | b |",
    "^~~struck~~",
    "a ^~struck~ word, and H^~2~O",
    "^==marked==",
    "one\n\n^---\n\ntwo",
    "this ^--- and that",
    "a ^\\^*star",
    "**bold [a ^*disc](term:disc)**",
]
"""A caret stands before each thing that is wrong."""

SOUND = [
    "5 < 6 and 7 > 5, < 10 % and > 50 years",
    "2 * 3 * 4",
    "a_b_c, and a line: ____________",
    "**Bold**, *slanted*, (**both**), “**quoted**” and **a *mixed* one**.",
    "[a disc](term:disc)s, [**bold**](article:x-ray)",
    "[away](https://example.org/a_b_c_)",
    "Tom & Jerry; A&E; R&D;",
    "10 – 20, a–b — c - d, x-ray",
    "1. one",
    "2026. A year",
    "Rule #1 is to rest",
    "$5 (five), a@b.example, 50%, ~10",
    "~5 to ~10, ~5–~10, ~5/~10",
    "Who? Me! “Yes.” (No) / or",
    "+ 5 degrees",
]

NAMES = ["^**Bold** Clinic", "^[Clinic](term:disc)", "What^&#8217;s new", "a ^<b>b</b>", "^_x_", "^{{ name }}"]
SOUND_NAMES = ["Back pain [Internet]", "5* hotel", "A * B", "Smith & Sons", "a_b_c"]


def carets(text: str) -> tuple[str, list[int]]:
    """A text without its carets, and where they stood. `[^1]` keeps its own."""
    parts = text.replace("[^1]", "\0").split("^")
    places, bare = [], parts[0]
    for part in parts[1:]:
        places.append(len(bare))
        bare += part
    return bare.replace("\0", "[^1]"), places


@pytest.mark.parametrize("marked", BROKEN)
def test_broken_markup_is_told_at_its_place(marked: str) -> None:
    text, places = carets(marked)
    found = faults(text, in_paragraphs=True)
    assert [fault.start for fault in found] == places, found
    assert all(fault.message and fault.hint for fault in found)


@pytest.mark.parametrize("text", SOUND)
def test_sound_text_is_left_alone(text: str) -> None:
    assert faults(text, in_paragraphs=True) == []


@pytest.mark.parametrize("marked", NAMES)
def test_markup_in_a_name_is_told(marked: str) -> None:
    """A name is printed as it is typed, so that sound markup is wrong too."""
    text, places = carets(marked)
    assert [fault.start for fault in faults_of_name(text)] == places


@pytest.mark.parametrize("name", SOUND_NAMES)
def test_a_sound_name_is_left_alone(name: str) -> None:
    assert faults_of_name(name) == []


def test_a_phrase_may_hold_the_words_that_the_build_fills_in() -> None:
    assert faults_of_name("Page {page} of {pages}", filled_in=True) == []
    assert [fault.start for fault in faults_of_name("Page {{page}} of", filled_in=True)] == [5, 12]
    assert [fault.start for fault in faults_of_name("Page {page}")] == [5]


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_library(CASES / "library" / "guides", CASES / "library" / "styles" / "figures.css")


def test_emphasis_by_underscores_hides_no_banned_word(tmp_path: Path, reading: Reading) -> None:
    """Underscores are no emphasis, on the page or to the rules; stars are, to both."""
    assert ("broken-markup", "error", 13, 21) in findings(tiny(tmp_path, body="Relief is _guaranteed_."), reading)
    assert ("banned-word", "error", 13, 22) in findings(tiny(tmp_path, body="Relief is *guaranteed*."), reading)


def test_it_can_be_neither_waived_nor_softened(tmp_path: Path, reading: Reading) -> None:
    waived = tiny(tmp_path, head="waive: [{rule: broken-markup, reason: a test}]\n", body="Keep **moving.")
    assert ("broken-markup", "error", 14, 16) in findings(waived, reading, broken_markup="off")
    assert RULES["broken-markup"].fixed
    assert RULES["missing-letter"].fixed


EVERYWHERE = [
    ("en/sound.yaml", "A sound sheet", "A **sound sheet"),
    ("en/shared.yaml", "Call 911", "Call **911"),
    ("en/glossary.yaml", "A scan made with magnets", "A scan made _with_ magnets"),
    ("en/glossary.yaml", "word: MRI", "word: <b>MRI</b>"),
    ("en/phrases.yaml", "Notes", "<b>Notes</b>"),
    ("clinic.yaml", "1 Main Street", "1 Main&nbsp;Street"),
    ("clinic.yaml", "555-0100", "**555-0100**"),
    ("articles.yaml", "title: The first page", "title: The `first` page"),
    ("sources.yaml", "title: Our own page", "title: Our **own** page"),
]


@pytest.mark.parametrize(("name", "old", "new"), EVERYWHERE)
def test_it_is_found_in_everything_that_is_printed(name: str, old: str, new: str, tmp_path: Path) -> None:
    """Documents, shared texts, words explained, phrases, the clinic, articles and sources: at the line and the very letter."""
    found = with_one_edit(tmp_path, name, old, new, "broken-markup")
    text = (tmp_path / "guides" / name).read_text("utf-8").splitlines()
    signs = ("**", "_", "<b>", "&nbsp;", "`", "{{")
    for problem in found:
        assert problem.file == f"guides/{name}"
        assert text[problem.line - 1][problem.column - 1 :].startswith(signs), problem.as_text()
    assert len(found) == 1


def with_one_edit(folder: Path, name: str, old: str, new: str, code: str) -> list[Problem]:
    """What a rule finds in the small library after one edit of one file."""
    shutil.copytree(CASES / "library", folder, dirs_exist_ok=True)
    edited(folder / "guides" / name, old, new)
    return [problem for problem in proofread_folder(folder) if problem.code == code]


@pytest.mark.parametrize("text", ["Ask _us_ now", "Ask **us** now", "Ask <b>us</b> now"])
def test_where_no_markup_is_read_none_is_recommended(text: str) -> None:
    """A name or a phrase is printed as typed: stars instead of underscores would be refused next."""
    assert all("*" not in fault.hint for fault in faults_of_name(text))
    assert faults_of_name(text)
