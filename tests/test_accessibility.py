"""What assistive technology meets in every shipped document and edition, read back from the PDF; and the reference validator."""

import ctypes
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from casebook import CASES
from layout import marks, measure, page_numbers
from listening import heard, misheard
from printroom import JOBS, ROOT, Printed, Printer, read_document
from pypdfium2 import raw
from validator import required, validate

from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.documents import Guide
from press.model.library import Library
from press.preflight.printed import Tags, elements
from press.typeset.typesetter import Typesetter

_LINK = '<a href="https://clinic.example/">a link that is so long that it must go over the end of the line of its cell</a>'
_HEAD = (
    '<thead><tr><th scope="col">Name <a href="https://clinic.example/head">of it</a></th><th scope="col">What</th></tr></thead>'
)
OVER_THE_EDGE = f"""<html lang="en"><head><title>T</title></head><body class="handout"><h1>T</h1><section class="block table">
<table>{_HEAD}{"".join(f'<tr><th scope="row">{n}</th><td>It is {_LINK}.</td></tr>' for n in range(60))}</table></section>
<section class="block steps"><ol>{"".join(f"<li>Step {n} {'with words ' * (600 if n == 4 else 1)}</li>" for n in range(70))}</ol>
</section><p>{"word " * 1500}</p></body></html>"""
"""A table, a list, an item, a paragraph and links that go over lines and pages; a link in a table's head."""


@pytest.fixture(params=JOBS, ids="-".join)
def made(request: pytest.FixtureRequest, printed: Printer) -> Printed:
    """Every shipped document in every edition, one after the other."""
    return printed(*request.param)


def test_every_mark_on_a_page_is_tagged_or_an_artifact(made: Printed) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as file, pypdfium2.PdfDocument(made.pdf) as document:
        reached = _reached(file)
        loose = []
        for number, page in enumerate(document, start=1):
            for position in range(raw.FPDFPage_CountObjects(page)):
                item = raw.FPDFPage_GetObject(page, position)
                mark = raw.FPDFPageObj_GetMarkedContentID(item)
                if (number, mark) not in reached and (mark >= 0 or "Artifact" not in _marks(item)):
                    loose.append((number, mark, raw.FPDFPageObj_GetType(item)))
    assert reached
    assert not loose


def test_nothing_sounds_wrong(made: Printed) -> None:
    """No empty elements, no pieces, no text outside of text, no tag in the wrong place, no silent link."""
    assert not list(misheard(heard(made.pdf)))


def test_no_word_is_parted(made: Printed) -> None:
    """Only a word that is wider than its line is: those of the shipped documents all fit."""
    with pikepdf.open(BytesIO(made.pdf)) as file:
        assert not [number for number, page in enumerate(file.pages, start=1) if b"ActualText" in page.Contents.read_bytes()]


def test_running_feet_are_artifacts(made: Printed, library: Library) -> None:
    pages = measure(made.pdf)
    numbered = library.languages[made.manuscript.language].phrases["page_of"]
    for page in pages:
        if page.number == 1 and isinstance(made.manuscript.document, Guide):
            continue  # a cover may go without
        feet = "".join(run.text for run in page.runs if run.number < 0)
        assert numbered.format(page=page.number, pages=len(pages)) in feet
        assert made.manuscript.document.code in feet


def test_headings_form_an_outline(made: Printed) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as file:
        headings = Tags.of(file).headings
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(level <= above + 1 for above, level in pairwise(headings))


def test_header_cells_say_which_way_they_reach(made: Printed) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as file:
        rows = [row for row in elements(file.Root.StructTreeRoot.K) if row.get("/S") == "/TR"]
        for row in rows:
            cells = list(elements(row.K))
            scopes = [str(cell.A.get("/Scope", "")) for cell in cells if cell.S == "/TH"]
            in_head = row.P.S == "/THead"
            assert scopes == (["/Column"] * len(scopes) if in_head else ["/Row"] * len(scopes))
            assert scopes, "each row is headed"
            assert not in_head or len(scopes) == sum(cell.S in ("/TH", "/TD") for cell in cells), (
                "a head holds header cells alone"
            )


