"""A small house of its own for tests of the press: three short handouts, plain styles, the shipped templates.

It does not depend on what the real documents say or look like: every rule of the proofreader that can be switched off is off.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pikepdf
from printroom import GUIDES, ROOT, STYLES, TEMPLATES

from press.edition import EDITIONS
from press.file.cache import Caches
from press.plan.inputs import Folders
from press.plan.last_build import RECORD
from press.proofread.rule import RULES

SLUGS = ("first-steps", "second-look", "third-way")

HANDOUT = """\
kind: handout
code: {code}
version: "1.0"
status: draft
updated: 2026-11-22
title: {title}
purpose: What the press needs to print a page.
description: A short handout with a drawing, a table and two codes, for the tests.
keywords: [handout, test]
front:
  - kind: key_points
    points: [One point., Two points., Three points.]
  - kind: text
    heading: What is in it?
    body: A short text about a [herniated disc](term:herniated-disc) beside a drawing.
    figure: {{drawing: {drawing}, alt: A drawing of the spine., caption: The spine.}}
back:
  - kind: table
    heading: A table
    columns: [Name, What it is]
    rows: [{{name: One, cells: [First]}}, {{name: Two, cells: [Second]}}]
  - kind: questions
    items: ['Which one?', 'Which other?', 'And then?']
    lines: 2
  - kind: read_more
    articles: [{{article: {first}, why: To know more.}}, {{article: {second}, why: To know still more.}}]
"""

PLAIN = """\
@import "type.css";
@page { margin: 15mm;
  @bottom-left { content: string(foot); font: 9pt "Atkinson Hyperlegible Next" }
  @bottom-right { content: string(imprint) " · " string(page-before) counter(page) string(page-between)
    counter(pages) string(page-after);
    font: 9pt "Atkinson Hyperlegible Next" } }
body { string-set: foot attr(data-foot), imprint attr(data-imprint), page-before attr(data-page-before),
  page-between attr(data-page-between), page-after attr(data-page-after) }
html { font: 12pt/17pt "Atkinson Hyperlegible Next" }
* { margin: 0; overflow-wrap: anywhere }
.back { break-before: page }
.write { height: 9mm; border-bottom: 1px solid }
figure svg { width: 60mm; height: auto }
h1 { background: url(icons/mark.svg) no-repeat; padding-left: 10mm; line-height: 30pt }
.red_flags, .next_steps, .about, .front-foot, .cards { font-size: 9pt; line-height: 11pt }
.questions li { break-inside: avoid }
.levels, .cards { display: table; width: 100% }
.help, .qr-card { display: table-cell; width: 50% }
.to-write { height: 9mm; border-bottom: 1px solid }
"""

TYPE = """\
@font-face { font-family: "Atkinson Hyperlegible Next"; src: url(fonts/atkinson-hyperlegible-next-latin-400-normal.woff2) }
@font-face { font-family: "Atkinson Hyperlegible Next"; font-weight: 700;
  src: url(fonts/atkinson-hyperlegible-next-latin-700-normal.woff2) }
"""

MARK = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>\n'
SIZES = {"standard": "Letter", "a4": "A4"}


@dataclass(frozen=True)
class House:
    """A folder with guides, templates, styles and an output folder. What its environment holds, commands get besides."""

    root: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def folders(self) -> Folders:
        """Its four folders."""
        return Folders(*(self.root / name for name in ("guides", "templates", "styles", "out")))

    @property
    def out(self) -> Path:
        """Its output folder."""
        return self.root / "out"

    @property
    def record(self) -> Path:
        """The file in the cache that holds the record of its last build."""
        return Caches(self.folders.guides, self.out).record.folder / RECORD

    def copied(self, root: Path) -> "House":
        """A copy of the house, with the record of its last build."""
        shutil.copytree(self.root, root)
        house = replace(self, root=root)
        shutil.copytree(self.record.parent, house.record.parent, dirs_exist_ok=True)
        return house

    def document(self, slug: str) -> Path:
        """The file of a document."""
        return self.root / "guides" / "en" / f"{slug}.yaml"

    def articles(self) -> list[str]:
        """The articles that the documents print codes for, in order: each shares one with the next."""
        return _ids(self.root / "guides" / "articles.yaml")[: len(SLUGS) + 1]

    def add(self, slug: str, **fields: Any) -> Path:
        """Writes a document, a small one where no fields say otherwise."""
        number = SLUGS.index(slug) if slug in SLUGS else 0
        articles = self.articles()
        values = {"code": f"VS-T{number}{len(slug)}", "title": slug.replace("-", " ").capitalize(), "drawing": "normal-spine"}
        values |= {"first": articles[number], "second": articles[number + 1]}
        file = self.document(slug)
        file.write_text(HANDOUT.format(**values | fields), "utf-8")
        return file

    def edit(self, name: str, old: str, new: str) -> None:
        """Changes the first match of a text in a file; it must be there."""
        file = self.root / name
        text = file.read_text("utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        file.write_text(text.replace(old, new, 1), "utf-8")

    # -- the command line, in processes of its own --------------------------------------------------------------------

    def command(self, *words: str, out: Path | None = None) -> list[str]:
        """The command line for this house."""
        folders = [f"--{name}={self.root / name}" for name in ("guides", "templates", "styles")]
        return [sys.executable, str(ROOT / "generate.py"), *words, *folders, f"--out={out or self.out}"]

    def run(self, *words: str, out: Path | None = None, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command to its end."""
        command, env = self.command(*words, out=out), os.environ | self.environment | environment
        return subprocess.run(command, capture_output=True, text=True, cwd=self.root, env=env, timeout=300, check=False)

    def start(self, *words: str, out: Path | None = None) -> "subprocess.Popen[str]":
        """Starts a command in a process group of its own."""
        return subprocess.Popen(
            self.command(*words, out=out), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.root,
            start_new_session=True, env=os.environ | self.environment,
        )  # fmt: skip

    def build(self, *words: str, out: Path | None = None, status: int = 0) -> dict[str, Any]:
        """Builds and gives back the summary; the exit status must be as expected."""
        done = self.run("build", *words, "--format=json", out=out)
        assert done.returncode == status, f"status {done.returncode}\n{done.stdout}\n{done.stderr}"
        summary: dict[str, Any] = json.loads(done.stdout)
        return summary


