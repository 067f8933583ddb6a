"""What a worker starts with: the engine, quickly, and nothing that it does not need."""

import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from printroom import ROOT

from press.jobs import Job, Outcome
from press.orders import Link
from press.preflight import Promise


def python(script: str, given: bytes = b"") -> str:
    """What a script says in a process of its own."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, input=given, capture_output=True, check=True)
    return done.stdout.decode()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere libraries are found in another way")
def test_the_engine_is_imported_without_help_from_other_programs() -> None:
    """No compiler is asked for libraries, and those that are loaded are the ones that the engine finds by itself."""
    watched = "import sys; sys.addaudithook(lambda event, _: print(event) if event == 'subprocess.Popen' else None)"
    loaded = "from press.engine import loaded_libraries; print(sorted(loaded_libraries()))"
    quick = python(f"{watched}; import press.warm; assert 'weasyprint' in sys.modules; {loaded}")
    assert "libpango" in quick
    assert quick == python(f"import weasyprint; {loaded}")


def test_looking_for_libraries_works_as_before_afterwards() -> None:
    said = python(
        "import ctypes.util; before = ctypes.util.find_library; import press.warm; print(ctypes.util.find_library is before)"
    )
    assert said.strip() == "True"


def test_a_job_and_its_outcome_bring_no_models_along() -> None:
    """Neither Pydantic nor the readers of content are loaded where pages are printed: that would take as long as a page."""
    link = Link("an-article", "An article", "https://clinic.example/an-article/")
    promise = Promise("T", "en", "C", (link,), ("A code.",), 28.0, (612.0, 792.0), frozenset({2}), "<html/>")
    job = Job("<p>T</p>", Path("styles"), "0", "standard.css", "pdf/ua-1", {}, promise, Path("shelf"))
    script = (
        "import pickle, sys, press.warm; pickle.load(sys.stdin.buffer);"
        "print(*(name for name in ('pydantic', 'yaml', 'jinja2', 'press.guide') if name in sys.modules))"
    )
    assert python(script, pickle.dumps((job, Outcome(links=((link, 2),))))).split() == []
