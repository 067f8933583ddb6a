"""A false fresh never: whatever is edited, built in part, broken off or changed under way, a build ends where a forced one would.

Here the workers are played by a stub that prints what the real engine would read: the page, and every file that the style
sheets bring in, found by another parser than ours. `test_presswork` and `test_faults` do the same with real processes.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from unittest.mock import patch

import pytest
import tinycss2
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from smallhouse import SLUGS, House, make_house, manifest, printed

from press.build.books import Books
from press.build.jobs import Job, Lost, Outcome
from press.build.press import Press
from press.build.request import Summary, Wanted
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.file.cache import Cache
from press.plan.inputs import Stock
from press.plan.last_build import RECORD
from press.plan.record import Ledger
from press.preflight.promise import Finding
from press.problems import Fault, Problem

EVERYTHING = Wanted()


def brought_in(styles: Path, name: str) -> Iterator[bytes]:
    """The bytes of a style sheet and of all that it brings in, as tinycss2 sees it."""
    path = styles / name
    data = path.read_bytes() if path.is_file() else b""
    yield name.encode() + data
    if name.endswith(".css"):
        for address in _addresses(tinycss2.parse_component_value_list(data.decode())):
            yield from brought_in(styles, os.path.normpath(Path(name).parent / address))


def _addresses(tokens: list[Any]) -> Iterator[str]:
    for token in tokens:
        if token.type == "url" or (token.type == "string" and "." in token.value):
            yield token.value
        for inside in ("content", "arguments"):
            yield from _addresses(getattr(token, inside, None) or [])


@dataclass
class Stub:
    """An executor that prints at once. `at` holds what else happens at which job; `printed` counts them."""

    at: dict[int, Callable[[], object]] = field(default_factory=dict)
    printed: int = 0
    width: int = 2

    def submit(self, job: Job) -> "Future[Outcome]":
        """Prints a page as a digest of all that the engine would read."""
        self.printed += 1
        future: Future[Outcome] = Future()
        try:
            self.at.get(self.printed, lambda: None)()
        except Lost as lost:
            future.set_exception(lost)
            return future
        styles = [*brought_in(job.styles, job.sheet), *brought_in(job.styles, "fonts/fonts.conf")]
        pdf = hashlib.sha256(repr((job.html, job.opens, job.promise, styles)).encode()).hexdigest().encode()
        links = tuple((link, 2) for link in job.promise.links)
        long = "overlong" in job.html and not any(b"roomy" in sheet for sheet in styles)
        findings = (Finding("wrong-page-count", "it has 3 pages and must have 2"),) if long else ()
        future.set_result(Outcome(pdf, 2, links, findings, 0.1, {}, {"weasyprint": "70.0"}))
        return future

    def close(self) -> None:
        """Nothing to end."""


def build(house: House, wanted: Wanted = EVERYTHING, stub: Stub | None = None, out: Path | None = None) -> Summary:
    """One build in this process, as a new command would do it."""
    folders = house.folders if out is None else replace(house.folders, out=out)
    return Bench(folders, lambda: stub or Stub()).build(wanted)


class Bench(Press):
    """A press that does not compile the same templates twice in a test run."""

    compiled: ClassVar[dict[frozenset[tuple[str, str]], Templates]] = {}

    def templates(self, texts: dict[str, str]) -> Templates:
        """The compiled templates."""
        key = frozenset(texts.items())
        if key not in self.compiled:
            self.compiled[key] = super().templates(texts)
        return self.compiled[key]


def forced(house: House) -> dict[str, Any]:
    """What a forced build into an empty folder gives."""
    out = house.root / "forced"
    shutil.rmtree(out, ignore_errors=True)
    summary = build(house, Wanted(force=True), out=out)
    return {
        "printed": printed(out),
        "documents": manifest(out)["documents"],
        "failed": set(summary.failed),
        "problems": summary.problems,
    }


def standing(house: House, summary: Summary) -> dict[str, Any]:
    """The same of the house's own output folder, the last good files of failing documents left out."""
    listed = manifest(house.out)["documents"]
    stale = {entry["path"] for entry in listed if entry.get("stale")}
    files = printed(house.out)
    told = {entry["path"]: entry["sha256"] for entry in listed}
    assert told.items() <= files.items(), "the manifest tells of nothing that is not there"
    return {
        "printed": {path: digest for path, digest in told.items() if path not in stale},
        "documents": [entry for entry in listed if not entry.get("stale")],
        "failed": set(summary.failed),
        "problems": summary.problems,
    }


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A small house."""
    return make_house(tmp_path / "house")


@pytest.fixture
def built(house: House) -> House:
    """A small house, built once, some time ago."""
    build(house)
    settle(house)
    return house


def settle(house: House) -> None:
    """Makes the house look as if all had been saved long ago, so that stats are trusted."""
    with patch("press.plan.inputs.YOUNG_NS", 0):
        build(house)


def stale(house: House, wanted: Wanted = EVERYTHING) -> dict[str, list[str]]:
    """What `explain` says of the documents that are stale."""
    explained = Press(house.folders, Stub).explain(wanted)
    return {name: reasons for name, reasons in explained.items() if reasons}


def change(house: House, name: str, place: tuple[str | int, ...], value: Any) -> None:
    """Changes a value in a YAML file."""
    file = house.root / name
    values = found = yaml.safe_load(file.read_text("utf-8"))
    for key in place[:-1]:
        found = (
            next(entry for entry in found if entry.get("id") == key)
            if isinstance(found, list) and isinstance(key, str)
            else found[key]
        )
    found[place[-1]] = value
    file.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False), "utf-8")


def both(*slugs: str) -> set[str]:
    """Documents in all editions, as summaries name them."""
    return {f"en/{slug} ({edition})" for slug in slugs for edition in ("standard", "a4")}


# -- what exactly is rebuilt ----------------------------------------------------------------------------------------------


def test_nothing_changed_is_nothing_to_do(built: House) -> None:
    stub = Stub()
    before = {path: path.stat() for path in built.out.rglob("*") if path.is_file()}
    summary = build(built, stub=stub)
    assert set(summary.fresh) == both(*SLUGS)
    assert stub.printed == 0
    assert {path: path.stat() for path in before} == before, "not even the ledger is written again"


def test_touching_a_file_rebuilds_nothing(built: House) -> None:
    for path in built.root.rglob("*.*"):
        if "out" not in path.parts:
            os.utime(path)
    stub = Stub()
    assert build(built, stub=stub).built == []
    assert stub.printed == 0


def test_an_article_s_title_rebuilds_what_prints_it(built: House) -> None:
    first, second, *_ = built.articles()
    change(built, "guides/articles.yaml", ("articles", first, "title"), "Another title")
    assert stale(built) == {name: [f"articles.yaml, title of {first} changed"] for name in both(SLUGS[0])}
    assert set(build(built).built) == both(SLUGS[0])
    change(built, "guides/articles.yaml", ("articles", second, "title"), "Yet another title")
    assert set(build(built).built) == both(SLUGS[0], SLUGS[1])


def test_a_note_that_nobody_prints_rebuilds_nothing(built: House) -> None:
    change(built, "guides/articles.yaml", ("articles", built.articles()[0], "note"), "A note for editors.")
    summary = build(built)
    assert summary.built == []
    assert stale(built) == {}


def test_an_article_s_id_is_in_the_manifest_though_not_on_the_page(built: House) -> None:
    first = built.articles()[0]
    built.edit("guides/articles.yaml", f"id: {first}\n", "id: renamed\n")
    built.edit(f"guides/en/{SLUGS[0]}.yaml", first, "renamed")
    summary = build(built)
    assert standing(built, summary) == forced(built)


def test_a_style_sheet_rebuilds_the_editions_that_import_it(built: House) -> None:
    built.edit("styles/a4.css", "A4", "A4 landscape")
    assert set(build(built).built) == {f"en/{slug} (a4)" for slug in SLUGS}
    built.edit("styles/type.css", "700", "800")
    assert set(build(built).built) == both(*SLUGS)


@pytest.mark.parametrize("name", ["styles/icons/mark.svg", "styles/fonts/fonts.conf", "styles/type.css"])
def test_whatever_a_style_sheet_shows_counts(built: House, name: str) -> None:
    with (built.root / name).open("a") as file:
        file.write("\n")
    assert {reason for reasons in stale(built).values() for reason in reasons} == {f"{name} changed"}


def test_a_file_that_a_style_sheet_waits_for_counts_when_it_comes(house: House) -> None:
    house.edit("styles/plain.css", "mark.svg", "later.svg")
    build(house)
    (house.root / "styles/icons/later.svg").write_text("<svg/>")
    assert len(stale(house)) == 6


@pytest.mark.parametrize(
    "sheet",
    [
        '@IMPORT "x.css";',
        "@import 'x.css' screen;",
        "@import URL( x.css ) layer(base);",
        r'@import "x\.css";',
        "/* don't */ @import 'x.css'; /* it's */",
        '@import "%78.css";',
        'p { background: image-set("x.css" 1x) }',
        'p { content: "/*" } @import "x.css"; p { content: "*/" }',
    ],
)
def test_an_address_is_found_however_it_is_written(tmp_path: Path, sheet: str) -> None:
    from press.plan.inputs import sheet_closure

    (tmp_path / "entry.css").write_text(sheet)
    assert "styles/x.css" in sheet_closure(tmp_path, "entry.css")


def test_a_phrase_a_drawing_and_a_template_count(built: House) -> None:
    first = built.folders.guides / "figures" / "normal-spine.svg"
    first.write_text(first.read_text().replace("</svg>", "<g/></svg>"))
    assert set(build(built).built) == both(*SLUGS)
    change(built, "guides/en/phrases.yaml", ("page_of",), "Sheet {page} of {pages}")
    assert {r for reasons in stale(built).values() for r in reasons} == {"en/phrases.yaml, page_of changed"}
    build(built)
    with (built.root / "templates/blocks/questions.html.jinja").open("a") as file:
        file.write("{# a remark #}\n")
    assert {r for reasons in stale(built).values() for r in reasons} == {"blocks/questions.html.jinja changed"}
    assert build(built).built == [], "a remark in a template leaves the page as it was"
    assert stale(built) == {}


def test_the_styles_of_drawings_count(built: House) -> None:
    with (built.root / "styles/figures.css").open("a") as file:
        file.write(".bone { fill: red }\n")
    assert set(build(built).built) == both(*SLUGS)
    assert standing(built, build(built)) == forced(built)


def test_the_status_of_an_article_counts_where_its_code_is_printed(built: House) -> None:
    """Until its page has been opened, a code says "Link to confirm"."""
    change(built, "guides/articles.yaml", ("articles", built.articles()[0], "status"), "verified")
    assert set(build(built).built) == both(SLUGS[0])
    assert standing(built, build(built)) == forced(built)


def test_the_title_of_an_article_counts_where_a_text_links_to_it(built: House) -> None:
    """It is not on the page: a reader who can't see hears what the link opens."""
    article = built.articles()[3]
    built.edit(f"guides/en/{SLUGS[0]}.yaml", " about a", f" [about](article:{article}) a")
    build(built)
    change(built, "guides/articles.yaml", ("articles", article, "title"), "Another title")
    assert both(SLUGS[0]) <= set(build(built).built)
    assert standing(built, build(built)) == forced(built)


