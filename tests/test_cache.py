"""What is kept between builds: in a folder of the user's own, as data, never trusted further than it can be verified."""

import hashlib
import json
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from smallhouse import SLUGS, House, make_house, manifest, printed
from test_freshness import Stub, both, build, forced, settle, standing

from press.build.press import Press
from press.build.request import Wanted
from press.file.cache import Cache, Caches, users_folder
from press.plan.last_build import RECORD, LastBuild
from press.plan.record import Ledger
from press.plan.shapes import NOTHING, either, fits

MINE = os.getuid()


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache" / "press")


# -- where it stands ------------------------------------------------------------------------------------------------------


def test_the_folder_is_the_one_that_the_system_has_for_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/users/anna")
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/tmp/anna")
    assert users_folder() == Path("/var/tmp/anna/press")
    for unset in ("", "relative/path"):
        monkeypatch.setenv("XDG_CACHE_HOME", unset)
        assert users_folder() == Path("/users/anna/.cache/press")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr(sys, "platform", "darwin")
    assert users_folder() == Path("/users/anna/Library/Caches/press")
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", "/c/anna")
    assert users_folder() == Path("/c/anna/press/Cache")


def test_only_its_user_can_look_into_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "a" / "press").inner("fonts")
    cache.write("x.json", b"1")
    for path in (tmp_path / "a", tmp_path / "a/press", tmp_path / "a/press/fonts"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    assert stat.S_IMODE((cache.folder / "x.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("who", ["another user's", "open to others", "open to a group", "a link", "a file"])
def test_a_folder_that_is_not_the_user_s_own_is_neither_read_nor_written(tmp_path: Path, who: str) -> None:
    folder = tmp_path / "press"
    Cache(folder).write("x.json", b"1")
    if who == "another user's":
        patched: Any = patch("press.file.cache.os.getuid", lambda: MINE + 1)
    else:
        patched = patch("press.file.cache._DAY", 86_400.0)
        if who.startswith("open"):
            folder.chmod(0o777 if "others" in who else 0o770)
        else:
            folder.rename(tmp_path / "away")
            folder.symlink_to(tmp_path / "away") if who == "a link" else folder.write_text("")
    with patched:
        cache = Cache(folder)
        assert cache.refused
        assert cache.read("x.json") is None
        cache.write("y.json", b"2")
        assert cache.inner("fonts").refused
    assert not (tmp_path / "away" / "y.json").exists()
    assert not (folder / "y.json").exists()


# -- what it holds --------------------------------------------------------------------------------------------------------


def test_an_entry_comes_back_as_it_was_part_by_part(cache: Cache) -> None:
    cache.write("x.json", b"one\n", b"", b"three\0\n\n")
    assert [cache.read("x.json", part) for part in range(4)] == [b"one\n", b"", b"three\0\n\n", None]
    assert cache.read("none.json") is None


def test_an_entry_that_was_touched_in_any_byte_is_none(cache: Cache) -> None:
    cache.write("x.json", b"first part", b"second")
    path = cache.folder / "x.json"
    sound = path.read_bytes()
    for at in range(len(sound)):
        path.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        assert None in (cache.read("x.json"), cache.read("x.json", 1)), at
        path.write_bytes(sound[:at])
        assert (cache.read("x.json"), cache.read("x.json", 1)) == (None, None), at
    path.write_bytes(sound + b"x")
    assert cache.read("x.json") is None


def test_an_entry_under_another_s_name_is_none_nor_is_what_a_link_leads_to(cache: Cache, tmp_path: Path) -> None:
    cache.write("x.json", b"1")
    shutil.copy(cache.folder / "x.json", cache.folder / "y.json")
    assert cache.read("y.json") is None
    shutil.move(cache.folder / "x.json", tmp_path / "x.json")
    (cache.folder / "x.json").symlink_to(tmp_path / "x.json")
    assert cache.read("x.json") is None


def test_what_was_used_longest_ago_is_dropped_and_so_is_what_killed_builds_left(tmp_path: Path) -> None:
    caches = Caches(tmp_path / "guides", tmp_path / "out")
    fonts, now = caches.fonts, time.time()
    for number in range(6):
        fonts.write(f"{number}.otf", b"x" * 1000)
        os.utime(fonts.folder / f"{number}.otf", (now - 1000 * number, now - 1000 * number))
    for name, age in ((".a.otf.12345678.tmp", 90_000), (".b.otf.12345678.tmp", 0)):
        (fonts.folder / name).write_text("")
        os.utime(fonts.folder / name, (now - age, now - age))
    for name, age in (("old", 9), ("new", 0)):
        other = caches.whole.inner("records").inner(name)
        other.write(RECORD, b"x" * 1000)
        os.utime(other.folder, (now - age, now - age))
    with patch.dict("press.file.cache._MOST_BYTES", {"fonts": 3500, "records": 6000}):
        caches.tidy()
    assert sorted(os.listdir(fonts.folder)) == [".b.otf.12345678.tmp", "0.otf", "1.otf", "2.otf"]
    assert "new" in os.listdir(caches.whole.folder / "records")
    assert "old" not in os.listdir(caches.whole.folder / "records")


def test_the_shape_of_values_is_seen_through(cache: Cache) -> None:
    shape = {"a": [int], "b": {str: (str, float)}, "c": either({"d": bool}, NOTHING)}
    sound: dict[str, Any] = {"a": [1, 2], "b": {"x": ["y", 1.0]}, "c": {"d": True}}
    assert fits(sound, shape)
    assert fits(sound | {"c": None}, shape)
    wrong: list[dict[str, Any]] = [
        {"a": [True]}, {"a": ["1"]}, {"a": None}, {"a": {}}, {"b": []}, {"b": {"x": ["y"]}}, {"b": {"x": ["y", 1]}},
        {"b": {"x": ["y", 1.0, 2.0]}}, {"c": {}}, {"c": {"d": 1}}, {"c": {"d": True, "e": 1}}, {"e": 1},
    ]  # fmt: skip
    for values in wrong:
        assert not fits(sound | values, shape), values
    assert not fits({"a": []}, shape)


# -- nothing that runs ----------------------------------------------------------------------------------------------------


def test_nothing_that_is_kept_can_run() -> None:
    """The press keeps data: no module of it knows a form in which code or objects are kept.

    A build and its own workers send each other objects through their pipe; nothing of that is kept.
    """
    press = Path(__file__).parents[1] / "press"
    for path in press.rglob("*.py"):
        if path.name in ("serving.py", "processes.py"):
            continue
        text = path.read_text("utf-8")
        for word in ("marshal", "pickle", "shelve", "BytecodeCache", "bytecode", "eval(", "exec("):
            assert word not in text, f"{path.name} names {word}"


# -- the record -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def built(tmp_path: Path) -> House:
    """A small house, built once."""
    house = make_house(tmp_path / "house", SLUGS[:2])
    build(house)
    settle(house)
    return house


def test_the_output_folder_holds_only_what_may_be_copied(built: House) -> None:
    found = {path.relative_to(built.out).as_posix() for path in built.out.rglob("*") if not path.is_dir()}
    assert found == {"manifest.json", *printed(built.out)}
    assert not list(built.out.rglob(".*"))


def test_what_earlier_versions_kept_in_the_output_folder_is_removed(built: House) -> None:
    kept = built.out / ".press"
    (kept / "fonts").mkdir(parents=True)
    for name in ("ledger.dat", "layouts.dat", "links.json", "lock", "fonts/1234.otf", ".ledger.dat.a1b2c3d4.tmp"):
        (kept / name).write_text("")
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "Another point.")
    build(built)
    assert not kept.exists()


@pytest.mark.parametrize("more", ["notes.txt", "fonts/notes.txt"])
def test_a_folder_of_that_name_that_holds_anything_else_is_left_alone(built: House, more: str) -> None:
    kept = built.out / ".press"
    (kept / "fonts").mkdir(parents=True)
    for name in ("ledger.dat", more):
        (kept / name).write_text("")
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "Another point.")
    build(built)
    assert (kept / "ledger.dat").exists()
    assert (kept / more).exists()


def test_a_link_of_that_name_is_not_followed(built: House, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "ledger.dat").write_text("")
    (built.out / ".press").symlink_to(other)
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "Another point.")
    build(built)
    assert (other / "ledger.dat").exists()


