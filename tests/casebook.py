"""Wrong files with what is to be found in them: `# expect: code line:column hint`, one comment a finding, at the top."""

import re
from collections.abc import Sequence
from pathlib import Path

from press.problems import Problem

CASES = Path(__file__).parent / "cases"
_EXPECT = re.compile(r"^# expect: (\S+) (\d+):(\d+)(?: (.+))?$", re.MULTILINE)

Found = tuple[str, int, int, str | None]
"""Code, line, column and hint of a finding."""


def case_files(folder: str) -> list[Path]:
    """The wrong files of one folder below tests/cases."""
    files = sorted((CASES / folder).glob("*.yaml"))
    assert files, f"there are no cases in {folder}"
    return files


def expected(path: Path) -> list[Found]:
    """What a wrong file says is wrong with it."""
    found = _EXPECT.findall(path.read_text("utf-8"))
    assert found, f"{path.name} expects nothing"
    return [(code, int(line), int(column), hint or None) for code, line, column, hint in found]


def found(problems: Sequence[Problem], hints: Sequence[Found]) -> list[Found]:
    """What was found, in order of place; hints only where the file names one."""
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    wanted = [hint for *_, hint in hints] + [None] * len(ordered)
    return [
        (problem.code, problem.line, problem.column, problem.hint if hint else None)
        for problem, hint in zip(ordered, wanted, strict=False)
    ]
