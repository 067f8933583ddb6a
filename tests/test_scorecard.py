"""The report says what the proofreader knows, worst first, on one page that needs nothing else; seen in a real browser."""

import json
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from browser import Browser
from printroom import GUIDES, SHIPPED, STYLES, TEMPLATES, read_document

from press.build.press import Press
from press.build.request import Wanted
from press.cli.main import main
from press.model.review import text_digest
from press.plan.inputs import Folders
from press.problems import Fault, Problem
from press.proofread.rules.language import ease
from press.proofread.text import copy
from press.read.library import read_library
from press.report.scorecard import ScoreCard, ago, score_card
from press.report.scorepage import report, write_report

TODAY = date(2026, 11, 22)
HOSTILE = "<script>document.title='ran'</script> & \"quotes\""


@dataclass(frozen=True)
class Case:
    """A library, what is wrong with it, and its report."""

    folders: Folders
    problems: list[Problem]
    html: str

    @property
    def text(self) -> str:
        """The words of the page."""
        return " ".join(Words.of(self.html).split())

    def card(self, name: str) -> ScoreCard:
        """A document's score card as values."""
        guides = self.folders.guides
        reading = read_library(guides, STYLES / "figures.css")
        assert reading.library
        own = [problem for problem in self.problems if problem.file == f"guides/{name}.yaml"]
        return score_card(read_document(guides / f"{name}.yaml", guides), reading.library, reading.rules, own, TODAY)


class Words(HTMLParser):
    """Gathers the text of a page, without its style sheet."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.hidden = False

    @classmethod
    def of(cls, html: str) -> str:
        parser = cls()
        parser.feed(html)
        return "".join(parser.words)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        """Skips the style sheet."""
        self.hidden = tag == "style"
        self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        """Sees the end of the style sheet."""
        self.hidden = False
        self.words.append(" ")

    def handle_data(self, data: str) -> None:
        """Keeps what is read."""
        if not self.hidden:
            self.words.append(data)


def made(folders: Folders, wanted: Wanted | None = None) -> Case:
    """The report on a library."""

    def no_workers() -> None:
        raise AssertionError("a check needs no workers")

    wanted = wanted or Wanted()
    problems = Press(folders, no_workers).check(wanted)  # type: ignore[arg-type]
    return Case(folders, problems, report(folders, wanted, problems, TODAY))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The library as shipped."""
    return made(Folders(GUIDES, TEMPLATES, STYLES, tmp_path_factory.mktemp("out")))


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert re.search(old, text, re.MULTILINE), f"{path.name} does not hold {old}"
    path.write_text(re.sub(old, lambda _: new, text, count=1, flags=re.MULTILINE), "utf-8")


def sign(path: Path, guides: Path, reviewed: str, due: str, digest: str = "") -> None:
    """Records a review of a document's words."""
    digest = digest or text_digest(read_document(path, guides).document)
    lines = f'reviewer: Ann Example\n  credentials: MD\n  reviewed: {reviewed}\n  next_review: {due}\n  digest: "{digest}"'
    change(path, r"^status: draft$", f"status: reviewed\nreview:\n  {lines}")