def test_a_library_has_a_record_for_each_output_folder_whatever_links_lead_there(tmp_path: Path) -> None:
    for name in ("guides", "out", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "out")
    here = Caches(tmp_path / "guides", tmp_path / "out")
    assert Caches(tmp_path / "guides", tmp_path / "link").record.folder == here.record.folder
    assert Caches(tmp_path / "guides", tmp_path / "link").lock == here.lock
    assert Caches(tmp_path / "guides", tmp_path / "other").record.folder != here.record.folder
    assert Caches(tmp_path / "other", tmp_path / "out").record.folder != here.record.folder
    assert Caches(tmp_path / "other", tmp_path / "out").lock == here.lock, "one build of an output folder at a time"


def forge(house: House, act: Callable[[dict[str, Any], dict[str, Any]], object]) -> None:
    """Changes the record of the last build as its user could: both its parts, sealed anew."""
    cache = Cache(house.record.parent)
    parts = [json.loads(cache.read(RECORD, part) or b"") for part in (0, 1)]
    act(parts[0], parts[1])
    cache.write(RECORD, *(json.dumps(part).encode() for part in parts))


def of_first(values: dict[str, Any]) -> dict[str, Any]:
    """What a record holds of the first document on Letter paper."""
    found: dict[str, Any] = values["documents"][f"en/{SLUGS[0]}"]["editions"]["standard"]
    return found


