"""The design review sees the faults it is there for: each is set on a page on purpose, and a sound page has none."""

import shutil
from collections.abc import Callable

import page_faults
import pytest
from layout import Page, body_size, measure
from printroom import STYLES

from press.typeset.typesetter import Typesetter

SHEET = """
@font-face { font-family: "Atkinson Hyperlegible Next"; src: url(fonts/atkinson-hyperlegible-next-latin-400-normal.woff2) }
@page { size: Letter; margin: 20mm; @bottom-center { content: "Page " counter(page); font: 10pt "Atkinson Hyperlegible Next" } }
html { font: 12pt/17pt "Atkinson Hyperlegible Next" }
body { width: 130mm }
* { margin: 0 }
h1, h2, h3 { font-size: 16pt; break-after: auto }
p { orphans: 1; widows: 1 }
"""
WORDS = "Some words that fill a line of text and then go on to fill the next one as well, to see how far it all goes. "
DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" width="60mm" height="40mm" viewBox="0 0 60 40">
<title>A box</title><path d="M5 5h50v30z"/></svg>"""
STRIKE = "position: absolute; left: 0; top: 9pt; width: 9cm; height: 1pt; background: red"

Setter = Callable[..., tuple[Page, ...]]
FAULTS = [
    page_faults.long_or_short_lines,
    page_faults.crammed_pages,
    page_faults.early_ends,
    page_faults.text_over_text,
    page_faults.text_over_figures,
    page_faults.struck_text,
    page_faults.outside_margins,
    page_faults.stranded_headings,
    page_faults.lone_lines,
]


@pytest.fixture(scope="module")
def pages_of(tmp_path_factory: pytest.TempPathFactory) -> Setter:
    """Sets a piece of HTML and measures its pages."""
    folder = tmp_path_factory.mktemp("styles")
    shutil.copytree(STYLES / "fonts", folder / "fonts")
    (folder / "sheet.css").write_text(SHEET)
    typesetter = Typesetter(folder)

    def pages(body: str, css: str = "") -> tuple[Page, ...]:
        html = f'<html lang="en"><head><title>A page</title><style>{css}</style></head><body>{body}</body></html>'
        return measure(typesetter.typeset(html, "sheet.css", "pdf/ua-1", {}).pdf)

    return pages


def sound(count: int = 40) -> str:
    """A page of sound text."""
    return f"<h1>Words</h1><p>{WORDS * 4}</p>{DRAWING}<h2>More words</h2><p>{WORDS * count}</p>"


def test_a_sound_page_has_no_fault(pages_of: Setter) -> None:
    pages = pages_of(sound(12))
    assert len(pages) == 1
    assert [fault for faults in FAULTS for fault in faults(pages)] == []


def test_sizes_lines_and_free_space_are_measured(pages_of: Setter) -> None:
    (page,) = pages_of(f'<h1>Words</h1><div style="height: 100mm; border-bottom: 1pt solid"></div><p>{WORDS}</p>')
    assert body_size((page,)) == 12.0
    assert [block.tag for block in page.blocks] == ["/H1", "/P"]
    assert [len(block.lines) for block in page.blocks] == [1, 2]
    assert page.depth == 3
    assert page.blocks[1].lines[0].text == WORDS[: len(page.blocks[1].lines[0].text)]
    used = 5 + (17 + 2 * 17) / 72 * 25.4 + 100
    assert page.free == pytest.approx((279.4 - 30 - used) / (279.4 - 30), abs=0.015), "from a margin of 15 mm to another"


def test_lines_to_write_on_fill_a_page(pages_of: Setter) -> None:
    (page,) = pages_of("<h1>Notes</h1>" + '<div style="height: 9mm; border-bottom: 0.8pt solid"></div>' * 20)
    assert page.free == pytest.approx(0.21, abs=0.03)
    assert page_faults.stranded_headings((page,)) == []


@pytest.mark.parametrize(
    ("faults", "css"),
    [
        (page_faults.long_or_short_lines, "body { width: 175mm }"),
        (page_faults.long_or_short_lines, "body { width: 70mm }"),
        (page_faults.crammed_pages, "html { font-size: 9pt; line-height: 10pt }"),
        (page_faults.text_over_text, "h2 { position: relative; top: 12pt }"),
        (page_faults.text_over_text, "html { line-height: 9pt }"),
        (page_faults.text_over_figures, "h2 { position: relative; top: -20pt }"),
        (
            page_faults.struck_text,
            f"h2 {{ position: relative }} h2::after {{ content: ''; {STRIKE} }}",
        ),
        (page_faults.outside_margins, "h2 { margin-left: -9mm }"),
        (page_faults.outside_margins, "h2 { margin: 0 -9mm; background: #eee }"),
        (page_faults.outside_margins, "svg { margin-left: -9mm }"),
        (page_faults.outside_margins, "@page { @bottom-left { content: 'Foot'; margin-left: -10mm } }"),
    ],
)
def test_a_fault_of_the_styles_is_seen(pages_of: Setter, faults: Callable[[page_faults.Pages], list[str]], css: str) -> None:
    assert faults(pages_of(sound(), css))


def test_decoration_may_bleed(pages_of: Setter) -> None:
    assert (
        page_faults.outside_margins(
            pages_of(sound(12), "h1 { margin: -20mm -80mm 0 -20mm; padding: 20mm 0 0 20mm; background: #eee }")
        )
        == []
    )


def test_a_heading_at_the_foot_of_a_page_is_seen(pages_of: Setter) -> None:
    body = '<h1>Words</h1><p style="height: {}mm">Text</p><h2>A heading</h2><h3>And another</h3><p>' + WORDS * 4 + "</p>"
    assert len(page_faults.stranded_headings(pages_of(body.format(217)))) == 2
    assert page_faults.stranded_headings(pages_of(body.format(150))) == []


def test_a_page_that_ends_early_is_seen_but_before_a_new_part(pages_of: Setter) -> None:
    body = sound(2) + '<h2 style="break-before: page">A new part</h2>' + f"<p>{WORDS * 22}</p>"
    pages = pages_of(body)
    assert len(pages) == 2
    assert page_faults.early_ends(pages) == [f"page 1: {pages[0].free:.0%} free"]
    assert page_faults.early_ends(pages, ["A new part"]) == []


@pytest.mark.parametrize(("lines", "lone"), [(0, 0), (1, 1), (2, 0), (3, 0)])
def test_a_line_alone_on_a_page_is_seen(pages_of: Setter, lines: int, lone: int) -> None:
    """The room before the paragraph grows line by line, so that none, one, two, three of its lines go to the next page."""
    paragraph = f"<p>{WORDS * 3}</p>"
    (whole,) = pages_of(paragraph)
    count = len(whole.blocks[0].lines)
    assert count > 4
    room = (279.4 - 40) / 25.4 * 72 - (count - lines) * 17 - 2
    pages = pages_of(f'<div style="height: {room}pt; background: #eee"></div>{paragraph}')
    assert sum(len(page.lines) for page in pages) == count
    assert len(page_faults.lone_lines(pages)) == lone


def test_a_line_left_behind_is_seen(pages_of: Setter) -> None:
    pages = pages_of(f'<div style="height: {(279.4 - 40) / 25.4 * 72 - 19}pt; background: #eee"></div><p>{WORDS * 3}</p>')
    assert len(pages[0].lines) == 1
    assert len(page_faults.lone_lines(pages)) == 1
