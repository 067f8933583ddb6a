"""The registry is changed at its marks: two values, and nothing else."""

from pathlib import Path

import pytest
from printroom import GUIDES

from press.problems import Fault
from press.registry import Change, entries, record, registry_of
from press.source import read_yaml

URL = "https://valorspine.com/a/"
VERIFIED = Change(URL, "verified", "2026-11-22")


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    folder = tmp_path / "guides"
    folder.mkdir()
    return folder


def rewritten(guides: Path, before: str, change: Change = VERIFIED) -> str:
    """The registry's text after one change to the article `a`."""
    (guides / "articles.yaml").write_bytes(before.encode())
    record(guides, {"a": change})
    return (guides / "articles.yaml").read_bytes().decode()


LAYOUTS = {
    "block": (
        f"# top\narticles:\n  - id: a\n    title: A   # ours\n    url: {URL}\n    status: unverified # new\n    note: keep\n",
        f"# top\narticles:\n  - id: a\n    title: A   # ours\n    url: {URL}\n    status: verified # new\n"
        "    last_checked: 2026-11-22\n    note: keep\n",
    ),
    "an older day": (
        f"articles:\n- last_checked: 2026-01-05   # by hand\n  status: verified\n  id: a\n  url: {URL}\n",
        f"articles:\n- last_checked: 2026-11-22   # by hand\n  status: verified\n  id: a\n  url: {URL}\n",
    ),
    "quoted": (
        f"articles:\n- id: 'a'\n  url: \"{URL}\"\n  status: \"unverified\"\n  last_checked: '2026-01-05'\n",
        f"articles:\n- id: 'a'\n  url: \"{URL}\"\n  status: verified\n  last_checked: 2026-11-22\n",
    ),
    "an empty day": (
        f"articles:\n- id: a\n  url: {URL}\n  status: unverified\n  last_checked:\n  note: x\n",
        f"articles:\n- id: a\n  url: {URL}\n  status: verified\n  last_checked: 2026-11-22\n  note: x\n",
    ),
    "an empty day with a comment": (
        f"articles:\n- id: a\n  url: {URL}\n  status: unverified\n  last_checked: # soon\n",
        f"articles:\n- id: a\n  url: {URL}\n  status: verified\n  last_checked: 2026-11-22 # soon\n",
    ),
    "no line end at the end": (
        f"articles:\n- id: a\n  url: {URL}\n  status: unverified",
        f"articles:\n- id: a\n  url: {URL}\n  status: verified\n  last_checked: 2026-11-22",
    ),
    "the status first": (
        f"articles:\n  - status: unverified\n    id: a\n    url: {URL}\n",
        f"articles:\n  - status: verified\n    last_checked: 2026-11-22\n    id: a\n    url: {URL}\n",
    ),
    "windows line ends and a byte order mark": (
        f"\ufeffarticles:\r\n- id: a\r\n  url: {URL}\r\n  status: unverified\r\n  note: x\r\n",
        f"\ufeffarticles:\r\n- id: a\r\n  url: {URL}\r\n  status: verified\r\n  last_checked: 2026-11-22\r\n  note: x\r\n",
    ),
    "braces on one line": (
        f"articles: [{{id: a, url: '{URL}', status: unverified}}, {{id: b}}]\n",
        f"articles: [{{id: a, url: '{URL}', status: verified, last_checked: 2026-11-22}}, {{id: b}}]\n",
    ),
    "an article with the same words in its note": (
        f"articles:\n- id: a\n  note: 'status: unverified'\n  url: {URL}\n  status: unverified\n",
        f"articles:\n- id: a\n  note: 'status: unverified'\n  url: {URL}\n  status: verified\n  last_checked: 2026-11-22\n",
    ),
    "letters beyond ASCII before it": (
        f"articles:\n- id: x\n  title: '\u201cÉ\u201d \U0001f9b4\n    more'\n- id: a\n  url: {URL}\n  status: unverified\n",
        f"articles:\n- id: x\n  title: '\u201cÉ\u201d \U0001f9b4\n    more'\n"
        f"- id: a\n  url: {URL}\n  status: verified\n  last_checked: 2026-11-22\n",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_two_values_change_and_nothing_else(guides: Path, layout: str) -> None:
    before, after = LAYOUTS[layout]
    assert rewritten(guides, before) == after


def test_an_entry_laid_out_beyond_us_is_refused_and_the_file_left_alone(guides: Path) -> None:
    before = f"articles:\n  - {{\n    id: a, url: '{URL}',\n    status: unverified\n    }}\n"
    with pytest.raises(Fault, match=r"guides/articles.yaml is laid out in a way"):
        rewritten(guides, before)
    assert (guides / "articles.yaml").read_bytes().decode() == before


def test_an_address_changed_meanwhile_keeps_its_status(guides: Path) -> None:
    before = "articles:\n- id: a\n  url: https://valorspine.com/new/\n  status: unverified\n"
    assert rewritten(guides, before) == before


def test_a_status_can_change_without_a_day(guides: Path) -> None:
    before = f"articles:\n- id: a\n  url: {URL}\n  status: verified\n  last_checked: 2026-01-05\n"
    assert rewritten(guides, before, Change(URL, "unverified", None)) == before.replace("verified", "unverified")


def test_what_stands_there_already_is_not_written_again(guides: Path) -> None:
    before = f"articles:\n- id: a\n  url: {URL}\n  status: verified\n  last_checked: 2026-11-22\n"
    (guides / "articles.yaml").write_text(before)
    stat = (guides / "articles.yaml").stat()
    assert record(guides, {"a": VERIFIED}) is False
    assert (guides / "articles.yaml").stat() == stat


@pytest.mark.parametrize("text", ["", "articles: 3\n", "articles:\n- 5\n- [a]\n- id: a\n", "articles: [\n", "\x00"])
def test_a_registry_that_is_none_is_left_alone(guides: Path, text: str) -> None:
    assert rewritten(guides, text) == text


def test_a_missing_registry_is_left_missing(guides: Path) -> None:
    assert record(guides, {"a": VERIFIED}) is False
    assert not (guides / "articles.yaml").exists()


def test_a_registry_behind_a_symbolic_link_stays_one(guides: Path) -> None:
    before, after = LAYOUTS["block"]
    (guides / ".real.yaml").write_text(before)
    (guides / "articles.yaml").symlink_to(guides / ".real.yaml")
    record(guides, {"a": VERIFIED})
    assert (guides / "articles.yaml").is_symlink()
    assert (guides / ".real.yaml").read_text() == after


def test_the_shipped_registry_changes_in_two_lines_an_article(guides: Path) -> None:
    shipped = (GUIDES / "articles.yaml").read_text("utf-8")
    (guides / "articles.yaml").write_text(shipped, "utf-8")
    before = registry_of(guides)
    assert len(entries(before)) > 40
    record(guides, {e["id"]: Change(e["url"], "missing", "2026-11-22") for e in entries(before)})
    after = (guides / "articles.yaml").read_text("utf-8")
    kept = [line for line in after.splitlines() if "last_checked: 2026" not in line]
    expected = [line for line in shipped.splitlines() if "last_checked: 2" not in line]
    assert [line.replace("status: missing", "status: unverified") for line in kept] == expected
    values = read_yaml(after.encode(), "articles.yaml").values["articles"]
    assert {(entry["status"], entry["last_checked"]) for entry in values} == {("missing", "2026-11-22")}