FORGERIES: dict[str, Callable[[dict[str, Any], dict[str, Any]], object]] = {
    "another place": lambda last, ledger: of_first(ledger)["entry"].update(path="../../victim.pdf"),
    "another place, document gone": lambda last, ledger: ledger["documents"].update(
        {"en/../../victim": ledger["documents"][f"en/{SLUGS[0]}"]}
    ),
    "another language": lambda last, ledger: ledger["documents"].update({"../victim": ledger["documents"][f"en/{SLUGS[0]}"]}),
    "another edition": lambda last, ledger: ledger["documents"][f"en/{SLUGS[0]}"]["editions"].update({"../..": of_first(ledger)}),
    "short part, another place": lambda last, ledger: last["documents"].update(
        {"en/../../victim": last["documents"].popitem()[1]}
    ),
    "many numbers": lambda last, ledger: of_first(ledger).update(uses="0:99999999999"),
    "no numbers": lambda last, ledger: of_first(ledger).update(uses="x"),
    "wrong types": lambda last, ledger: of_first(ledger).update(filed={"bytes": "4", "sha256": 5, "stat": None}),
    "wrong types in short": lambda last, ledger: of_first(last).update(filed=[1]),
    "no documents": lambda last, ledger: ledger.pop("documents"),
    "more than there is": lambda last, ledger: last.update(more=1),
    "another code": lambda last, ledger: ledger.update(documents=[]),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_record_causes_a_rebuild_at_worst(built: House, forgery: str) -> None:
    victims = [built.root / "victim.pdf", built.root.parent / "victim.pdf", built.root / "victim"]
    for victim in victims:
        victim.write_text("mine")
    forge(built, FORGERIES[forgery])
    built.edit(f"guides/en/{SLUGS[1]}.yaml", "One point.", "Another point.")
    summary = build(built)
    assert all(victim.read_text() == "mine" for victim in victims)
    assert standing(built, summary) == forced(built)
    built.document(SLUGS[1]).unlink()
    build(built)
    assert all(victim.read_text() == "mine" for victim in victims)


def test_a_record_that_is_sound_json_and_nothing_else_is_no_record(built: House) -> None:
    cache = Cache(built.record.parent)
    for text in (b"", b"null", b"5", b"[]", b"{}", b"[" * 100_000, b'{"documents": {}}', b"NaN", b"\xff"):
        cache.write(RECORD, text, text)
        assert LastBuild.load(cache) == LastBuild()
        assert Ledger.of(cache.read(RECORD, part=1)) is None


# -- others ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes another user build from now on, who has a cache of their own."""

    def turn(who: str) -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / f"cache of {who}"))

    return turn


