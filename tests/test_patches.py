"""The patches of the engine: the same pages, in whatever order, and the engine as it was when they are done."""

import contextlib
import inspect
import io
import os
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pikepdf
import pytest
from casebook import CASES
from fontTools.ttLib import woff2
from ordinary import KINDS, SHEET
from printroom import JOBS, ROOT, SHIPPED, STYLES, Printer, read_document

from press.compose.composer import Composed, compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.library import Library
from press.typeset.catalog import finish, say_what_they_open
from press.typeset.patches import applied, registry
from press.typeset.tagging import tagged_by_element
from press.typeset.typesetter import XHTML, Typesetter, xhtml

LAST_DIGIT_PX = 0.0000015
"""Places down a side are added up in another order: a number may be rounded up at the sixth decimal where it was down."""

FEW = [("en/spinal-stenosis", "standard"), ("en/second-opinion", "a4")]
_NUMBER = re.compile(rb"-?\d+\.?\d*")

Slowly = Callable[[Composed, str, str], bytes]


@pytest.fixture(scope="module")
def slowly() -> Callable[[Composed, str, str], bytes]:
    """The PDF that the engine makes by itself, with our tags and our last touch. Its style sheets and fonts are opened once."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    Typesetter(STYLES)  # seals it off from the fonts of the machine

    @cache
    def opened(sheet: str) -> tuple[Any, Any]:
        fonts = FontConfiguration()
        return weasyprint.CSS(filename=str(STYLES / sheet), font_config=fonts), fonts

    def print_slowly(composed: Composed, sheet: str, variant: str) -> bytes:
        css, fonts = opened(sheet)
        html = weasyprint.HTML(string=composed.html)

        def last(document: Any, pdf: Any) -> None:
            finish(pdf, composed.opens)
            say_what_they_open(document)

        with tagged_by_element():
            made: bytes = html.write_pdf(stylesheets=[css], font_config=fonts, pdf_variant=variant, finisher=last)
        return made

    return print_slowly


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
    """The same words, tags and numbers, to the last digit that is written."""
    ours, theirs = list(words(quick)), list(words(slow))
    assert len(ours) > 1000
    assert len(ours) == len(theirs)
    for position, (own, other) in enumerate(zip(ours, theirs, strict=True)):
        if isinstance(own, float) and isinstance(other, float):
            assert own == pytest.approx(other, abs=LAST_DIGIT_PX, rel=0), ours[position - 8 : position + 4]
        else:
            assert own == other, ours[position - 8 : position + 4]


@pytest.mark.parametrize(("name", "edition"), JOBS)
def test_a_page_is_the_one_that_the_engine_makes_by_itself(printed: Printer, slowly: Slowly, name: str, edition: str) -> None:
    """Every document in every edition: nothing is lost or moved on the short way."""
    document = printed(name, edition)
    assert document.remarks == ()
    assert_same(document.pdf, slowly(document.composed, document.edition.sheet, document.edition.pdf_variant))


def test_every_block_in_every_variant_is_the_engines(
    library: Library, templates: Templates, typesetter: Typesetter, slowly: Slowly
) -> None:
    """The specimen shows what no document of the library happens to use."""
    edition = EDITIONS["standard"]
    specimen = replace(read_document(CASES / "specimen.yaml", CASES), language="en")
    composed = compose(specimen, edition.symbol_mm, library, templates)
    quick = typesetter.typeset(composed.html, edition.sheet, edition.pdf_variant, composed.opens)
    assert_same(quick.pdf, slowly(composed, edition.sheet, edition.pdf_variant))


@pytest.mark.parametrize(("name", "edition"), [*FEW, ("en/spinal-fusion-guide", "standard")])
def test_all_patches_but_that_of_grids_give_the_engines_bytes(
    printed: Printer, slowly: Slowly, monkeypatch: pytest.MonkeyPatch, name: str, edition: str
) -> None:
    """Places are added up in another order in the rows of a grid alone."""
    document = printed(name, edition)
    others = [each for each in registry.load() if each[1] != "grid_layout"]
    assert len(registry.load()) > len(others) > 10
    monkeypatch.setattr(registry, "load", lambda: others)
    edition_ = document.edition
    made = Typesetter(STYLES).typeset(document.composed.html, edition_.sheet, edition_.pdf_variant, document.composed.opens)
    assert made.pdf == slowly(document.composed, edition_.sheet, edition_.pdf_variant)


def test_a_page_in_xhtml_has_the_tree_that_the_engine_reads_in_it(library: Library, templates: Templates) -> None:
    """Every document: elements, attributes and text, but for white space around the head and the body."""
    import weasyprint

    for path in sorted((ROOT / "guides" / "en").glob("*.yaml")):
        if f"en/{path.stem}" in SHIPPED:
            html = compose(read_document(path), EDITIONS["a4"].symbol_mm, library, templates).html
            ours, theirs = xhtml(html), weasyprint.HTML(string=html).etree_element
            assert ours is not None
            assert theirs.attrib.pop("xmlns") == XHTML
            for element in theirs.iter():
                element.attrib.pop("{http://www.w3.org/2000/xmlns/}xmlns", None)
            assert shown(ours) == shown(theirs)


def shown(element: ElementTree.Element) -> Any:
    """An element with all in it, its white space in one piece."""
    if element.tag in ("html", "head", "body"):
        assert not (element.text or "").strip()
        return element.tag, dict(element.items()), [shown(child) for child in element]
    return element.tag, dict(element.items()), element.text or "", [(shown(child), child.tail or "") for child in element]


@pytest.mark.parametrize("seed", range(2))
def test_bytes_do_not_depend_on_what_was_printed_before(printed: Printer, seed: int) -> None:
    """What is kept from one document to the next leaves no trace in it: a fresh typesetter, another order, the same bytes."""
    jobs = [job for job in JOBS if "guide" not in job[0]]
    order = random.Random(seed).choices(jobs, k=12)  # some of them twice
    fresh = Typesetter(STYLES)
    for name, edition in order:
        document = printed(name, edition)
        again = fresh.typeset(
            document.composed.html, document.edition.sheet, document.edition.pdf_variant, document.composed.opens
        )
        assert again.pdf == document.pdf, f"{name} after {order[: order.index((name, edition))]}"


@cache
def unpacked_font() -> str:
    """The address of an OpenType file."""
    place = Path(tempfile.mkdtemp()) / "font.otf"
    woff2.decompress(str(STYLES / "fonts" / "literata-latin-500-normal.woff2"), str(place))
    return place.as_uri()


def drawn(*pages: str, patched: bool = True) -> list[bytes]:
    """Pages printed one after the other, with the same fonts and style sheets."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    css = weasyprint.CSS(string=SHEET % unpacked_font(), font_config=fonts)
    with applied() if patched else contextlib.nullcontext():
        return [
            weasyprint.HTML(string=page).write_pdf(stylesheets=[css], font_config=fonts, uncompressed_pdf=True) for page in pages
        ]


