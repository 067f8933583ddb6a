"""Each item of the two checklists says yes of a good document, and no of one that lacks what it asks for."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from printroom import GUIDES, SHIPPED, STYLES, read_document

from press.authoring.starter import write_starter
from press.model.library import Library
from press.proofread import proofread_document
from press.proofread.rule import Proof
from press.proofread.text import copy
from press.read.library import read_library
from press.read.manuscript import Manuscript
from press.report.checklists import ITEMS, Answer, Facts, answers

RULES = read_library(GUIDES, STYLES / "figures.css").rules


def facts(manuscript: Manuscript, library: Library) -> Facts:
    """What the answers rest on, by the real rules."""
    proof = Proof(copy(manuscript), library.languages[manuscript.language], RULES, manuscript, library)
    return Facts(proof, proofread_document(manuscript, library, RULES))


def told(manuscript: Manuscript, library: Library) -> dict[tuple[str, int], Answer]:
    return {(answer.item.scale, answer.item.number): answer for answer in answers(facts(manuscript, library))}


@pytest.fixture(scope="module")
def reachable(library: Library) -> Library:
    """The shipped library with a clinic that has phone and hours."""
    return replace(library, clinic=library.clinic.model_copy(update={"phone": "(555) 555-0100", "hours": "9 to 5"}))


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Manuscript]:
    """A starter document with parts of its text replaced."""
    guides = Path(shutil.copytree(GUIDES, tmp_path / "guides"))

    def edit(*changes: tuple[str, str], kind: str = "handout") -> Manuscript:
        path = write_starter(guides, kind, "neck-pain", "en")
        text = path.read_text("utf-8")
        for old, new in changes:
            text, count = re.subn(old, new, text, count=1, flags=re.DOTALL | re.MULTILINE)
            assert count, f"nothing in the starter matches {old}"
        path.write_text(text, "utf-8")
        return read_document(path, guides)

    return edit


def block(kind: str) -> str:
    """A pattern for a whole block of a handout."""
    return rf"^  - kind: {kind}\n(?:    .*?\n| *\n|  #.*?\n)+?(?=  - kind|back:|\Z|# [A-Z-])"


@pytest.mark.parametrize("kind", ["handout", "guide"])
def test_a_sound_document_meets_every_item(edited: Callable[..., Manuscript], reachable: Library, kind: str) -> None:
    found = told(edited(kind=kind), reachable).values()
    assert [answer for answer in found if answer.answer == "no"] == []
    assert sum(answer.answer == "yes" for answer in found) > 30


LACKS: dict[str, tuple[tuple[str, str], list[tuple[str, int]]]] = {
    "a long purpose": (("^purpose: ", "purpose: " + "Write a good deal more " * 5), [("PEMAT", 1)]),
    "no key points": (
        (block("key_points"), ""),
        [("PEMAT", 10), ("PEMAT", 11), ("PEMAT", 12), ("CDC", 1), ("CDC", 2), ("CDC", 3), ("CDC", 10)],
    ),
    "key points after another block": (
        (rf"({block('key_points')})(.*?)(?=^# -- the back)", r"\2\1"),
        [("CDC", 2), ("CDC", 10), ("PEMAT", 10)],
    ),
    "a long word": (("what most people feel", "what commonality people feel"), [("PEMAT", 3)]),
    "a word not explained": (
        ("Write what happens in the body", "Write what a laminectomy does"),
        [("PEMAT", 4), ("CDC", 7)],
    ),
    "an abbreviation": (("Write what happens in the body", "Write what the EMG shows"), [("PEMAT", 4), ("CDC", 7)]),
    "a passive key point": (
        ("Write the one thing a reader must take away", "The bone is removed"),
        [("PEMAT", 5), ("CDC", 6)],
    ),
    "patients": (("Write what most people feel or notice", "Patients, patients, patients, patients, patients"), [("PEMAT", 21)]),
    "a number without a source": (
        ("(lines: 1\n)", r"\1  - kind: text\n    body: Write that 40 percent get well.\n"),
        [("PEMAT", 6), ("CDC", 15), ("CDC", 16), ("CDC", 20)],
    ),
    "a decimal": (
        ("Write what happens in the body", "Write that 1.5 percent get well"),
        [("PEMAT", 6), ("PEMAT", 7), ("CDC", 17)],
    ),
    "a long paragraph": (
        ("Write what happens in the body", "Write this and that again. " * 13),
        [("PEMAT", 8), ("CDC", 9)],
    ),
    "a heading that says little": (("heading: What is happening in your spine", "heading: Background"), [("PEMAT", 9)]),
    "too many signs": (
        ("  # - kind: red_flags", "  - kind: red_flags\n    also_today: [My toe hurts, My nose hurts, My ear hurts]\n"),
        [("CDC", 8)],
    ),
    "no drawing": ((r"    figure:\n.*?caption:.*?\n", ""), [("PEMAT", 15), ("CDC", 4), ("PEMAT", 10)]),
    "thin alt text": (("alt: .*?$", "alt: A spine"), [("PEMAT", 17)]),
    "no steps": ((block("steps"), ""), [("PEMAT", 20), ("PEMAT", 22), ("CDC", 5), ("CDC", 12), ("CDC", 14)]),
    "nothing to fill in": ((rf"{block('checklist')}(.*){block('questions')}", r"\1"), [("PEMAT", 23)]),
    "no options": ((block("options"), ""), [("CDC", 11), ("CDC", 18), ("CDC", 19)]),
    "an option without a hedge": (
        ("benefits: Write what it may help with.(.*?)Say what is not known.", r"benefits: It helps.\1"),
        [("CDC", 11)],
    ),
    "options out of balance": (
        ("benefits: Write what may get better by itself.", "benefits: It may. It may. It may. It may. It may."),
        [("CDC", 19)],
    ),
}


@pytest.mark.parametrize("lack", LACKS)
def test_what_is_lacking_is_told(edited: Callable[..., Manuscript], reachable: Library, lack: str) -> None:
    change, items = LACKS[lack]
    found = told(edited(change), reachable)
    assert {item for item in items if found[item].answer != "no"} == set()
    assert all(answer.reason for answer in found.values())


def test_every_item_can_say_no() -> None:
    said = {item for _, items in LACKS.values() for item in items}
    model_keeps = {("PEMAT", 19)}
    assert {(entry.scale, entry.number) for entry in ITEMS} - said == model_keeps
    assert len({(entry.scale, entry.number) for entry in ITEMS}) == len(ITEMS) > 30


def test_a_clinic_without_phone_and_hours_is_told(edited: Callable[..., Manuscript], library: Library) -> None:
    answer = told(edited(), library)[("CDC", 14)]
    assert answer.answer == "no"
    assert answer.reason == "the clinic's phone and hours are not known yet"


def test_warning_signs_may_stand_before_the_key_points(edited: Callable[..., Manuscript], reachable: Library) -> None:
    moved = edited(("^front:\n", "front:\n  - kind: red_flags\n"))
    assert next(moved.document.placed())[1].kind == "red_flags"
    assert told(moved, reachable)[("CDC", 2)].answer == "yes"


def test_what_does_not_apply_is_not_counted_as_met(edited: Callable[..., Manuscript], reachable: Library) -> None:
    found = told(edited(), reachable)
    assert {key for key, answer in found.items() if answer.answer == "n/a"} == {
        ("PEMAT", 6),
        ("CDC", 15),
        ("CDC", 16),
        ("CDC", 20),
    }


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_documents_meet_nearly_all(reachable: Library, name: str) -> None:
    found = told(read_document(GUIDES / f"{name}.yaml"), reachable).values()
    assert sum(answer.answer == "no" for answer in found) <= 4
    criteria = {answer.item.criterion for answer in found}
    assert all(re.fullmatch(r"C\d\d(, C\d\d)*", criterion) for criterion in criteria)
