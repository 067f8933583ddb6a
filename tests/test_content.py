"""What the words themselves promise: one ladder for warning signs, one fever, in every document (criteria.md C27)."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from printroom import GUIDES, SHIPPED

DOCUMENTS = {name: GUIDES / f"{name}.yaml" for name in SHIPPED}
SHARED = GUIDES / "en" / "shared.yaml"
SOURCES = GUIDES / "sources.yaml"

OTHER_LADDERS = re.compile(
    r"\b(?:quickly|slowly|rapidly|fast|steadily)\s+(?:\w+\s+)?(?:weak\w*)|weak\w*\s+(?:quickly|slowly|rapidly|fast)"
    r"|growing fast|gets? weaker|getting weaker|gives? way|dragging foot|foot that drops",
    re.IGNORECASE,
)
"""Weakness told in other words than the shared boxes use: two wordings are two times to act."""

LADDER = re.compile(r"\bweak(?!\s+bones?\b)\w*|\bunsteady\b|\bclumsy\b|\bboth legs\b|\bfoot\b", re.IGNORECASE)
"""What the ladder of the shared boxes is about: a document adds no sign of its own on it."""

GRAVE = re.compile(
    r"\bsudden(?:ly)? (?:\w+ )?weak|\bsevere\w* weak|cannot lift|both legs|bladder|bowel|\burine\b|\bpee\b|genital"
    r"|between the legs|chest pain|trouble breathing|serious (?:fall|crash)",
    re.IGNORECASE,
)
"""What is an emergency in the shared boxes."""

LATER = re.compile(r"\b(?:today|same day)\b", re.IGNORECASE)
DEGREES = re.compile(r"([\d.]+)\s*°\s*([CF])")
FEVER = {("100.4", "F"), ("38", "C")}
SHEETS_WITH_LEG_PAIN = ("en/spinal-stenosis", "en/spondylolisthesis", "en/scoliosis")


@cache
def content(name: str) -> Any:
    """A document, or what all share, as plain YAML."""
    return yaml.safe_load((DOCUMENTS.get(name) or GUIDES / f"{name}.yaml").read_text("utf-8"))


def texts(value: Any) -> Iterator[str]:
    """Every text of a document, in order, each as one line."""
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for part in value.values():
            yield from texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part)


def sentences(value: Any) -> Iterator[str]:
    """Every sentence of a document; a question stays with its answer."""
    for text in texts(value):
        yield from re.split(r"(?<=[.!])\s+", text)


def blocks(value: Any, kind: str) -> Iterator[dict[str, Any]]:
    """Every block of a kind, wherever it stands."""
    if isinstance(value, dict):
        if value.get("kind") == kind:
            yield value
        for part in value.values():
            yield from blocks(part, kind)
    elif isinstance(value, list):
        for part in value:
            yield from blocks(part, kind)


def added(name: str) -> list[str]:
    """The warning signs that a document adds."""
    found = blocks(content(name), "red_flags")
    return [sign for block in found for box in ("also_emergency", "also_today") for sign in block.get(box, ())]


def other_fevers(value: Any) -> set[tuple[str, str]]:
    """Temperatures that are not the one fever."""
    return {(figure, scale) for text in texts(value) for figure, scale in DEGREES.findall(text)} - FEVER


def called_too_late(value: Any) -> list[str]:
    """Sentences that say 'today' of what the shared box calls an emergency."""
    return [sentence for sentence in sentences(value) if LATER.search(sentence) and GRAVE.search(sentence)]


def told_otherwise(value: Any) -> list[str]:
    """Texts that tell weakness on a ladder of their own."""
    return [text for text in texts(value) if OTHER_LADDERS.search(text)]


def test_the_shared_boxes_hold_both_rungs_of_one_ladder() -> None:
    """Sudden, severe or worse within hours to days: 911. New and mild: today."""
    now, today = (" ".join(content("en/shared")[box]["signs"]) for box in ("emergency", "today"))
    assert re.search(r"Weak arm or leg.*sudden, severe \(cannot lift the foot\) or worse in hours to days", now)
    assert re.search(r"[Nn]ew, mild weakness in one arm or leg", today)


@pytest.mark.parametrize("box", ["emergency", "today"])
def test_both_boxes_name_the_signs_of_the_neck(box: str) -> None:
    """Clumsy hands and unsteady walking: at once where they come fast, today where they came over weeks."""
    signs = [sign for sign in content("en/shared")[box]["signs"] if "lumsy hands" in sign and "nsteady walking" in sign]
    assert len(signs) == 1


def test_pain_in_both_legs_is_an_emergency_only_where_it_is_new_and_stays() -> None:
    """Pain on walking in both legs is the ordinary sign of a tight canal: it must not send people to the emergency room."""
    (sign,) = [sign for sign in content("en/shared")["emergency"]["signs"] if "both legs" in sign]
    assert re.search(r"[Ss]udden or new", sign)
    assert re.search(r"sitting does not ease", sign)


def test_old_cancer_and_old_pain_at_night_call_nobody() -> None:
    """Cancer counts with new or growing pain, pain at night where it wakes and does not ease, a fall where it is serious."""
    now, today = (content("en/shared")[box]["signs"] for box in ("emergency", "today"))
    assert all("new or growing pain" in sign.lower() for sign in today if "ancer" in sign)
    assert all("wakes you and does not ease" in sign for sign in today if re.search(r"\bnight\b", sign))
    assert [sign for sign in now if "fall or crash" in sign] == ["Pain or numbness after a serious fall or crash"]


@pytest.mark.parametrize("name", ["en/shared", "en/glossary", *SHIPPED])
def test_there_is_one_fever(name: str) -> None:
    """100.4 °F (38 °C), and no other temperature, anywhere."""
    assert not other_fevers(content(name))


def test_the_fever_is_named_where_signs_are_listed_and_after_surgery() -> None:
    for name in ("en/shared", "en/spinal-fusion-guide"):
        assert any("100.4 °F (38 °C)" in text for text in texts(content(name))), name


@pytest.mark.parametrize("name", SHIPPED)
def test_a_document_adds_no_rung_of_its_own(name: str) -> None:
    """Signs about weakness, walking, hands or feet stand in the shared boxes, in one wording; weak bones are another thing."""
    assert not [sign for sign in added(name) if LADDER.search(sign)]


@pytest.mark.parametrize("name", ["en/shared", "en/glossary", *SHIPPED])
def test_weakness_is_told_in_one_wording(name: str) -> None:
    """No 'quickly getting weaker' beside 'slowly getting weaker': readers cannot tell the two apart."""
    assert not told_otherwise(content(name))


@pytest.mark.parametrize("name", ["en/shared", *SHIPPED])
def test_nothing_says_today_of_an_emergency(name: str) -> None:
    """No sentence sends people to a doctor 'today' for what the shared box calls an emergency, nor does an added sign."""
    assert not called_too_late(content(name))
    assert not [
        sign for block in blocks(content(name), "red_flags") for sign in block.get("also_today", ()) if GRAVE.search(sign)
    ]


@pytest.mark.parametrize("name", SHEETS_WITH_LEG_PAIN)
def test_sheets_on_leg_pain_tell_the_usual_from_the_emergency(name: str) -> None:
    """One line above the boxes: what eases when you sit is usual, a sudden change is an emergency."""
    (checklist,) = blocks(content(name), "checklist")
    said = checklist["intro"]
    assert "sitting eases is usual, even in both legs" in said
    assert "sudden change is an emergency" in said


def test_waiting_is_no_road_for_what_cannot_wait() -> None:
    """The guide's road of waiting says for whom it is not."""
    rows = [row for block in blocks(content("en/spinal-fusion-guide"), "options") for row in block["rows"]]
    details = list(blocks(content("en/spinal-fusion-guide"), "option_detail"))
    for option in (row for row in [*rows, *details] if row["path"] == "wait"):
        said = " ".join(texts(option["risks"]))
        assert all(word in said for word in ("tumor", "infection", "unsteady break", "growing weakness"))