def make_house(root: Path, slugs: tuple[str, ...] = SLUGS) -> House:
    """A small house in an empty folder."""
    house = House(root)
    (root / "guides" / "en").mkdir(parents=True)
    for name in ("articles.yaml", "sources.yaml", "clinic.yaml", "en/phrases.yaml", "en/glossary.yaml", "en/shared.yaml"):
        shutil.copy(GUIDES / name, root / "guides" / name)
    shutil.copytree(GUIDES / "figures", root / "guides" / "figures")
    off = "".join(f'  {code}: "off"\n' for code, rule in RULES.items() if not rule.fixed)
    (root / "guides" / "house-rules.yaml").write_text(f"severity:\n{off}", "utf-8")
    shutil.copytree(TEMPLATES, root / "templates")
    styles = root / "styles"
    (styles / "icons").mkdir(parents=True)
    shutil.copytree(STYLES / "fonts", styles / "fonts")
    shutil.copy(STYLES / "figures.css", styles / "figures.css")
    for name, text in {"plain.css": PLAIN, "type.css": TYPE, "icons/mark.svg": MARK}.items():
        (styles / name).write_text(text, "utf-8")
    for edition in EDITIONS.values():
        entry = f'@import "plain.css";\n@page {{ size: {SIZES.get(edition.name, "Letter")} }}\n'
        (styles / edition.sheet).write_text(entry, "utf-8")
    for path in root.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    for slug in slugs:
        house.add(slug)
    return house


def _ids(registry: Path) -> list[str]:
    lines = registry.read_text("utf-8").splitlines()
    return [line.partition("id:")[2].strip() for line in lines if line.strip().startswith(("- id:", "id:"))]


# -- what must hold of an output folder -----------------------------------------------------------------------------------


def printed(out: Path) -> dict[str, str]:
    """The digest of every PDF in an output folder, by its path."""
    return {str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(out.rglob("*.pdf"))}


def manifest(out: Path) -> dict[str, Any]:
    """The manifest of an output folder."""
    values: dict[str, Any] = json.loads((out / "manifest.json").read_bytes())
    return values


def leftovers(out: Path) -> list[str]:
    """Temporary files that should not be there."""
    return [str(path.relative_to(out)) for path in out.rglob("*") if path.name.endswith(".tmp")]


def assert_whole(out: Path) -> None:
    """Every PDF opens, is listed with its digest, and nothing else lies about."""
    listed = {entry["path"]: entry["sha256"] for entry in manifest(out)["documents"]}
    assert printed(out) == listed
    assert leftovers(out) == []
    assert_readable(out)


def assert_readable(out: Path) -> None:
    """No PDF is torn."""
    for path in out.rglob("*.pdf"):
        with pikepdf.open(path, attempt_recovery=False) as file:
            assert len(file.pages) == 2, path


# -- processes ------------------------------------------------------------------------------------------------------------


def until(what: Callable[[], Any], seconds: float = 60.0) -> Any:
    """Waits for something to be true and gives it back."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := what():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen in time")


def family(process: "subprocess.Popen[str]") -> dict[int, str]:
    """The processes of a command's session, by id, with their command lines; the ones that ended are not among them."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if int(stat[3]) == process.pid and stat[0] not in "ZX":
                found[int(entry.name)] = line
    return found


def workers(process: "subprocess.Popen[str]") -> list[int]:
    """The worker processes of a build: those that were forked from its fork server."""
    servers = {pid for pid, line in family(process).items() if "serve_forks" in line and _parent(pid) == process.pid}
    return [pid for pid in family(process) if _parent(pid) in servers]


def seconds_of(pid: int) -> float:
    """The processor time that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def alive(pid: int) -> bool:
    """Whether a process runs, or is stopped; one that ended and was not asked for is not alive."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def listens(process: "subprocess.Popen[str]") -> bool:
    """Whether a command has come so far that it handles signals itself (Linux)."""
    caught = re.search(r"^SigCgt:\t(\w+)$", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    return bool(caught and int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def kill(process: "subprocess.Popen[str]", number: int = signal.SIGKILL) -> None:
    """Sends a signal to a command, to it alone, and waits for its end."""
    process.send_signal(number)
    process.communicate(timeout=60)