def test_another_engine_proofreads_anew(built: House) -> None:
    """What the rules of an earlier version found in a document is not kept."""
    found = [Problem("new-rule", "error", "found by a new rule", f"guides/en/{SLUGS[0]}.yaml")]
    with patch("press.build.content.proofread_document", lambda *_: found):
        assert build(built).failed == [], "with the same engine they are kept"
        with patch("press.plan.inputs.engine.installed", lambda: ["another press"]):
            assert set(build(built).failed) == both(*SLUGS)


@pytest.mark.parametrize("broken", ["while it is read", "when it is looked at"])
def test_a_proof_of_what_was_never_there_is_not_kept(built: House, broken: str) -> None:
    """A document that is broken only between the look at it and its reading, or only mended there, and then put back."""
    file = built.document(SLUGS[0])
    sound = file.read_text().replace("One point.", "Another point.")
    wrong = sound.replace("title:", "titel:")
    seen, read = (sound, wrong) if broken == "while it is read" else (wrong, sound)
    file.write_text(seen)
    with meanwhile(lambda: file.write_text(read)):
        build(built)
    file.write_text(seen)
    summary = build(built)
    assert set(summary.failed) == (set() if seen == sound else both(SLUGS[0]))
    assert standing(built, summary) == forced(built)


def test_a_fault_of_the_machine_in_a_worker_stops_the_build_and_leaves_the_old_files(built: House) -> None:
    before, listed = printed(built.out), (built.out / "manifest.json").read_bytes()

    class Broken(Stub):
        def submit(self, job: Job) -> "Future[Outcome]":
            future: Future[Outcome] = Future()
            future.set_result(Outcome(machine="the PDF engine can't start"))
            return future

    change(built, "guides/en/phrases.yaml", ("page_of",), "Sheet {page} of {pages}")
    with pytest.raises(Fault, match="the PDF engine can't start"):
        build(built, stub=Broken())
    assert printed(built.out) == before
    assert (built.out / "manifest.json").read_bytes() == listed
    assert set(build(built).built) == both(*SLUGS)


