"""The shortcuts through the engine: the same pages, in whatever order, and the engine as it was when they are done."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from casebook import CASES
from printroom import GUIDES, JOBS, STYLES, Printer, read_document

from press.compose.composer import Composed, compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.library import Library
from press.typeset.catalog import finish
from press.typeset.patches import drawings, pages, rows, swap
from press.typeset.tagging import tagged_by_element
from press.typeset.typesetter import Typesetter

TOLERANCE_PX = 0.01
"""Lengths that are added up in another order differ in the last digits that are written."""

FEW = [("en/spinal-stenosis", "standard"), ("en/second-opinion", "a4")]
_NUMBER = re.compile(rb"-?\d+\.?\d*")


def slowly(composed: Composed, sheet: str, variant: str) -> bytes:
    """The PDF that the engine makes by itself, with our tag tree and our last touch."""
    import weasyprint

    html = weasyprint.HTML(string=composed.html)
    with tagged_by_element():
        made: bytes = html.write_pdf(
            stylesheets=[str(STYLES / sheet)], pdf_variant=variant, finisher=lambda _, pdf: finish(pdf, composed.opens)
        )
    return made


def words(pdf: bytes) -> Iterator[bytes | float]:
    """All that is drawn on the pages and all that their tags say, word by word."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        for page in file.pages:
            for word in page.Contents.read_bytes().split():
                yield float(word) if _NUMBER.fullmatch(word) else word
            for name, group in sorted(page.Resources.get("/XObject", {}).items()):
                yield name.encode()
                yield from group.read_bytes().split()
            yield from sorted(str(name).encode() for name in page.Resources.get("/ExtGState", {}))
        yield from (tag for tag in tags(file.Root.StructTreeRoot.K))


def tags(kids: Any) -> Iterator[bytes]:
    """The tag tree in reading order: names, alternative texts, scopes."""
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            scope = kid.A.get("/Scope", "") if "/A" in kid else ""
            yield f"{kid.S} {kid.get('/Alt', '')} {scope}".encode()
            yield from tags(kid.get("/K", pikepdf.Array()))


def assert_same(quick: bytes, slow: bytes) -> None:
    """The same words in the same places."""
    ours, theirs = list(words(quick)), list(words(slow))
    assert len(ours) > 1000
    assert len(ours) == len(theirs)
    for position, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        if isinstance(own, float) and isinstance(other, float):
            assert own == pytest.approx(other, abs=TOLERANCE_PX, rel=0), ours[position - 8 : position + 4]
        else:
            assert own == other, ours[position - 8 : position + 4]


@pytest.mark.parametrize(("name", "edition"), [*FEW, ("en/spinal-fusion-guide", "standard")])
def test_a_page_is_the_one_that_the_engine_makes_by_itself(printed: Printer, name: str, edition: str) -> None:
    """Nothing is lost or moved on the short way."""
    document = printed(name, edition)
    assert document.remarks == ()
    assert_same(document.pdf, slowly(document.composed, document.edition.sheet, document.edition.pdf_variant))


def test_every_block_in_every_variant_is_the_engines(library: Library, templates: Templates, typesetter: Typesetter) -> None:
    """The specimen shows what no document of the library happens to use."""
    edition = EDITIONS["standard"]
    specimen = replace(read_document(CASES / "specimen.yaml", CASES), language="en")
    composed = compose(specimen, edition.symbol_mm, library, templates)
    quick = typesetter.typeset(composed.html, edition.sheet, edition.pdf_variant, composed.opens)
    assert_same(quick.pdf, slowly(composed, edition.sheet, edition.pdf_variant))


@pytest.mark.campaign
@pytest.mark.parametrize(("name", "edition"), JOBS)
def test_all_pages_are_those_that_the_engine_makes(printed: Printer, name: str, edition: str) -> None:
    """Every document in every edition."""
    document = printed(name, edition)
    assert_same(document.pdf, slowly(document.composed, document.edition.sheet, document.edition.pdf_variant))


def test_bytes_do_not_depend_on_what_was_printed_before(printed: Printer) -> None:
    """What is kept from one document to the next leaves no trace in it: a fresh typesetter, another order, the same bytes."""
    fresh = Typesetter(STYLES)
    for name, edition in (*reversed(FEW), ("en/spinal-fractures", "standard"), FEW[0]):
        document = printed(name, edition)
        again = fresh.typeset(
            document.composed.html, document.edition.sheet, document.edition.pdf_variant, document.composed.opens
        )
        assert again.pdf == document.pdf


