"""How to reach the clinic: what is known is printed line by line and opens what it names, and it fits; and long words part."""

import re
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import page_faults
import pikepdf
import pytest
from layout import Page, measure, overlap
from libraries import edited, reading_of, small_library
from printroom import GUIDES, SHIPPED, print_document, promised, read_document

from press.compose.composer import Composed, compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model import contact
from press.model.library import MAX_LINES, Clinic, Library
from press.preflight.checks import preflight
from press.typeset.typesetter import Typesetter

KNOWN = {
    "phone": "(555) 010-0123",
    "hours": ["Mon to Thu 8 am to 5 pm", "Fri 8 am to 1 pm"],
    "address": "Valor Spine\n1200 Medical Center Parkway\nSuite 410\nSan Antonio, TX 78229\n",
    "email": "appointments@valorspine.com",
}


def knowing(library: Library, **fields: Any) -> Library:
    """The library of a clinic that has filled in these fields."""
    given = {name: getattr(library.clinic, name) for name in ("name", "site", "hosts", "services")}
    return replace(library, clinic=Clinic.model_validate(given | fields))


def box(html: str) -> list[str]:
    """The lines of the contact box as HTML."""
    return re.findall(r'<p class="contact-line.*?</p>', html)


@pytest.fixture(scope="module")
def composed(library: Library, templates: Templates) -> Composed:
    """A handout of a clinic that has filled in everything."""
    return compose(read_document_named("en/spinal-stenosis"), 28.0, knowing(library, **KNOWN), templates)


def read_document_named(name: str) -> Any:
    return read_document(GUIDES / f"{name}.yaml")


# -- numbers and addresses -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "opened"),
    [
        ("(555) 010-0123", ["tel:+15550100123"]),
        ("(555) 210-0123", ["tel:+15552100123"]),
        ("1-800-555-0142", ["tel:+18005550142"]),
        ("+1 555 210 0123", ["tel:+15552100123"]),
        ("+49 30 1234567, ext. 12", ["tel:+49301234567"]),
        ("020 7946 0958", ["tel:02079460958"]),
        ("(555) 210-0123/(555) 210-0124 / 555.210.0125", ["tel:+15552100123", "tel:+15552100124", "tel:+15552100125"]),
        ("555 0100", ["tel:5550100"]),
        ("ask at the desk, room 1204", []),
        ("", []),
    ],
)
def test_telephone_numbers_are_found_and_dialed(text: str, opened: list[str]) -> None:
    """Ten digits are a number of North America where they can be one; others are dialed as written. No letter is lost."""
    parts = list(contact.numbers(text))
    assert [address for _, address in parts if address] == opened
    assert "".join(words for words, _ in parts) == text


def test_mail_addresses_and_emergency_numbers_are_found() -> None:
    mail = list(contact.mail_addresses("front.desk+spine@clinic.example or at@ the desk"))
    assert [part for part in mail if part[1]] == [("front.desk+spine@clinic.example", "mailto:front.desk+spine@clinic.example")]
    calls = "Call 911 or 112 now, not 1911, 911-5 or 9112"
    assert [address for _, address in contact.emergency_numbers(calls) if address] == ["tel:911", "tel:112"]


# -- the fields ------------------------------------------------------------------------------------------------------------


def test_an_address_is_a_text_with_line_ends_or_a_list() -> None:
    """Both are the same lines; empty ones and spaces at their ends are dropped."""
    given = {"name": "A clinic", "site": "https://a.b/", "hosts": ["a.b"]}
    as_text = Clinic.model_validate(given | {"address": "1 Main Street \n\n  Town\n", "hours": "Mon"})
    as_list = Clinic.model_validate(given | {"address": ["1 Main Street", "Town"], "hours": ["Mon"]})
    assert as_text == as_list
    assert as_text.address == ("1 Main Street", "Town")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("78229", "'address' must be text, but this is a number"),
        ("[]", "'address' must hold at least 1 items"),
        ('""', "'address' is empty"),
        ("[One, 2]", "item 2 must be text, but this is a number"),
        ("{street: One}", "'address' must be text"),
        ("[" + ", ".join("abcdefg") + "]", f"'address' must hold at most {MAX_LINES} items"),
    ],
)
def test_an_address_that_is_none_is_reported_at_its_place(tmp_path: Path, value: str, said: str) -> None:
    guides = small_library(tmp_path)
    path = guides / "clinic.yaml"
    edited(path, "address: #", f"address: {value}\n#")
    (problem,) = reading_of(guides).problems
    assert said in problem.message
    assert path.read_text("utf-8").splitlines()[problem.line - 1].startswith("address:")