def test_the_engine_and_its_libraries_count(built: House) -> None:
    with patch("press.plan.inputs.engine.installed", lambda: ["weasyprint-99.dist-info"]):
        assert {r for reasons in stale(built).values() for r in reasons} == {"the engine or one of its libraries changed"}
    with patch("press.build.books.engine.libraries_changed", lambda libraries: True):
        assert {r for reasons in stale(built).values() for r in reasons} == {"the engine or one of its libraries changed"}
        assert set(build(built, Wanted(slugs=SLUGS[:1])).built) == both(SLUGS[0])
    assert set(stale(built)) == both(*SLUGS[1:]), "a build of some leaves the others stale"


# -- builds of a part ---------------------------------------------------------------------------------------------------------


def test_after_a_build_of_one_document_the_others_are_still_stale(built: House) -> None:
    change(built, "guides/en/phrases.yaml", ("page_of",), "Sheet {page} of {pages}")
    build(built, Wanted(slugs=SLUGS[:1]))
    settle_some(built, Wanted(slugs=SLUGS[:1]))
    assert set(stale(built)) == both(*SLUGS[1:])
    assert set(build(built).built) == both(*SLUGS[1:])


def test_after_a_build_of_one_edition_the_other_is_still_stale(built: House) -> None:
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "Another point.")
    assert build(built, Wanted(editions=("a4",))).built == [f"en/{SLUGS[0]} (a4)"]
    settle_some(built, Wanted(editions=("a4",)))
    assert set(stale(built)) == {f"en/{SLUGS[0]} (standard)"}
    assert build(built).built == [f"en/{SLUGS[0]} (standard)"]


def settle_some(house: House, wanted: Wanted) -> None:
    """A build of a part again, so that it finds nothing to do and could take the short way."""
    for _ in range(2):
        with patch("press.plan.inputs.YOUNG_NS", 0):
            assert build(house, wanted).built == []


# -- errors and their mending -------------------------------------------------------------------------------------------------


def test_a_document_with_errors_keeps_its_last_good_file(built: House) -> None:
    before = printed(built.out)
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "title:", "titel:")
    summary = build(built)
    assert set(summary.failed) == both(SLUGS[0])
    assert summary.errors
    assert printed(built.out) == before
    assert {entry["slug"] for entry in manifest(built.out)["documents"] if entry.get("stale")} == {SLUGS[0]}
    assert set(build(built).failed) == both(SLUGS[0]), "also when there is nothing to do"
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "titel:", "title:")
    build(built)
    assert not any(entry.get("stale") for entry in manifest(built.out)["documents"])


def test_a_document_is_mended_by_an_entry_that_comes_into_a_shared_file(built: House) -> None:
    built.edit(f"guides/en/{SLUGS[0]}.yaml", built.articles()[0], "to-come")
    assert set(build(built).failed) == both(SLUGS[0])
    text = '  - {id: to-come, title: It came, url: "https://valorspine.com/it-came/", status: unverified}\n'
    with (built.root / "guides/articles.yaml").open("a") as file:
        file.write(text)
    assert set(build(built).built) == both(SLUGS[0])


def test_a_page_that_does_not_fit_is_mended_by_a_style(built: House) -> None:
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "An overlong point.")
    assert set(build(built).failed) == both(SLUGS[0])
    assert stale(built) == {name: ["it has errors, and nothing that it uses has changed since"] for name in both(SLUGS[0])}
    stub = Stub()
    assert set(build(built, stub=stub).failed) == both(SLUGS[0])
    assert stub.printed == 0, "it is not tried again in vain"
    built.edit("styles/plain.css", "15mm", "/* roomy */ 10mm")
    assert set(build(built).built) == both(*SLUGS)


def test_an_edition_that_fails_does_not_drag_the_other_along(built: House) -> None:
    built.edit("styles/a4.css", "A4", "/* roomy */ A4")
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "An overlong point.")
    summary = build(built)
    assert summary.failed == [f"en/{SLUGS[0]} (standard)"]
    stale_paths = [entry["path"] for entry in manifest(built.out)["documents"] if entry.get("stale")]
    assert stale_paths == [f"en/{SLUGS[0]}.pdf"]
    assert standing(built, summary) == forced(built)