@pytest.mark.parametrize("kind", KINDS)
def test_ordinary_pages_are_printed_as_the_engine_prints_them(kind: str) -> None:
    """The first time and every time, whatever came before."""
    pages = [f"<!DOCTYPE html><html lang=en><body>{page}" for page in KINDS[kind]]
    alone = [drawn(page, patched=False)[0] for page in pages]
    for position, made in enumerate(drawn(*pages, *pages)):
        assert list(numbers(made)) == pytest.approx(list(numbers(alone[position % len(pages)])), abs=LAST_DIGIT_PX, rel=0)
        assert _NUMBER.sub(b"0", made) == _NUMBER.sub(b"0", alone[position % len(pages)])


def numbers(pdf: bytes) -> Iterator[float]:
    """All numbers in a file that is not compressed, but for where its objects stand."""
    yield from map(float, _NUMBER.findall(pdf.split(b"xref")[0]))


@pytest.mark.parametrize("attribute", ["class=bad", 'style="color: 3"', 'style="width: calc(1px * foo)"', "class=wide"])
def test_a_remark_is_made_in_every_document(caplog: pytest.LogCaptureFixture, attribute: str) -> None:
    """What the engine has to say while it computes a style is not lost with the computing."""
    page = f"<!DOCTYPE html><html lang=en><body><p {attribute}>a</p><p {attribute}>b</p>"
    drawn(page, page, page)
    said = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    drawn(page, page, page, patched=False)
    again = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"][len(said) :]
    assert said
    assert said == again


