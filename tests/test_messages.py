"""What an editor reads: for each slip that people make, one tiny wrong file beside the message that it gets, word for word.

`pytest tests/test_messages.py --refresh-golden` writes the messages anew: read them before you commit them.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from casebook import case_files

from press.model.library import HouseRules, Library
from press.proofread import proofread_document
from press.read.library import read_manuscript

CASES = case_files("messages")


def said_of(path: Path, library: Library) -> str:
    """The errors of a document, as the command line prints them."""
    manuscript, problems = read_manuscript(path, path.parents[1])
    if manuscript:
        few = {name: library.drawings[name] for name in ("symbols", "worn-disc", "herniated-disc")}
        library = replace(library, drawings=few)
        problems = proofread_document(replace(manuscript, language="en"), library, HouseRules())
        problems = [problem for problem in problems if problem.code.startswith("unknown-")]
    return "\n\n".join(problem.as_text() for problem in problems) + "\n"


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_slip_gets_its_message(path: Path, library: Library, pytestconfig: pytest.Config) -> None:
    """The place, the sentence, the line and what to do, and nothing else."""
    said, file = said_of(path, library), path.with_suffix(".txt")
    if pytestconfig.getoption("--refresh-golden"):
        file.write_text(said, "utf-8")
    assert said == file.read_text("utf-8")


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_slip_gets_one_message_that_says_what_to_do(path: Path, library: Library) -> None:
    """One slip is one error with one hint: what follows from it is not told."""
    said = said_of(path, library)
    assert said.count(": error: ") == said.count("    hint: ") == 1, said