@pytest.fixture(scope="module")
def troubled(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A library with every kind of trouble: errors, a file that can't be read, reviews of all sorts, links of all sorts."""
    folder = tmp_path_factory.mktemp("troubled")
    guides = Path(shutil.copytree(GUIDES, folder / "guides"))
    en = guides / "en"
    change(en / "spinal-stenosis.yaml", r"^title: .*$", "title: Spinal stenosis, cured")
    change(en / "spinal-stenosis.yaml", r"^      - The space around.*$", "      - In 40 percent, tightness lessens considerably.")
    change(en / "scoliosis.yaml", r"^title: .*$", "title: [")
    change(en / "annular-tears.yaml", r"^    heading: .*$", f"    heading: {json.dumps(HOSTILE)}")
    change(en / "spinal-fractures.yaml", r"^    sources: .*$", "    # no source")
    sign(en / "spondylolisthesis.yaml", guides, "2026-09-20", "2028-09-20")
    sign(en / "second-opinion.yaml", guides, "2023-01-01", "2025-12-31")
    sign(en / "adjacent-segment-disease.yaml", guides, "2026-01-01", "2028-01-01", "0123456789abcdef")
    statuses = ("status: verified\n    last_checked: 2026-11-20", "status: missing\n    last_checked: 2026-11-21")
    used = re.findall(r"article: ?([a-z0-9-]+)", (en / "spinal-stenosis.yaml").read_text("utf-8"))
    for key, status in zip(used, statuses, strict=False):
        change(
            guides / "articles.yaml", rf"(?<=- id: {key}\n)((?:    .*\n)*?)    status: unverified", _entry(guides, key, status)
        )
    return made(Folders(guides, TEMPLATES, STYLES, folder / "out"))


def _entry(guides: Path, key: str, status: str) -> str:
    text = (guides / "articles.yaml").read_text("utf-8")
    found = re.search(rf"(?<=- id: {key}\n)((?:    .*\n)*?)    status: unverified", text)
    assert found
    return f"{found[1]}    {status}"


# -- what it says -------------------------------------------------------------------------------------------------------


def test_it_counts_what_the_proofreader_found(troubled: Case) -> None:
    errors = sum(problem.severity == "error" for problem in troubled.problems)
    assert errors > 3
    assert f"Errors {errors} Warnings {len(troubled.problems) - errors} " in troubled.text
    for problem in troubled.problems:
        assert " ".join(problem.message.split()) in troubled.text


def test_documents_that_need_most_work_come_first(troubled: Case) -> None:
    order = re.findall(r'<article class="card" id="en-([a-z-]+)"', troubled.html)
    assert len(order) == len(SHIPPED) - 1
    cards = [troubled.card(f"en/{slug}") for slug in order]
    errors = [card.errors for card in cards]
    assert errors == sorted(errors, reverse=True)
    assert errors[0] > errors[-1] == 0
    assert [card.need for card in cards] == sorted(card.need for card in cards)
    assert re.findall(r'<a href="#en-([a-z-]+)">', troubled.html) == order


def test_a_file_that_can_not_be_read_is_shown_with_its_problem(troubled: Case) -> None:
    assert "guides/en/scoliosis.yaml can’t be read" in troubled.text
    assert re.search(r"guides/en/scoliosis.yaml:\d+ · yaml-syntax", troubled.text)


@pytest.mark.parametrize(
    ("name", "status", "sentence"),
    [
        ("spinal-fractures", "draft", "Not reviewed yet; last changed"),
        ("spondylolisthesis", "reviewed", "Reviewed 2 months ago by Ann Example, MD; next by 2028-09-20"),
        ("second-opinion", "overdue", "Reviewed 3 years ago by Ann Example, MD; was due 10 months ago"),
        ("adjacent-segment-disease", "draft", "The words changed after the review of 2026-01-01"),
    ],
)
def test_the_review_is_told_with_its_age(troubled: Case, name: str, status: str, sentence: str) -> None:
    card = troubled.card(f"en/{name}")
    assert card.status == status
    assert card.review.startswith(sentence)
    assert sentence in troubled.text


def test_each_code_has_the_state_of_its_address(troubled: Case) -> None:
    card = troubled.card("en/spinal-stenosis")
    first, second, *_ = card.links
    assert (first.status, first.checked) == ("verified", "asked 2 days ago")
    assert (second.status, second.checked) == ("missing", "asked yesterday")
    assert card.verified == 1
    unasked = [code for name in ("annular-tears", "failed-back-surgery") for code in troubled.card(f"en/{name}").links]
    assert ("unverified", "never asked") in {(code.status, code.checked) for code in unasked}


def test_the_ledger_of_claims_shows_what_rests_on_nothing(troubled: Case) -> None:
    faults = {claim.fault for claim in troubled.card("en/spinal-fractures").claims}
    assert "no source" in faults
    shown = troubled.card("en/spinal-stenosis").claims[0]
    assert "40 percent" in shown.said
    assert len(shown.sources) > 1


@pytest.mark.parametrize("name", SHIPPED)
def test_every_section_has_the_grade_that_the_proofreader_gives_it(shipped: Case, name: str) -> None:
    card, proofs = shipped.card(name), copy(read_document(GUIDES / f"{name}.yaml"))
    graded = [section for section in proofs.sections if section.reading.words >= 10]
    assert [bar.score for bar in card.bars] == [ease("en", section.reading)[0] for section in graded]
    assert [bar.words for bar in card.bars] == [section.reading.words for section in graded]
    assert abs(sum(bar.width for bar in card.bars) - 100) < 0.01
    assert card.score == ease("en", proofs.reading)[0]
    assert {bar.state for bar in card.bars} <= {"good", "over"}


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_claim_has_a_known_source(shipped: Case, name: str) -> None:
    claims = shipped.card(name).claims
    assert len(claims) > 4
    assert {claim.fault for claim in claims} == {""}


def test_a_spanish_document_is_graded_on_its_own_scale(tmp_path: Path) -> None:
    guides = Path(shutil.copytree(GUIDES, tmp_path / "guides"))
    (guides / "en").rename(guides / "es")
    case = made(Folders(guides, TEMPLATES, STYLES, tmp_path / "out"), Wanted(slugs=("spinal-stenosis",)))
    card = case.card("es/spinal-stenosis")
    assert (card.scale.goal, card.scale.limit) == (70, 60)
    assert "Fernández-Huerta ease" in case.text
    assert all((bar.state == "good") == (bar.score >= 70) for bar in card.bars)


def test_only_the_documents_asked_for_are_shown(shipped: Case) -> None:
    case = made(shipped.folders, Wanted(slugs=("spinal-stenosis", "scoliosis")))
    assert sorted(re.findall(r'<article class="card" id="en-([a-z-]+)"', case.html)) == ["scoliosis", "spinal-stenosis"]


def test_a_library_that_can_not_be_read_still_gives_a_page(tmp_path: Path) -> None:
    guides = Path(shutil.copytree(GUIDES, tmp_path / "guides"))
    (guides / "clinic.yaml").write_text("name: [\n")
    case = made(Folders(guides, TEMPLATES, STYLES, tmp_path / "out"))
    assert "guides/clinic.yaml:" in case.text
    assert "<article" not in case.html


def test_the_same_library_gives_the_same_page(shipped: Case) -> None:
    assert made(shipped.folders).html == shipped.html


def test_the_page_is_small_and_carries_its_fonts(shipped: Case) -> None:
    assert len(shipped.html.encode()) < 600_000
    assert shipped.html.count("url(data:font/woff2;base64,") == 3
    assert "http" not in re.sub(r'<a href="https?://[^"]+"', "", shipped.html).replace('http-equiv="Content', "")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-11-22", "today"),
        ("2026-11-21", "yesterday"),
        ("2026-10-01", "52 days ago"),
        ("2026-09-20", "2 months ago"),
        ("2024-11-25", "24 months ago"),
        ("2024-11-20", "2 years ago"),
        ("2027-01-05", "on 2027-01-05"),
    ],
)
def test_how_long_ago_is_said_in_the_unit_that_fits(day: str, said: str) -> None:
    assert ago(date.fromisoformat(day), TODAY) == said


