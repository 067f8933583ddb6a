"""A document with the wrong number of pages: what runs over and where is told once, at its place, with a proof to look at."""

import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from printroom import GUIDES, STYLES, promised
from smallhouse import House, make_house, manifest, printed

from press.build import jobs
from press.build.cause import SINCE, Case, at_its_words, together
from press.build.jobs import Job, Outcome
from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.documents import Guide
from press.model.library import NAME_LETTERS, Library
from press.preflight.promise import Finding
from press.problems import Problem
from press.read.library import read_library, read_manuscript
from press.read.manuscript import Manuscript
from press.typeset.overset import Block, Side, _surplus, in_words

STANDARD = EDITIONS["standard"]
Working = Callable[[Manuscript], Outcome]


@pytest.fixture(scope="module")
def working(library: Library, templates: Templates) -> Working:
    """A worker's job on a document, in this process."""

    def run(manuscript: Manuscript) -> Outcome:
        made = compose(manuscript, STANDARD.symbol_mm, library, templates)
        promise = promised(manuscript, made, STANDARD, library)
        return jobs.run(Job(made.html, STYLES, "", STANDARD.sheet, STANDARD.pdf_variant, made.opens, promise))

    return run


def shipped(name: str, edit: Callable[[str], str], folder: Path) -> Manuscript:
    """A shipped document after an edit of its text."""
    path = folder / "guides" / "en" / f"{name}.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(edit((GUIDES / "en" / path.name).read_text("utf-8")), "utf-8")
    manuscript, problems = read_manuscript(path, folder / "guides")
    assert manuscript, problems
    return manuscript


def words_on(pdf: bytes, *pages: int) -> int:
    """How many words stand on pages of a PDF, without their running feet."""
    with pypdfium2.PdfDocument(pdf) as file:
        found = 0
        for number in pages:
            page = file[number - 1]
            width, height = page.get_size()
            text = page.get_textpage().get_text_bounded(0, 0.06 * height, width, height)
            found += len([word for word in text.split() if re.search(r"\w", word)])
    return found


def test_a_front_that_runs_over_says_by_how_much_and_which_block_is_longest(working: Working, tmp_path: Path) -> None:
    long = "Some people are born with it."
    outcome = working(shipped("spinal-stenosis", lambda text: text.replace(long, " ".join([long] * 30)), tmp_path))
    (found,) = outcome.findings
    assert found.code == "wrong-page-count"
    told = re.fullmatch(
        r"it has 3 pages and must have 2; its front is about (\d+) lines too long: (\d+) words run over to page 2", found.message
    )
    assert told, found.message
    assert abs(int(told[2]) - words_on(outcome.pdf, 2)) <= 8
    assert 3 <= int(told[1]) <= 14
    assert re.match(
        r"shorten the front; the longest blocks are text “What is happening in your spine\?” \(2\d\d words\), ", found.hint or ""
    )
    assert found.at == "front text 0"


def test_the_lines_told_are_about_those_that_have_to_go(working: Working, tmp_path: Path) -> None:
    """With so many lines less it fits: nobody is sent round twice."""
    long = "Some people are born with it. "
    outcome = working(shipped("spinal-stenosis", lambda text: text.replace(long.strip(), (long * 24).strip()), tmp_path / "a"))
    lines = int(re.findall(r"about (\d+) lines", outcome.findings[0].message)[0])
    fewer = 24 - round((lines + 2) * 9 / 6)  # nine words a line beside the drawing, six words a sentence
    outcome = working(shipped("spinal-stenosis", lambda text: text.replace(long.strip(), (long * fewer).strip()), tmp_path / "b"))
    assert outcome.findings == ()


def test_both_sides_are_named_where_both_run_over(working: Working, tmp_path: Path) -> None:
    def longer(text: str) -> str:
        more = f"back:\n  - kind: text\n    heading: More\n    body: {'You can walk. ' * 150}\n"
        return text.replace("back:\n", more).replace("born with it.", "born with it. " * 30)

    (found,) = working(shipped("spinal-stenosis", longer, tmp_path)).findings
    assert "its front is about " in found.message
    assert ", and its back is about " in found.message
    assert (found.hint or "").startswith("shorten the front and the back; the longest blocks are ")
    assert "text “More” (451 words)" in (found.hint or "")