def test_two_users_build_into_one_output_folder_by_turns(built: House, others: Callable[[str], None]) -> None:
    """Each finds what the other filed: what is gone is removed, what is new is kept, what can't be printed keeps its file."""
    others("anna")
    assert set(build(built).built) == both(*SLUGS[:2]), "what others made is printed anew"
    built.add(SLUGS[2])
    others("bert")
    assert build(built).failed == []
    built.document(SLUGS[2]).unlink()
    others("anna")
    assert set(build(built).removed) == both(SLUGS[2]), "though she has never seen it"
    assert not [path for path in printed(built.out) if SLUGS[2] in path]
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "One point.", "A new point.")
    others("bert")
    build(built)
    newest = printed(built.out)
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "title:", "titel:")
    others("anna")
    assert set(build(built).failed) == both(SLUGS[0])
    assert printed(built.out) == newest, "the last good file is the one that the other user filed"
    assert {entry["slug"] for entry in manifest(built.out)["documents"] if entry.get("stale")} == {SLUGS[0]}
    built.edit(f"guides/en/{SLUGS[0]}.yaml", "titel:", "title:")
    others("bert")
    assert standing(built, build(built)) == forced(built)


def test_without_a_cache_all_is_printed_every_time_and_nothing_fails(
    built: House, tmp_path: Path, others: Callable[[str], None]
) -> None:
    others("nobody")
    (tmp_path / "cache of nobody").write_text("a file in the way")
    for _ in range(2):
        summary = build(built)
        assert set(summary.built) == both(*SLUGS[:2])
    assert Press(built.folders, Stub).caches.whole.refused
    assert standing(built, summary) == forced(built)


def test_a_cache_that_goes_while_the_press_lives_is_made_again(built: House) -> None:
    press = Press(built.folders, Stub)
    shutil.rmtree(users_folder())
    assert set(press.build(Wanted()).built) == both(*SLUGS[:2])
    assert stat.S_IMODE(users_folder().stat().st_mode) == 0o700
    assert press.build(Wanted()).built == []


# -- an output folder under other hands -----------------------------------------------------------------------------------


def plant_links(house: House, victim: Path) -> None:
    """Links where files stand: to a file outside, and a temporary file's name."""
    for path in (house.out / "en" / f"{SLUGS[0]}.pdf", house.out / "manifest.json"):
        path.unlink()
        path.symlink_to(victim)
    (house.out / ".x.pdf.a1b2c3d4.tmp").symlink_to(victim)


