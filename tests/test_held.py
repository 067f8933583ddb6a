"""An error holds back every document that uses the faulty thing, wherever it stands, until it is mended. With the real engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml
from smallhouse import SLUGS, House, make_house, manifest, printed
from test_freshness import Stub, build, change

from press.build.press import Press
from press.build.request import Summary, Wanted
from press.build.workers.pool import Workers
from press.proofread.rule import RULES

FIRST, SECOND, THIRD = SLUGS
A4 = Wanted(editions=("a4",))
LONG = "x" * 700


@dataclass(frozen=True)
class Fault:
    """A fault to plant: where, what stands there, what is put in its place; and whom it holds back."""

    file: str
    old: str
    new: str
    held: tuple[str, ...]
    more: str = ""
    """What house-rules.yaml says besides."""


def at_address(new: str) -> Callable[[House], Fault]:
    """A fault in the address of the article that the first document alone opens."""

    def fault(house: House) -> Fault:
        entry = next(
            e for e in yaml.safe_load(text_of(house, "guides/articles.yaml"))["articles"] if e["id"] == house.articles()[0]
        )
        return Fault("guides/articles.yaml", entry["url"], new, (FIRST,))

    return fault


def text_of(house: House, name: str) -> str:
    return (house.root / name).read_text("utf-8")


def at(*given: object) -> Callable[[House], Fault]:
    """A fault that needs nothing of the house."""
    return lambda house: Fault(*given)  # type: ignore[arg-type]


WORN, SHARED = "guides/figures/worn-disc.svg", "guides/en/shared.yaml"
CASES: dict[str, Callable[[House], Fault]] = {
    "article-host": at_address("https://evil.example/x/"),
    "article-person": at_address("https://valorspine.com/x/?patient=1"),
    "article-length": at_address(f"https://valorspine.com/{LONG}/"),
    "contrast": at("styles/a4.css", "@page", "p { color: #aaa }\n@page", SLUGS),
    "drawing-broken": at(WORN, "</svg>", '<use href="#nowhere"/></svg>', (FIRST,)),
    "drawing-label": at(WORN, "</svg>", '<text font-size="3" x="9" y="9">L4</text></svg>', (FIRST,)),
    "drawing-outside": at(WORN, "</svg>", '<image href="https://evil.example/x.png"/></svg>', (FIRST,)),
    "drawing-script": at(WORN, "</svg>", "<script>1</script></svg>", (FIRST,)),
    "drawing-attribute": at(WORN, "</svg>", '<path style="position: fixed" d="M0 0h9"/></svg>', (FIRST,)),
    "drawing-character": at(WORN, "</svg>", '<text class="label" x="9" y="9">L&#x2800;</text></svg>', (FIRST,)),
    "drawing-element": at(WORN, "</svg>", "<filter/></svg>", (FIRST,)),
    "drawing-letter": at(WORN, "</svg>", '<text class="label" x="9" y="9">\u2603</text></svg>', (FIRST,)),
    "drawing-size": at(WORN, "</svg>", '<g id="loop"><use href="#loop"/></g></svg>', (FIRST,)),
    "duplicate-address": at_address("https://valorspine.com/what-is-spinal-fusion/"),
    "duplicate-code": at(f"guides/en/{THIRD}.yaml", "code: VS-T29", "code: VS-T011", (FIRST, THIRD)),
    "duplicate-title": at(f"guides/en/{THIRD}.yaml", "title: Third way", "title: First steps", (FIRST, THIRD)),
    "future-date": at(f"guides/en/{FIRST}.yaml", "2026-11-22", "2999-01-01", (FIRST,)),
    "phrase": at("guides/en/phrases.yaml", "\nask: ", "\nask: '{who} '\n# ", (FIRST,)),
    "red-flag-signs": at(SHARED, "911", "a taxi", SLUGS),
    "standing-text": at(SHARED, "arge print", "arge letters", SLUGS),
}
"""One fault for each rule about the library that finds errors."""

MORE: dict[str, Callable[[House], Fault]] = {
    "banned-word": at(SHARED, "Is something unclear", "It is a cure. Is something unclear", SLUGS),
    "long-sentence": at("guides/en/glossary.yaml", "The small gap", f"The small{' and small' * 12} gap", (FIRST,)),
    "unknown-rule": at("guides/house-rules.yaml", "severity:", "severity:\n  no-such-rule: error", SLUGS),
    "contact": at("guides/clinic.yaml", "phone:", "phone: #", SLUGS),
}
"""Rules about texts, in shared texts, and rules that find warnings where no house rule makes errors of them."""


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """A real worker for all tests."""
    made = Workers(1)
    yield made
    made.close()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory, workers: Workers) -> House:
    """A small house, built once: the first document has a drawing and a word of its own."""
    house = make_house(tmp_path_factory.mktemp("model") / "house")
    house.add(FIRST, drawing="worn-disc")
    house.edit(
        f"guides/en/{FIRST}.yaml", "back:\n", "back:\n  - kind: callout\n    tone: ask\n    body: 'A [gap](term:foramen)?'\n"
    )
    for name in ("phone", "hours"):
        change(house, "guides/clinic.yaml", (name,), "555 0100")
    assert not Press(house.folders, lambda: workers).build(A4).errors
    return house


@pytest.fixture
def house(model: House, tmp_path: Path) -> House:
    """A copy of the built house."""
    return model.copied(tmp_path / "house")


def in_a4(*slugs: str) -> set[str]:
    return {f"en/{slug} (a4)" for slug in slugs}


def stale(house: House) -> set[str]:
    """The documents that the manifest calls stale."""
    return {entry["slug"] for entry in manifest(house.out)["documents"] if entry.get("stale")}


def soften(house: House, code: str, severity: str) -> None:
    """Says in the house rules how grave a rule is."""
    if not RULES[code].fixed:
        house.edit("guides/house-rules.yaml", f'  {code}: "off"', f"  {code}: {severity}")


def edit_all(house: House) -> None:
    """An edit in every document, so that all of them are to be printed."""
    for slug in SLUGS:
        house.edit(f"guides/en/{slug}.yaml", "One point.", "Another point.")


def test_every_rule_about_the_library_that_finds_errors_has_its_fault_here() -> None:
    assert set(CASES) == {code for code, rule in RULES.items() if rule.scope == "library" and rule.severity == "error"}


@pytest.mark.parametrize("code", [*CASES, *MORE])
def test_an_error_holds_back_what_uses_the_faulty_thing_until_it_is_mended(house: House, workers: Workers, code: str) -> None:
    def go() -> Summary:
        return Press(house.folders, lambda: workers).build(A4)

    soften(house, code, "error")
    edit_all(house)
    before, fault = printed(house.out), (CASES | MORE)[code](house)
    house.edit(fault.file, fault.old, fault.new)
    held = in_a4(*fault.held)
    for summary in (go(), go()):
        assert set(summary.failed) == held
        assert code in {problem.code for problem in summary.problems if problem.severity == "error"}
        assert summary.errors, "the exit status is 1"
        assert stale(house) == set(fault.held)
    assert set(summary.fresh) == in_a4(*SLUGS) - held, "the sound ones were built"
    now = printed(house.out)
    assert {slug for slug in SLUGS if now[f"en/a4/{slug}.pdf"] == before[f"en/a4/{slug}.pdf"]} == set(fault.held)
    explained = Press(house.folders, lambda: workers).explain(A4)
    assert {name for name, why in explained.items() if any(f"[{code}]" in words for words in why)} == held
    house.edit(fault.file, fault.new, fault.old)
    mended = go()
    assert (set(mended.built), mended.failed, mended.errors, stale(house)) == (held, [], 0, set())


@pytest.mark.parametrize("code", [code for code in [*CASES, *MORE] if not RULES[code].fixed])
def test_a_warning_holds_nothing_back_and_a_house_rule_that_makes_an_error_of_it_does(house: House, code: str) -> None:
    soften(house, code, "warning")
    fault = (CASES | MORE)[code](house)
    house.edit(fault.file, fault.old, fault.new)
    summary = build(house, A4, Stub())
    assert (summary.failed, summary.errors, stale(house)) == ([], 0, set())
    house.edit("guides/house-rules.yaml", f"  {code}: warning", f"  {code}: error")
    for _ in range(2):
        assert set(build(house, A4, Stub()).failed) == in_a4(*fault.held), "though nothing that they print has changed"
    house.edit("guides/house-rules.yaml", f"  {code}: error", f"  {code}: warning")
    stub = Stub()
    assert (build(house, A4, stub).failed, stub.printed, stale(house)) == ([], 0, set())


def test_a_document_that_is_held_back_before_its_first_printing_has_no_file(house: House) -> None:
    house.add("late-comer", code="VS-LATE")
    house.edit("guides/en/late-comer.yaml", "2026-11-22", "2999-01-01")
    soften(house, "future-date", "error")
    stub = Stub()
    assert build(house, A4, stub).failed == ["en/late-comer (a4)"]
    assert "late-comer" not in {entry["slug"] for entry in manifest(house.out)["documents"]}
    house.edit("guides/en/late-comer.yaml", "2999-01-01", "2026-11-22")
    assert build(house, A4, stub).built == ["en/late-comer (a4)"]


def test_a_fault_in_another_file_holds_back_a_document_that_did_not_change_and_lets_it_go(house: House) -> None:
    """The second document takes the first one's code: nothing that the first is made of has changed."""
    own = "code: VS-T111"
    house.edit(f"guides/en/{SECOND}.yaml", own, "code: VS-T011")
    summary = build(house, Wanted(slugs=(FIRST,), editions=("a4",)))
    assert summary.failed == [f"en/{FIRST} (a4)"]
    assert {problem.file for problem in summary.problems} == {f"guides/en/{SECOND}.yaml"}
    assert stale(house) == {FIRST, SECOND}, "also the one that was not asked for"
    house.edit(f"guides/en/{SECOND}.yaml", "code: VS-T011", own)
    build(house, Wanted(slugs=(THIRD,), editions=("a4",)))
    assert stale(house) == set(), "also where neither was asked for"
    assert build(house, A4).failed == []


