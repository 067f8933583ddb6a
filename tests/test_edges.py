"""Rules at their edges: exactly at a limit passes and one more is told; each kind of block, sign, date and path by itself."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from press.compose.qr import symbol
from press.model.documents import Guide, Handout
from press.model.library import HouseRules, Language, Library
from press.model.review import text_digest
from press.problems import Mark
from press.proofread import RULES, Card, article_coverage, card, proofread_library
from press.proofread.holds import may_use, uses_at
from press.proofread.readability import Reading as Counts
from press.proofread.rule import Finding, Proof, Sheet, Shelf
from press.proofread.rules.links import BYTES_BY_VERSION, longest_address, symbol_side
from press.proofread.rules.safety import EMERGENCY_SIGNS, TODAY_SIGNS
from press.proofread.text import Copy, Passage, Section, copy
from press.read.library import Reading, read_library, read_manuscript
from press.read.manuscript import Manuscript
from press.read.names import own_file
from press.read.source import Source as Yaml

LIBRARY = Path(__file__).parent / "cases" / "rules" / "library"
READING = read_library(LIBRARY / "guides", LIBRARY / "styles" / "figures.css")
TODAY = date(2026, 11, 22)
HEAD: dict[str, Any] = {
    "code": "VS-EDGE", "version": "1.0", "status": "draft", "updated": "2026-01-05", "title": "An edge",
    "purpose": "You can see where a rule begins.", "keywords": ["one", "two"],
    "description": "A document for the tests of the rules, made where it is needed.",
}  # fmt: skip
OPENS = {"article": "first-page", "why": "More"}
NOTES = {"kind": "notes", "lines": 2}


def shared_files() -> Reading:
    assert READING.library, [problem.as_text() for problem in READING.problems]
    return READING


def library() -> Library:
    found = shared_files().library
    assert found
    return found


def english(**changes: Any) -> Language:
    """The words of the tests' language, with changes to its shared texts."""
    language = library().languages["en"]
    return replace(language, shared=language.shared.model_copy(update=changes))


def manuscript(document: Guide | Handout, language: str = "en") -> Manuscript:
    sound, _ = read_manuscript(LIBRARY / "guides" / "en" / "sound.yaml", LIBRARY / "guides")
    assert sound
    return replace(sound, document=document, language=language, slug=document.code.lower())


def handout(*front: dict[str, Any], back: tuple[dict[str, Any], ...] = (NOTES,), **fields: Any) -> Handout:
    return Handout.model_validate(HEAD | {"kind": "handout", "front": list(front) or [NOTES], "back": list(back)} | fields)


def guide(*parts: tuple[dict[str, Any], ...], **fields: Any) -> Guide:
    cover = {"eyebrow": "A guide", "drawing": "back", "alt": "Bones", "inside": ["One", "Two", "Three"]}
    made = [{"title": f"Part {number} of it", "blocks": list(blocks)} for number, blocks in enumerate(parts)]
    return Guide.model_validate(HEAD | {"kind": "guide", "cover": cover, "parts": made} | fields)


def told(code: str, document: Guide | Handout, language: str = "en", words: Language | None = None) -> list[Finding]:
    """What one rule finds in a document."""
    made = manuscript(document, language)
    words = words or replace(english(), code=language)
    shelf = replace(library(), languages={language: words})
    return list(RULES[code].check(Proof(copy(made), words, HouseRules(), made, shelf)))


def text(body: str, **fields: Any) -> dict[str, Any]:
    return {"kind": "text", "heading": "What is worn?", "body": body} | fields


def counted(number: int, word: str = "go") -> str:
    """A sentence of so many words."""
    return " ".join(["You", *[word] * (number - 1)]) + "."


def points(number: int, first: str) -> dict[str, Any]:
    return {"kind": "key_points", "points": [first, *["You may sit."] * (number - 1)]}


def row(path: str, benefits: str = "May help.", risks: str = "May harm.", known: str = "Results vary.") -> dict[str, str]:
    return {"name": path.capitalize(), "path": path, "benefits": benefits, "risks": risks, "known": known}


def options(*rows: dict[str, str]) -> dict[str, Any]:
    return {"kind": "options", "rows": list(rows) or [row("wait"), row("non-surgical"), row("surgery")]}


def detail(path: str = "surgery", /, **fields: Any) -> dict[str, Any]:
    made = {"kind": "option_detail", "heading": "A cut", "path": path, "what": "It is done.", "known": "It works."}
    return made | {"benefits": ["It works."], "risks": ["It hurts."], "not_known": "All is told."} | fields


def signs(**fields: list[str]) -> dict[str, Any]:
    return {"kind": "red_flags"} | fields


# -- limits ---------------------------------------------------------------------------------------------------------------

LIMITS: dict[str, tuple[Callable[[int], Handout], int]] = {
    "long-sentence": (lambda n: handout(text(counted(n))), 25),
    "long-paragraph": (lambda n: handout(text(" ".join([counted(20), counted(20), counted(n - 40)]))), 60),
    "purpose": (lambda n: handout(purpose=counted(n)), 24),
    "key-point": (lambda n: handout(points(3, counted(n))), 15),
    "heading-gap": (lambda n: handout(NOTES, *[text(counted(c), heading=None) for c in (50, 50, n - 100)]), 150),
    "qr-cards": (lambda n: handout(back=({"kind": "read_more", "articles": [OPENS]},) * n), 4),
    "balance": (lambda n: handout(detail(benefits=["May help."] * (n + 1))), 2),
    "like-detail": (lambda n: handout(detail(benefits=[counted(n * 4)], risks=[counted(4)])), 3),
}
"""A document that holds so many of what a rule counts, and the most that it lets pass."""


@pytest.mark.parametrize("code", LIMITS)
def test_at_its_limit_a_thing_passes_and_one_more_is_told(code: str) -> None:
    make, limit = LIMITS[code]
    assert told(code, make(limit)) == []
    assert len(told(code, make(limit + 1))) == 1


def graded(code: str, language: str, *counts: Counts, kind: str = "text") -> list[str]:
    """What a rule about grades says of a shared file whose sections have these counts."""
    sections = [Section(("a", n), kind, (Passage(("a", n), "", "", (), one),)) for n, one in enumerate(counts)]
    sheet = Sheet(Copy(Yaml("a.yaml", ""), language, tuple(sections)), english(), HouseRules())
    return [finding.message for finding in RULES[code].check(sheet)]


