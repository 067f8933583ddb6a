"""Small changes to the code, each run against the tests of its part: the share that the tests notice.

    make mutants                          # a sample of each part
    make mutants MUTANTS="--part preflight --each 40 --seed 7"

A change that no test notices is printed with its place: either a claim is missing in the tests, or the code is not needed.

Last sample, of changes that nobody had looked at before: rules 26 of 30 noticed (87 %), review 21 of 21 (all there are). The
other parts print pages, so that one change takes a minute or more: they have not been sampled since their tests changed. On a
machine with much else to do a run may pass LIMIT_SECONDS, and would count as noticed: sample them on a quiet one.
"""

import argparse
import ast
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[2]
LIMIT_SECONDS = 300
"""A change that makes the tests run longer than this is noticed."""


@dataclass(frozen=True)
class Part:
    """Modules that are changed, as glob patterns below the project; the tests that must notice, the most telling first; and
    words in the names of those among them that take too long to run for each change."""

    modules: tuple[str, ...]
    tests: tuple[str, ...]
    slow: tuple[str, ...] = ()


_SLOW = (
    "random", "between_look_and_reading", "while_pages_are_printed", "not_ours", "until_it_is_mended", "holds_nothing_back",
    "forced_build", "same_bytes", "live_on", "leaves_a_handout_on_two_pages", "hides_a_change",
)  # fmt: skip

PARTS = {
    "rules": Part(
        ("press/proofread/*.py", "press/proofread/rules/*.py"),
        (
            "tests/test_edges.py",
            "tests/test_said.py",
            "tests/test_proofread.py",
            "tests/test_checklists.py",
        ),
    ),
    "preflight": Part(
        ("press/preflight/*.py", "press/typeset/overset.py"),
        ("tests/test_preflight.py", "tests/test_wording.py", "tests/test_overset.py"),
    ),
    "review": Part(("press/model/review.py",), ("tests/test_review.py",)),
    "run": Part(
        (
            "press/build/run.py",
            "press/build/content.py",
            "press/build/books.py",
            "press/plan/last_build.py",
            "press/build/cause.py",
        ),
        ("tests/test_overset.py", "tests/test_freshness.py", "tests/test_held.py", "tests/test_presswork.py"),
        _SLOW,
    ),
    "freshness": Part(
        ("press/plan/freshness.py", "press/plan/record.py", "press/plan/inputs.py", "press/file/cache.py"),
        ("tests/test_plan.py", "tests/test_stock.py", "tests/test_cache.py", "tests/test_freshness.py"),
        _SLOW,
    ),
}

_COMPARED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "==": "!=", "!=": "==", "in": "not in", "not in": "in"}
_OPERATORS = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in", ast.NotIn: "not in",
    ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip
_WORDS = {"error": "warning", "warning": "error", "emergency": "today", "today": "emergency", "draft": "reviewed"}


@dataclass(frozen=True)
class Change:
    """One change: the file, the stretch of its text that goes (as offsets), and what comes in its place."""

    file: Path
    start: int
    end: int
    new: str
    line: int

    def apply(self, text: str) -> str:
        """The text of the file with the change made."""
        return text[: self.start] + self.new + text[self.end :]