def test_shared_files_with_errors_and_their_mending(built: House) -> None:
    articles = built.root / "guides/articles.yaml"
    sound = articles.read_text()
    articles.write_text("articles: [")
    for _ in range(2):
        summary = build(built)
        assert set(summary.failed) == both(*SLUGS)
        assert summary.errors
        assert all(entry["stale"] for entry in manifest(built.out)["documents"])
    articles.write_text(sound)
    summary = build(built)
    assert set(summary.fresh) == both(*SLUGS)
    assert standing(built, summary) == forced(built)


@pytest.mark.parametrize("damage", ["{% macro", "{{ nothing.there }}", "{% if %}"])
def test_a_broken_template_fails_its_documents_and_not_the_build(built: House, damage: str) -> None:
    template = built.root / "templates/blocks/questions.html.jinja"
    sound = template.read_text()
    template.write_text(sound.replace("{% endmacro %}", damage + "{% endmacro %}"))
    summary = build(built)
    assert set(summary.failed) == both(*SLUGS)
    assert {problem.file for problem in summary.problems} >= {"templates/blocks/questions.html.jinja"}
    template.write_text(sound)
    assert set(build(built).failed) == set()
    assert stale(built) == {}


def test_a_lost_worker_is_tried_again_by_the_next_build_but_not_by_this_press(built: House) -> None:
    def lose() -> None:
        raise Lost("its worker process was killed (SIGKILL)")

    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "Another point.")
    stub = Stub({1: lose})
    press = Press(built.folders, lambda: stub)
    lost = press.build(EVERYTHING).failed
    assert len(lost) == 1
    assert (press.build(EVERYTHING).failed, stub.printed) == (lost, 2)
    assert build(built).built == lost


# -- documents that come and go -----------------------------------------------------------------------------------------------


def files_of(house: House, slug: str) -> list[str]:
    """The files of a document that stand in the output folder."""
    return [path for path in printed(house.out) if Path(path).stem == slug]


def test_files_of_documents_that_are_gone_are_removed(built: House) -> None:
    assert len(files_of(built, SLUGS[0])) == 2
    built.document(SLUGS[0]).rename(built.document("renamed"))
    summary = build(built)
    assert set(summary.removed) == both(SLUGS[0])
    assert set(summary.built) == both("renamed")
    assert files_of(built, SLUGS[0]) == []
    assert standing(built, summary) == forced(built)
    built.document(SLUGS[1]).unlink()
    assert set(build(built, Wanted(slugs=SLUGS[2:])).removed) == both(SLUGS[1]), "whatever was asked for"
    assert files_of(built, SLUGS[1]) == []


@pytest.mark.parametrize("name", [f"{SLUGS[0].capitalize()}.yaml", f"{SLUGS[0]}.yml", "notes.txt"])
def test_nothing_is_removed_while_a_stray_file_lies_about(built: House, name: str) -> None:
    """A file that was given a wrong name is no document any more; its pages are kept until it has a right one."""
    before, away = printed(built.out), built.document(SLUGS[0]).with_name(name)
    built.document(SLUGS[0]).rename(away)
    for _ in range(2):
        settled = build(built)
        assert (settled.removed, settled.errors) == ([], 1)
        assert set(settled.failed) == both(SLUGS[0])
        assert set(settled.fresh) == both(*SLUGS[1:]), "what is read as ever is not touched by it"
        assert printed(built.out) == before
        assert {e["slug"] for e in manifest(built.out)["documents"] if e.get("stale")} == {SLUGS[0]}
    assert build(built, Wanted(slugs=SLUGS[1:])).failed == []
    away.rename(built.document(SLUGS[0]))
    summary = build(built)
    assert (summary.removed, summary.failed) == ([], [])
    assert printed(built.out) == before
    assert standing(built, summary) == forced(built)


def test_when_the_stray_file_is_gone_so_is_what_it_kept(built: House) -> None:
    away = built.document(SLUGS[0]).with_name("First.yaml")
    built.document(SLUGS[0]).rename(away)
    assert build(built).removed == []
    away.unlink()
    assert set(build(built).removed) == both(SLUGS[0])
    assert files_of(built, SLUGS[0]) == []


@pytest.mark.parametrize("trouble", ["does not read", "does not fit", "is not asked for"])
def test_a_renamed_handout_is_kept_until_the_new_one_is_printed(built: House, trouble: str) -> None:
    new = built.document("renamed")
    built.document(SLUGS[0]).rename(new)
    sound = new.read_text()
    if trouble == "does not read":
        new.write_text(sound.replace("title:", "titel:"))
    elif trouble == "does not fit":
        new.write_text(sound.replace("One point.", "An overlong point."))
    wanted = Wanted(slugs=SLUGS[1:]) if trouble == "is not asked for" else EVERYTHING
    for _ in range(2):
        assert build(built, wanted).removed == []
        assert len(files_of(built, SLUGS[0])) == 2
        assert {e["slug"] for e in manifest(built.out)["documents"] if e.get("stale")} == {SLUGS[0]}
    new.write_text(sound)
    summary = build(built)
    assert set(summary.removed) == both(SLUGS[0])
    assert files_of(built, SLUGS[0]) == []
    assert standing(built, summary) == forced(built)


def test_a_file_that_is_being_saved_is_not_gone(built: House) -> None:
    file = built.document(SLUGS[0])
    away = file.with_suffix(".moved")
    file.rename(away)
    with patch("press.build.run.time.sleep", lambda seconds: away.rename(file)):
        assert build(built).removed == []
    assert standing(built, build(built)) == forced(built)