@pytest.mark.parametrize(
    ("language", "counts", "syllables", "grade", "goal"),
    [
        ("en", (100, 10), 150, [], []),
        ("en", (100, 10), 151, [], ["6.1"]),
        ("en", (100, 10), 167, [], ["8.0"]),
        ("en", (100, 10), 168, ["8.1"], []),
        ("es", (1000, 100), 2111, [], []),
        ("es", (1000, 100), 2112, [], ["69.9"]),
        ("es", (1000, 100), 2278, [], ["60.0"]),
        ("es", (1000, 100), 2279, ["59.9"], []),
    ],
)
def test_grades_at_their_edge(language: str, counts: tuple[int, int], syllables: int, grade: list[str], goal: list[str]) -> None:
    one = Counts(*counts, syllables)
    for code, wanted in (("grade", grade), ("grade-goal", goal)):
        found = graded(code, language, one)
        assert len(found) == len(wanted)
        assert all(f" {score} (" in message for score, message in zip(wanted, found, strict=True))


@pytest.mark.parametrize(
    ("sentences", "long_words", "is_told"), [(18, 19, False), (18, 20, True), (10, 20, True), (9, 20, False)]
)
def test_smog_at_its_edge_and_where_it_says_something(sentences: int, long_words: int, is_told: bool) -> None:
    one = Counts(200, sentences, 300, long_words)
    assert bool(graded("smog", "en", one)) == is_told
    assert graded("smog", "es", one) == []


@pytest.mark.parametrize(("words", "is_told"), [(45, False), (46, True)])
def test_sentences_on_average_at_their_edge(words: int, is_told: bool) -> None:
    assert bool(graded("mean-sentence", "en", Counts(words, 3, words))) == is_told
    assert graded("mean-sentence", "en", Counts(words, 2, words)) == []


@pytest.mark.parametrize(("words", "is_told"), [(9, False), (10, True)])
def test_a_block_of_a_few_words_is_graded_with_the_whole_alone(words: int, is_told: bool) -> None:
    assert bool(graded("grade", "en", Counts(words, 1, words * 3))) == is_told


def test_a_block_is_called_by_what_it_is() -> None:
    hard = Counts(100, 10, 200)
    assert graded("grade", "en", hard, kind="head")[0].startswith("the head of the document reads at grade")
    assert graded("grade", "en", hard, kind="cover")[0].startswith("the cover reads")
    assert {graded("grade", "en", hard, kind=kind)[0].split(" reads")[0] for kind in ("part", "shared", "term")} == {"this"}
    assert graded("grade", "en", hard)[0].startswith("this block reads")


def test_what_makes_it_hard_is_said() -> None:
    """Words of the glossary, else long sentences, else long words."""
    long = "Information is important. Education is important. Exercise is important. Activity is important."
    hints = [told("grade", handout(text(body)))[-1].hint or "" for body in (long, counted(60, "surgery") * 2)]
    assert "have three syllables or more" in hints[0]
    assert "split the long ones" in hints[1]
    language = english()
    terms = {"a": next(iter(language.terms.values())).model_copy(update={"id": "a", "word": "operation"})}
    body = "The operation is for you. " * 3 + "Operation, operation. "
    words = replace(language, terms=terms)
    findings = told("grade", handout(text(body)), words=words) + told("grade-goal", handout(text(body)), words=words)
    assert "without the words of the glossary it is" in (findings[-1].hint or "")


@pytest.mark.parametrize(("number", "is_told"), [(1, False), (2, True)])
def test_a_list_of_signs_at_its_edge(number: int, is_told: bool) -> None:
    """Six shared signs of the second box and one more make seven; the first box has five."""
    added = [f"Sign {n}" for n in range(number)]
    assert [finding.loc[-1] for finding in told("long-list", handout(signs(also_today=added)))] == ["also_today"] * is_told
    more = [f"Sign {n}" for n in range(number + 1)]
    found = told("long-list", handout(signs(also_emergency=more)))
    assert [finding.loc[-1] for finding in found] == ["also_emergency"] * is_told
    full = english(today=english().shared.today.model_copy(update={"signs": tuple(f"Sign {n}" for n in range(8))}))
    assert told("long-list", handout(signs()), words=full) == [], "what the document does not add is not its fault"


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("Patients ask. You sit, you go, and you eat. You win.", False),
        ("Patients ask. You sit, you go, and you eat.", True),
        ("Nobody is here.", True),
        ("You may go.", False),
    ],
)
def test_a_text_speaks_to_its_reader(body: str, is_told: bool) -> None:
    document = handout(text(body, heading="What is worn"), purpose="What is here.")
    assert bool(told("you", document)) == is_told


def test_a_doer_may_be_hidden_in_one_sentence_of_ten_but_not_in_steps() -> None:
    passive, active = "The bone is moved. ", "You can go. "
    whole = handout(text(passive + active * 5))
    assert copy(manuscript(whole)).reading.sentences == 10, "three in the head, one heading, six in the text"
    assert told("passive", whole) == []
    assert len(told("passive", handout(text(passive + active * 4)))) == 1
    steps = {"kind": "steps", "steps": [{"text": passive}, {"text": active}]}
    assert len(told("passive", handout(text(active * 20), steps))) == 1
    assert len(told("passive", handout(text(active * 20), points(3, passive)))) == 1
    assert told("passive", handout(text("You are tired. " * 20))) == [], "that is how you feel"


# -- structure ------------------------------------------------------------------------------------------------------------

BLOCKS: dict[str, dict[str, Any]] = {
    "key_points": points(3, "You may go."),
    "text+figure": text("Go.", figure={"drawing": "back", "alt": "Bones", "caption": "Back"}),
    "figure": {"kind": "figure", "figure": {"drawing": "back", "alt": "Bones", "caption": "Back"}},
    "checklist": {"kind": "checklist", "items": ["It hurts"]},
    "diary": {"kind": "diary", "columns": ["Pain", "Walks"], "rows": ["Monday", "Tuesday"]},
    "options": options(),
    "option_detail": detail(),
    "risk_groups": {
        "kind": "risk_groups",
        "groups": [{"title": t, "items": [{"name": "Pain", "text": "It hurts."}]} for t in "ab"],
    },
    "steps": {"kind": "steps", "steps": [{"text": "Go."}, {"text": "Sit."}]},
    "questions": {"kind": "questions", "items": ["May I go?"]},
    "read_more": {"kind": "read_more", "articles": [OPENS]},
    "contents": {"kind": "contents"},
    "glossary": {"kind": "glossary", "terms": ["disc"]},
    "sources": {"kind": "sources"},
    "next_steps": {"kind": "next_steps"},
    "about": {"kind": "about"},
    "red_flags": {"kind": "red_flags"},
    "notes": NOTES,
    "callout": {"kind": "callout", "tone": "good_to_know", "body": "You may go."},
    "evidence": {"kind": "evidence", "known": ["It may help."], "not_known": ["All else."]},
    "timeline": {"kind": "timeline", "stages": [{"when": "Now", "title": "You go", "text": "Go."}] * 3},
    "table": {"kind": "table", "columns": ["A", "B"], "rows": [{"name": "A", "cells": ["B"]}] * 2},
    "faq": {"kind": "faq", "items": [{"question": "Why?", "answer": "Because."}]},
    "expert_take": {"kind": "expert_take", "body": "You may go.", "by": "Us"},
}