def test_a_link_in_the_place_of_a_file_is_replaced_and_not_followed(built: House, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    plant_links(built, victim)
    summary = build(built)
    assert set(summary.built) == {f"en/{SLUGS[0]} (standard)"}
    assert standing(built, summary) == forced(built)
    assert not [path for path in built.out.rglob("*") if path.is_symlink()]
    assert victim.read_text() == "mine"


def test_a_link_to_the_very_same_file_is_not_our_file(built: House, tmp_path: Path) -> None:
    file = built.out / "en" / f"{SLUGS[0]}.pdf"
    file.rename(tmp_path / "same.pdf")
    file.symlink_to(tmp_path / "same.pdf")
    assert build(built).built == [f"en/{SLUGS[0]} (standard)"]
    assert not file.is_symlink()


@pytest.mark.parametrize("folder", ["en", "en/a4"])
@pytest.mark.parametrize("gone", [False, True])
def test_a_link_in_the_place_of_a_folder_is_not_followed(built: House, tmp_path: Path, folder: str, gone: bool) -> None:
    """Nothing is written there, nor deleted where a document is gone; a build that would have to says so."""
    (built.out / folder).rename(tmp_path / "elsewhere")
    (built.out / folder).symlink_to(tmp_path / "elsewhere")
    before = {path: path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()}
    if gone:
        for slug in SLUGS[:2]:
            built.document(slug).unlink()
        build(built)
    else:
        done = built.run("build")
        assert (done.returncode, len(done.stderr.splitlines())) == (3, 1)
        assert f"{built.out / folder} is a link" in done.stderr
    assert {path: path.read_bytes() for path in (tmp_path / "elsewhere").rglob("*") if path.is_file()} == before


def test_pipes_and_folders_in_the_place_of_files_neither_hold_up_a_build_nor_pass_for_files(built: House) -> None:
    (built.out / "manifest.json").unlink()
    os.mkfifo(built.out / "manifest.json")
    file = built.out / "en" / f"{SLUGS[0]}.pdf"
    file.unlink()
    os.mkfifo(file)
    summary = build(built)
    assert summary.built == [f"en/{SLUGS[0]} (standard)"]
    assert standing(built, summary) == forced(built)


def test_a_content_repository_that_brings_an_output_folder_along_is_not_trusted(
    built: House, tmp_path: Path, others: Any
) -> None:
    """Committed with it: records and compiled templates of earlier versions, fonts, a manifest that names other places."""
    others("a new user")
    evil, victim = tmp_path / "ran", tmp_path / "victim.pdf"
    victim.write_text("mine")
    kept = built.out / ".press"
    (kept / "fonts").mkdir(parents=True)
    import marshal

    code = compile(f"open({str(evil)!r}, 'w').close()", "<template>", "exec")
    (kept / "layouts.dat").write_bytes(b"seal\n" + marshal.dumps({"base": marshal.dumps(code)}))
    (kept / "ledger.dat").write_bytes(b"seal\n" + marshal.dumps({"documents": {}}))
    (kept / "fonts" / "a.otf").write_bytes(b"\0\1\0\0")
    listed = manifest(built.out)
    digest = hashlib.sha256(b"mine").hexdigest()
    for path in ("../victim.pdf", "../../victim.pdf", str(victim)):
        listed["documents"].append(listed["documents"][0] | {"slug": "gone", "path": path, "bytes": 4, "sha256": digest})
        forged = listed["documents"][0] | {"slug": path.removesuffix(".pdf"), "path": f"en/{path}", "bytes": 4, "sha256": digest}
        listed["documents"].append(forged)
    (built.out / "manifest.json").write_text(json.dumps(listed))
    summary = build(built)
    assert set(summary.built) == both(*SLUGS[:2])
    assert standing(built, summary) == forced(built)
    assert victim.read_text() == "mine"
    assert not evil.exists()
    assert not kept.exists()


@pytest.mark.parametrize("home", [None, "", "rel/ative", "/dev/null"])
def test_without_a_home_nothing_is_kept_and_nothing_fails(
    built: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str | None
) -> None:
    """Containers and services run as users that no list of users knows."""
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.chdir(tmp_path)
    if home is None:
        monkeypatch.setattr(Path, "home", classmethod(_homeless))
    else:
        monkeypatch.setenv("HOME", home)
    if home != "":  # then it is the root of the system (POSIX)
        assert Caches(built.folders.guides, built.out).whole.refused
        assert not build(built).failed
    assert not (tmp_path / "rel").exists()


def _homeless(_: type[Path]) -> Path:
    raise RuntimeError("Could not determine home directory.")


UNSPEAKABLE = ({"title": "\ud800"}, {"pages": float("nan")}, {"more": {"\udcff": 1}}, {"bytes": float("inf")})


@pytest.mark.parametrize("forged", UNSPEAKABLE, ids=["surrogate", "nan", "inside", "infinite"])
def test_an_entry_that_no_manifest_can_hold_is_not_taken_over(built: House, forged: dict[str, Any]) -> None:
    """The record is lost and the document can't be printed: its last good file would be listed as the manifest tells."""
    told = manifest(built.out)
    told["documents"][0] |= forged
    (built.out / "manifest.json").write_text(json.dumps(told))
    built.record.unlink()
    for slug in {entry["slug"] for entry in told["documents"]}:
        built.edit(f"guides/en/{slug}.yaml", "title:", "titel:")
    build(built)
    entries = json.loads((built.out / "manifest.json").read_bytes(), parse_constant=pytest.fail)["documents"]
    assert told["documents"][0]["path"] not in {entry["path"] for entry in entries}
    assert len(entries) == len(told["documents"]) - 1