# -- from the command line ------------------------------------------------------------------------------------------------


def test_the_command_writes_the_report(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "deep" / "report.html"
    assert main(["check", "spinal-stenosis", "--report", str(target), "--out", str(tmp_path / "out"), "--format", "json"]) == 0
    assert capsys.readouterr().out.startswith("{\n")
    assert target.read_text("utf-8").count('<article class="card"') == 1


def test_a_missing_layout_is_a_fault_in_one_sentence(shipped: Case, tmp_path: Path) -> None:
    with pytest.raises(Fault, match=r"the layout of the report is missing: .*report.html.jinja"):
        report(Folders(GUIDES, tmp_path, STYLES, tmp_path), Wanted(), [], TODAY)


def test_styles_without_fonts_give_a_page_in_the_readers_own(shipped: Case, tmp_path: Path) -> None:
    shutil.copytree(STYLES, tmp_path / "styles", ignore=shutil.ignore_patterns("fonts"))
    html = report(Folders(GUIDES, TEMPLATES, tmp_path / "styles", tmp_path), Wanted(), [], TODAY)
    assert "@font-face" not in html
    assert "system-ui" in html


def test_a_report_that_can_not_be_written_is_a_fault(shipped: Case, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Fault, match="can't be written"):
        write_report(tmp_path / "file" / "report.html", shipped.folders, Wanted(slugs=("scoliosis",)), [], TODAY)


# -- in a real browser ------------------------------------------------------------------------------------------------------


@pytest.fixture
def page(browser: Browser, troubled: Case, tmp_path: Path) -> Callable[..., Browser]:
    """Opens the troubled report at a width, with all that folds open or as it comes."""

    def opened(width: int = 1280, unfolded: bool = False) -> Browser:
        (tmp_path / "report.html").write_text(troubled.html, "utf-8")
        browser.resize(width)
        browser.open(tmp_path / "report.html")
        if unfolded:
            browser.run("document.querySelectorAll('details').forEach(d => d.open = true)")
        return browser

    return opened


def test_it_asks_for_nothing_and_runs_nothing(page: Callable[..., Browser]) -> None:
    window = page()
    assert window.run("return document.title").startswith("Score cards")
    assert [url for url in window.requests() if not url.startswith("data:")] == [window.run("return location.href")]
    assert window.logged("browser") == []
    assert window.run("return document.scripts.length") == 0


def test_hostile_words_are_shown_as_words(page: Callable[..., Browser]) -> None:
    window = page(unfolded=True)
    assert HOSTILE in window.run("return document.body.innerText")
    assert window.run("return document.title") != "ran"


def test_it_is_set_in_the_faces_it_carries(page: Callable[..., Browser]) -> None:
    window = page()
    told = "f => [f.family.replace(/\"/g, ''), f.weight, f.status].join(' ')"
    faces = window.run(f"return document.fonts.ready.then(fonts => [...fonts].map({told}))")
    assert sorted(faces) == [
        "Atkinson Hyperlegible Next 400 loaded",
        "Atkinson Hyperlegible Next 700 loaded",
        "Literata 600 loaded",
    ]


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1900])
def test_it_fits_every_window(page: Callable[..., Browser], width: int) -> None:
    window = page(width, unfolded=True)
    assert window.run("return innerWidth") == width
    assert window.run("return document.documentElement.scrollWidth") <= width
    beyond = """
      const inside = e => e.closest('.scroll, .skip, .why');
      return [...document.querySelectorAll('main *, header *')]
        .filter(e => !inside(e) && e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.outerHTML.slice(0, 80))"""
    assert window.run(beyond) == []