def test_nothing_is_kept_of_a_picture_that_could_not_be_read(typesetter: Typesetter) -> None:
    """Each document that names it says so."""
    page = '<!DOCTYPE html><html lang="en"><title>A</title><img src="data:image/png;base64,AAAA" alt="a">'
    first, second = (typesetter.typeset(page, "standard.css", "pdf/ua-1", {}).remarks for _ in range(2))
    assert first
    assert first == second


def test_a_handout_takes_the_short_ways(printed: Printer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its sides are no grids to the engine, its page no tag soup, and its symbols are not read number by number."""
    import tinyhtml5

    from press.typeset.patches import drawings, grids

    def long_way(*_: Any, **__: Any) -> None:
        raise AssertionError

    monkeypatch.setattr(grids, "_grid_layout", long_way)
    monkeypatch.setattr(tinyhtml5, "parse", long_way)
    symbols: list[str] = []
    monkeypatch.setattr(
        drawings, "_path", lambda svg, node, size: symbols.append(node.get("d")) if "z" in node.get("d") else None
    )
    document = printed(*FEW[0])
    made = Typesetter(STYLES).typeset(document.composed.html, document.edition.sheet, document.edition.pdf_variant, {})
    assert made.remarks == ()
    assert not any(drawings._CONTOURS.fullmatch(contours) for contours in symbols)


def test_a_patch_can_be_called_as_what_it_stands_for(printed: Printer) -> None:
    """The engine names its arguments here and there."""
    functions = [(own, patch) for _, _, own, patch in registry.load() if callable(own)]
    assert len(functions) > 10
    for own, patch in functions:
        assert [*inspect.signature(own).parameters] == [*inspect.signature(patch).parameters], patch


def test_the_engine_is_left_as_it_was(printed: Printer) -> None:
    """Also where the typesetting fails half-way."""
    printed(*FEW[0])
    replaced = registry.load()
    assert len({name for _, name, _, _ in replaced}) > 8
    with applied():
        assert all(vars(owner)[name] is patch for owner, name, _, patch in replaced)
    with pytest.raises(ZeroDivisionError), applied():
        raise ZeroDivisionError
    assert all(vars(owner)[name] is own for owner, name, own, _ in replaced)


_PAGE = f'<!DOCTYPE html><html xmlns="{XHTML}" lang="en"><head><title>A</title></head><body><p>b</p></body></html>'
LOOKS = """
import sys
from pathlib import Path
{before}
from press.typeset.tagging import tagged_by_element
from press.typeset.typesetter import XHTML, Typesetter, xhtml
Typesetter(Path(sys.argv[1])).typeset({page!r}, "standard.css", "pdf/ua-1", {{}})
print(*sorted(name for name in sys.modules if name.startswith("press.typeset.patches.")))
"""


def patches_imported(before: str = "", **environment: str) -> set[str]:
    """The modules of patches that a process of its own imports to print a page."""
    script = LOOKS.format(before=before, page=_PAGE)
    said = subprocess.run(
        [sys.executable, "-c", script, str(STYLES)], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    assert said.returncode == 0, said.stderr
    return {name.removeprefix("press.typeset.patches.") for name in said.stdout.split()} - {"registry", "remarks", "cascade"}


@pytest.mark.parametrize("package", sorted(registry.VERSIONS))
def test_with_another_version_of_what_is_patched_no_patch_is_imported(package: str) -> None:
    """The patches know one version of each; with any other the engine goes its own way."""
    assert patches_imported(f"import {package}; {package}.__version__ = '999'") == set()


def test_a_switch_turns_the_patches_off() -> None:
    """`PRESS_NO_PATCHES=1` prints with the engine as it comes."""
    assert patches_imported() == set(registry.MODULES)
    assert patches_imported(PRESS_NO_PATCHES="1") == set()


def test_the_patches_are_made_for_the_pinned_versions() -> None:
    """Who pins another version reads the functions again. What a patch imports is among what is looked at."""
    pins = dict(re.findall(r"^([\w-]+)==(.+)$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    assert {name: pins[name] for name in registry.VERSIONS} == registry.VERSIONS
    for path in (ROOT / "press" / "patches").glob("*.py"):
        imported = set(re.findall(r"^(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE))
        assert imported - set(sys.stdlib_module_names) - {"press"} <= set(registry.VERSIONS), path.name


def test_an_overset_side_goes_to_a_page_of_its_own_as_without_patches(
    printed: Printer, typesetter: Typesetter, slowly: Slowly
) -> None:
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