def test_an_edition_that_is_no_more_goes_with_its_files(built: House) -> None:
    without = {name: edition for name, edition in EDITIONS.items() if name != "a4"}
    with patch.dict(EDITIONS, without, clear=True), patch("press.plan.inputs.engine.installed", lambda: ["another press"]):
        summary = build(built)
        assert set(summary.removed) == {f"en/{slug} (a4)" for slug in SLUGS}
        assert standing(built, summary) == forced(built)


# -- the output folder under other hands ------------------------------------------------------------------------------------


def test_a_file_that_was_removed_or_altered_is_printed_again(built: House) -> None:
    files = sorted(built.out.rglob("*.pdf"))
    files[0].unlink()
    data = files[1].read_bytes()
    stat = files[1].stat()
    files[1].write_bytes(b"x" + data[1:])
    os.utime(files[1], ns=(stat.st_atime_ns, stat.st_mtime_ns))
    summary = build(built)
    assert len(summary.built) == 2
    assert standing(built, summary) == forced(built)


def test_a_file_with_another_stat_and_the_same_bytes_is_left_alone(built: House) -> None:
    for path in built.out.rglob("*.pdf"):
        shutil.copy(path, path.with_suffix(".new"))
        path.with_suffix(".new").replace(path)
    assert build(built).built == []


def test_the_last_good_file_of_a_failing_document_is_not_listed_once_it_is_altered(built: House) -> None:
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "title:", "titel:")
    build(built)
    (built.out / "en" / f"{SLUGS[0]}.pdf").unlink()
    summary = build(built)
    assert [entry["path"] for entry in manifest(built.out)["documents"] if entry.get("stale")] == [f"en/a4/{SLUGS[0]}.pdf"]
    assert standing(built, summary) == forced(built)


FOREIGN = [
    "",
    "null",
    "[]",
    "{}",
    '{"format": 1}',
    '{"format": 1, "documents": 5}',
    '{"format": 1, "documents": [{"path": "/etc/passwd"}]}',
]


@pytest.mark.parametrize("text", [*FOREIGN, "\0\0\0"])
def test_a_manifest_that_is_not_ours_is_written_anew(built: House, text: str) -> None:
    path = built.out / "manifest.json"
    sound = path.read_bytes()
    path.write_text(text)
    assert build(built).built == []
    assert path.read_bytes() == sound
    path.unlink()
    assert build(built).built == []
    assert path.read_bytes() == sound


@pytest.mark.parametrize("text", [*FOREIGN, "\0\0\0", "0" * 64 + '\n{"format": 1}'])
@pytest.mark.parametrize("manifest_too", [False, True])
def test_a_ledger_that_is_not_ours_is_no_ledger(built: House, text: str, manifest_too: bool) -> None:
    built.record.write_text(text)
    if manifest_too:
        (built.out / "manifest.json").write_text(text)
    summary = build(built)
    assert set(summary.built) == both(*SLUGS)
    assert standing(built, summary) == forced(built)