@pytest.mark.parametrize(
    ("make", "needs"),
    [
        (handout, "key_points text+figure|figure checklist|diary options steps questions|diary read_more"),
        (
            lambda *blocks: guide(blocks or (NOTES,)),
            "contents key_points text+figure|figure steps risk_groups|option_detail options questions glossary read_more sources",
        ),
    ],
)
def test_each_block_that_a_document_needs_is_asked_for(make: Callable[..., Handout | Guide], needs: str) -> None:
    wanted = [tuple(need.split("|")) for need in needs.split()]
    assert len(told("required-block", make())) == len(wanted)
    for need in wanted:
        others = [BLOCKS[other[0]] for other in wanted if not set(other) & set(need)]
        missing = sum(bool(set(other) & set(need)) for other in wanted)
        assert len(told("required-block", make(*others))) == missing
        for kind in need:
            assert len(told("required-block", make(*others, BLOCKS[kind]))) == sum(
                kind not in other for other in wanted if set(other) & set(need)
            )


@pytest.mark.parametrize(
    ("make", "order"),
    [
        (handout, "key_points text+figure options steps questions read_more"),
        (lambda *blocks: guide(blocks), "contents key_points options questions glossary sources"),
    ],
)
def test_blocks_stand_in_the_order_a_reader_needs_them(make: Callable[..., Handout | Guide], order: str) -> None:
    kinds = order.split()
    assert told("block-order", make(*[BLOCKS[kind] for kind in kinds])) == []
    for first, second in pairwise(kinds):
        assert len(told("block-order", make(BLOCKS[second], BLOCKS[first]))) == 1
        assert told("block-order", make(BLOCKS[first], BLOCKS[second], BLOCKS[first])) == [], "the first of a kind counts"


@pytest.mark.parametrize("kind", BLOCKS)
def test_what_stands_once_stands_once(kind: str) -> None:
    once = {"key_points", "red_flags", "contents", "glossary", "sources", "next_steps", "about"}
    assert len(told("repeated-block", guide((BLOCKS[kind], BLOCKS[kind])))) == (kind in once)


@pytest.mark.parametrize("kind", BLOCKS)
def test_something_can_be_filled_in_and_something_done(kind: str) -> None:
    document = guide((BLOCKS[kind],))
    assert bool(told("tool", document)) == (kind not in {"checklist", "questions", "diary", "notes"})
    assert bool(told("action", document)) == (kind != "steps")


@pytest.mark.parametrize("kind", BLOCKS)
def test_blocks_that_state_facts_cite(kind: str) -> None:
    free = {
        "figure",
        "checklist",
        "diary",
        "questions",
        "read_more",
        "contents",
        "glossary",
        "sources",
        "next_steps",
        "about",
        "red_flags",
        "notes",
    }
    assert bool(told("uncited", handout(BLOCKS[kind]))) == (kind not in free)
    assert told("uncited", handout(BLOCKS[kind] | {"sources": ["a-study"]})) == []
    assert told("uncited", guide((BLOCKS[kind], BLOCKS["contents"]))) == [], "it says how to use the guide"
    assert bool(told("uncited", guide((BLOCKS["contents"],), (BLOCKS[kind],)))) == (kind not in free)


def test_added_signs_cite_and_what_you_may_ask_does_not() -> None:
    assert len(told("uncited", handout(signs(also_today=["My toe is cold"])))) == 1
    assert len(told("uncited", handout(signs(also_emergency=["My toe is blue"])))) == 1
    assert told("uncited", handout(BLOCKS["callout"] | {"tone": "ask"})) == []


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_with_a_heading_of_its_own_ends_a_run_of_text(kind: str) -> None:
    """So does the first block of a page or part."""
    headed = (
        "key_points red_flags contents glossary sources next_steps about checklist evidence questions notes read_more callout "
        "expert_take"
    )
    names = {"options", "option_detail", "risk_groups", "table", "timeline", "steps", "faq", "figure", "diary", "text+figure"}
    long = text(counted(100), heading=None)
    found = told("heading-gap", handout(NOTES, long, BLOCKS[kind] | ({"heading": None} if kind != "option_detail" else {}), long))
    if kind in headed.split():
        assert found == []
    assert told("heading-gap", handout(long, back=(long,))) == []
    assert names | set(headed.split()) == set(BLOCKS)


@pytest.mark.parametrize(
    ("heading", "is_told"),
    [
        ("Background", True),
        ("Symptoms and causes", True),
        ("WHAT IS IT", True),
        ("What is it", False),
        ("Rest", True),
        ("Back pain", False),
    ],
)
def test_a_heading_says_something(heading: str, is_told: bool) -> None:
    assert bool(told("heading", handout(text("Go.", heading=heading)))) == is_told
    part = guide((NOTES,)).model_copy()
    titled = part.model_copy(update={"parts": (part.parts[0].model_copy(update={"title": heading}),)})
    assert bool(told("heading", titled)) == is_told


# -- options --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "is_told"), [("wait", False), ("non-surgical", True), ("surgery", True)])
def test_a_treatment_is_hedged_and_waiting_need_not_be(path: str, is_told: bool) -> None:
    others = [row(other) for other in ("wait", "non-surgical", "surgery") if other != path]
    found = told("hedge", handout(options(row(path, "It works.", "It may harm.", "All is told."), *others)))
    assert [finding.loc for finding in found] == [("front", 0, "rows", 0)] * is_told
    assert bool(told("hedge", handout(detail(path, risks=["It may harm."])))) == is_told


@pytest.mark.parametrize("field", ["what", "benefits", "known", "not_known"])
def test_a_hedge_may_stand_in_any_field_but_the_risks(field: str) -> None:
    said: Any = ["It may."] if field == "benefits" else "It may."
    assert told("hedge", handout(detail(**{field: said}))) == []


@pytest.mark.parametrize("field", ["known", "not_known"])
def test_evidence_is_hedged(field: str) -> None:
    bare = {"kind": "evidence", "known": ["It works."], "not_known": ["All is told."]}
    assert len(told("hedge", handout(bare))) == 1
    assert told("hedge", handout(bare | {field: ["It may."]})) == []


