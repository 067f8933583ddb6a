"""Filing: whole or not at all."""

import hashlib
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from press.file import output as filing
from press.file.output import Filed, Output
from press.problems import Fault


def test_a_file_is_put_in_place_with_the_folders_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "en" / "a4" / "x.pdf"
    filing.write(path, b"one")
    filing.write(path, b"two")
    assert path.read_bytes() == b"two"
    assert os.listdir(path.parent) == ["x.pdf"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("step", ["os.replace", "os.fdatasync", "os.fchmod"])
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_whatever_goes_wrong_the_old_file_stays_and_nothing_lies_about(tmp_path: Path, step: str, error: BaseException) -> None:
    path = tmp_path / "x.pdf"
    filing.write(path, b"old")
    expected = Fault if isinstance(error, OSError) else KeyboardInterrupt
    with patch(f"press.file.output.{step}", side_effect=error), pytest.raises(expected):
        filing.write(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["x.pdf"]


@pytest.mark.parametrize("mode", [0o600, 0o664, 0o444])
def test_a_file_that_is_replaced_keeps_its_mode(tmp_path: Path, mode: int) -> None:
    writers: list[Callable[[bytes], None]] = [partial(filing.write, tmp_path / "x.pdf"), partial(Output(tmp_path).write, "x.pdf")]
    for write in writers:
        write(b"one")
        (tmp_path / "x.pdf").chmod(mode)
        write(b"two")
        assert stat.S_IMODE((tmp_path / "x.pdf").stat().st_mode) == mode


@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o002, 0o664), (0o077, 0o600)])
def test_a_new_file_is_as_open_as_the_user_s_umask_says(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        Output(tmp_path).write("en/x.pdf", b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "en/x.pdf").stat().st_mode) == mode


def test_a_name_as_long_as_the_system_allows_leaves_room_for_the_temporary_one(tmp_path: Path) -> None:
    name = f"{'x' * 251}.pdf"
    Output(tmp_path).write(f"en/{name}", b"one")
    assert os.listdir(tmp_path / "en") == [name]


@pytest.mark.parametrize("within", [True, False])
def test_nothing_is_done_through_a_link_in_the_place_of_a_folder(tmp_path: Path, within: bool) -> None:
    """Also where folders can't be opened one in the other, as on Windows."""
    (tmp_path / "elsewhere/a4").mkdir(parents=True)
    (tmp_path / "elsewhere/a4/x.pdf").write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    (tmp_path / "out/en").symlink_to(tmp_path / "elsewhere")
    with patch("press.file.output._WITHIN", within):
        out = Output(tmp_path / "out")
        filed: Filed = {"bytes": 4, "sha256": hashlib.sha256(b"mine").hexdigest(), "stat": []}
        assert not out.in_place("en/a4/x.pdf", filed)
        assert out.read("en/a4/x.pdf") is None
        out.remove("en/a4/x.pdf")
        with pytest.raises(Fault, match="en is a link, and nothing is filed outside"):
            out.write("en/a4/x.pdf", b"ours")
        out.write("es/a4/x.pdf", b"ours")
        assert out.read("es/a4/x.pdf") == b"ours"
        out.remove("es/a4/x.pdf")
        assert out.read("es/a4/x.pdf") is None
    assert (tmp_path / "elsewhere/a4/x.pdf").read_bytes() == b"mine"


def test_the_output_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "out").symlink_to(tmp_path / "real")
    Output(tmp_path / "out").write("en/x.pdf", b"one")
    assert (tmp_path / "real/en/x.pdf").read_bytes() == b"one"


def test_a_fault_names_the_file_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "en").write_text("a file in the way")
    with pytest.raises(Fault, match=r"x\.pdf can't be written: (not a directory|file exists)"):
        filing.write(tmp_path / "en" / "x.pdf", b"")


def test_what_a_killed_build_left_is_swept_up_and_nothing_else(tmp_path: Path) -> None:
    ours = [".x.pdf.ab12cd34.tmp", ".manifest.json._b12cd3_.tmp"]
    others = [".hidden.tmp", "x.pdf", "draft.tmp", ".x.pdf.tmp"]
    for name in ours + others:
        (tmp_path / name).write_text("")
    Output(tmp_path).sweep()
    assert sorted(os.listdir(tmp_path)) == sorted(others)


def entry(out: Path, **fields: Any) -> dict[str, Any]:
    """The entry of a file that is there."""
    path = out / "en" / "a4" / "x.pdf"
    filing.write(path, b"%PDF")
    sha256 = hashlib.sha256(b"%PDF").hexdigest()
    values = {"slug": "x", "language": "en", "edition": "a4", "path": "en/a4/x.pdf", "bytes": 4, "sha256": sha256}
    return values | fields


def test_a_manifest_vouches_for_files_that_are_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_bytes(filing.manifest({}, [entry(tmp_path, stale=True)]))
    assert list(filing.vouched_for(Output(tmp_path))) == [entry(tmp_path)]


@pytest.mark.parametrize(
    "fields",
    [
        {"path": "en/x.pdf"},
        {"slug": "../x"},
        {"edition": "none"},
        {"sha256": "0"},
        {"language": 5},
        {"bytes": None},
        {"slug": None},
    ],
)
def test_a_manifest_does_not_vouch_for_anything_else(tmp_path: Path, fields: dict[str, Any]) -> None:
    (tmp_path / "manifest.json").write_bytes(filing.manifest({}, [entry(tmp_path, **fields)]))
    assert list(filing.vouched_for(Output(tmp_path))) == []


@pytest.mark.parametrize("text", ["", "5", "[]", '{"format": 2, "documents": []}', '{"format": 1}', "[" * 100_000])
def test_a_foreign_manifest_vouches_for_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    assert list(filing.vouched_for(Output(tmp_path))) == []


def test_a_manifest_keeps_letters_readable(tmp_path: Path) -> None:
    data = filing.manifest({"press": "1"}, [{"title": "Médula"}])
    assert "Médula".encode() in data
    assert json.loads(data) == {"format": 1, "engine": {"press": "1"}, "documents": [{"title": "Médula"}]}


def test_the_lock_is_held_by_one_process_and_dies_with_it(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from press.file.output import locked\n"
        "with locked(Path(sys.argv[1]) / 'lock', lambda: None): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[1]
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    waited = []

    def wait() -> None:
        waited.append(True)
        holder.kill()

    with filing.locked(tmp_path / "lock", wait):
        assert waited == [True]
    holder.wait()
    with filing.locked(tmp_path / "lock", lambda: pytest.fail("nobody holds it")):
        pass