def test_what_the_clinic_fills_in_is_printed_line_by_line(composed: Composed, library: Library) -> None:
    """Hours, address and email beside the telephone, in this order, each with its label; no line is left to write on."""
    phrases = library.languages["en"].phrases
    lines = box(composed.html)
    labels = [re.findall(r'contact-label">(.*?)<', line)[0] for line in lines]
    assert labels == [phrases[key] for key in ("phone", "hours", "address", "email", "my_next_appointment")]
    values = [re.sub(r"</?(?:a|span|p)\b[^>]*>", "", line) for line in lines]
    assert values[1].endswith("Mon to Thu 8 am to 5 pm<br/>Fri 8 am to 1 pm")
    assert values[2].endswith("Valor Spine<br/>1200 Medical Center Parkway<br/>Suite 410<br/>San Antonio, TX 78229")
    assert ["to-write" in line for line in lines] == [False, False, False, False, True]


@pytest.mark.parametrize("field", ["phone", "email"])
def test_several_lines_stay_lines_in_any_field(field: str, library: Library, templates: Templates) -> None:
    html = compose(read_document_named("en/spinal-stenosis"), 28.0, knowing(library, **{field: "One\nTwo"}), templates).html
    assert any("One<br/>Two" in line for line in box(html))


def test_what_is_not_known_is_a_line_to_write_on_or_left_out(library: Library, templates: Templates) -> None:
    """Telephone and address have a line, which a listener is told of; hours and email are left out."""
    phrases = library.languages["en"].phrases
    lines = box(compose(read_document_named("en/spinal-stenosis"), 28.0, knowing(library), templates).html)
    labels = [phrases[key] for key in ("phone", "address", "my_next_appointment")]
    assert [re.findall(r'data-said="(.*?)"', line) for line in lines] == [
        [phrases["line_to_write"].format(label=label)] for label in labels
    ]


def test_a_line_to_write_on_is_not_silent(library: Library, templates: Templates, typesetter: Typesetter) -> None:
    made = print_document("en/spinal-stenosis", EDITIONS["standard"], knowing(library), templates, typesetter)
    said = library.languages["en"].phrases["line_to_write"].format(label="Phone").encode("utf-16-be")
    with pikepdf.open(BytesIO(made.pdf)) as file:
        heard = [bytes(one.ActualText).removeprefix(b"\xfe\xff") for one in file.objects if _has(one, "/ActualText")]
    assert said in heard or said.decode("utf-16-be").encode() in heard


def _has(one: Any, key: str) -> bool:
    return isinstance(one, pikepdf.Dictionary) and key in one


def test_numbers_and_addresses_open_and_say_what(composed: Composed) -> None:
    """Telephone, mail, the clinic's site and the emergency number; each is described in words."""
    described = {
        "tel:+15550100123": "Call (555) 010-0123",
        "tel:911": "Call 911",
        "mailto:appointments@valorspine.com": "Write to appointments@valorspine.com",
        "https://valorspine.com/": "Valor Spine",
    }
    assert {address: composed.opens[address] for address in described} == described
    for address in described:
        assert f'<a href="{address}">' in composed.html
    assert '<a href="https://valorspine.com/">valorspine.com</a>' in composed.html, "printed as a reader would type it"


def test_an_emergency_action_with_a_link_of_its_own_stays_as_it_is(library: Library, templates: Templates) -> None:
    english = library.languages["en"]
    shared = english.shared
    action = "Call 911, or [read on](article:what-is-spinal-fusion)"
    other = replace(
        english, shared=shared.model_copy(update={"emergency": shared.emergency.model_copy(update={"action": action})})
    )
    html = compose(read_document_named("en/spinal-stenosis"), 28.0, replace(library, languages={"en": other}), templates).html
    assert 'Call 911, or <a href="https' in html


@pytest.mark.parametrize("name", SHIPPED)
def test_a_page_has_room_for_all_that_a_clinic_fills_in(
    name: str, library: Library, templates: Templates, typesetter: Typesetter
) -> None:
    """On the shorter sheet, with an address of four lines and hours of two, every document keeps its pages."""
    full = knowing(library, **KNOWN)
    made = print_document(name, EDITIONS["standard"], full, templates, typesetter)
    assert made.remarks == ()
    assert [f"{found.code}: {found.message}" for found in preflight(made.pdf, made.promise).problems] == []
    words = " ".join(line.text for page in measure(made.pdf) for line in page.lines)
    for line in ("(555) 010-0123", "Mon to Thu 8 am to 5 pm", "Fri 8 am to 1 pm", "Suite 410", "appointments@", "valorspine.com"):
        assert line in words