@pytest.mark.parametrize("path", ["wait", "non-surgical", "surgery"])
def test_each_road_stands_among_the_options(path: str) -> None:
    assert told("paths", handout(options())) == []
    rows = [row(other) for other in ("wait", "non-surgical", "surgery") if other != path]
    found = told("paths", handout(options(*rows, rows[0])))
    assert [finding.hint for finding in found] == [f"add a row with `path: {path}`"]


@pytest.mark.parametrize("side", ["benefits", "risks"])
def test_the_side_that_says_more_is_named(side: str) -> None:
    said: dict[str, Any] = {"benefits": ["May help."], "risks": ["May harm."]} | {side: ["You may go far with it, and on."] * 4}
    assert [finding.loc[-1] for finding in told("balance", handout(detail(**said)))] == [side]
    assert [finding.loc[-1] for finding in told("like-detail", handout(detail(**said)))] == [side]
    long = row("surgery", **{name: " ".join(lines) for name, lines in said.items()})
    table = handout(options(long, row("wait"), row("non-surgical")))
    assert [finding.loc for finding in told("balance", table)] == [("front", 0, "rows", 0, side)]
    assert [finding.loc for finding in told("like-detail", table)] == [("front", 0, "rows", 0, side)]


@pytest.mark.parametrize(
    ("body", "interest", "where"),
    [
        ("A glue injection may help.", None, ("front", 0, "body")),
        ("Glue injections may help.", None, ("front", 0, "body")),
        ("Glue may help.", None, None),
        ("Glue may help.", "We sell it.", ("interest",)),
        ("A glue injection may help.", "A clinic sells it.", None),
    ],
)
def test_the_clinic_states_its_interest(body: str, interest: str | None, where: tuple[str | int, ...] | None) -> None:
    found = told("interest", handout(text(body), interest=interest))
    assert [finding.loc for finding in found] == ([where] if where else [])


def test_a_service_in_the_description_alone_is_not_printed() -> None:
    """The description is for the download page."""
    assert told("interest", handout(description="About a glue injection, and about what else there may be.")) == []


@pytest.mark.parametrize(
    ("where", "is_told"), [("text", True), ("options", False), ("option_detail", False), ("evidence", False)]
)
def test_what_is_known_of_a_service_is_said_where_it_is_weighed(where: str, is_told: bool) -> None:
    name = "Glue injection"
    holders = {
        "text": text(f"{name} may help."),
        "options": options(row("wait"), row("non-surgical") | {"name": name}, row("surgery")),
        "option_detail": detail(heading=name),
        "evidence": {"kind": "evidence", "known": [f"{name} may help."], "not_known": ["All else."]},
    }
    assert bool(told("service-evidence", handout(text(f"{name} is new."), holders[where]))) == is_told


# -- safety ---------------------------------------------------------------------------------------------------------------

GRAVE = """
bladder trouble / bowel trouble / no urine / cannot pee / leaking stool / numb genitals / numb groin / a saddle that is numb
numb between the legs / numb between your legs / numb inner thigh / weakness in both legs / chest pain / trouble breathing
cannot breathe / can't breathe / shortness of breath / short of breath / la vejiga / el intestino / la orina / las heces
la ingle / la entrepierna / ambas piernas / las dos piernas / dolor de pecho / dolor en el pecho / respirar
"""
SOFT = "if it lasts / it can wait / wait and see / do not worry / don't worry / most likely / usually harmless / no need to call"


def listed(text: str) -> list[str]:
    return [part.strip() for line in text.strip().splitlines() for part in line.split(" / ")]


@pytest.mark.parametrize("sign", listed(GRAVE))
def test_a_grave_sign_is_never_for_later_today(sign: str) -> None:
    found = told("red-flags-contradict", handout(signs(also_today=[f"New {sign} at home"])))
    assert [finding.hint for finding in found] == ["leave it to the emergency box"]
    assert told("red-flags-contradict", handout(signs(also_emergency=[f"New {sign} at home"]))) == []


@pytest.mark.parametrize("words", listed(SOFT))
@pytest.mark.parametrize("box", ["also_emergency", "also_today"])
def test_no_sign_is_softened(words: str, box: str) -> None:
    found = told("red-flags-contradict", handout(signs(**{box: [f"A hot foot, {words}"]})))
    assert [(finding.loc, finding.hint) for finding in found] == [(("front", 0, box, 0), "name the sign alone")]


def test_a_sign_stands_under_one_time_to_act() -> None:
    """With the other box, shared or added, it clashes; with its own it is told twice."""
    assert len(told("red-flags-contradict", handout(signs(also_emergency=["A fever"])))) == 1
    assert len(told("red-flags-contradict", handout(signs(also_today=["A bad accident"])))) == 1
    both = told("red-flags-contradict", handout(signs(also_emergency=["A cold toe"], also_today=["A cold toe"])))
    assert [finding.loc[2] for finding in both] == ["also_emergency", "also_today"]
    assert ["Call a doctor today" in both[0].message, "Emergency" in both[1].message] == [True, True]
    assert told("red-flags-contradict", handout(signs(also_today=["A cold toe"]))) == []
    for box, sign, other in (("also_today", "A fever", "A bad accident"), ("also_emergency", "Bad accidents", "A fever")):
        assert len(told("red-flags-repeat", handout(signs(**{box: [sign]})))) == 1
        assert told("red-flags-repeat", handout(signs(**{box: [other]}))) == []


FRONT, LATE = BLOCKS["red_flags"], (NOTES, BLOCKS["red_flags"])


@pytest.mark.parametrize(
    ("document", "is_told"),
    [
        (handout(NOTES, FRONT), False),
        (handout(back=(FRONT, NOTES)), False),
        (handout(back=LATE), True),
        (guide(LATE, (NOTES,)), False),
        (guide((NOTES,), (FRONT,)), True),
    ],
)
def test_signs_stand_where_they_are_seen(document: Handout | Guide, is_told: bool) -> None:
    assert bool(told("red-flags-place", document)) == is_told


def of_library(
    code: str, words: Language | None = None, cards: tuple[Card, ...] = (), release: bool = False, without: str = ""
) -> list[Finding]:
    """What a rule about the library finds, where the clinic has not filled in one of its fields."""
    clinic = library().clinic.model_copy(update={without: None} if without else {})
    shelf = replace(library(), languages={"en": words or english()}, clinic=clinic)
    return list(RULES[code].check(Shelf(cards, shelf, shared_files().files, HouseRules(), TODAY, release)))


