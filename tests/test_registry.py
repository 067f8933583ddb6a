"""The registry is changed at its marks: two values, and nothing else."""

import os
import stat
from pathlib import Path

import pytest
from printroom import GUIDES

from press.links.registry import Change, edited, entries, record, registry_of
from press.problems import Fault
from press.read.strict_yaml import read_yaml

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
    "a byte order mark on the line that changes": (
        f"\ufeffarticles: [{{id: a, url: '{URL}', status: unverified}}]\r\n",
        f"\ufeffarticles: [{{id: a, url: '{URL}', status: verified, last_checked: 2026-11-22}}]\r\n",
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


def test_a_registry_behind_a_symbolic_link_is_not_followed(guides: Path, tmp_path: Path) -> None:
    """What lies outside the folder is not ours to write; both stay as they are, and one line says what to do."""
    before, _ = LAYOUTS["block"]
    (tmp_path / "real.yaml").write_text(before)
    (guides / "articles.yaml").symlink_to(tmp_path / "real.yaml")
    with pytest.raises(Fault, match=r"guides/articles.yaml is a link to another file"):
        record(guides, {"a": VERIFIED})
    assert (guides / "articles.yaml").is_symlink()
    assert (tmp_path / "real.yaml").read_text() == before


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o664, 0o666])
def test_the_mode_stays_as_it_was(guides: Path, mode: int) -> None:
    path = guides / "articles.yaml"
    path.write_text(LAYOUTS["block"][0])
    path.chmod(mode)
    assert record(guides, {"a": VERIFIED})
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_text() == LAYOUTS["block"][1]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a file away")
def test_the_owner_stays_who_it_was(guides: Path) -> None:
    path = guides / "articles.yaml"
    path.write_text(LAYOUTS["block"][0])
    path.chmod(0o640)
    os.chown(path, 1234, 2345)
    assert record(guides, {"a": VERIFIED})
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (1234, 2345, 0o640)


def test_what_somebody_saves_meanwhile_is_kept_and_changed_in_turn(guides: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The edit falls between our reading and our writing."""
    before, after = LAYOUTS["block"]
    path = guides / "articles.yaml"
    path.write_text(before)
    saved = ["title: B", "title: C"]

    def meddling(*given: object) -> str:
        if saved:
            path.write_text(before.replace("title: A", saved.pop(0)))
        return edited(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("press.links.registry.edited", meddling)
    assert record(guides, {"a": VERIFIED})
    assert path.read_text() == after.replace("title: A", "title: C")


def test_a_file_that_never_rests_is_left_to_its_editor(guides: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = guides / "articles.yaml"
    path.write_text(LAYOUTS["block"][0])

    def meddling(*given: object) -> str:
        path.write_text(path.read_text() + "# and more\n")
        return edited(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("press.links.registry.edited", meddling)
    with pytest.raises(Fault, match="changed by somebody else just now"):
        record(guides, {"a": VERIFIED})
    assert path.read_text() == LAYOUTS["block"][0] + "# and more\n" * 3


def test_an_address_with_its_own_letters_is_known_by_its_form_in_codes(guides: Path) -> None:
    before = "articles:\n- id: a\n  url: https://valorspine.com/Rücken/\n  status: unverified\n"
    change = Change("https://valorspine.com/R%C3%BCcken/", "verified", None)
    assert rewritten(guides, before, change) == before.replace("unverified", "verified")


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