def test_figures_say_what_is_seen(made: Printed) -> None:
    with pikepdf.open(BytesIO(made.pdf)) as file:
        figures = Tags.of(file).figures
    assert figures
    for figure in figures:
        assert len(figure.alt.split()) >= 3, figure
        assert figure.box, figure


def test_links_say_what_they_open(made: Printed, library: Library) -> None:
    """An address that is listened to letter by letter helps nobody: each link is described, and printed with its page.

    One to a page elsewhere is described by the very title of that page, and opens an address of the registries.
    """
    with pikepdf.open(BytesIO(made.pdf)) as file:
        links: list[Any] = [note for page in file.pages for note in page.get("/Annots", []) if note.Subtype == "/Link"]
        said = {(str(note.A.URI) if "/A" in note else f"#{note.Dest}", str(note.Contents)) for note in links}
        assert all(int(note.F) == 4 for note in links), "printed, never hidden"
    assert links
    registered = {(article.url, article.title) for article in library.articles.values()}
    registered |= {(source.url, source.title) for source in library.sources.values()}
    for address, words in said:
        assert (address, words) in registered or words == made.composed.opens[address]
        assert not any(sign in words for sign in (":/", "#", "tel:")), "words, no address"
    assert {(link.url, link.title) for link in made.composed.links} <= said


def test_the_file_asks_the_printer_for_its_own_sheet(made: Printed) -> None:
    """At its own size, so that codes and lines to write on keep theirs, on both sides, turned on the long edge."""
    with pikepdf.open(BytesIO(made.pdf)) as file:
        ticket = {str(key): str(value) for key, value in file.Root.ViewerPreferences.items()}
    assert ticket == {
        "/DisplayDocTitle": "True",
        "/PrintScaling": "/None",
        "/Duplex": "/DuplexFlipLongEdge",
        "/PickTrayByPDFSize": "True",
    }


def test_the_reference_validator_passes(
    printed: Printer, library: Library, templates: Templates, typesetter: Typesetter, tmp_path: Path
) -> None:
    """Every shipped document and every block in every edition, and a page whose table, list and link go over the edge."""
    required()
    pdfs = {"-".join(job): printed(*job).pdf for job in JOBS}
    specimen = replace(read_document(CASES / "specimen.yaml", CASES), language="en")
    for edition in EDITIONS.values():
        composed = compose(specimen, edition.symbol_mm, library, templates)
        pdfs[f"specimen-{edition.name}"] = typesetter.typeset(composed.html, edition.sheet, "pdf/ua-1", composed.opens).pdf
    pdfs["over the edge"] = typesetter.typeset(OVER_THE_EDGE, "standard.css", "pdf/ua-1", {}).pdf
    broken = typesetter.typeset(OVER_THE_EDGE.replace("<title>T</title>", ""), "standard.css", "pdf/ua-1", {}).pdf
    verdicts = validate(pdfs | {"without a title": broken}, tmp_path)
    assert "title" in verdicts.pop("without a title"), "it can find something"
    assert not {name: verdict for name, verdict in verdicts.items() if verdict}


def test_a_missing_validator_is_a_failure_in_continuous_integration(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere the test is skipped, and says what to do."""
    monkeypatch.setattr("validator.CLASSES", ROOT / "nowhere.jar")
    for says, outcome in (("true", pytest.fail.Exception), ("", pytest.skip.Exception)):
        monkeypatch.setenv("CI", says)
        with pytest.raises(outcome, match=r"its classes in nowhere\.jar: run scripts/test-tools"):
            required()


def _reached(file: pikepdf.Pdf) -> set[tuple[int, int]]:
    """The page and number of every marked content that the tag tree holds."""
    pages = page_numbers(file)
    return {mark for element in elements(file.Root.StructTreeRoot.K) for mark in marks(element, pages)}


def _marks(item: Any) -> set[str]:
    """The names of the marks around an object."""
    names = set()
    for position in range(raw.FPDFPageObj_CountMarks(item)):
        mark, length = raw.FPDFPageObj_GetMark(item, position), ctypes.c_ulong()
        buffer = ctypes.create_string_buffer(64)
        raw.FPDFPageObjMark_GetName(mark, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), 64, length)
        names.add(buffer.raw[: max(0, length.value - 2)].decode("utf-16-le"))
    return names
