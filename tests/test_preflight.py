"""Preflight against real PDFs: a small handout, sound, and then with one fault at a time."""

import contextlib
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from printroom import ROOT
from workshop import Workshop, codes, set_up

from press.compose.templates import Templates
from press.model.library import Library
from press.preflight import checks as module
from press.preflight.checks import preflight
from press.preflight.promise import Report


@pytest.fixture(scope="module")
def sound(workshop: Workshop) -> bytes:
    """The small handout without a fault."""
    return workshop.pdf()


def rewritten(pdf: bytes, change: Callable[[pikepdf.Pdf], object]) -> bytes:
    """A PDF with something changed in the file itself."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as file:
        change(file)
        file.save(out)
    return out.getvalue()


def test_a_sound_handout_has_no_problem(workshop: Workshop, sound: bytes) -> None:
    report = preflight(sound, workshop.promise)
    assert report.problems == ()
    assert report.pages == 2
    assert report.links == tuple((link, 2) for link in workshop.promise.links)
    assert len(report.links) == 2


@pytest.mark.parametrize(
    "damage", [lambda pdf: b"", lambda pdf: b"a letter", lambda pdf: pdf[:-300], lambda pdf: pdf[: len(pdf) // 2]]
)
def test_a_damaged_file_is_said_to_be_unreadable(workshop: Workshop, sound: bytes, damage: Callable[[bytes], bytes]) -> None:
    report = preflight(damage(sound), workshop.promise)
    assert codes(report) == {"unreadable-pdf"}
    assert report.pages == 0


@pytest.mark.parametrize(
    ("code", "css"),
    [
        ("wrong-page-count", "ol > li { break-before: page; height: 200mm }"),
        ("wrong-page-size", "@page { size: A4 }"),
        ("page-nearly-empty", ".back > *, .back .column > * { display: none } .back > :first-child { display: block }"),
        ("page-overset", "h1 { position: relative; left: -30mm }"),
        ("page-overset", "table { position: absolute; bottom: -14mm }"),
        ("page-overset", "figure { position: absolute; bottom: -14mm }"),
        ("text-too-small", "th { font-size: 7pt }"),
        ("text-too-small", "table { transform: scale(0.6) }"),
        ("text-too-small", "table { opacity: 0.99; font-size: 7.9pt }"),
        ("text-too-small", "figure { transform: scale(0.5) }"),
        ("text-too-small", "@page { @bottom-left { font-size: 6pt } }"),
    ],
)
def test_a_fault_of_the_styles_is_found(workshop: Workshop, code: str, css: str) -> None:
    assert code in codes(preflight(workshop.pdf(css=css), workshop.promise))


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("missing-code", r"<svg[^>]* viewBox=\"0 0 \d+ \d+\"><title>QR.*?</svg>", ""),
        ("missing-code", "<title>QR code", "<title>A code"),
        ("wrong-code-size", 'width="28.0mm" height="28.0mm"', 'width="26mm" height="26mm"'),
        ("unreadable-code", r'(<path fill-rule="evenodd" d="(?:M[^M]*){12})[^"]*', r"\1"),
        ("unreadable-code", r'<path fill="#fff"', '<path fill="#000"'),
        ("wrong-metadata", "<title>A small handout", "<title>Another handout"),
        ("wrong-metadata", 'name="author" content="', 'name="author" content="Dr. '),
        ("wrong-metadata", ' lang="en">', ' lang="es">'),
        ("missing-metadata", '<meta name="description"[^>]*>', ""),
        ("missing-metadata", '<meta name="keywords"[^>]*>', ""),
        ("heading-skipped", r"<(/?)h2", r"<\1h4"),
        ("heading-skipped", r"<(/?)h1", r"<\1h2"),
        ("figure-without-alt", "<title>A drawing[^<]*</title>", ""),
    ],
)
def test_a_fault_of_the_page_is_found(workshop: Workshop, code: str, old: str, new: str) -> None:
    assert codes(preflight(workshop.pdf(workshop.swapped(old, new)), workshop.promise)) == {code}


def test_a_code_must_open_the_address_of_the_registry(workshop: Workshop, sound: bytes) -> None:
    first, second = workshop.promise.links
    moved = replace(workshop.promise, links=(replace(first, url="https://valorspine.com/elsewhere/"), second))
    report = preflight(sound, moved)
    assert codes(report) == {"wrong-code-address"}
    assert first.url in report.problems[0].message
    exchanged = replace(workshop.promise, links=(replace(first, url=second.url), replace(second, url=first.url)))
    assert len(preflight(sound, exchanged).problems) == 4


def test_a_code_printed_twice_is_reported_and_read_twice(workshop: Workshop) -> None:
    card = r'(<div class="qr-code">.*?</svg></div>)'
    twice = preflight(workshop.pdf(workshop.swapped(card, r"\1\1")), workshop.promise)
    assert [link for link, _ in twice.links] == [link for link in workshop.promise.links for _ in "12"]


def test_a_code_is_at_least_25_mm(workshop: Workshop) -> None:
    html = workshop.swapped('width="28.0mm" height="28.0mm"', 'width="24mm" height="24mm"')
    assert codes(preflight(workshop.pdf(html), replace(workshop.promise, symbol_mm=24.0))) == {"code-too-small"}


@pytest.fixture
def wordy(library: Library, templates: Templates, workshop: Workshop, tmp_path: Path) -> Callable[[int], Report]:
    """Preflight of the small handout where the first article's address has so many characters."""

    def looked_at(length: int) -> Report:
        first = next(iter(library.articles))
        article = library.articles[first].model_copy(update={"url": "https://valorspine.com/".ljust(length, "a")})
        longer = replace(library, articles={**library.articles, first: article})
        shop = set_up(longer, templates, tmp_path, workshop.typesetter)
        return preflight(shop.pdf(), shop.promise)

    return looked_at