def test_what_runs_over_is_marked_in_the_proof(working: Working, tmp_path: Path) -> None:
    """Red bars on the surplus page, beside its lines, and on no other page."""
    long = "Some people are born with it."
    outcome = working(shipped("spinal-stenosis", lambda text: text.replace(long, " ".join([long] * 24)), tmp_path))
    with pypdfium2.PdfDocument(outcome.pdf) as file:
        red = [[_is_bar(pixel) for pixel in _pixels(page)] for page in file]
    assert [sum(page) > 50 for page in red] == [False, True, False]
    upper, lower = red[1][: len(red[1]) // 2], red[1][len(red[1]) // 2 :]
    assert sum(upper) > 10 * sum(lower), "the lines stand at the top of the page, and so do the bars"


def test_of_a_guide_the_last_lines_of_the_parts_that_are_named_are_marked() -> None:
    sides = [side("cover", 0, p1=9), side("part", 0, p2=300, p3=8), side("part", 1, p4=300), side("part", 2, p5=300, p6=1)]
    assert sorted(number for number, _ in _surplus(sides)) == [3, 6]


def _pixels(page: Any) -> Any:
    return page.render(scale=0.5).to_pil().convert("RGB").get_flattened_data()


def _is_bar(pixel: tuple[int, int, int]) -> bool:
    red, green, blue = pixel
    return red > 200 and 15 < green < 60 and 15 < blue < 60


def test_a_document_that_fits_is_not_measured(working: Working, tmp_path: Path) -> None:
    outcome = working(shipped("spinal-stenosis", lambda text: text, tmp_path))
    assert outcome.findings == ()
    assert outcome.pages == 2


def side(name: str, number: int, **words: int) -> Side:
    """A side with so many words on each of its pages (`p3=40`), one line a page."""
    made = Side(name, number, [Block("text", 0, "A heading")])
    for page, count in words.items():
        made.words[int(page[1:])] = made.blocks[0].words[int(page[1:])] = count
        made.lines[int(page[1:])] = [(0.0, 0.0, 100.0, 17.0)]
    return made


@pytest.mark.parametrize(
    ("pages", "hint"),
    [
        (11, "lengthen it by 1 page"),
        (14, "shorten it by 2 pages or lengthen it by 2 pages"),
        (17, "shorten it by 1 page"),
    ],
)
def test_a_guide_names_the_parts_that_end_on_a_nearly_empty_page(pages: int, hint: str) -> None:
    parts = [side("cover", 0, p1=9), side("part", 0, p2=300, p3=8), side("part", 1, p4=300), side("part", 2, p5=300, p6=1)]
    told = in_words(parts, pages, Guide.page_budget)
    assert told
    assert told.message == (
        f"it has {pages} pages and must have 12 or 16; part 3 ends with 1 word on page 6; part 1 ends with 8 words on page 3"
    )
    assert told.hint == f"{hint}; the longest blocks of part 3 are text “A heading” (301 words)"
    assert told.at == "part 2"


def test_nothing_is_made_up_where_nothing_can_be_told() -> None:
    assert in_words([side("front", 0, p1=9), side("back", 1, p2=9)], 5, frozenset({2})) is None
    assert in_words([], 5, frozenset({2})) is None


# -- told once ------------------------------------------------------------------------------------------------------------


def test_findings_that_editions_share_are_told_once() -> None:
    def at(message: str, line: int = 4) -> Problem:
        return Problem("wrong-page-count", "error", message, "guides/en/a.yaml", line)

    assert together([at("standard: too long"), at("a4: too long")]) == [at("standard, a4: too long")]
    assert together([at("a4: too long"), at("standard: too long")]) == [at("standard, a4: too long")], "whichever was first"
    assert together([at("a4: 2 lines"), at("standard: 3 lines")]) == [at("standard: 3 lines; a4: 2 lines")]
    assert together([at("standard: too long"), at("a4: too long", 5)]) == [at("standard: too long"), at("a4: too long", 5)]
    alone = Problem("tab", "error", "a tab stands here: why", "guides/en/a.yaml", 4)
    assert together([alone, at("a4: too long")]) == [alone, at("a4: too long")]
    assert together([at(f"{edition}: {SINCE}en/{slug}") for slug in "abc" for edition in EDITIONS]) == [
        at(f"{', '.join(EDITIONS)}: {SINCE}en/a, en/b, en/c")
    ]


# -- a whole build --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> House:
    house = make_house(tmp_path_factory.mktemp("overset") / "house", ("first-steps",))
    house.build()
    return house


def failed(house: House, cache: Path, *options: str) -> Problem:
    """The one problem of a build that fails."""
    done = house.run("build", "--format=json", *options, XDG_CACHE_HOME=str(cache))
    assert done.returncode == 1, done.stdout + done.stderr
    (problem,) = json.loads(done.stdout)["problems"]
    return Problem(**problem)


def test_too_long_is_told_at_the_block_that_grew_and_a_proof_is_kept_outside_the_output(built: House, tmp_path: Path) -> None:
    """Once for both editions; mended, the proof goes."""
    before, file = printed(built.out), "guides/en/first-steps.yaml"
    built.edit(file, "A short text", "A short text. " * 300 + "A short text")
    problem = failed(built, tmp_path)
    lines = (built.root / file).read_text("utf-8").splitlines()
    assert (problem.code, problem.file, lines[problem.line - 1].strip()) == ("wrong-page-count", file, "- kind: text")
    assert re.match(
        r"(standard, a4|a4, standard|standard|a4): it has 3 pages and must have 2; its front is about \d+ lines", problem.message
    )
    proofs = sorted(tmp_path.rglob("*.pdf"))
    assert [path.name for path in proofs] == ["en-first-steps-a4.pdf", "en-first-steps-standard.pdf"]
    assert re.search(r"see (\S+), where what runs over is marked", problem.hint or "")[1] in map(str, proofs)  # type: ignore[index]
    assert proofs[0].parent.stat().st_mode & 0o077 == 0 or os.name == "nt"
    assert printed(built.out) == before, "the last good file stays, and nothing else is there"
    assert all(entry["stale"] for entry in manifest(built.out)["documents"])
    built.edit(file, "A short text. " * 300, "")
    assert built.run("build", XDG_CACHE_HOME=str(tmp_path)).returncode == 0
    assert printed(built.out) == before


def test_a_shared_field_that_grew_is_blamed_and_not_the_document(built: House, tmp_path: Path) -> None:
    """A phrase of a thousand words makes a handout too long that nobody touched."""
    assert built.run("build", XDG_CACHE_HOME=str(tmp_path)).returncode == 0, "it was good, and the record is there"
    file = "guides/en/phrases.yaml"
    built.edit(file, "\nquestions: ", "\nquestions: " + "More and more " * 300)
    problem = failed(built, tmp_path)
    lines = (built.root / file).read_text("utf-8").splitlines()
    assert (problem.code, problem.file) == ("wrong-page-count", file)
    assert lines[problem.line - 1].startswith("questions: More and more")
    assert problem.message.endswith(f": {SINCE}en/first-steps")
    assert (problem.hint or "").startswith("shorten this; or shorten the back; the longest blocks are questions ")
    built.edit(file, "More and more " * 300, "")
    built.build()


def test_nobody_says_that_a_text_is_as_it_was_where_the_record_is_lost_or_it_changed_too(built: House, tmp_path: Path) -> None:
    """A build with `--force` knows what changed as any other does."""
    file = "guides/en/first-steps.yaml"
    built.edit(file, "A short text", "A short text. " * 300 + "A short text")
    problem = failed(built, tmp_path)
    assert (problem.file, "its own text" in problem.message) == (file, False), "a new cache: there is no record"
    built.edit(file, "A short text. " * 300, "")
    assert built.run("build", XDG_CACHE_HOME=str(tmp_path)).returncode == 0
    built.edit(file, "A short text", "A short text. " * 300 + "A short text")
    problem = failed(built, tmp_path, "--force")
    assert (problem.file, "its own text" in problem.message) == (file, False)
    built.edit(file, "A short text. " * 300, "")
    built.build()


def test_a_word_that_finds_no_room_is_told_at_its_line(tmp_path: Path) -> None:
    """Others of the document's problems stay where they are."""
    guides = tmp_path / "guides"
    (guides / "en").mkdir(parents=True)
    word = "Microdiscectomyhemilaminectomy"
    (guides / "en" / "small.yaml").write_text((GUIDES / "en" / "spinal-stenosis.yaml").read_text("utf-8").replace("Sit or", word))
    case = Case("en/small", "a4", "guides/en/small.yaml", guides, (), True)
    told = Problem("word-outside", "error", f"a4: page 2: the words 'lean {word[:20]}' run into the margin", case.file)
    placed = at_its_words(told, case)
    assert placed.excerpt[placed.column - 1 :].startswith(word)
    for other in (replace(told, code="text-hidden"), replace(told, message="a4: page 2: the words 'lean on' run on")):
        assert at_its_words(other, case) == other


def test_a_clinics_name_has_a_limit_that_leaves_the_pages_as_they_are(tmp_path: Path) -> None:
    """It is refused where it stands, before it makes every handout too long."""
    (tmp_path / "guides").mkdir()
    name = "Advanced Orthopaedic Spine and Regenerative Medicine Institute"
    (tmp_path / "guides" / "clinic.yaml").write_text(f"name: {name}\nsite: https://a.b/\nhosts: [a.b]\n")
    (problem,) = [
        problem
        for problem in read_library(tmp_path / "guides", tmp_path / "figures.css").problems
        if problem.file == "guides/clinic.yaml"
    ]
    assert (problem.code, problem.line, problem.column) == ("bad-value", 1, 7)
    assert problem.message == f"'name' must have at most {NAME_LETTERS} characters"


def test_the_longest_name_leaves_a_handout_on_two_pages(library: Library, templates: Templates, working: Working) -> None:
    """Of all that are shipped, the one whose front is fullest."""
    name = "Institute for Spine and Movement"
    assert len(name) == NAME_LETTERS
    other = replace(library, clinic=library.clinic.model_copy(update={"name": name}))
    manuscript, _ = read_manuscript(GUIDES / "en" / "spondylolisthesis.yaml", GUIDES)
    assert manuscript
    made = compose(manuscript, STANDARD.symbol_mm, other, templates)
    promise = promised(manuscript, made, STANDARD, other)
    found: tuple[Finding, ...] = jobs.run(
        Job(made.html, STYLES, "", STANDARD.sheet, STANDARD.pdf_variant, made.opens, promise)
    ).findings
    assert found == ()
