"""Every code that a problem can have is documented, and every command is in the README."""

import re
from pathlib import Path

import pytest

from press.cli import COMMANDS
from press.proofread import RULES

ROOT = Path(__file__).resolve().parent.parent
CODE = re.compile(
    r"""(?:problem|_report|Problem|Finding|Unreadable)\(\s*"([a-z]+(?:-[a-z]+)*)",|return "(encoding|emoji|hidden-character)","""
)
MODULES = ("read", "source", "run", "jobs", "preflight", "linkcheck", "letters", "files", "names", "validation")


def used(module: str) -> set[str]:
    """The codes that a module gives to problems."""
    return {first or second for first, second in CODE.findall((ROOT / f"press/{module}.py").read_text("utf-8"))}


@pytest.mark.parametrize("module", MODULES)
def test_every_code_is_documented(module: str) -> None:
    documented = set(re.findall(r"^\| `([a-z-]+)`", (ROOT / "docs/problems.md").read_text("utf-8"), re.MULTILINE))
    assert used(module), module
    assert used(module) - documented - set(RULES) == set()


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    assert [name for name in COMMANDS if f"| `{name}" not in readme] == []