def test_what_was_held_back_and_never_printed_is_not_fresh_after_a_build_of_another(house: House) -> None:
    soften(house, "future-date", "error")
    house.edit(f"guides/en/{FIRST}.yaml", "2026-11-22", "2999-01-01")
    house.edit(f"guides/en/{FIRST}.yaml", "One point.", "Another point.")
    assert build(house, A4).failed == [f"en/{FIRST} (a4)"]
    house.edit("guides/house-rules.yaml", "  future-date: error", "  future-date: warning")
    build(house, Wanted(slugs=(SECOND,), editions=("a4",)))
    assert build(house, A4).built == [f"en/{FIRST} (a4)"]


def test_a_build_and_a_check_of_one_document_tell_of_the_library_what_concerns_it(house: House) -> None:
    """The first opens a page of others; the second has nothing to do with it."""
    soften(house, "article-host", "error")
    soften(house, "unused-article", "warning")
    fault = CASES["article-host"](house)
    house.edit(fault.file, fault.old, fault.new)
    for slug, codes in ((FIRST, ["article-host"]), (SECOND, [])):
        wanted = Wanted(slugs=(slug,), editions=("a4",))
        for _ in range(2):
            summary = build(house, wanted)
            assert [problem.code for problem in summary.problems] == codes
            assert summary.failed == [f"en/{slug} (a4)"] * len(codes)
        assert [problem.code for problem in Press(house.folders, Stub).check(wanted)] == codes
    everything = {problem.code for problem in Press(house.folders, Stub).check(Wanted())}
    assert everything == {"article-host", "unused-article"}


def test_what_is_wrong_on_its_own_card_concerns_a_document_though_it_be_a_warning(house: House) -> None:
    soften(house, "future-date", "warning")
    house.edit(f"guides/en/{FIRST}.yaml", "2026-11-22", f"{date.today().year + 1}-01-01")
    for slug, codes in ((FIRST, ["future-date"]), (SECOND, [])):
        wanted = Wanted(slugs=(slug,))
        assert [problem.code for problem in build(house, wanted).problems] == codes
        assert [problem.code for problem in Press(house.folders, Stub).check(wanted)] == codes


def test_the_command_ends_with_status_1_and_says_why(house: House) -> None:
    fault = CASES["article-person"](house)
    house.edit(fault.file, fault.old, fault.new)
    for _ in range(2):
        done = house.run("build", "--edition=a4")
        assert done.returncode == 1
        assert "[article-person]" in done.stdout
        assert "1 failed" in done.stdout
    line = text_of(house, fault.file)[: text_of(house, fault.file).index(fault.new)].count("\n") + 1
    said = house.run("explain", FIRST, "--edition=a4").stdout.splitlines()
    assert said[-1] == f"en/{FIRST} (a4): stale: held back by guides/articles.yaml:{line} [article-person]"