def test_a_handout_takes_the_short_ways(printed: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sides are no grids to the engine, its page no tag soup, and its symbols are not read number by number."""

    def long_way(*_: Any, **__: Any) -> None:
        raise AssertionError

    for module, name in ((rows, "_grid_layout"), (pages, "_parse")):
        monkeypatch.setattr(module, name, long_way)
    symbols: list[str] = []
    monkeypatch.setattr(
        drawings, "_path", lambda svg, node, size: symbols.append(node.get("d")) if "z" in node.get("d") else None
    )
    document = printed(*FEW[0])
    made = Typesetter(STYLES).typeset(document.composed.html, document.edition.sheet, document.edition.pdf_variant, {})
    assert made.remarks == ()
    assert not any(drawings._CONTOURS.fullmatch(contours) for contours in symbols)


@pytest.mark.parametrize(
    "name", ["hb_tag_t[17]", "char[4]", "char[]", "PangoLogAttr[]", "unsigned int *", "PangoRectangle *", "FcChar8 **", "char"]
)
def test_the_types_of_arrays_and_pointers_are_those_that_their_names_tell(printed: Printer, name: str) -> None:
    """The very types that are parsed out of the names."""
    from weasyprint.text.ffi import ffi

    ffi._parsed_types.pop(name, None)
    with swap.taken():
        quick = ffi.typeof(name)
    assert ffi._parsed_types.pop(name) == (quick, False)
    assert ffi.typeof(name) is quick


def test_the_engine_is_left_as_it_was(printed: Printer) -> None:
    """Also where the typesetting fails half-way."""
    printed(*FEW[0])
    swaps = swap._swaps()
    assert len({name for _, name, _, _ in swaps}) > 10
    with swap.taken():
        assert all(vars(owner)[name] is shortcut for owner, name, _, shortcut in swaps)
    with pytest.raises(ZeroDivisionError), swap.taken():
        raise ZeroDivisionError
    assert all(vars(owner)[name] is own for owner, name, own, _ in swaps)


def test_another_version_of_the_engine_goes_its_own_way(printed: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The shortcuts know one version; with any other nothing is replaced, and the pages are the same."""
    document = printed(*FEW[0])
    monkeypatch.setattr(swap, "ENGINE", "71.0")
    swap._swaps.cache_clear()
    try:
        assert swap._swaps() == []
        edition = document.edition
        made = Typesetter(STYLES).typeset(document.composed.html, edition.sheet, edition.pdf_variant, document.composed.opens)
    finally:
        swap._swaps.cache_clear()
    assert_same(document.pdf, made.pdf)


def test_the_shortcuts_are_made_for_the_pinned_engine() -> None:
    """Who pins another version reads the functions again."""
    pinned = re.search(r"^weasyprint==(.+)$", (Path(GUIDES).parent / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    assert pinned
    assert pinned[1] == swap.ENGINE


def test_an_overset_side_goes_to_a_page_of_its_own_as_without_shortcuts(printed: Printer, typesetter: Typesetter) -> None:
    """Rows that do not fit are the engine's to break."""
    document = printed(*FEW[0])
    row = re.search(r'<section class="block checklist">.*?</section>', document.composed.html, re.DOTALL)
    assert row
    longer = replace(document.composed, html=document.composed.html.replace(row[0], row[0] * 12))
    made = typesetter.typeset(longer.html, document.edition.sheet, document.edition.pdf_variant, longer.opens)
    with pikepdf.open(io.BytesIO(made.pdf)) as file:
        assert len(file.pages) > 2
    assert_same(made.pdf, slowly(longer, document.edition.sheet, document.edition.pdf_variant))


def test_a_page_that_is_not_well_formed_is_read_all_the_same(typesetter: Typesetter) -> None:
    """The engine's own parser takes over."""
    made = typesetter.typeset(
        '<!DOCTYPE html><html lang="en"><title>A</title><meta name="author" content="B"><p>One<br>two',
        "standard.css",
        "pdf/ua-1",
        {},
    )
    with pikepdf.open(io.BytesIO(made.pdf)) as file:
        assert len(file.pages) == 1


def test_composed_pages_are_well_formed(printed: Printer) -> None:
    """So that the quick parser reads them."""
    from xml.etree import ElementTree

    for name, edition in (*FEW, ("en/spinal-fusion-guide", "a4")):
        assert ElementTree.fromstring(printed(name, edition).composed.html).tag == "html"