# -- long words ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowded(
    tmp_path_factory: pytest.TempPathFactory, templates: Templates, typesetter: Typesetter
) -> tuple[tuple[Page, ...], list[str]]:
    """A handout with words and addresses that are wider than their columns; its pages, and what preflight finds."""
    guides = small_library(tmp_path_factory.mktemp("crowded"), "en/spinal-stenosis")
    document = guides / "en" / "spinal-stenosis.yaml"
    edited(document, "name: Wait and watch", "name: Viscosupplementation")
    edited(document, "name: Exercise, physical therapy", "name: Pseudopneumonoultramicroscopic")
    edited(document, "benefits: No treatment risks.", "benefits: Donaudampfschifffahrtsgesellschaft.")
    long = "a_very_long_page_name_without_any_hyphen_or_slash_2026_final"
    edited(guides / "articles.yaml", "com/non-surgical-treatments-spinal-stenosis/", f"com/{long}")
    three = '"(555) 210-0123/(555) 210-0124/(555) 210-0125"'
    edited(guides / "clinic.yaml", "phone: #", f"phone: {three}\n#")
    edited(guides / "clinic.yaml", "email: #", "email: appointments_and_questions_of_patients_and_families@clinic.example\n#")
    edited(guides / "clinic.yaml", "address: #", "address: Donaudampfschifffahrtsgesellschaftsstrasse 12\n#")
    library, manuscript = reading_of(guides).library, read_document(document, guides)
    assert library
    edition = EDITIONS["standard"]
    composed = compose(manuscript, edition.symbol_mm, library, templates)
    html = composed.html.replace("Pseudopneumonoultramicroscopic", "Pseudo\u00adpneumono\u00adultra\u00admicroscopic")
    made = typesetter.typeset(html, edition.sheet, edition.pdf_variant, composed.opens)
    assert made.remarks == ()
    found = preflight(made.pdf, promised(manuscript, composed, edition, library)).problems
    return measure(made.pdf), [f"{one.code}: {one.message}" for one in found]


def test_nothing_runs_over_its_neighbours(crowded: tuple[tuple[Page, ...], list[str]]) -> None:
    """Words of different blocks that stand side by side have space between them, and none leaves the page."""
    pages, found = crowded
    assert found == []
    for faults in (page_faults.text_over_text, page_faults.text_over_figures, page_faults.outside_margins):
        assert faults(pages) == []
    for page in pages:
        for one, other in combinations(page.blocks, 2):
            for line, beside in ((a, b) for a in one.lines for b in other.lines):
                across, upright = overlap(line.box, beside.box)
                assert upright < 3 or across < -2, f"'{line.text}' beside '{beside.text}'"


def test_words_part_by_syllables_and_addresses_anywhere(crowded: tuple[tuple[Page, ...], list[str]]) -> None:
    """A hyphen shows that a word goes on; an address gets none. A soft hyphen is followed where an author set one."""
    lines = {line.text.strip("\u00ad\x02") for page in crowded[0] for line in page.lines}
    assert {"Viscosupple", "mentation", "Pseudo", "microscopic"} <= lines
    assert not any(line.startswith("a_very") and line.endswith("-") for line in lines)
    joined = "".join(line.text for page in crowded[0] for line in page.lines).replace("\x02", "")
    assert "a_very_long_page_name_without_any_hyphen_or_slash_2026_final" in joined
    assert "(555) 210-0123/(555) 210-0124/(555) 210-0125" in joined, ascii(joined[joined.index("(555") - 9 :][:80])


def test_a_parted_word_is_heard_as_one(typesetter: Typesetter) -> None:
    """Its first piece ends with a soft hyphen for a listener (ISO 32000-1, 14.8.2.2.3); a hyphen of the author's stays."""
    cells = "<table><tr><th>Viscosupplementation</th><td>Long-</td></tr></table>"
    html = f'<html lang="en"><head><title>T</title></head><body class="handout"><h1>T</h1><div style="width: 180pt">{cells}</div>'
    pdf = typesetter.typeset(f"{html}</body></html>", "standard.css", "pdf/ua-1", {}).pdf
    with pikepdf.open(BytesIO(pdf)) as file:
        spoken = [
            str(drawn.operands[1].ActualText)
            for drawn in pikepdf.parse_content_stream(file.pages[0])
            if str(drawn.operator) == "BDC" and "/ActualText" in drawn.operands[1]
        ]
    assert spoken == ["Viscosupple\u00ad"]
