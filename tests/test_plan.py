"""What is stale, and why, from records alone."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from press.file.output import Filed, Output
from press.plan.freshness import Held, Planner, in_words
from press.plan.pairs import LOST_LEDGER, OTHER_LIBRARIES, Pairs
from press.plan.record import Impression, Ledger, blank
from press.problems import Problem

NOW = {"article:a/title": "1", "file:guides/en/x.yaml": "1", "style:styles/a4.css": "1"}


def ledger(out: Path, **fields: Any) -> Ledger:
    """A ledger with one document, printed from all of NOW and in its place."""
    made = Ledger()
    uses = [made.pairs.number(pair) for pair in NOW.items()]
    (out / "en").mkdir(exist_ok=True)
    file = out / "en" / "x.pdf"
    file.write_bytes(b"%PDF")
    filed: Filed = {"bytes": 4, "sha256": hashlib.sha256(b"%PDF").hexdigest(), "stat": []}
    impression: Impression = blank() | {
        "uses": uses[:2], "sheets": uses[2:], "page": "1", "filed": filed, "entry": {"title": "X"}, "seconds": 2.0,
    }  # fmt: skip
    made.record("en/x")["editions"]["standard"] = impression | fields  # type: ignore[assignment]
    return made


def test_what_is_as_it_was_is_fresh(tmp_path: Path) -> None:
    assert Planner(ledger(tmp_path), NOW, Output(tmp_path)).reasons("en/x", "standard") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("article:a/title", "articles.yaml, title of a changed"),
        ("file:guides/en/x.yaml", "guides/en/x.yaml changed"),
        ("style:styles/a4.css", "styles/a4.css changed"),
    ],
)
@pytest.mark.parametrize("digest", ["2", None])
def test_what_changed_or_went_is_named(tmp_path: Path, name: str, words: str, digest: str | None) -> None:
    now = NOW | {name: digest} if digest else {key: value for key, value in NOW.items() if key != name}
    assert Planner(ledger(tmp_path), now, Output(tmp_path)).reasons("en/x", "standard") == [words]


def test_the_coming_of_what_was_not_there_is_a_change(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    planner = Planner(books, NOW, Output(tmp_path))
    books.impressions("en/x")["standard"]["sheets"].extend(planner.numbers(["style:styles/icons/new.svg"]))
    assert Planner(books, NOW, Output(tmp_path)).reasons("en/x", "standard") == []
    now = NOW | {"style:styles/icons/new.svg": "1"}
    assert Planner(books, now, Output(tmp_path)).reasons("en/x", "standard") == ["styles/icons/new.svg changed"]


def test_what_was_never_built_says_so(tmp_path: Path) -> None:
    planner = Planner(ledger(tmp_path), NOW, Output(tmp_path))
    assert planner.reasons("en/x", "a4") == ["never built in this edition"]
    assert planner.reasons("en/y", "a4") == ["never built"]


def test_failures_wait_for_a_change_and_lost_workers_do_not(tmp_path: Path) -> None:
    fault = vars(Problem("worker-lost", "error", "lost", "guides/en/x.yaml"))
    failed = Planner(ledger(tmp_path, faults=[fault]), NOW, Output(tmp_path))
    assert failed.reasons("en/x", "standard") == []
    lost = Planner(ledger(tmp_path, faults=[fault], lost=True), NOW, Output(tmp_path))
    assert lost.reasons("en/x", "standard") == ["its worker was lost last time"]


@pytest.mark.parametrize("data", [None, b"", b"%PDG", b"%PDF-"])
def test_a_file_that_is_missing_or_altered_is_stale(tmp_path: Path, data: bytes | None) -> None:
    books = ledger(tmp_path)
    file = tmp_path / "en" / "x.pdf"
    file.write_bytes(data) if data is not None else file.unlink()
    assert Planner(books, NOW, Output(tmp_path)).reasons("en/x", "standard") == ["its file is missing or was altered"]


def test_other_libraries_make_everything_stale(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    books.forget_print()
    assert books.impressions("en/x")["standard"]["sheets"] == [OTHER_LIBRARIES]
    assert Planner(books, NOW, Output(tmp_path)).reasons("en/x", "standard") == ["the engine or one of its libraries changed"]


def test_after_packing_other_libraries_and_a_lost_ledger_still_make_stale(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    for number in range(3000):
        books.pairs.number(("article:gone/title", str(number)))
    books.forget_print()
    books.impressions("en/x")["standard"]["uses"] = [LOST_LEDGER, 1]
    loaded = Ledger.of(books.as_data())
    assert loaded
    assert len(loaded.pairs.pairs) == 1
    why = Planner(loaded, NOW, Output(tmp_path)).reasons("en/x", "standard")
    assert why == ["the record of the last build is lost", "the engine or one of its libraries changed"]


def test_distrust_makes_stale_whatever_rests_on_a_pair(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    books.pairs.distrust([("article:a/title", "1"), ("never:used", "1")])
    assert Planner(books, NOW, Output(tmp_path)).reasons("en/x", "standard") == ["articles.yaml, title of a changed"]
    number = books.pairs.number(("article:a/title", "1"))
    assert books.pairs.pairs[number] == ("article:a/title", "1"), "the same digest, read in peace, gets a number of its own"


def test_pairs_are_kept_once(tmp_path: Path) -> None:
    pairs = Pairs()
    assert [pairs.number(pair) for pair in [("a", "1"), ("b", "1"), ("a", "1"), ("a", "2")]] == [0, 1, 0, 2]
    assert Pairs.of([list(pair) for pair in pairs.pairs]) == pairs


def test_the_longest_go_first_and_the_unknown_before_them(tmp_path: Path) -> None:
    planner = Planner(ledger(tmp_path), NOW, Output(tmp_path))
    assert planner.seconds("en/x") == 2.0
    assert planner.seconds("en/new") == float("inf")


def test_a_ledger_comes_back_as_it_was_and_drops_what_nothing_uses(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    for number in range(3000):
        books.pairs.number(("article:gone/title", str(number)))
    loaded = Ledger.of(books.as_data())
    assert loaded
    assert loaded == books
    assert len(loaded.pairs.pairs) == 3
    assert Planner(loaded, NOW, Output(tmp_path)).reasons("en/x", "standard") == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("article:what-is-spinal-fusion/title", "articles.yaml, title of what-is-spinal-fusion changed"),
        ("term:en:disc/short", "en/glossary.yaml, short of disc changed"),
        ("phrase:es:page_of", "es/phrases.yaml, page_of changed"),
        ("shared:en:disclaimer", "en/shared.yaml, disclaimer changed"),
        ("clinic:phone", "clinic.yaml, phone changed"),
        ("drawing:normal-spine", "figures/normal-spine.svg changed"),
        ("template:blocks/text.html.jinja", "blocks/text.html.jinja changed"),
        ("status:en/x", "the state of its review changed"),
    ],
)
def test_reasons_are_in_an_editor_s_words(name: str, words: str) -> None:
    assert in_words(name) == words


def test_an_error_holds_back_what_uses_the_faulty_thing_and_a_warning_holds_nothing_back() -> None:
    """Problems are known by their numbers, and told by their places."""
    faulty = Problem("article-host", "error", "wrong", "guides/articles.yaml", 14, 3, holds=("article:a/url", "article:a/id"))
    faint = Problem("contact", "warning", "empty", "guides/clinic.yaml", 5, 1, holds=("clinic:phone",))
    again = Problem("article-length", "error", "long", "guides/articles.yaml", 14, 3, holds=("article:a/url",))
    held = Held([faint, faulty, again])
    assert held.back(["article:a/url", "article:a/id", "clinic:phone"]) == [1, 2]
    assert held.back(["article:a/id"]) == [1]
    assert held.back(["clinic:phone", "article:b/url"]) == Held([faint]).back(["clinic:phone"]) == []
    assert held.why([1, 2, 1]) == [
        "held back by guides/articles.yaml:14 [article-host]",
        "held back by guides/articles.yaml:14 [article-length]",
    ]


def test_what_others_filed_is_taken_over_as_stale_and_what_is_known_stays(tmp_path: Path) -> None:
    """A document that is known and was never filed is taken over, too."""
    books = ledger(tmp_path)
    known = books.impressions("en/x")["standard"]
    assert known["filed"]
    same = {"language": "en", "slug": "x", "edition": "standard", "bytes": 4, "sha256": known["filed"]["sha256"]}
    books.adopt([same])
    assert books.impressions("en/x")["standard"]["uses"] == [0, 1]
    books.adopt([same | {"sha256": "other"}])
    assert books.impressions("en/x")["standard"]["uses"] == [LOST_LEDGER]
    never = ledger(tmp_path, filed=None)
    never.adopt([same])
    assert never.impressions("en/x")["standard"]["filed"] == known["filed"] | {"stat": []}


@pytest.mark.parametrize("severity", ["error", "warning", None])
@pytest.mark.parametrize("faults", [False, True])
@pytest.mark.parametrize("held", [False, True])
@pytest.mark.parametrize("gone", [False, True])
def test_a_document_fails_by_its_proof_its_page_or_what_holds_it_back(
    tmp_path: Path, severity: str | None, faults: bool, held: bool, gone: bool
) -> None:
    """Each by itself; its files are then listed as stale, and its errors told before the faults of its pages."""
    problem = {"code": "a-rule", "severity": severity}
    fault = {"code": "a-fault", "severity": "error"}
    books = ledger(tmp_path, faults=[fault] * faults, held=[0] * held)
    books.documents["en/x"]["gone"] = gone
    books.documents["en/x"]["proof"] = {"key": "", "problems": [problem], "card": None} if severity else None
    fails = severity == "error" or faults or held or gone
    assert books.fails("en/x", "standard") == fails
    assert [entry.get("stale", False) for entry in books.entries()] == [fails]
    assert books.in_short("en/x", frozenset(["standard"]))["editions"]["standard"] == {
        "filed": books.impressions("en/x")["standard"]["filed"], "fails": fails, "behind": True, "held": [0] * held,
    }  # fmt: skip
    found = [problem] if severity else []
    assert books.problems_of("en/x") == (found if severity == "error" else found + [fault] * faults)
    assert books.fails("en/x", "a4") == (severity == "error" or gone), "an edition that was never printed"


def test_in_a_broken_library_every_document_fails(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    assert [books.fails(name, "standard") for name in ("en/x", "en/new")] == [False, False]
    books.broken = True
    assert [books.fails(name, "standard") for name in ("en/x", "en/new")] == [True, True]


@pytest.mark.parametrize("old", ['"en/x"', '"standard"', '"uses":"0:1"', '"packed":0'])
def test_a_ledger_with_names_that_none_can_have_is_none(tmp_path: Path, old: str) -> None:
    data = ledger(tmp_path).as_data().decode()
    assert data.count(old) == 1
    new = {'"en/x"': '"../x"', '"standard"': '"../a"', '"uses":"0:1"': '"uses":"0:99999999999"', '"packed":0': '"packed":"0"'}[
        old
    ]
    assert Ledger.of(data.encode()) is not None
    assert Ledger.of(data.replace(old, new).encode()) is None


def test_what_changed_is_told_though_a_document_fails(tmp_path: Path) -> None:
    fault = vars(Problem("worker-lost", "error", "lost", "guides/en/x.yaml"))
    failed = Planner(ledger(tmp_path, faults=[fault]), NOW | {"article:a/title": "2"}, Output(tmp_path))
    assert failed.reasons("en/x", "standard") == ["articles.yaml, title of a changed"]
    changed = Planner(ledger(tmp_path, filed=None), NOW | {"article:a/title": "2"}, Output(tmp_path))
    assert changed.reasons("en/x", "standard") == ["articles.yaml, title of a changed"], "one reason is enough"
    blank_page = Planner(ledger(tmp_path, page=""), NOW, Output(tmp_path))
    assert blank_page.reasons("en/x", "standard") == ["it could not be printed last time"]


def test_numbers_are_kept_in_ranges_and_come_back(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    for number in range(9):
        books.pairs.number(("article:b/title", str(number)))
    for uses in ([], [0], [0, 1], [0, 2], [0, 1, 2, 4, 6, 7], [LOST_LEDGER, OTHER_LIBRARIES, 0, 1]):
        books.impressions("en/x")["standard"]["uses"] = uses
        loaded = Ledger.of(books.as_data())
        assert loaded
        assert loaded.impressions("en/x")["standard"]["uses"] == uses


def test_documents_and_editions_stand_in_the_order_of_the_manifest(tmp_path: Path) -> None:
    books = ledger(tmp_path)
    for name in ("en/x", "en/a"):
        for edition in ("a4", "standard"):
            books.record(name)["editions"].setdefault(edition, blank())
    order = [(name, edition) for name, edition, _ in books.everything()]
    assert order == [("en/a", "standard"), ("en/a", "a4"), ("en/x", "standard"), ("en/x", "a4")]
    assert [entry["path"] for entry in books.entries()] == ["en/x.pdf"], "what was never filed is not listed"
