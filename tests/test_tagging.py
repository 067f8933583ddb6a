"""The tag tree: an HTML element is one structure element, in whatever number of lines, columns and pages it was set."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from casebook import CASES
from layout import measure
from listening import Heard, heard, misheard
from printroom import Printer, read_document

from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.library import Library
from press.preflight.printed import elements
from press.typeset.typesetter import Typesetter

LONG = "word " * 1200
LINK = (
    '<a href="https://clinic.example/long">an address that runs over the end of its line, for it is long, and over one more</a>'
)


Page = Callable[[str], bytes]


@pytest.fixture
def page(typesetter: Typesetter) -> Page:
    """The PDF of a handout's inside."""

    def print_page(inside: str) -> bytes:
        html = f'<html lang="en"><head><title>T</title></head><body class="handout"><h1>T</h1>{inside}</body></html>'
        made = typesetter.typeset(html, "standard.css", "pdf/ua-1", {})
        assert made.remarks == ()
        return made.pdf

    return print_page


def test_a_table_over_a_page_break_is_one(page: Page) -> None:
    """Its rows stand in one body, and its head, printed again on the next page, is told once."""
    rows = "".join(f'<tr><th scope="row">Row {number}</th><td>Cell {number}</td></tr>' for number in range(70))
    head = '<tr><th scope="col">Name</th><th scope="col">What</th></tr>'
    pdf = page(f'<section class="block table"><table><thead>{head}</thead><tbody>{rows}</tbody></table></section>')
    document = heard(pdf)
    (table,) = document.all("Table")
    assert [part.tag for part in table.inside if isinstance(part, Heard)] == ["THead", "TBody"]
    assert [row.text for row in table.all("TR")] == ["Name What", *(f"Row {number} Cell {number}" for number in range(70))]
    assert {number for cell in table.all("TD") for number in cell.pages} == {1, 2, 3}
    again = "".join(run.text for run in measure(pdf)[1].runs if run.number < 0)
    assert "Name" in again, "it is printed there, as an artifact"