SIGNS = {
    "bladder or bowel trouble": "bladder / bowel / urine / pee / stool / vejiga / intestinal / orina / heces",
    "numbness between the legs": (
        "genital / groin / saddle / between the legs / between your legs / inner thigh / ingle / entrepierna"
    ),
    "weakness in both legs": "both legs / ambas piernas / las dos piernas",
    "chest pain or trouble breathing": (
        "chest pain / trouble breathing / cannot breathe / short of breath / dolor en el pecho / respirar"
    ),
    "a serious accident": "accident / a fall / crash / accidente / caída",
    "fever": "fever / fiebre",
    "weight loss": "weight / peso",
    "cancer": "cancer / cáncer",
    "pain at night": "night / noche",
    "signs after surgery": "surgery / wound / operation / cirugía / herida / operación",
}


@pytest.mark.parametrize(("name", "word"), [(name, word) for name, words in SIGNS.items() for word in listed(words)])
def test_each_shared_sign_is_missed_and_known_by_each_of_its_words(name: str, word: str) -> None:
    box = "emergency" if name in EMERGENCY_SIGNS else "today"
    needed = EMERGENCY_SIGNS if box == "emergency" else TODAY_SIGNS
    assert set(SIGNS) == {*EMERGENCY_SIGNS, *TODAY_SIGNS}
    signs = getattr(english().shared, box)
    others = [listed(SIGNS[other])[0] for other in needed if other != name]
    without = of_library("red-flag-signs", english(**{box: signs.model_copy(update={"signs": tuple(others)})}))
    assert [name in finding.message and finding.place and finding.place.loc == (box, "signs") for finding in without] == [True]
    assert of_library("red-flag-signs", english(**{box: signs.model_copy(update={"signs": (*others, word)})})) == []


@pytest.mark.parametrize(
    ("box", "label", "action", "is_told"),
    [
        ("emergency", "Emergency", "Go to a hospital", True),
        ("emergency", "Emergency", "Call 911", False),
        ("emergency", "911", "Go to a hospital", False),
        ("today", "Call a doctor", "Call if:", True),
        ("today", "Call a doctor TODAY", "Call if:", False),
        ("today", "Call a doctor", "Llame hoy si:", False),
    ],
)
def test_each_box_says_when_to_act(box: str, label: str, action: str, is_told: bool) -> None:
    signs = getattr(english().shared, box).model_copy(update={"label": label, "action": action})
    assert bool(of_library("red-flag-signs", english(**{box: signs}))) == is_told


@pytest.mark.parametrize(
    ("name", "said", "is_told"),
    [
        *[
            ("disclaimer", f"This is no {a} of a {b}.", False)
            for a in ("advice", "consejo")
            for b in ("doctor", "clinician", "care team", "médico")
        ],
        *[
            ("formats", f"Ask for {a}, or another {b}.", False)
            for a in ("LARGE PRINT", "letra grande")
            for b in ("language", "idioma")
        ],
        *[("formats", f"Ask for large print or {b}.", False) for b in ("Spanish", "español")],
        ("disclaimer", "This is no advice.", True),
        ("disclaimer", "Ask a doctor.", True),
        ("formats", "Ask for large print.", True),
        ("formats", "Ask for another language.", True),
    ],
)
def test_the_standing_texts_say_what_they_must(name: str, said: str, is_told: bool) -> None:
    assert [f.place and f.place.loc for f in of_library("standing-text", english(**{name: said}))] == [(name,)] * is_told


@pytest.mark.parametrize("name", ["phone", "hours"])
def test_what_the_clinic_has_not_filled_in_is_told(name: str) -> None:
    assert of_library("contact") == []
    assert [finding.message.split("'")[1] for finding in of_library("contact", without=name)] == [name]


# -- dates ----------------------------------------------------------------------------------------------------------------


def reviewed(**changes: Any) -> Handout:
    """A document with a complete review of its words, but for the fields that are given."""
    review = {"reviewer": "A. Reader", "credentials": "MD", "reviewed": "2026-01-05", "next_review": "2027-01-05"}
    document = handout(status="reviewed", review=review)
    made = document.review.model_copy(update={"digest": text_digest(document)} | changes)
    return document.model_copy(update={"review": made})


@pytest.mark.parametrize("name", ["reviewer", "credentials", "reviewed", "next_review", "digest"])
def test_each_field_of_a_review_is_asked_for(name: str) -> None:
    assert told("review-incomplete", reviewed()) == []
    found = told("review-incomplete", reviewed(**{name: None}))
    assert len(found) == 1
    wanted = f'write `digest: "{text_digest(handout())}"' if name == "digest" else f"add `{name}:`"
    assert (found[0].hint or "").startswith(wanted)
    assert told("review-incomplete", reviewed(**{name: None}).model_copy(update={"status": "draft"})) == []


@pytest.mark.parametrize(
    ("first", "second", "is_told"),
    [
        ("2026-01-05", "2026-01-05", True),
        ("2026-01-05", "2026-01-04", True),
        ("2026-01-05", "2026-01-06", False),
        ("2026-01-05", "2029-01-05", False),
        ("2026-01-05", "2029-01-06", True),
        ("2024-02-29", "2027-02-28", False),
        ("2024-02-29", "2027-03-01", True),
        ("2026-01-29", "2029-01-29", False),
        ("2026-02-28", "2029-02-28", False),
    ],
)
def test_the_next_review_is_within_three_years(first: str, second: str, is_told: bool) -> None:
    dates = {"reviewed": date.fromisoformat(first), "next_review": date.fromisoformat(second)}
    assert bool(told("review-dates", reviewed(**dates))) == is_told
    for name in dates:
        assert told("review-dates", reviewed(**dates | {name: None})) == []


@pytest.mark.parametrize("release", [False, True])
def test_a_review_is_overdue_on_the_day_after_and_in_a_release_that_is_an_error(release: bool) -> None:
    for days, is_told in ((-1, True), (0, False), (1, False)):
        made = card(manuscript(reviewed(next_review=TODAY + timedelta(days))))
        found = of_library("review-overdue", cards=(made,), release=release)
        assert [finding.severity for finding in found] == ["error" if release else None] * is_told
    draft = card(manuscript(reviewed(next_review=TODAY - timedelta(1)).model_copy(update={"status": "draft"})))
    assert of_library("review-overdue", cards=(draft,)) == []


@pytest.mark.parametrize("release", [False, True])
def test_words_that_changed_since_the_review_are_told(release: bool) -> None:
    made = card(manuscript(reviewed()))
    other = card(manuscript(reviewed().model_copy(update={"title": "Another"})))
    unsigned = card(manuscript(reviewed(digest=None)))
    unnamed = card(manuscript(reviewed(reviewer=None)))
    draft = card(manuscript(reviewed(digest="0").model_copy(update={"status": "draft"})))
    found = of_library("review-changed", cards=(made, other, unsigned, unnamed, draft), release=release)
    assert [finding.severity for finding in found] == ["error" if release else None]
    assert f'"{other.text}"' in (found[0].hint or "")