class _Finder(ast.NodeVisitor):
    """Finds every small change that a module allows."""

    def __init__(self, file: Path) -> None:
        self.file, self.text = file, file.read_text("utf-8")
        self.data = self.text.encode()
        self.starts = [0]
        for line in self.data.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.changes: list[Change] = []

    def find(self) -> list[Change]:
        """The changes, in order of place."""
        self.visit(ast.parse(self.text))
        return sorted(self.changes, key=lambda change: (change.start, change.new))

    def at(self, line: int, column: int) -> int:
        """The offset of a place in the text; columns are counted in bytes."""
        return len(self.data[: self.starts[line - 1] + column].decode())

    def replace(self, node: ast.expr | ast.stmt, new: str) -> None:
        """Notes a change of a whole node."""
        start = self.at(node.lineno, node.col_offset)
        end = self.at(node.end_lineno or node.lineno, node.end_col_offset or 0)
        if self.text[start:end] != new:
            self.changes.append(Change(self.file, start, end, new, node.lineno))

    def source(self, node: ast.AST) -> str:
        """A node as it is written."""
        return ast.get_source_segment(self.text, node) or ""

    def visit_Compare(self, node: ast.Compare) -> None:
        """Bounds and equality."""
        if len(node.ops) == 1:
            left, right, operator = self.source(node.left), self.source(node.comparators[0]), _OPERATORS[type(node.ops[0])]
            other = {"is": "is not", "is not": "is"}.get(operator) or _COMPARED[operator]
            self.replace(node, f"{left} {other} {right}")
        self.generic_visit(node)

    def visit_BoolOp(self, node: ast.BoolOp) -> None:
        """One side of an `and` or `or` left out."""
        joined = " and " if isinstance(node.op, ast.And) else " or "
        for left_out in range(len(node.values)):
            kept = [self.source(value) for number, value in enumerate(node.values) if number != left_out]
            self.replace(node, "(" + joined.join(kept) + ")")
        self.generic_visit(node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> None:
        """`not` left out."""
        if isinstance(node.op, ast.Not):
            self.replace(node, f"({self.source(node.operand)})")
        self.generic_visit(node)

    def visit_If(self, node: ast.If) -> None:
        """A condition turned round."""
        if ast.unparse(node.test) != "TYPE_CHECKING":
            self.replace(node.test, f"not ({self.source(node.test)})")
            self.generic_visit(node)

    def visit_Constant(self, node: ast.Constant) -> None:
        """Numbers by one, truth, words that decide, and each alternative of a pattern."""
        if isinstance(node.value, bool):
            self.replace(node, str(not node.value))
        elif isinstance(node.value, int | float):
            self.replace(node, f"{node.value + 1}")
        elif node.value in _WORDS:
            self.replace(node, repr(_WORDS[node.value]))
        elif isinstance(node.value, str) and "|" in node.value:
            self.alternatives(node)

    def alternatives(self, node: ast.Constant) -> None:
        """A pattern with one of its alternatives made to match nothing."""
        written = self.source(node)
        for found in re.finditer(r"(?<=[|(:])[\w \u00c0-\u024f-]{3,}(?=[|)])", written):
            self.replace(node, f"{written[: found.start()]}zzqz{written[found.end() :]}")

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        """The words of a message are told by its cases, not by changes."""

    def visit_Expr(self, node: ast.Expr) -> None:
        """A call left out; a finding not told."""
        if isinstance(node.value, ast.Call):
            self.replace(node, "pass")
        if isinstance(node.value, ast.Yield):
            self.replace(node, "yield from ()")
        if isinstance(node.value, ast.YieldFrom):
            self.replace(node, "yield from ()")
        if not isinstance(node.value, ast.Constant):
            self.generic_visit(node)

    def visit_Continue(self, node: ast.Continue) -> None:
        """A loop that ends early."""
        self.replace(node, "break")

    def visit_Subscript(self, node: ast.Subscript) -> None:
        """The choices of a type are no values."""
        if ast.unparse(node.value) != "Literal":
            self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        """Types are not changed, values are."""
        if node.value:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        """What a function does and what it takes for granted; not its types, nor how much it keeps in memory."""
        for statement in node.body:
            self.visit(statement)
        for default in [*node.args.defaults, *(value for value in node.args.kw_defaults if value)]:
            self.visit(default)
        for decorator in node.decorator_list:
            if not ast.unparse(decorator).startswith(("lru_cache", "cache", "dataclass")):
                self.visit(decorator)


def changes_of(part: Part) -> list[Change]:
    """Every small change of a part."""
    files = sorted({path for pattern in part.modules for path in ROOT.glob(pattern)})
    return [change for file in files for change in _Finder(file).find() if _is_sound(change)]


def _is_sound(change: Change) -> bool:
    """Whether the changed file is still Python."""
    try:
        ast.parse(change.apply(change.file.read_text("utf-8")))
    except SyntaxError:
        return False
    return True


def copied(folder: Path) -> Path:
    """The project as it stands, to be changed without harm."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in filter(None, names.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
            shutil.copymode(ROOT / name, folder / name)
    return folder


def noticed(folder: Path, part: Part) -> bool:
    """Whether the tests fail in a copy of the project."""
    there = [test for test in part.tests if (folder / test).exists()]
    options = ("-x", "-q", "-o", "addopts=", "-m", "not campaign", "-p", "no:cacheprovider")
    command = [sys.executable, "-m", "pytest", *options, *there]
    if part.slow:
        command += ["-k", f"not ({' or '.join(part.slow)})"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=LIMIT_SECONDS, check=False,
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},  # loading them takes as long as many of the tests
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    return done.returncode != 0


def tried(change: Change, copies: "SimpleQueue[Path]", part: Part) -> bool:
    """Makes one change in a copy that nobody else uses, and takes it back."""
    folder = copies.get()
    place, text = folder / change.file.relative_to(ROOT), change.file.read_text("utf-8")
    try:
        place.write_text(change.apply(text), "utf-8")
        return noticed(folder, part)
    finally:
        place.write_text(text, "utf-8")
        copies.put(folder)


def told(change: Change) -> str:
    """A change as a line to read: its place, what stood there and what came instead."""
    text = change.file.read_text("utf-8")
    old, new = (" ".join(words.split())[:90] for words in (text[change.start : change.end], change.new))
    return f"  not noticed  {change.file.relative_to(ROOT)}:{change.line}: {old}  ->  {new}"


def run_part(name: str, each: int, seed: int, copies: "SimpleQueue[Path]", jobs: int) -> tuple[int, int]:
    """How many changes of a part were noticed, and how many were made."""
    part = PARTS[name]
    possible = changes_of(part)
    sample = random.Random(f"{seed} {name}").sample(possible, min(each, len(possible)))
    started = time.monotonic()
    found: list[bool] = []
    with ThreadPoolExecutor(jobs) as pool:
        for change, was_noticed in zip(sample, pool.map(lambda change: tried(change, copies, part), sample), strict=True):
            found.append(was_noticed)
            if not was_noticed:
                print(told(change), flush=True)
    share = sum(found) / max(1, len(found))
    seconds = time.monotonic() - started
    print(f"{name}: {sum(found)} of {len(found)} noticed ({share:.0%}) of {len(possible)} possible, {seconds:.0f} s", flush=True)
    return sum(found), len(found)


def parts_asked(names: list[str]) -> Iterator[str]:
    """The parts asked for, or all."""
    for name in names or PARTS:
        if name not in PARTS:
            raise SystemExit(f"there is no part '{name}'; known: {', '.join(PARTS)}")
        yield name


def main() -> int:
    """Tries a sample of each part; status 1 where fewer changes are noticed than asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--part", action="append", default=[], help=f"one of {', '.join(PARTS)} (repeatable; default: all)")
    parser.add_argument("--each", type=int, default=30, help="changes tried in each part (default: 30)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other changes")
    parser.add_argument("--least", type=float, default=0.85, help="the share that must be noticed (default: 0.85)")
    parser.add_argument("--jobs", type=int, default=2, help="changes tried at a time (default: 2)")
    options = parser.parse_args()
    names = list(parts_asked(options.part))
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(options.jobs):
            copies.put(copied(Path(scratch) / f"{number}"))
        first = copies.get()
        for name in names:
            if noticed(first, PARTS[name]):
                raise SystemExit(f"the tests of '{name}' fail without any change")
        copies.put(first)
        counts = [run_part(name, options.each, options.seed, copies, options.jobs) for name in names]
    found, made = (sum(column) for column in zip(*counts, strict=True))
    print(f"together: {found} of {made} noticed ({found / max(1, made):.0%})")
    return 0 if found >= options.least * made else 1


if __name__ == "__main__":
    sys.exit(main())