def test_data_cells_know_their_headers(page: Page) -> None:
    """Row first, then column; each name is in the tree of names, once in the file. Where cells span, the scopes say it."""
    head = '<tr><th scope="col">Name</th><th scope="col">What</th></tr>'
    body = '<tr><th scope="row">Row</th><td>Cell</td></tr>'
    wide = '<tr><th scope="row">Wide</th><td>One</td></tr><tr><td colspan="2">Both</td></tr>'
    table, spanning = (f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>" for rows in (body, wide))
    with pikepdf.open(BytesIO(page(table + table + spanning))) as file:
        cells = [one for one in elements(file.Root.StructTreeRoot.K) if one.S in ("/TH", "/TD")]
        named = {str(one.ID): one for one in cells if "/ID" in one}
        names = list(file.Root.StructTreeRoot.IDTree.Names)
        assert dict(zip(map(str, names[::2]), (one.objgen for one in names[1::2]), strict=True)) == {
            name: one.objgen for name, one in named.items()
        }
        told = [
            [str(named[str(name)].A.Scope) for name in one.A.get("/Headers", [])]
            for one in cells
            if one.S == "/TD" and "/A" in one
        ]
        assert told == [["/Row", "/Column"], ["/Row", "/Column"], []]
        assert len(named) == 6


@pytest.mark.parametrize("kind", ["ol", "ul"])
def test_a_list_over_a_page_break_is_one(page: Page, kind: str) -> None:
    """And an item that the break cuts is one item."""
    items = "".join(
        f"<li>Item {number}, {'with words of its own ' * (400 if number == 9 else 1)}end.</li>" for number in range(20)
    )
    document = heard(page(f'<section class="block steps"><{kind}>{items}</{kind}></section>'))
    (found,) = document.all("L")
    assert [item.shape for item in found.all("LI")] == [f"LI[{'Lbl ' if kind == 'ol' else ''}LBody]"] * 20
    assert [item.all("LBody")[0].text.split(",")[0] for item in found.all("LI")] == [f"Item {number}" for number in range(20)]
    cut = [item for item in found.all("LBody") if len(set(item.pages)) > 1]
    assert cut
    assert all(item.text.endswith("end.") for item in cut)


def test_a_list_in_two_halves_is_one(printed: Printer) -> None:
    """The contents and the sources of the guide stand in two columns each."""
    document = heard(printed("en/spinal-fusion-guide", "standard").pdf)
    lists = {part.all("H3")[0].text: part.all("L") for part in document.all("Sect") if len(part.all("H3")) == 1}
    (contents,), (sources,) = lists["What is inside"], lists["Sources"]
    assert len(contents.all("LI")) == 13
    labels = [label.text for label in sources.all("Lbl")]
    assert len(labels) > 20
    assert labels == [str(number) for number in range(1, len(labels) + 1)]


def test_two_lists_in_halves_stay_two(page: Page) -> None:
    """A list goes on inside its own parent alone, and not without being told to."""
    half, more = "<ul><li>One</li></ul>", '<ul data-continues="list"><li>Two</li></ul>'
    document = heard(page(f"<div>{half}{more}</div><div>{half}{more}{more}</div><div>{half}{half}</div>"))
    assert [len(found.all("LI")) for found in document.all("L")] == [2, 3, 1, 1]


def test_numbers_and_bullets_are_labels(page: Page) -> None:
    """`Lbl` and `LBody` in `LI`, nested lists in the body; the list says how it is numbered."""
    inner = '<ul style="list-style: disc inside"><li>Inner</li></ul>'
    document = heard(page(f'<section class="block steps"><ol><li>First</li><li>Second{inner}</li></ol></section>'))
    outer, nested = document.all("L")
    assert outer.shape == "L[LI[Lbl LBody] LI[Lbl LBody[L[LI[Lbl LBody]]]]]"
    assert [label.text for label in outer.all("Lbl")] == ["1", "2", "•"]
    assert [outer.numbering, nested.numbering] == ["/Decimal", "/Disc"]


def test_a_paragraph_is_one_whatever_its_boxes(page: Page) -> None:
    """Set inline among others, over lines and over pages."""
    inline = (
        '<section class="block about"><h2>About</h2><div class="halves"><div class="half"><p>One. One.</p><p>Two.</p></div></div>'
    )
    document = heard(page(f"{inline}</section><p>{LONG}</p><p>Last.</p>"))
    assert document.shape == "Document[H1 Sect[H2 P P] P P]"
    assert [part.text for part in document.all("P")] == ["One. One.", "Two.", LONG.strip(), "Last."]
    assert set(document.all("P")[2].pages) == {1, 2}


def test_a_link_over_lines_is_one_link(page: Page) -> None:
    """With an annotation for each line, each of which leads back to it."""
    pdf = page(f"<p>{'Words before. ' * 4}{LINK} and words after.</p>")
    document = heard(pdf)
    (link,) = document.all("Link")
    assert link.text.startswith("an address")
    assert link.text.endswith("one more")
    assert link.notes == 2
    assert document.all("P")[0].text.endswith("one more and words after.")
    with pikepdf.open(BytesIO(pdf)) as file:
        places = list(file.Root.StructTreeRoot.ParentTree.Nums)
        parents = dict(zip(map(int, places[::2]), places[1::2], strict=True))
        notes: list[Any] = list(file.pages[0].Annots)
        assert len(notes) == 2
        assert all(parents[int(note.StructParent)].S == "/Link" for note in notes)


def test_what_stands_inside_a_link_makes_no_second_one(page: Page) -> None:
    """Bold words and drawn numbers lie in the rectangle of the link around them."""
    words = '<a href="#there">To <strong>there</strong></a>'
    pdf = page(f'<section class="block contents"><ul><li>{words}</li></ul></section><p id="there">There.</p>')
    (link,) = heard(pdf).all("Link")
    assert (link.notes, link.text) == (1, "1 To there")
    with pikepdf.open(BytesIO(pdf)) as file:
        assert len(list(file.pages[0].Annots)) == 1
        assert file.check_pdf_syntax() == []


def test_text_outside_paragraphs_gets_one(page: Page) -> None:
    """No text hangs in a group, links with it, and space between blocks is none."""
    document = heard(page(f"<div>Loose words, {LINK}. <p>A paragraph.</p> After.</div><section> <div> </div></section>"))
    assert document.shape == "Document[H1 P[Link] P P]"
    assert [part.text for part in document.all("P")][1:] == ["A paragraph.", "After."]


@pytest.mark.parametrize("edition", EDITIONS)
def test_nothing_sounds_wrong_in_any_block(library: Library, templates: Templates, typesetter: Typesetter, edition: str) -> None:
    """The specimen shows every block in every variant."""
    specimen = replace(read_document(CASES / "specimen.yaml", CASES), language="en")
    composed = compose(specimen, EDITIONS[edition].symbol_mm, library, templates)
    made = typesetter.typeset(composed.html, EDITIONS[edition].sheet, "pdf/ua-1", composed.opens)
    assert not list(misheard(heard(made.pdf)))