CONTRASTS = """
  const channel = c => (c /= 255) <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const ground = e => {
    if (!e) return [255, 255, 255];
    const c = rgb(getComputedStyle(e).backgroundColor);
    return c.length == 3 || c[3] == 1 ? c : ground(e.parentElement);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = {};
  for (let node; node = texts.nextNode();) {
    if (!node.data.trim()) continue;
    const e = node.parentElement, [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) found[e.className + ' ' + node.data.trim().slice(0, 30)] = ratio;
  }
  return found"""


def test_every_word_stands_out_from_its_ground(page: Callable[..., Browser]) -> None:
    assert page(unfolded=True).run(CONTRASTS) == {}


def test_no_word_is_small(page: Callable[..., Browser]) -> None:
    sizes = """
      const sizes = {};
      const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node; node = texts.nextNode();) if (node.data.trim()) sizes[getComputedStyle(node.parentElement).fontSize] = 1;
      return Object.keys(sizes).map(parseFloat)"""
    assert min(page(unfolded=True).run(sizes)) >= 12


def test_assistive_technology_finds_its_way(page: Callable[..., Browser]) -> None:
    window = page()
    assert window.role("body > header")[0] == "banner"
    assert window.role("main")[0] == "main"
    assert window.role("body > footer")[0] == "contentinfo"
    assert window.role("article") == ("article", window.run("return document.querySelector('article h2').innerText"))
    role, name = window.role("svg.skyline")
    assert role in ("img", "image")
    assert re.fullmatch(r"\d+ sections, \d+ of them past the goal", name)
    levels = window.run("return [...document.querySelectorAll('h1, h2, h3, h4')].map(e => +e.tagName[1])")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    ids = window.run("return [...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    targets = window.run("return [...document.querySelectorAll('a[href^=\"#\"]')].map(e => e.hash.slice(1))")
    assert set(targets) <= set(ids)
    assert window.run("return [...document.querySelectorAll('th')].every(th => th.scope)")
    assert window.run("return document.documentElement.lang") == "en"


def test_it_works_by_keyboard(page: Callable[..., Browser]) -> None:
    window = page()
    assert window.run("return document.querySelector('article details').open") is False
    window.type("article summary", "\ue007")
    assert window.run("return document.querySelector('article details').open") is True
    outline = window.run("return getComputedStyle(document.querySelector('article summary')).outlineStyle")
    assert outline == "solid"


def test_the_overview_leads_to_the_card(page: Callable[..., Browser]) -> None:
    window = page()
    window.run("document.documentElement.style.scrollBehavior = 'auto'")
    window.click(".overview tbody tr:last-child a")
    top = window.run("return document.querySelector(location.hash).getBoundingClientRect().top")
    height = window.run("return document.documentElement.scrollHeight - document.querySelector(location.hash).offsetTop")
    assert abs(top) < 40 or height < 900


def test_bars_are_as_long_as_their_grades(page: Callable[..., Browser]) -> None:
    window = page()
    bars = window.run("""
      return [...document.querySelectorAll('.bars li')].map(li => {
        const track = li.querySelector('.track'), bar = track.firstElementChild;
        return [parseFloat(li.querySelector('.score').innerText), bar.offsetWidth / track.offsetWidth];
      })""")
    assert len(bars) > 100
    assert all(abs(share - min(max(score, 0.1), 10) / 10) < 0.03 for score, share in bars)


def test_on_paper_everything_is_open(page: Callable[..., Browser]) -> None:
    with pypdfium2.PdfDocument(BytesIO(page().printed())) as pdf:
        pages = [sheet.get_textpage().get_text_bounded() for sheet in pdf]
    text = " ".join(" ".join(pages).split())
    assert text.count("The purpose is plain at once") == len(SHIPPED) - 1
    assert text.count("Rests on") >= len(SHIPPED) - 1
    assert "Skip to" not in text
    assert all(len(words.split()) > 10 for words in pages), "no page is left nearly empty"