def test_after_surgery_the_guide_says_when_to_call_and_whom() -> None:
    """Fever, wound, calf, headache, new weakness the same day; chest, breath, bladder, fast weakness and the neck at once."""
    (call,) = [
        block for block in blocks(content("en/spinal-fusion-guide"), "callout") if "call for help" in block.get("heading", "")
    ]
    later, now = call["body"].split("**Call 911 for**")
    assert all(word in later for word in ("100.4", "wound", "calf", "headache", "weakness or numbness"))
    assert all(
        word in now for word in ("chest pain", "breathing", "bladder or bowel", "sudden, severe", "neck swells", "swallow")
    )


def test_sources_named_beside_a_sign_exist() -> None:
    """The comments of the shared boxes name the source of each sign, by ids of sources.yaml."""
    known = {source["id"] for source in content("sources")["sources"]}
    comments = [line.strip() for line in SHARED.read_text("utf-8").splitlines() if line.startswith("    # ")]
    named = {word for line in comments for word in re.findall(r"\b[a-z]+(?:-[a-z0-9]+)+\b", line)}
    assert len(comments) >= 12
    assert named - known == set()
    assert len(named) >= 8


def test_sources_read_in_part_say_so() -> None:
    """A source of which only an opening was read carries a note that it must be opened before print."""
    noted = [source for source in content("sources")["sources"] if "Excerpt only" in source.get("note", "")]
    assert len(noted) >= 20
    assert all("open before print" in source["note"] for source in noted)


@pytest.mark.parametrize(
    "wrong",
    ["A leg quickly getting weaker", "One arm or leg slowly getting weaker", "Leg weakness that is severe or growing fast"],
)
def test_words_of_other_ladders_are_found(wrong: str) -> None:
    assert told_otherwise([wrong])
    assert LADDER.search(wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        "Call a doctor today for sudden new weakness in a leg.",
        "Pain in both legs? Call your doctor the same day.",
        "Call today if you cannot lift the foot.",
    ],
)
def test_an_emergency_for_today_is_found(wrong: str) -> None:
    assert called_too_late({"body": f"It may hurt. {wrong}"})


def test_another_fever_is_found_and_weak_bones_are_no_rung() -> None:
    assert other_fevers({"body": "Call for a temperature over 101 °F."}) == {("101", "F")}
    assert not LADDER.search("Sudden pain, and weak bones")