@pytest.mark.parametrize("name", ["updated", "reviewed"])
def test_today_is_not_still_to_come(name: str) -> None:
    made = card(manuscript(reviewed()))
    days: list[dict[str, Any]] = [{name: (TODAY + timedelta(days)).isoformat()} for days in (-1, 0, 1)]
    on = [replace(made, **changes) for changes in days]
    assert [len(of_library("future-date", cards=(one,))) for one in on] == [0, 0, 1]


# -- claims, numbers, words -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "body", "is_told"),
    [
        ("banned-word", "It is not sore, but it is safe.", True),
        ("banned-word", "It is not sore, yet safe.", True),
        ("banned-word", "It is not sore however safe.", True),
        ("banned-word", "It is not sore so safe.", True),
        ("banned-word", "It is not sore then safe.", True),
        ("banned-word", "It is not sore; safe.", True),
        ("banned-word", "It is not award-winning.", True),
        ("banned-word", "It is not safe.", False),
        ("superlative", "It is the fastest.", True),
        ("superlative", "It is not the fastest.", False),
        ("unsourced-number", "So 5% get well.", True),
        ("plain-number", "So 1.5 get well.", True),
        ("plain-number", "It is 1.5 mm, 1.5 cm, 1.5 in, 1.5pt, 1.5° or 1.5\u00a0long.", True),
        ("plain-number", "It is 1.5 mm, 1.5 cm, 1.5 in, 1.5pt or 1.5°.", False),
        ("plain-number", "So 1 in 10 and 2 in 10.", False),
        ("plain-number", "So 1 in 10 and 2 in 20.", True),
    ],
)
def test_claims_and_numbers(code: str, body: str, is_told: bool) -> None:
    assert bool(told(code, handout(text(body)))) == is_told


@pytest.mark.parametrize("kind", ["questions", "faq", "callout", "checklist", "text"])
def test_a_patient_may_ask_what_is_best(kind: str) -> None:
    asked: dict[str, dict[str, Any]] = {
        "questions": {"kind": "questions", "items": ["Is it the fastest and safe?"]},
        "faq": {"kind": "faq", "items": [{"question": "Is it the fastest and safe?", "answer": "Some say so."}]},
        "callout": {"kind": "callout", "tone": "ask", "body": "Is it the fastest and safe?"},
        "checklist": {"kind": "checklist", "items": ["Is it the fastest and safe?"]},
        "text": text("Is it the fastest and safe?"),
    }
    for code in ("banned-word", "superlative"):
        assert bool(told(code, handout(asked[kind]))) == (kind == "text")
    assert told("banned-word", handout(asked["callout"] | {"body": "It is safe."})) != []


@pytest.mark.parametrize(
    ("sources", "is_told"),
    [(["a-study"], False), (["own-page"], True), (["own-page", "a-study"], False), ([], True), (["gone"], True)],
)
def test_a_number_rests_on_another_than_the_clinic(sources: list[str], is_told: bool) -> None:
    assert bool(told("unsourced-number", handout(text("So 5% get well.", sources=sources)))) == is_told
    assert bool(told("superlative", handout(text("It is the fastest.", sources=sources)))) == (not sources)


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("An EMG is made.", True),
        ("An EMG (a test) is made.", False),
        ("A test (EMG) is made.", False),
        ("An EMG: a test.", False),
        ("An EMG or NCS: two tests. NCS: one.", False),
        ("An EMG, short for a test.", False),
        ("An EMG stands for a test.", False),
        ("A test of nerves, EMG, is made.", False),
        ("A test of nerves, EMG is made.", True),
        ("A USA map, an ID and OK.", False),
        ("[MRI](term:mri) is made. MRIs are made.", False),
        ("Two EMGs. One EMG.", True),
        ("A non-EMG or EMG-like thing.", False),
    ],
)
def test_an_abbreviation_is_spelled_out(body: str, is_told: bool) -> None:
    assert len(told("abbreviation", handout(text(body)))) == is_told


@pytest.mark.parametrize(
    ("body", "is_told"),
    [
        ("It is intermittent.", False),
        ("It is in deterioration.", True),
        ("It is in deterioration. A deterioration again.", True),
        ("It is Deterioration.", False),
        ("Deterioration is here.", True),
        ("It is bad (a deterioration).", False),
        ("It is deterioration (it gets bad).", False),
        ("It (bad) is deterioration.", True),
        ("An emergency, or two operations.", False),
        ("[A deterioration](article:first-page).", False),
    ],
)
def test_a_long_word_is_told_once(body: str, is_told: bool) -> None:
    if body == "It is intermittent.":
        body = "It is a cervical one."
    assert len(told("long-word", handout(text(body)))) == is_told


@pytest.mark.parametrize("word", ["utilize", "utilizes", "utilized", "Utilize"])
def test_a_plainer_word_is_told_in_each_form(word: str) -> None:
    assert [finding.hint for finding in told("plain-word", handout(text(f"You {word} it.")))] == ["say 'use'"]
    assert told("plain-word", handout(text(f"You [{word}](article:first-page) it."))) == []


# -- links and sources ----------------------------------------------------------------------------------------------------


def test_a_symbol_is_as_large_as_its_address_asks() -> None:
    """ISO/IEC 18004: 17 modules and four more a version, and a quiet zone of four at each side."""
    for version, size in enumerate(BYTES_BY_VERSION, start=1):
        assert symbol_side("x" * size) == 17 + 4 * version + 8
        assert symbol_side("x" * (size + 1)) > symbol_side("x" * size)
    assert symbol_side("x" * 667) == 17 + 160 + 8
    assert longest_address(14.5) == 14
    assert longest_address(14.4) == 0
    assert longest_address(16.5) == 26


@pytest.mark.parametrize(
    ("lines", "is_told"), [("1", False), ("0", True), ("72", False), ("73", True), ("2-4, 32", False), ("5-3", True)]
)
def test_lines_of_the_article_at_their_edge(lines: str, is_told: bool) -> None:
    assert bool(told("article-lines", handout(text("Go.", article_lines=lines)))) == is_told


@pytest.mark.parametrize(
    ("alt", "is_told"),
    [
        ("Four bones in line", True),
        ("Five bones in a line", False),
        ("Bones and a soft pad!", True),
        ("A drawing of five bones in line", True),
        ("Dibujo de cinco huesos rojos", True),
    ],
)
def test_what_is_seen_is_said(alt: str, is_told: bool) -> None:
    drawn = {"drawing": "back", "alt": alt, "caption": "Bones, and a soft **pad**"}
    assert bool(told("alt-text", handout(text("Go.", figure=drawn)))) == is_told
    assert bool(told("alt-text", handout({"kind": "figure", "figure": drawn}))) == is_told