def test_a_module_is_at_least_half_a_millimetre(wordy: Callable[[int], Report]) -> None:
    assert codes(wordy(120)) == set(), "53 modules on 28 mm"
    assert codes(wordy(140)) == {"module-too-small"}, "57 modules on 28 mm"


def test_a_code_must_be_readable_at_both_resolutions(wordy: Callable[[int], Report]) -> None:
    found = [finding.message for finding in wordy(1200).problems if finding.code == "unreadable-code"]
    assert len(found) == 1
    assert "150 dpi" in found[0]


def test_a_font_must_be_inside_the_file(workshop: Workshop, sound: bytes) -> None:
    def drop(file: pikepdf.Pdf) -> None:
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                keys = item.keys()
                del item[next(key for key in keys if key.startswith("/FontFile"))]

    assert codes(preflight(rewritten(sound, drop), workshop.promise)) == {"font-not-embedded"}


def test_a_font_must_be_one_of_ours(workshop: Workshop) -> None:
    file = "atkinson-hyperlegible-next-latin-400-normal.woff2"
    css = f"@font-face {{ font-family: Parchment; src: url(fonts/{file}) }} td {{ font-family: Parchment }}"
    report = preflight(workshop.pdf(css=css), workshop.promise)
    assert codes(report) == {"foreign-font"}
    assert "Parchment" in report.problems[0].message


def test_with_the_tags_of_the_engine_scopes_and_boxes_are_wrong(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("press.typeset.tagging.tagged_by_element", contextlib.nullcontext)
    assert codes(preflight(workshop.pdf(), workshop.promise)) >= {"header-without-scope", "unreadable-code"}


def test_an_untagged_file_is_found(workshop: Workshop, sound: bytes) -> None:
    def untag(file: pikepdf.Pdf) -> None:
        del file.Root.StructTreeRoot

    def unmark(file: pikepdf.Pdf) -> None:
        del file.Root.MarkInfo

    assert codes(preflight(rewritten(sound, untag), workshop.promise)) >= {"not-tagged", "missing-code"}
    assert codes(preflight(rewritten(sound, unmark), workshop.promise)) == {"not-tagged"}


def test_the_metadata_must_declare_pdf_ua(workshop: Workshop, sound: bytes) -> None:
    def forget(file: pikepdf.Pdf) -> None:
        packet = file.Root.Metadata.read_bytes()
        file.Root.Metadata = file.make_stream(packet.replace(b"pdfuaid:part", b"pdfuaid:amd"))

    def remove(file: pikepdf.Pdf) -> None:
        del file.Root.Metadata

    for change in (forget, remove):
        assert codes(preflight(rewritten(sound, change), workshop.promise)) == {"no-pdf-ua-mark"}


def test_every_code_of_a_problem_is_explained() -> None:
    explained = re.findall(r"^\| `([a-z0-9-]+)`", module.__doc__ or "", re.MULTILINE)
    body = Path(module.__file__).read_text("utf-8").split('"""', 2)[2]
    others = "".join(path.read_text("utf-8") for path in Path(module.__file__).parent.glob("[a-z]*.py"))
    used = {*re.findall(r'"([a-z]+(?:-[a-z]+)+)"', body), *re.findall(r'Finding\(\s*"([a-z-]+)"', others)}
    assert sorted(explained) == sorted(used)
    assert len(explained) > 30


def test_importing_preflight_is_light() -> None:
    heavy = "{'jinja2', 'weasyprint', 'pikepdf', 'pypdfium2', 'zxingcpp'}"
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, press.preflight.checks; print(*{heavy} & set(sys.modules))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == ""
