"""What leaves is what was written: letters compared without printing, then hostile style sheets and templates, printed."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from casebook import CASES
from printroom import STYLES, TEMPLATES, promised, read_document
from workshop import Workshop, codes, set_up

from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.documents import Guide, Part
from press.model.library import Library
from press.preflight.checks import preflight
from press.preflight.composed import Wording
from press.preflight.printed import Run
from press.preflight.promise import Report
from press.preflight.wording import Placed, compared, follow, missing, page_numbers
from press.read.manuscript import Manuscript
from press.typeset.typesetter import Typesetter

# -- letters ---------------------------------------------------------------------------------------------------------------


def runs(*texts: str, pages: str = "") -> list[Placed]:
    """Texts as runs, all on page 1 or on the pages named by digits."""
    return [Placed(int((pages or "1" * len(texts))[at]), 0, Run(text, (0, 0, 9, 9), 0, 9, at)) for at, text in enumerate(texts)]


def differs(html: str, *texts: str) -> str:
    """What is found where these texts are printed for this page; nothing where they are what was written."""
    findings = compared(Wording.of(f"<html><body>{html}</body></html>"), runs(*texts)).findings
    assert {finding.code for finding in findings} <= {"text-differs"}
    return "; ".join(finding.message for finding in findings)


@pytest.mark.parametrize(
    ("html", "texts"),
    [
        ("<p>Call 911 now</p>", ["Call 911", "now"]),
        ("<p>Call 911 now</p>", ["Call ", "9", "11 now"]),
        ("<p>Patient handout</p>", ["PATIENT HANDOUT"]),
        ("<p>Die Straße</p>", ["DIE STRASSE"]),
        ("<p>a surgeon</p>", ["a sur-", "geon"]),
        ("<p>a surgeon</p>", ["a sur\u2010", "geon"]),
        ("<p>a sur\u00adgeon</p>", ["a surgeon"]),
        ("<p>non-surgical</p>", ["non\x02", "surgical"]),
        ("<p>a <b>bold</b>ly one</p>", ["a ", "bold", "ly one"]),
        ("<p>Nguy\u1ec5n</p>", ["Nguye\u0302\u0303n"]),
        ("<ol><li>One</li><li>Two</li></ol>", ["1", "One", "2.", "Two"]),
        ('<ol start="9"><li>Nine</li><li>Ten</li></ol>', ["9", "Nine", "10. Ten"]),
        ("<ol><li>2 of 3</li></ol>", ["1", "2 of 3"]),
        ('<section class="timeline"><ol><li>Soon</li></ol></section>', ["Soon"]),
        ("<ul><li>One</li></ul>", ["• ", "One"]),
        ("<ul><li>One</li></ul>", ["One"]),
        ("<p>One</p><style>p {}</style><script>x</script><p>Two</p>", ["One", "Two"]),
        ('<svg xmlns="http://www.w3.org/2000/svg"><text>Label</text></svg><p>One</p>', ["One"]),
    ],
)
def test_layout_may_divide_hyphenate_capitalize_and_count(html: str, texts: list[str]) -> None:
    assert differs(html, *texts) == ""


@pytest.mark.parametrize(
    ("html", "texts", "says"),
    [
        ("<p>Call 911 now</p>", ["Call now"], "'Call now' is printed where 'Call 911 now'"),
        (
            "<p>Call 911</p><p>if it is a serious accident</p>",
            ["if it is a serious", "accident"],
            "'Call 911' are missing before",
        ),
        ("<p>Call 911</p><p>now</p>", ["Call 911"], "'now' are missing at the end"),
        ("<p>An emergency sign</p>", ["Not", "An emergency sign"], "'Not An emergency sign' is printed before"),
        ("<p>One</p>", ["One", "Two"], "'Two' is printed where ''"),
        ("<p>One</p><p>Two</p>", ["Two", "One"], "page 1"),
        ("<p>US clinic</p>", ["us clinic"], "'us clinic' is printed where 'US clinic'"),
        ("<p>Nguy\u1ec5n</p>", ["NguyKe\u0302\u0303 n"], "was written"),
        ("<p>re-cover</p>", ["re", "cover"], "are missing before 'cover'"),
        ("<p>recover</p>", ["re-cover"], "was written"),
        ("<ol><li>One</li></ol>", ["One"], "the number 1 of a list is missing before 'One'"),
        ("<ol><li>One</li><li>Two</li></ol>", ["1", "One", "1", "Two"], "the number 2"),
        ('<p class="contents"><a href="#a">One</a></p><p id="a">A</p>', ["One", "A"], "the page number is missing before 'One"),
        ("<ul><li>One</li></ul>", ["x One"], "was not written there"),
    ],
)
def test_all_else_is_a_difference_and_says_where(html: str, texts: list[str], says: str) -> None:
    assert says in differs(html, *texts)


def test_no_part_of_a_run_is_taken() -> None:
    """A run that begins right and goes on wrong is wrong."""
    assert follow("abc", "abcd", 0) == (3, 3)
    assert follow("abd", "abcd", 0) == (0, 0)
    assert follow("-", "abcd", 0) == (0, 0)
    assert follow("abcde", "abcd", 0) == (0, 0)


def test_a_list_of_contents_sends_to_the_right_page() -> None:
    wording = Wording.of('<html><p class="contents"><a href="#a">Part A</a></p><p id="a">A</p></html>')
    right = compared(wording, runs("2", "Part A", "A", pages="112"))
    wrong = compared(wording, runs("3", "Part A", "A", pages="112"))
    assert list(page_numbers(wording, right)) == []
    assert [finding.message for finding in page_numbers(wording, wrong)] == [
        "page 1: the contents send to page 3 for 'A', on page 2"
    ]


def test_texts_of_the_content_are_looked_for_whole_and_in_any_order() -> None:
    printed = runs("THE SECOND", "the first, di-", "vided")
    assert list(missing(["the first, divided", "the second"], printed)) == []
    lost = list(missing(["the third", "the first"], printed))
    assert [(finding.code, "'the third'" in finding.message) for finding in lost] == [("text-missing", True)]
    assert len(list(missing(["lost"] * 100, printed))) == 21, "twenty by name, the others counted"


def test_a_page_that_is_no_sound_xml_is_told(workshop: Workshop) -> None:
    promise = replace(workshop.promise, page=workshop.promise.page.replace("</body>", "<br></body>"))
    assert codes(preflight(workshop.pdf(), promise)) == {"not-well-formed"}


# -- style sheets ----------------------------------------------------------------------------------------------------------

COVER = "position: absolute; content: ''; background: white;"


@pytest.mark.parametrize(
    ("code", "css"),
    [
        ("text-missing", ".red_flags { display: none }"),
        ("text-missing", ".help li:last-child { display: none }"),
        ("text-missing", ".red_flags { visibility: hidden }"),
        ("text-missing", ".red_flags li { font-size: 0 }"),
        ("text-missing", "h2 { display: none }"),
        ("text-missing", ".about p { display: none }"),
        ("text-missing", ".qr-confirm { display: none }"),
        ("text-differs", ".help-label::before { content: 'Not an ' }"),
        ("text-differs", ".help { display: block } .levels { display: flex; flex-direction: column-reverse }"),
        ("text-differs", "html { text-transform: lowercase }"),
        ("text-differs", "ol { list-style: none }"),
        ("text-hidden", ".red_flags li { opacity: 0.1 }"),
        ("text-hidden", ".red_flags li { color: transparent }"),
        ("text-hidden", ".red_flags li { color: #f4f4f4 }"),
        ("text-hidden", ".emergency { background: black }"),
        ("text-hidden", ".red_flags ul { text-indent: -9999px }"),
        ("text-hidden", ".red_flags ul { position: absolute; left: -9999px }"),
        ("text-hidden", ".red_flags ul { height: 0; overflow: hidden }"),
        ("text-hidden", ".red_flags li { position: absolute; clip: rect(0, 0, 0, 0) }"),
        ("text-hidden", ".red_flags li { transform: scale(0.01) }"),
        ("text-hidden", f".red_flags {{ position: relative }} .red_flags::after {{ {COVER} inset: 0 }}"),
        ("text-hidden", f".help {{ position: relative }} .help::after {{ {COVER} left: 9%; right: 50%; top: 0; bottom: 0 }}"),
        ("text-hidden", ".qr-confirm { color: white }"),
        ("text-struck", ".red_flags li { text-decoration: line-through }"),
        ("words-overlap", ".red_flags li { line-height: 2pt }"),
        ("words-overlap", "h2 { position: relative; top: 6mm }"),
        ("words-overlap", ".qr-title { position: relative; top: -10mm }"),
        ("words-overlap", "th { white-space: nowrap } table { table-layout: fixed; width: 20mm }"),
        ("word-outside", "table { table-layout: fixed; width: 60mm } th:first-child { width: 8mm; white-space: nowrap }"),
        ("word-outside", ".qr-card { border: 1px solid } .qr-title { width: 90mm; white-space: nowrap; padding-left: 30mm }"),
        ("word-outside", "h1 { position: relative; left: -8mm }"),
        ("word-outside", "h1 { position: relative; top: -9mm }"),
        ("word-outside", "h1 { text-align: right; position: relative; left: 8mm }"),
        ("word-outside", ".about { position: absolute; bottom: -8mm }"),
        ("page-overset", "h1 { text-align: right; position: relative; left: 30mm }"),
        ("page-overset", "h1 { position: relative; top: -30mm }"),
        ("text-out-of-order", ".front { position: relative; padding-top: 40mm } .help ul { position: absolute; top: 0 }"),
        ("wrong-foot", "@page { @bottom-left { content: none } }"),
        ("wrong-foot", "@page { @bottom-left { content: 'Another clinic' } }"),
        ("wrong-foot", "@page :first { @bottom-right { content: none } }"),
        ("wrong-foot", "@page { @top-left { content: 'Approved'; font: 10pt 'Atkinson Hyperlegible Next' } }"),
        ("text-hidden", "@page { @bottom-left { color: white } }"),
        ("no-room-to-write", ".write { height: 5mm }"),
        ("no-room-to-write", ".write { border-color: white }"),
        ("no-room-to-write", ".write { width: 60mm }"),
        ("no-room-to-write", ".to-write { border: none }"),
        ("wrong-page-size", "@page { size: 612pt 800pt }"),
        ("wrong-page-size", "@page { size: 600pt 792pt }"),
        ("text-too-small", ".levels { opacity: 0.9 } .help { opacity: 0.9 } .help-action { font-size: 7pt }"),
        ("missing-drawing", "figure { display: none }"),
    ],
)
def test_a_hostile_style_sheet_is_found(workshop: Workshop, code: str, css: str) -> None:
    assert code in codes(preflight(workshop.pdf(css=css), workshop.promise))


@pytest.mark.parametrize(
    "css",
    [
        ".red_flags { opacity: 0.99 }",
        ".red_flags li { text-decoration: underline }",
        "html { text-transform: uppercase; font-size: 10pt }",
        "html { hyphens: auto } * { overflow-wrap: normal } .help { display: block; width: 20mm }",
        ".emergency, .emergency a { background: #083d48; color: white }",
    ],
)
def test_a_style_sheet_may_do_what_layout_does(workshop: Workshop, css: str) -> None:
    found = preflight(workshop.pdf(css=css), workshop.promise).problems
    words = ("text-", "word", "wrong-foot", "missing-")
    assert [finding.message for finding in found if finding.code.startswith(words)] == []


# -- pages and templates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("text-missing", "</section>", "<style>.red_flags { display: none }</style></section>"),
        ("text-hidden", 'class="label"', 'fill="#fff" style="fill: #fff"'),
        ("text-differs", ">Nerve<", ">Nerves<"),
        ("text-hidden", '<div class="drawn">', '<div class="drawn" style="opacity: 0.01">'),
    ],
)
def test_a_hostile_page_is_found(workshop: Workshop, code: str, old: str, new: str) -> None:
    assert code in codes(preflight(workshop.pdf(workshop.swapped(re.escape(old), new)), workshop.promise))


Change = Callable[[str, str, str], Report]


@pytest.fixture
def changed(library: Library, workshop: Workshop, tmp_path: Path) -> Change:
    """Preflight of the small handout where one template has one text replaced."""

    def looked_at(name: str, old: str, new: str) -> Report:
        texts = {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.jinja")}
        assert old in texts[name]
        shop = set_up(library, Templates(texts | {name: texts[name].replace(old, new)}), tmp_path, workshop.typesetter)
        return preflight(shop.pdf(), shop.promise)

    return looked_at


@pytest.mark.parametrize(
    ("says", "name", "old", "new"),
    [
        ("Chest pain or trouble breathing", "blocks/red_flags.html.jinja", "{{ parts.bullets(block[name].signs) }}", ""),
        ("Call 911 or go", "blocks/red_flags.html.jinja", "{{ block[name].action }}", "Relax."),
        ("Call a doctor today", "blocks/red_flags.html.jinja", '["emergency", "today"]', '["emergency"]'),
        ("These pages give general facts", "blocks/about.html.jinja", "{{ block.shared.disclaimer }}", ""),
        ("Not yet reviewed", "blocks/about.html.jinja", "{{ words.not_yet_reviewed }}", "Reviewed"),
        ("Link to confirm", "blocks/_parts.html.jinja", "{{ words.link_to_confirm }}", ""),
        ("At a glance", "blocks/_parts.html.jinja", "{{ block.heading }}", ""),
        ("Three points.", "blocks/_parts.html.jinja", "for item in items", "for item in items[:2]"),
        ("Second", "blocks/table.html.jinja", "for cell in row.cells", "for cell in row.cells[1:]"),
    ],
)
def test_a_template_that_leaves_out_a_text_is_found(changed: Change, says: str, name: str, old: str, new: str) -> None:
    found = changed(name, old, new).problems
    assert [finding for finding in found if finding.code == "text-missing" and says in finding.message]


def test_a_template_that_hides_a_text_is_found(changed: Change) -> None:
    report = changed("blocks/red_flags.html.jinja", '<p class="help-action">', '<p class="help-action" style="color: white">')
    assert codes(report) == {"text-hidden"}


def test_every_page_says_how_the_review_stands(workshop: Workshop, library: Library, templates: Templates) -> None:
    """A document that is overdue and printed as if it were not is found out, and so is another version."""
    phrases = library.languages["en"].phrases
    overdue = tuple(phrases["status_overdue"] if part == phrases["status_draft"] else part for part in workshop.promise.foot)
    assert overdue != workshop.promise.foot
    for foot in (overdue, (*workshop.promise.foot[:3], "Version 1.1", *workshop.promise.foot[4:])):
        assert codes(preflight(workshop.pdf(), replace(workshop.promise, foot=foot))) == {"wrong-foot"}


def test_a_page_says_its_own_language(workshop: Workshop) -> None:
    assert codes(preflight(workshop.pdf(), replace(workshop.promise, language="es"))) == {"wrong-metadata"}


# -- blocks to fill in, and contents, in the shipped styles -----------------------------------------------------------------

Window = Callable[[str, str], set[str]]


@pytest.fixture(scope="module")
def window(library: Library, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Window:
    """Preflight of some blocks of the specimen in the shipped styles with a few more, and one text in them replaced."""
    folder = tmp_path_factory.mktemp("window") / "styles"
    shutil.copytree(STYLES, folder)
    typesetter = Typesetter(folder)
    found, edition = read_document(CASES / "specimen.yaml", CASES), EDITIONS["standard"]
    kinds = ("contents", "red_flags", "checklist", "notes", "diary", "options", "next_steps", "about")
    assert isinstance(found.document, Guide)
    blocks = {str(block.kind): block for _, block in found.document.placed()}
    halves = kinds[:5], kinds[5:]
    parts = tuple(Part(title=f"Part of {len(half)}", blocks=tuple(blocks[kind] for kind in half)) for half in halves)
    document = found.document.model_copy(update={"parts": parts})
    specimen = Manuscript(found.slug, "en", document, found.file)
    composed = compose(specimen, edition.symbol_mm, library, templates)
    promise = replace(promised(specimen, composed, edition, library), pages=frozenset(range(1, 9)))

    def looked_at(css: str, name: str = "") -> set[str]:
        sheet = folder / f"window-{abs(hash(css))}.css"
        sheet.write_text(f'@import "standard.css";\n{css}')
        first = r'(?<=<th scope="row">)[^<]+(?=</th><td>[^<])'
        html = re.sub(first, name, composed.html, count=1) if name else composed.html
        assert name in html
        made = typesetter.typeset(html, sheet.name, edition.pdf_variant, composed.opens)
        return codes(preflight(made.pdf, replace(promise, page=html, says=()))) - {"page-nearly-empty"}

    return looked_at


@pytest.mark.parametrize(
    ("code", "css"),
    [
        (None, ""),
        ("no-room-to-write", ":root { --tick: 2mm }"),
        ("no-room-to-write", ".block.checklist li { background: none }"),
        ("no-room-to-write", ".guide { --pitch: 5mm }"),
        ("no-room-to-write", ".notes .write:last-child { display: none }"),
        ("no-room-to-write", ".diary tbody th, .diary tbody td { height: 5mm; padding: 0 }"),
        ("text-differs", ".contents a::before { content: none }"),
        ("wrong-page-number", ".contents a::before { content: '9' }"),
    ],
)
def test_forms_and_contents_are_looked_at(window: Window, code: str | None, css: str) -> None:
    assert window(css, "") == ({code} if code else set())


@pytest.mark.parametrize("name", ["Viscosupplementation-and-more", "Intraosseous-basivertebral-nerve-ablation".replace("-", "")])
def test_a_name_that_runs_over_its_column_is_found(window: Window, name: str) -> None:
    found = window(".options th { overflow-wrap: normal; white-space: nowrap; hyphens: manual }", name)
    assert found & {"words-overlap", "word-outside"}