# -- what an error holds back ---------------------------------------------------------------------------------------------


ARTICLE = "id title url status"
CLINIC = "name site hosts phone address hours email services"


@pytest.mark.parametrize(
    ("file", "loc", "names"),
    [
        ("styles/a4.css", (), "style:styles/a4.css"),
        ("guides/figures/back.svg", (), "drawing:back"),
        ("guides/en/sound.yaml", ("title",), "file:guides/en/sound.yaml"),
        ("guides/clinic.yaml", ("phone",), "clinic:phone"),
        ("guides/clinic.yaml", (), " ".join(f"clinic:{field}" for field in CLINIC.split())),
        ("guides/en/shared.yaml", ("today", "signs", 1), "shared:en:today"),
        ("guides/en/phrases.yaml", ("part",), "phrase:en:part"),
        ("guides/articles.yaml", ("articles", 1, "url"), "article:second-page/url"),
        ("guides/articles.yaml", ("articles", 1), " ".join(f"article:second-page/{field}" for field in ARTICLE.split())),
        ("guides/articles.yaml", ("others", 1), ""),
        ("guides/en/glossary.yaml", ("terms", 0, "short"), "term:en:disc/short"),
        ("guides/en/plain-words.yaml", (), "rules:en"),
        ("guides/es/plain-words.yaml", (), ""),
        ("guides/house-rules.yaml", (), "rules:en"),
    ],
)  # fmt: skip
def test_what_stands_at_a_place_has_its_names(file: str, loc: tuple[str | int, ...], names: str) -> None:
    assert uses_at(file, loc, Shelf((), library(), shared_files().files, HouseRules(), TODAY)) == tuple(names.split())


def test_a_registry_s_fault_reaches_every_field_of_every_entry() -> None:
    shelf = Shelf((), library(), shared_files().files, HouseRules(), TODAY)
    found = uses_at("guides/articles.yaml", (), shelf)
    assert {name.partition("/")[0] for name in found} == {"article:first-page", "article:second-page", "article:gone-page"}
    assert len(found) == len(set(found)) == 12


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("article:first-page/url", True),
        ("article:gone-page/url", False),
        ("source:a-study/year", True),
        ("source:other/year", False),
        ("drawing:back", True),
        ("drawing:symbols", True),
        ("drawing:other", False),
        ("term:en:disc/short", True),
        ("term:en:mri/short", False),
        ("term:es:disc/short", False),
        ("file:guides/en/sound.yaml", True),
        ("file:guides/en/other.yaml", False),
        ("clinic:phone", True),
        ("style:styles/a4.css", True),
        ("template:page.jinja", True),
        ("shared:en:today", True),
        ("phrase:es:part", False),
        ("rules:en", True),
        ("rules:es", False),
    ],
)
def test_a_document_may_use_what_its_card_names(name: str, may: bool) -> None:
    sound, _ = read_manuscript(LIBRARY / "guides" / "en" / "sound.yaml", LIBRARY / "guides")
    assert sound
    assert may_use(card(sound), name) == may


# -- the library as a whole -----------------------------------------------------------------------------------------------


def with_styles(**sheets: str) -> Shelf:
    files = replace(shared_files().files, styles={f"{name}.css": text for name, text in sheets.items()})
    return Shelf((), library(), files, HouseRules(), TODAY)


@pytest.mark.parametrize(
    ("sheet", "selectors"),
    [
        ("body { color: #595959 }", []),
        ("body { color: #5a5a5a }", ["body"]),
        ("p { color: #767676 }", []),
        ("p { color: #777 }", ["p"]),
        ("p { color: rgb(119, 119, 119) }", ["p"]),
        ("p { color: WHITE }", ["p"]),
        ("p { color: black }", []),
        ("p { color: #7777 } b { color: rgb(1 1 1 / 0.1) } i { color: inherit }", []),
        ("@media print { p { color: #777 } }", ["p"]),
        ("@supports (color: red) { .a { p { color: #777 } &.b { color: #777 } } }", [".a p", ".a.b"]),
        ("p, b { color: #777 }", ["p", "b"]),
        ("/* p { color: #777 } */ p::before { content: 'b { color: #777 }' }", []),
        ("p { color: var(--ink, black) } :root { --ink: var(--deep); --deep: #777 }", ["p"]),
        (".a { background: #000; background-color: #fff; color: #fff }", [".a"]),
        (".a { background-color: #fff; background: #000; color: #fff }", []),
        (".a { background: #000 } .a .b { color: #fff } .b { color: #000 }", []),
        (".a { background: #000 } .a > p { color: #fff }", []),
        (".a { page: b } @page b { background: #000 } .a { color: #fff }", []),
        ("html { background: #000 } p { color: #fff }", []),
        ("body { color: #000 } .a { background: #555 }", [".a"]),
        ("body { color: #000 } h1 { color: #777 } .a { background: #fff }", ["h1", ".a h1"]),
        ("body { color: #000 } .a::before { background: #000 }", []),
    ],
)
def test_text_stands_out_on_what_it_stands_on(sheet: str, selectors: list[str]) -> None:
    found = list(RULES["contrast"].check(with_styles(page=f"@page {{ margin: 0 }} {sheet}")))
    assert [finding.message.split("'")[1] for finding in found] == selectors
    assert {finding.holds for finding in found} <= {("style:styles/page.css",)}


def test_a_faint_colour_is_told_at_its_place_once_with_every_edition_it_spoils() -> None:
    entry = '@import "base.css"; @page { margin: 0 }'
    found = list(RULES["contrast"].check(with_styles(base="h1 { top: 0 }\np {\n  color: #777 }", a=entry, b=entry)))
    assert [(f.place.file, f.place.mark, f.place.excerpt, f.holds) for f in found if f.place] == [
        ("styles/base.css", Mark(3, 3), "  color: #777 }", ("style:styles/a.css", "style:styles/b.css"))
    ]


def test_translations_share_a_code_and_a_title_is_of_one_language() -> None:
    first = card(manuscript(handout()))
    other = replace(first, slug="another", name="en/another", file="guides/en/another.yaml")
    spanish = replace(first, language="es", name="es/vs-edge", file="guides/es/vs-edge.yaml")
    assert of_library("duplicate-code", cards=(first, spanish)) == []
    assert of_library("duplicate-title", cards=(first, spanish)) == []
    spaced = replace(other, code=other.code.lower(), title="AN  edge")
    for code in ("duplicate-code", "duplicate-title"):
        found = of_library(code, cards=(first, spaced))
        assert [finding.holds for finding in found] == [(own_file("en/another"), own_file("en/vs-edge"))]
        assert all(finding.place and finding.place.file == "guides/en/another.yaml" for finding in found)