def test_a_ledger_cut_short_or_changed_by_a_byte_is_no_ledger(built: House) -> None:
    sound, cache = built.record.read_bytes(), Cache(built.record.parent)
    for damaged in (sound[:-1], sound[: len(sound) // 2], sound.replace(b"seconds", b"secondz", 1), sound + b" "):
        built.record.write_bytes(damaged)
        assert Ledger.of(cache.read(RECORD, part=1)) is None
    built.record.write_bytes(sound)
    assert Ledger.of(cache.read(RECORD, part=1))


def test_when_the_ledger_is_lost_the_manifest_still_tells_which_files_are_ours(built: House) -> None:
    built.record.unlink()
    built.document(SLUGS[0]).unlink()
    built.edit(f"guides/en/{SLUGS[1]}.yaml", "title:", "titel:")
    (built.out / "en" / "of-others.pdf").write_bytes(b"%PDF")
    summary = build(built)
    assert set(summary.removed) == both(SLUGS[0])
    assert set(summary.failed) == both(SLUGS[1])
    assert {entry["slug"]: entry.get("stale", False) for entry in manifest(built.out)["documents"]} == {
        SLUGS[1]: True,
        SLUGS[2]: False,
    }
    assert (built.out / "en" / "of-others.pdf").exists()


def test_a_ledger_that_is_lost_between_two_looks_at_the_record_is_made_up_for(built: House) -> None:
    """The last build in short was read already, and vouched for the manifest; what it left must not be forgotten."""
    built.document(SLUGS[0]).unlink()
    with meanwhile(lambda: torn(built.record, "x")):
        summary = build(built)
    assert set(summary.removed) == both(SLUGS[0])
    assert {entry["path"] for entry in manifest(built.out)["documents"]} == printed(built.out).keys()


# -- time -------------------------------------------------------------------------------------------------------------------


class AnotherDay(date):
    """A calendar that can be turned."""

    shown = date(2031, 5, 1)

    @classmethod
    def today(cls) -> "AnotherDay":
        """The day that is shown."""
        return cls(cls.shown.year, cls.shown.month, cls.shown.day)


def test_a_review_that_runs_out_shows_in_the_manifest_and_so_does_a_clock_set_back(built: House) -> None:
    from press.model.review import text_digest
    from press.read.library import read_manuscript

    name = f"guides/en/{SLUGS[0]}.yaml"
    change(built, name, ("status",), "reviewed")
    document, _ = read_manuscript(built.document(SLUGS[0]), built.root / "guides")
    assert document
    days = {"reviewed": date(2030, 1, 1), "next_review": date(2031, 1, 1)}
    review = {"reviewer": "A. Reader", "credentials": "MD", "digest": text_digest(document.document), **days}
    change(built, name, ("review",), review)
    said = []
    for day in (date(2030, 6, 1), date(2031, 5, 1), date(2030, 6, 1)):
        AnotherDay.shown = day
        with (
            patch("press.build.books.date", AnotherDay),
            patch("press.build.content.date", AnotherDay),
            patch("press.plan.inputs.YOUNG_NS", 0),
        ):
            build(built)
            build(built)
            said.append({e["status"] for e in manifest(built.out)["documents"] if e["slug"] == SLUGS[0]})
    assert said == [{"reviewed"}, {"overdue"}, {"reviewed"}]


@pytest.mark.parametrize("seconds", [-4_000_000_000 // 1000, 4_000_000])
def test_files_from_the_past_and_from_the_future(built: House, seconds: int) -> None:
    name = f"guides/en/{SLUGS[0]}.yaml"
    now = (built.root / name).stat().st_mtime
    for text in ("Another point.", "A third one..."):
        built.edit(name, "One point." if text.startswith("Another") else "Another point.", text)
        os.utime(built.root / name, (now + seconds, now + seconds))
        assert set(build(built).built) == both(SLUGS[0])
        settle(built)


# -- what changes while it is being built -------------------------------------------------------------------------------------


@contextmanager
def meanwhile(read: Callable[[], object], end: Callable[[], object] = lambda: None) -> Iterator[None]:
    """Something happens between the look at the files and their reading, and something else before the books are closed."""
    take, close = Stock.take.__func__, Books.close  # type: ignore[attr-defined]

    def taken(cls: type[Stock], *args: Any) -> Stock:
        stock: Stock = take(cls, *args)
        read()
        return stock

    def closed(books: Books, *args: Any) -> set[str]:
        end()
        return close(books, *args)

    with patch.object(Stock, "take", classmethod(taken)), patch.object(Books, "close", closed):
        yield


CHANGES = {
    f"guides/en/{SLUGS[0]}.yaml": ("One point.", "Another point."),
    "guides/articles.yaml": ("title: ", "title: My "),
    "guides/en/phrases.yaml": ("Page {page}", "Sheet {page}"),
    "guides/en/shared.yaml": ("Emergency", "An emergency"),
    "guides/figures/normal-spine.svg": ("</svg>", "<g/></svg>"),
    "templates/blocks/questions.html.jinja": ("<section", "<section lang='en'"),
    "styles/plain.css": ("15mm", "14mm"),
    "styles/icons/mark.svg": ("h9", "h8"),
    "styles/fonts/fonts.conf": ("<fontconfig>", "<fontconfig> "),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("back", ["after", "before the end", "never"])
def test_a_file_changed_between_look_and_reading(house: House, name: str, back: str) -> None:
    """What was read is not what was seen: nothing made of it may pass for fresh, not even when the file is put back."""
    file = house.root / name
    sound = file.read_bytes()
    assert CHANGES[name][0] in file.read_text()
    with meanwhile(
        lambda: house.edit(name, *CHANGES[name]), lambda: file.write_bytes(sound) if back == "before the end" else None
    ):
        build(house)
    if back == "after":
        file.write_bytes(sound)
    assert standing(house, build(house)) == forced(house)
    settle(house)
    assert standing(house, build(house)) == forced(house)


@pytest.mark.parametrize("name", CHANGES)
def test_a_file_changed_while_pages_are_printed_and_the_build_killed(house: House, name: str) -> None:
    def change_and_stop() -> None:
        house.edit(name, *CHANGES[name])
        raise KeyboardInterrupt

    sound = (house.root / name).read_bytes()
    with suppress(KeyboardInterrupt):
        build(house, stub=Stub({3: change_and_stop}))
    (house.root / name).write_bytes(sound)
    assert standing(house, build(house)) == forced(house)


def test_a_document_that_breaks_after_it_was_proofread_is_named(built: House) -> None:
    file = built.document(SLUGS[0])
    change(built, "guides/en/phrases.yaml", ("page_of",), "Sheet {page} of {pages}")
    with meanwhile(lambda: file.write_text("kind: [")):
        summary = build(built)
    assert [problem.code for problem in summary.problems if problem.severity == "error"] == ["changed-meanwhile"]
    assert set(summary.failed) == both(SLUGS[0])


@pytest.mark.parametrize("job", range(1, 7))
def test_a_build_broken_off_vouches_for_nothing(built: House, job: int) -> None:
    """Killed half-way, the files put back as they were: the pages of the half-way state must not pass for fresh."""

    def stop() -> None:
        raise KeyboardInterrupt

    name, before = "guides/en/phrases.yaml", printed(built.out)
    sound = (built.root / name).read_bytes()
    change(built, name, ("page_of",), "Sheet {page} of {pages}")
    with suppress(KeyboardInterrupt):
        build(built, stub=Stub({job: stop}))
    assert job < 6 or printed(built.out) != before, "some pages were filed already"
    (built.root / name).write_bytes(sound)
    assert standing(built, build(built)) == forced(built)


def test_what_a_killed_build_filed_and_did_not_list_is_not_left_behind(built: House) -> None:
    """The document is gone again before the next build: the record and the manifest never knew of it."""

    def stop() -> None:
        raise KeyboardInterrupt

    new = [f"short-lived-{number}" for number in (1, 2, 3)]
    for slug in new:
        built.add(slug, code=f"VS-N{slug[-1]}")
    with suppress(KeyboardInterrupt), patch.object(Books, "save", lambda books: None):
        build(built, stub=Stub({6: stop}))
    assert any("short-lived" in path for path in printed(built.out))
    for slug in new:
        built.document(slug).unlink()
    build(built)
    assert {entry["path"] for entry in manifest(built.out)["documents"]} == printed(built.out).keys()
    assert not build(built).built


@pytest.mark.parametrize("slug", SLUGS)
def test_what_is_told_of_a_page_that_is_held_back_does_not_hang_on_the_order_of_printing(built: House, slug: str) -> None:
    """Whether it was printed before the fault in a shared file was found, and was too long, is chance."""
    change(built, f"guides/en/{slug}.yaml", ("front", 0, "points"), ["An overlong point.", "Two.", "Three."])
    build(built)
    shared = built.root / "guides" / "en" / "shared.yaml"
    sound = shared.read_bytes()
    change(built, "guides/en/shared.yaml", ("disclaimer",), "This is no advice.")
    told = build(built).problems
    assert {problem.code for problem in told if problem.severity == "error"} == {"standing-text"}
    assert told == forced(built)["problems"]
    shared.write_bytes(sound)
    assert [problem.code for problem in build(built).problems if problem.severity == "error"] == ["wrong-page-count"]


# -- random edits -------------------------------------------------------------------------------------------------------------

Edit = Callable[[House, str, str], None]
UNREADABLE = "kind: ["


def _document(place: tuple[str | int, ...], wrap: Callable[[str], Any] = str) -> Edit:
    """Changes a document, which is written anew where it is gone or can't be read."""

    def edit(house: House, slug: str, word: str) -> None:
        file = house.document(slug)
        if not file.exists() or file.read_text() == UNREADABLE:
            house.add(slug)
        change(house, f"guides/en/{slug}.yaml", place, wrap(word))

    return edit


def _append(name: str, text: str) -> Edit:
    def edit(house: House, slug: str, word: str) -> None:
        with (house.root / name.format(slug=slug)).open("a", encoding="utf-8") as file:
            file.write(text.format(word=word))

    return edit


def _article(part: str, wrap: Callable[[str], str]) -> Edit:
    def edit(house: House, slug: str, word: str) -> None:
        place = ("articles", house.articles()[SLUGS.index(slug)], part)
        change(house, "guides/articles.yaml", place, wrap(word))

    return edit


def _output(act: Callable[[Path], object]) -> Edit:
    def edit(house: House, slug: str, word: str) -> None:
        path = house.out / "en" / ("a4" if word == "alpha" else ".") / f"{slug}.pdf"
        if path.exists():
            act(path)

    return edit


def _file(name: str, act: Callable[[Path, str], object]) -> Edit:
    def edit(house: House, slug: str, word: str) -> None:
        path = house.root / name.format(slug=slug)
        if path.exists():
            act(path, word)

    return edit


def _drawn(name: str) -> Edit:
    return _file(name, lambda path, word: path.write_text(path.read_text().replace("</svg>", f"<g id='{word}'/></svg>")))


def _marked(path: Path, word: str) -> None:
    path.write_text(path.read_text().replace("<section ", f"<section lang='{word}' ", 1))


def _set(name: str, place: tuple[str | int, ...], wrap: Callable[[str], Any]) -> Edit:
    return lambda house, slug, word: change(house, f"guides/{name}.yaml", place, wrap(word))


def _shared(name: str, place: tuple[str | int, ...], wrap: Callable[[str], str]) -> Edit:
    return lambda house, slug, word: change(house, name, place, wrap(word))


def _with_group(path: Path, word: str) -> None:
    path.write_text(path.read_text().replace("</svg>", f"<g id='{word}'/></svg>"))


def _in_language(path: Path, word: str) -> None:
    path.write_text(path.read_text().replace("<section ", f"<section lang='{word}' ", 1))


def _drawing(word: str) -> str:
    return "worn-disc" if word == "alpha" else "normal-spine"


EDITS: dict[str, Edit] = {
    "title": _document(("title",), lambda word: f"About {word}"),
    "description": _document(("description",), lambda word: f"A handout that tells of {word}, for the tests of the press."),
    "point": _document(("front", 0, "points"), lambda word: [f"The {word} point.", "Two points.", "Three points."]),
    "overlong point": _document(("front", 0, "points"), lambda word: ["An overlong point.", f"Two {word}.", "Three."]),
    "version": _document(("version",), lambda word: f"{len(word)}.0"),
    "another drawing": _document(("front", 1, "figure", "drawing"), {"alpha": "worn-disc", "beta": "normal-spine"}.__getitem__),
    "unknown article": _document(("back", 2, "articles", 0, "article"), lambda word: f"no-such-{word}"),
    "broken document": _append("guides/en/{slug}.yaml", "titel: {word}\n"),
    "unreadable document": _file("guides/en/{slug}.yaml", lambda path, word: path.write_text(UNREADABLE)),
    "restored document": lambda house, slug, word: void(house.add(slug)),
    "removed document": _file("guides/en/{slug}.yaml", lambda path, word: path.unlink()),
    "new document": lambda house, slug, word: void(house.add(f"new-{word}", code=f"VS-N{len(word)}")),
    "article title": _article("title", lambda word: f"All about {word}"),
    "article address": _article("url", lambda word: f"https://valorspine.com/{word}/"),
    "article status": _article("status", lambda word: "verified" if word == "alpha" else "missing"),
    "term": _set("en/glossary", ("terms", "herniated-disc", "short"), lambda word: f"a {word} disc"),
    "phrase": _set("en/phrases", ("page_of",), lambda word: f"{word} {{page}} of {{pages}}"),
    "disclaimer": _set("en/shared", ("disclaimer",), lambda word: f"This {word} is not advice."),
    "clinic": _set("clinic", ("phone",), lambda word: f"555 {len(word)}"),
    "drawing": _drawn("guides/figures/normal-spine.svg"),
    "symbols": _drawn("guides/figures/symbols.svg"),
    "drawing styles": _append("styles/figures.css", ".{word} {{ fill: red }}\n"),
    "block template": _append("templates/blocks/questions.html.jinja", "{{# {word} #}}"),
    "printed template": _file("templates/blocks/questions.html.jinja", _marked),
    "layout": _append("templates/base.html.jinja", "<!-- {word} -->\n"),
    "sheet": _append("styles/plain.css", "p.{word} {{ color: red }}\n"),
    "roomy sheet": _append("styles/type.css", "/* roomy {word} */\n"),
    "edition's sheet": _append("styles/a4.css", "p.{word} {{ color: red }}\n"),
    "icon": _append("styles/icons/mark.svg", "<!-- {word} -->\n"),
    "unused sheet": _append("styles/unused.css", "p.{word} {{ color: red }}\n"),
    "broken shared file": _file("guides/sources.yaml", lambda path, word: path.write_text(path.read_text() + "  - [\n")),
    "house rules": _append("guides/house-rules.yaml", "# {word}\n"),
    "touched": _file("guides/en/{slug}.yaml", lambda path, word: os.utime(path)),
    "altered output": _output(lambda path: path.write_bytes(b"x" * path.stat().st_size)),
    "removed output": _output(lambda path: path.unlink()),
    "no manifest": _file("out/manifest.json", lambda path, word: path.unlink()),
    "torn manifest": _file("out/manifest.json", lambda path, word: path.write_bytes(path.read_bytes()[:100])),
    "torn record": lambda house, slug, word: torn(house.record, word),
}  # fmt: skip


VOUCHING = {"no manifest", "torn manifest", "altered output"}
"""Edits after which no manifest tells which files are ours, where the record is lost, too."""


def void(_: object) -> None:
    """For lambdas that give something back."""


WAYS = ("build", "one document", "one edition", "broken off", "killed", "changed meanwhile", "changed and put back")
edits = st.tuples(st.sampled_from(sorted(EDITS)), st.sampled_from(SLUGS), st.sampled_from(["alpha", "beta"]))
rounds = st.tuples(st.lists(edits, max_size=3), st.sampled_from(WAYS), edits)


def torn(path: Path, word: str) -> None:
    """Cuts a file short, where it is there."""
    if path.exists():
        path.write_bytes(path.read_bytes()[: -len(word)])


def apply(house: House, edit: tuple[str, str, str]) -> None:
    """Makes an edit. One of a file that is not there does nothing; any other must succeed."""
    name, slug, word = edit
    EDITS[name](house, slug, word)


def go(house: House, way: str, edit: tuple[str, str, str]) -> None:
    """One build, in one of several ways."""

    def stop() -> None:
        raise KeyboardInterrupt

    inputs = {path: path.read_bytes() for path in house.root.rglob("*") if path.is_file() and "out" not in path.parts}

    def put_back() -> None:
        for path, data in inputs.items():
            if not path.exists() or path.read_bytes() != data:
                path.write_bytes(data)

    with suppress(KeyboardInterrupt):
        if way == "build":
            build(house)
        elif way == "one document":
            build(house, Wanted(slugs=(edit[1],)))
        elif way == "one edition":
            build(house, Wanted(editions=("a4" if edit[2] == "alpha" else "standard",)))
        elif way == "broken off":
            build(house, stub=Stub({len(edit[2]) - 2: stop}))
        elif way == "killed":
            with patch.object(Books, "save", lambda books: None):
                build(house, stub=Stub({len(edit[2]) - 1: stop}))
        else:
            with meanwhile(lambda: apply(house, edit), put_back if way == "changed and put back" else lambda: None):
                build(house)


def check_history(
    house: House, history: list[tuple[list[tuple[str, str, str]], str, tuple[str, str, str]]], young_ns: int
) -> None:
    """Plays a history of edits and builds; then a build must end where a forced one does."""
    with patch("press.plan.inputs.YOUNG_NS", young_ns), patch("press.build.run.SAVING_SECONDS", 0):
        build(house)
        for changes, way, edit in history:
            for change_ in changes:
                apply(house, change_)
            go(house, way, edit)
        expected = forced(house)
        assert standing(house, build(house)) == expected
        again = build(house)
        assert not again.built
        assert standing(house, again) == expected
        names = {name for changes, _, edit in history for name, _, _ in [*changes, edit]}
        if not ("torn record" in names and names & VOUCHING):
            assert {entry["path"] for entry in manifest(house.out)["documents"]} == printed(house.out).keys()


@pytest.fixture(scope="module")
def model_house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A small house to make copies of."""
    house = make_house(tmp_path_factory.mktemp("model") / "house")
    build(house)
    return house


def _property(examples: int) -> Callable[[Any], Any]:
    quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]
    chosen = settings(
        max_examples=examples, deadline=None, suppress_health_check=quiet, database=None, phases=[Phase.generate],
        print_blob=True,
    )  # fmt: skip
    return lambda test: chosen(
        given(history=st.lists(rounds, min_size=1, max_size=3), young=st.sampled_from([0, 3_000_000_000]))(test)
    )


def play(model: House, folder: Path, history: Any, young: int) -> None:
    """A history, in a copy of the house."""
    shutil.rmtree(folder, ignore_errors=True)
    check_history(model.copied(folder), history, young)


@pytest.mark.parametrize("name", EDITS)
def test_every_kind_of_edit_edits(model_house: House, tmp_path: Path, name: str) -> None:
    """In a house that was built, each changes what some file holds, or when it was saved, or whether it is there."""
    house = model_house.copied(tmp_path / "copy")
    if name == "restored document":
        apply(house, ("removed document", SLUGS[0], "alpha"))

    def seen() -> dict[Path, tuple[int, bytes]]:
        files = [path for path in (*house.root.rglob("*"), house.record) if path.is_file()]
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

    before = seen()
    apply(house, (name, SLUGS[0], "alpha"))
    assert seen() != before


@pytest.mark.parametrize("name", EDITS)
@_property(examples=1)
def test_random_edits_end_where_a_forced_build_does(
    model_house: House, tmp_path: Path, name: str, history: Any, young: int
) -> None:
    """Other ones in every run, and each kind of edit in all of them."""
    (changes, way, edit), *more = history
    play(model_house, tmp_path / "copy", [([(name, *edit[1:]), *changes], way, edit), *more], young)


@pytest.mark.campaign
@_property(examples=2000)
def test_many_random_edits_end_where_a_forced_build_does(model_house: House, tmp_path: Path, history: Any, young: int) -> None:
    play(model_house, tmp_path / "copy", history, young)
