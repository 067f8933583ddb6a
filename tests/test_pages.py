"""The design review: every page of every shipped document in every edition, read back from its PDF."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import page_faults
import pypdfium2
import pytest
import zxingcpp
from layout import Page, body_size, measure
from printroom import JOBS, Printed, Printer

from press.compose.markup import plain
from press.model.documents import Guide, Handout
from press.preflight.checks import preflight

MIN_BODY_PT = 11.5
LAST_PAGE_FREE = 0.10, 0.35


@dataclass(frozen=True)
class Proof:
    """A printed document with its pages measured."""

    printed: Printed
    pages: tuple[Page, ...]


@pytest.fixture(params=JOBS, ids="-".join)
def proof(request: pytest.FixtureRequest, printed: Printer) -> Proof:
    """Every shipped document in every edition, one after the other."""
    made = printed(*request.param)
    return Proof(made, measure(made.pdf))


def test_the_engine_had_nothing_to_remark(proof: Proof) -> None:
    assert proof.printed.remarks == ()


def test_preflight_finds_nothing(proof: Proof) -> None:
    found = [f"{problem.code}: {problem.message}" for problem in preflight(proof.printed.pdf, proof.printed.promise).problems]
    assert not found, "\n".join(found)


def test_whole_pages_show_exactly_the_codes_of_the_manifest(proof: Proof) -> None:
    found = []
    with pypdfium2.PdfDocument(proof.printed.pdf) as document:
        for number, page in enumerate(document, start=1):
            picture = page.render(scale=150 / 72, grayscale=True)
            pixels: Any = memoryview(picture.buffer).cast("B").cast("B", (picture.height, picture.stride))
            kinds: Any = zxingcpp.BarcodeFormat.QRCode
            found += [(number, code.text) for code in zxingcpp.read_barcodes(pixels, formats=kinds)]
    filed = [(page, link.url) for link, page in preflight(proof.printed.pdf, proof.printed.promise).links]
    assert sorted(found) == sorted(filed)
    assert found


def test_the_body_is_set_large_enough(proof: Proof) -> None:
    assert body_size(proof.pages) >= MIN_BODY_PT


def test_the_last_page_of_a_handout_is_filled_but_not_full(proof: Proof) -> None:
    if isinstance(proof.printed.manuscript.document, Handout):
        least, most = LAST_PAGE_FREE
        free = round(proof.pages[-1].free, 2)
        assert least <= free <= most


def test_no_page_ends_early(proof: Proof) -> None:
    """But a page before a new part may, and the last page of a handout has a measure of its own."""
    document = proof.printed.manuscript.document
    if isinstance(document, Guide):
        found = page_faults.early_ends(proof.pages, [plain(part.title) for part in document.parts])
    else:
        found = page_faults.early_ends(proof.pages[:-1])
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "faults",
    [
        page_faults.long_or_short_lines,
        page_faults.crammed_pages,
        page_faults.text_over_text,
        page_faults.text_over_figures,
        page_faults.struck_text,
        page_faults.outside_margins,
        page_faults.stranded_headings,
        page_faults.lone_lines,
    ],
    ids=lambda function: function.__name__,
)
def test_a_designer_finds_no(faults: Callable[[page_faults.Pages], list[str]], proof: Proof) -> None:
    found = faults(proof.pages)
    assert not found, "\n".join(found)


def test_a_list_in_two_halves_counts_on(proof: Proof) -> None:
    """The number printed before each source is the one that the parts name."""
    if isinstance(proof.printed.manuscript.document, Guide):
        html = proof.printed.composed.html
        count = html[html.index('class="block sources') :].split("</section>")[0].count("<li>")
        page = next(
            page for page in proof.pages if any(block.is_heading and "Sources" in block.lines[0].text for block in page.blocks)
        )
        items = [block.lines[0].text.split()[0] for block in page.blocks if "/L" in block.path and block.lines]
        assert items[-count:] == [str(number) for number in range(1, count + 1)]
