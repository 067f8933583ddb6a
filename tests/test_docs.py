"""Every code that a problem can have is documented, and every command is in the README."""

import re
from pathlib import Path

import pytest

from press.cli.main import COMMANDS
from press.proofread import RULES

ROOT = Path(__file__).resolve().parent.parent
CODE = re.compile(
    r"""(?:problem|_report|Problem|Finding|Unreadable)\(\s*"([a-z]+(?:-[a-z]+)*)",|return "(encoding|emoji|hidden-character)","""
)
FOLDERS = ("read", "build", "preflight", "links")


def used(folder: str) -> set[str]:
    """The codes that the modules of a folder give to problems."""
    text = "".join(file.read_text("utf-8") for file in sorted((ROOT / "press" / folder).rglob("*.py")))
    return {first or second for first, second in CODE.findall(text)}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_code_is_documented(folder: str) -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)`", (ROOT / "docs/problems.md").read_text("utf-8"), re.MULTILINE))
    assert used(folder), folder
    assert used(folder) - documented - set(RULES) == set()


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"| `{name}" not in readme] == []


def text_files() -> list[Path]:
    """Everything in the project that can cite a page, but the page of criteria itself."""
    kinds = (".py", ".md", ".toml", ".jinja", ".css", ".yaml")
    folders = (ROOT / name for name in ("press", "templates", "styles", "docs", "guides", "scripts"))
    found = [path for folder in folders for path in folder.rglob("*")] + list(ROOT.glob("*"))
    return [path for path in found if path.suffix in kinds and path.name != "criteria.md" and path.is_file()]


def test_every_page_that_is_cited_exists() -> None:
    """In code, styles, templates, content and docs: the page stands in docs/ or at the top."""
    cited = {(name, path.name) for path in text_files() for name in re.findall(r"\b([\w-]+\.md)\b", path.read_text("utf-8"))}
    assert len(cited) > 20
    missing = {(name, where) for name, where in cited if not (ROOT / "docs" / name).exists() and not (ROOT / name).exists()}
    assert not missing


def test_every_criterion_that_is_cited_is_listed() -> None:
    """Letters and number, such as C07, stand in the tables of docs/criteria.md."""
    listed = set(re.findall(r"^\| ([CLXGQD]\d\d) \|", (ROOT / "docs" / "criteria.md").read_text("utf-8"), re.MULTILINE))
    assert len(listed) > 70
    cited = {
        code
        for path in text_files()
        if path.suffix == ".py"
        for code in re.findall(r"\b([CLXGQD]\d\d)\b", path.read_text("utf-8"))
    }
    assert cited <= listed
