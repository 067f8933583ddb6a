"""A content repository can have its handouts proofread before each commit, by the press as pre-commit installs it."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from printroom import GUIDES, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
TOOLS = PROJECT["tool"]["setuptools"]


@pytest.fixture
def hook() -> dict[str, object]:
    (only,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    return dict(only)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages laid out as pyproject.toml says an installation has them: no generate.py, no guides."""
    target = tmp_path_factory.mktemp("site")
    folders: dict[str, str] = TOOLS["package-dir"]
    for package in TOOLS["packages"]:
        known = max((name for name in folders if f"{package}.".startswith(f"{name}.")), key=len)
        source = ROOT / folders[known] / package[len(known) + 1 :].replace(".", "/")
        place = target / package.replace(".", "/")
        place.mkdir(parents=True, exist_ok=True)
        for pattern in ["*.py", *TOOLS["package-data"]["*"]]:
            for file in source.glob(pattern):
                shutil.copy(file, place)
    return target


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A repository that holds guides/ and nothing else."""
    shutil.copytree(GUIDES, tmp_path / "guides")
    return tmp_path


def run(entry: str, installed: Path, content: Path) -> "subprocess.CompletedProcess[str]":
    """A command of the installed press, called in the content repository."""
    program, *arguments = entry.split()
    module, function = PROJECT["project"]["scripts"][program].split(":")
    start = f"import sys; sys.path.insert(0, {str(installed)!r}); from {module} import {function}; sys.exit({function}())"
    return subprocess.run([sys.executable, "-I", "-c", start, *arguments], cwd=content, capture_output=True, text=True)


def test_the_hook_has_the_fields_that_pre_commit_wants(hook: dict[str, object]) -> None:
    assert hook["id"] == "press-check"
    assert hook["language"] == "python"
    assert hook["entry"] == "press check"
    assert hook["pass_filenames"] is False
    assert hook["require_serial"] is True
    assert hook["name"]
    known = {"id", "name", "description", "entry", "language", "files", "pass_filenames", "require_serial"}
    assert set(hook) <= known, "a field that pre-commit does not know is an error there"
    assert re.match(str(hook["files"]), "guides/en/spinal-stenosis.yaml")
    assert not re.match(str(hook["files"]), "README.md")


def test_sound_content_may_be_committed(hook: dict[str, object], installed: Path, content: Path) -> None:
    said = run(str(hook["entry"]), installed, content)
    assert said.returncode == 0, said.stdout + said.stderr
    assert "0 errors" in said.stdout


def test_an_error_stops_the_commit(hook: dict[str, object], installed: Path, content: Path) -> None:
    path = content / "guides" / "en" / "spinal-stenosis.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Spinal stenosis", "title: Stenosis, cured"), "utf-8")
    said = run(str(hook["entry"]), installed, content)
    assert said.returncode == 1
    assert "guides/en/spinal-stenosis.yaml:7:" in said.stdout


def test_a_repository_without_guides_is_wrong_usage(hook: dict[str, object], installed: Path, tmp_path: Path) -> None:
    said = run(str(hook["entry"]), installed, tmp_path)
    assert said.returncode == 2
    assert "--guides" in said.stderr


def test_the_installed_press_brings_starters_layouts_and_styles(installed: Path, content: Path) -> None:
    assert run("press new handout neck-pain", installed, content).returncode == 0
    assert run("press check neck-pain --report report.html", installed, content).returncode == 0
    assert "font/woff2" in (content / "report.html").read_text("utf-8")
    said = run("press build neck-pain --edition standard", installed, content)
    assert said.returncode == 0, said.stdout + said.stderr
    assert (content / "build" / "en" / "neck-pain.pdf").read_bytes().startswith(b"%PDF")


def test_every_file_that_the_press_reads_is_packed() -> None:
    packed = {file for folder in ("templates", "styles", "press") for file in (ROOT / folder).rglob("*") if file.is_file()}
    kinds = {file.suffix for file in packed if "__pycache__" not in file.parts}
    assert kinds <= {".py", *(pattern.removeprefix("*") for pattern in TOOLS["package-data"]["*"])}
    inside = {package.replace("press.house.", "").replace(".", "/") for package in TOOLS["packages"]}
    folders = {path.relative_to(ROOT).as_posix() for name in ("templates", "styles", "press") for path in _folders(ROOT / name)}
    assert folders <= inside


def _folders(top: Path) -> list[Path]:
    return [top, *(path for path in top.rglob("*") if path.is_dir() and path.name != "__pycache__")]