def test_lines_that_no_document_carries_are_counted_from_the_first() -> None:
    assert article_coverage([], 3) == [1, 2, 3]
    assert article_coverage([manuscript(handout(text("Go.", article_lines="1, 3")))], 3) == [2]


def test_a_page_named_twice_is_an_error_among_articles_and_a_warning_among_sources() -> None:
    shelf = library()
    first, second = shelf.articles["first-page"], shelf.articles["second-page"]
    study, survey = shelf.sources["a-study"], shelf.sources["a-survey"]
    articles = {**shelf.articles, "second-page": second.model_copy(update={"url": first.url})}
    sources = {**shelf.sources, "a-survey": survey.model_copy(update={"url": study.url})}
    same = replace(shelf, articles=articles, sources=sources)
    found = list(RULES["duplicate-address"].check(Shelf((), same, shared_files().files, HouseRules(), TODAY)))
    assert [(finding.severity, finding.holds) for finding in found] == [
        ("error", ("article:second-page/url", "article:first-page/url")),
        ("warning", ("source:a-survey/url", "source:a-study/url")),
    ]
    rules = HouseRules.model_validate({"severity": {"duplicate-address": "warning"}})
    softened = RULES["duplicate-address"].check(Shelf((), same, shared_files().files, rules, TODAY))
    assert {finding.severity for finding in softened} == {None}


@pytest.mark.parametrize("size", [size for size in BYTES_BY_VERSION[:12] for size in (size, size + 1)])
def test_the_table_of_symbols_is_the_standard_s(size: int) -> None:
    url = ("https://clinic.example/" + "a" * size)[:size]
    assert symbol_side(url) == symbol(url).side


# -- drawings -------------------------------------------------------------------------------------------------------------


def drawn(code: str, **drawings: str) -> list[Finding]:
    """What a rule finds in drawings."""
    return list(RULES[code].check(Shelf((), replace(library(), drawings=drawings), shared_files().files, HouseRules(), TODAY)))


def svg(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'


@pytest.mark.parametrize(
    ("use", "is_told"),
    [("#own", False), ("#shared", False), ("symbols.svg#shared", False), ("symbols.svg#own", True), ("#none", True)],
)
def test_a_shape_is_found_in_its_drawing_or_among_the_shared_ones(use: str, is_told: bool) -> None:
    one = svg(f'<g id="own"/><use href="{use}"/>')
    assert bool(drawn("drawing-broken", one=one, symbols=svg('<g id="shared"/>'))) == is_told


def test_a_broken_drawing_is_told_at_its_letter() -> None:
    found = drawn("drawing-broken", one="<svg>\n <g></svg>")
    assert [finding.place and finding.place.mark for finding in found] == [Mark(2, 7)]


def test_a_drawing_that_breaks_off_is_weighed_as_far_as_it_goes() -> None:
    found = drawn("drawing-size", one='<svg><g id="a"><use href="#a"/>')
    assert [finding.message for finding in found] == ["the shape 'a' uses itself"]


@pytest.mark.parametrize(("shapes", "is_told"), [(19_998, False), (19_999, False), (20_000, True)])
def test_a_drawing_at_the_most_that_it_may_draw(shapes: int, is_told: bool) -> None:
    """The outermost element counts, and so does each use with all that it draws."""
    assert bool(drawn("drawing-size", one=svg("<g/>" * shapes))) == is_told
    used = svg(f'<g id="a">{"<g/>" * 98}</g>' + '<use href="#a"/>' * 200)
    assert drawn("drawing-size", one=used)[0].message.startswith("the drawing draws 20,100 shapes")


@pytest.mark.parametrize(("deep", "is_told"), [(49, False), (50, True)])
def test_a_drawing_at_its_deepest(deep: int, is_told: bool) -> None:
    assert bool(drawn("drawing-size", one=svg("<g>" * deep + "</g>" * deep))) == is_told
    chain = "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(deep + 1))
    assert bool(drawn("drawing-size", one=svg(f'{chain}<g id="a{deep + 1}"/>'))) == is_told


def test_of_one_drawing_fewer_findings_are_told_than_of_a_registry() -> None:
    shelf = library()
    many = replace(shelf, drawings={"one": svg('<image href="https://a.example/x"/>' * 120)})
    found = proofread_library((), many, shared_files().files, HouseRules(), TODAY)
    assert len([problem for problem in found if problem.code == "drawing-outside"]) == 100
    phrases = {f"key{n}": "{gone}" for n in range(120)}
    wordy = replace(shelf, drawings={}, languages={"en": replace(english(), phrases=phrases)})
    told_of = proofread_library((), wordy, shared_files().files, HouseRules(), TODAY)
    assert len([problem for problem in told_of if problem.code == "phrase"]) == 120


@pytest.mark.parametrize(("size", "is_told"), [("10px", False), ("9.9px", True), ("9.96px", False)])
def test_a_label_at_its_smallest(size: str, is_told: bool) -> None:
    assert bool(drawn("drawing-label", one=svg(f'<text style="font-size: {size}">A</text>'))) == is_told


@pytest.mark.parametrize("address", ["https://a.example/x", "HTTP://a.example", "www.a.example"])
def test_no_address_is_typed_into_a_text(address: str) -> None:
    found = told("bad-link", handout(text(f"See {address} now.")))
    assert [finding.message for finding in found] == [f"the address '{address}' is typed into the text"]
    assert told("bad-link", handout(text("See [this](article:first-page) and [that](term:disc)."))) == []


@pytest.mark.parametrize(
    ("registry", "entry", "field"),
    [("articles", "first-page", "title"), *[("sources", "a-study", field) for field in ("label", "title", "publisher")]],
)
def test_names_in_the_registries_are_read(registry: str, entry: str, field: str) -> None:
    """They are printed as they are typed: markup in them would stand on the page."""
    entries = getattr(library(), registry)
    other: dict[str, Any] = {registry: {**entries, entry: entries[entry].model_copy(update={field: "**As typed**"})}}
    found = proofread_library((), replace(library(), **other), shared_files().files, HouseRules(), TODAY)
    assert [p.file for p in found if p.code == "broken-markup"] == [f"guides/{registry}.yaml"]


def test_a_shared_file_that_is_not_there_has_no_entries_and_no_places() -> None:
    shelf = Shelf((), library(), replace(shared_files().files, yaml={}), HouseRules(), TODAY)
    assert shelf.entries("articles.yaml", "articles") == {}
    assert shelf.place("clinic.yaml", ("phone",)).file == "clinic.yaml"
