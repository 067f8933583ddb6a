"""Speed and memory, as ratios measured side by side in one run: `make bench`, `make bench BENCH="--documents 1000"`.

Only ratios mean something: the machine may be busy with other things. Large libraries are filed with a stand-in for the
printing, so that what is measured is what the press itself does with that many documents.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

sys.path[:0] = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parent)]

import rivals
from copies import ROOT, make_library

from press import jobs
from press.compose import Templates, compose
from press.edition import EDITIONS
from press.jobs import Job, Outcome
from press.orders import Folders, Wanted
from press.preflight import preflight
from press.presswork import Press
from press.read import read_library, read_manuscript
from press.typeset import Typesetter

STANDARD = EDITIONS["standard"]
ROWS: list[tuple[str, str, str, str]] = []


def row(measure: str, value: float, target: float | None, unit: str = "", of: str = "") -> None:
    """Prints one line of the table: what was measured, the figure, the target, whether it is met."""
    verdict = "" if target is None else "ok" if value <= target else "MISSED"
    aim = "" if target is None else f"at most {target:g}{unit}"
    ROWS.append((measure, f"{value:.3g}{unit}", aim, verdict))
    print(f"{measure:68} {value:8.3g}{unit:4} {aim:16} {verdict:7} {of}", flush=True)


def main() -> None:
    """The whole bench."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--documents", type=int, default=200, help="documents in the made library (default: 200)")
    parser.add_argument("--cold", type=int, default=36, help="documents of the cold builds (default: 36)")
    parser.add_argument("--repeats", type=int, default=3, help="how often rivals print each sample (default: 3)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, {options.documents} documents, {options.cold} cold\n")
        per_document = cold(make_library(folder / "cold", options.cold), options.cold)
        against_rivals(folder, per_document, options.repeats)
        shipped(folder)
        large(make_library(folder / "large", options.documents), options.documents)
        watching(folder)


def cold(library: Path, documents: int) -> float:
    """Cold builds with one worker and with two; gives the seconds a document with one."""
    one, memory = timed(library, "one", "--jobs", "1", "--edition", "standard")
    two, _ = timed(library, "two", "--jobs", "2", "--edition", "standard")
    row("cold, 2 workers: time of one worker / time of two, upside down", two / one, 1 / 1.8, of=f"{one / two:.2f} times as fast")
    row("memory of the parent", memory["parent"], 150, " MB")
    row("memory of a worker", memory["worker"], 200, " MB")
    row("memory of a worker at the end / half way", memory["growth"], 1.1)
    share = own_share(library)
    row("everything but typesetting and preflight, of the cold build", 100 * share, 5, " %")
    return one / documents


def timed(library: Path, out: str, *options: str) -> tuple[float, dict[str, float]]:
    """Seconds of a build as a process of its own, and the memory (MB) of it and its workers."""
    command = [sys.executable, str(ROOT / "generate.py"), "build", "--quiet"]
    command += [f"--{name}={library / name}" for name in ("guides", "templates", "styles")]
    seen: dict[int, list[float]] = {}
    started = time.perf_counter()
    process = subprocess.Popen([*command, f"--out={library / out}", *options], stdout=subprocess.DEVNULL)
    watcher = threading.Thread(target=look_at_memory, args=(process, seen), daemon=True)
    watcher.start()
    process.wait()
    seconds = time.perf_counter() - started
    watcher.join()
    workers = [sizes for pid, sizes in seen.items() if pid != process.pid and len(sizes) > 3]
    largest = max(workers, key=max, default=[0.0])
    growth = largest[-1] / max(largest[len(largest) // 2], 1)
    return seconds, {"parent": max(seen.get(process.pid, [0.0])), "worker": max(largest), "growth": growth}


def look_at_memory(process: "subprocess.Popen[bytes]", seen: dict[int, list[float]]) -> None:
    """Reads the resident memory of a process and its descendants while it runs."""
    while process.poll() is None:
        for pid in family(process.pid):
            try:
                found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
            except OSError:
                continue
            if found:
                seen.setdefault(pid, []).append(int(found[1]) / 1024)
        time.sleep(0.2)


def family(root: int) -> list[int]:
    """A process and all below it."""
    parents: dict[int, int] = {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(status.parent.name)] = int(status.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


class InPlace:
    """An executor that prints in this process, and adds up the seconds; or files a stand-in instead of printing."""

    width = 1

    def __init__(self, stand_in: Outcome | None = None) -> None:
        self.stand_in, self.seconds = stand_in, 0.0

    def submit(self, job: Job) -> "Future[Outcome]":
        """Prints at once."""
        future: Future[Outcome] = Future()
        started = time.perf_counter()
        future.set_result(self.stand_in or jobs.run(job))
        self.seconds += time.perf_counter() - started
        return future

    def close(self) -> None:
        """Nothing to end."""


def own_share(library: Path) -> float:
    """The share of a cold build that is neither typesetting nor preflight."""
    executor = InPlace()
    started = time.perf_counter()
    Press(folders(library, "share"), lambda: executor).build(Wanted(editions=("standard",)))
    total = time.perf_counter() - started
    return (total - executor.seconds) / total


def folders(library: Path, out: str) -> Folders:
    """The folders of a made library."""
    return Folders(library / "guides", library / "templates", library / "styles", library / out)


def against_rivals(folder: Path, per_document: float, repeats: int) -> None:
    """The same HTML through others, and preflight against typesetting."""
    pages = composed()
    sheet = ROOT / "styles" / STANDARD.sheet
    times: dict[str, list[float]] = {"plain": [], "command": [], "chromium": [], "typst": [], "typeset": [], "preflight": []}
    typesetter = Typesetter(ROOT / "styles")
    with rivals.chromium() as print_in_chromium:
        for name, (page, job) in pages.items():
            path = folder / f"{name}.html"
            path.write_text(page.replace("</head>", f'<link rel="stylesheet" href="{sheet.as_uri()}"></head>'), "utf-8")
            words = re.sub(r"<(style|svg|title).*?</\1>|<[^>]+>", " ", page, flags=re.S)
            for _ in range(repeats):
                times["plain"].append(rivals.plain_render(page, sheet))
                started = time.perf_counter()
                made = typesetter.typeset(page, STANDARD.sheet, STANDARD.pdf_variant, job.opens)
                looked = time.perf_counter()
                preflight(made.pdf, job.promise)
                times["typeset"].append(looked - started)
                times["preflight"].append(time.perf_counter() - looked)
                if print_in_chromium:
                    times["chromium"].append(print_in_chromium(path))
                if (seconds := rivals.typst_render(words)) is not None:
                    times["typst"].append(seconds)
            times["command"].append(rivals.command(path, sheet))
    mean = {name: sum(seconds) / len(seconds) for name, seconds in times.items() if seconds}
    row("cold, one worker, a document / plain in-process render", per_document / mean["plain"], 0.55, of=f"{mean['plain']:.2f} s")
    row(
        "cold, one worker, a document / the weasyprint command",
        per_document / mean["command"],
        0.17,
        of=f"{mean['command']:.2f} s",
    )
    if "chromium" in mean:
        row(
            "cold, one worker, a document / Chromium kept open",
            per_document / mean["chromium"],
            0.65,
            of=f"{mean['chromium']:.2f} s",
        )
    else:
        print("Chromium with its driver is not present")
    print(f"Typst: {mean['typst']:.3f} s a document, words alone" if "typst" in mean else "Typst is not present")
    row("preflight / typesetting", 100 * mean["preflight"] / mean["typeset"], 20, " %")


def composed() -> dict[str, tuple[str, Any]]:
    """The shipped documents as composed pages with their jobs, by slug."""
    caught: dict[str, tuple[str, Any]] = {}

    class Catching(InPlace):
        def submit(self, job: Job) -> "Future[Outcome]":
            caught[job.promise.title] = (job.html, job)
            future: Future[Outcome] = Future()
            future.set_result(Outcome(fault="only composed"))
            return future

    with tempfile.TemporaryDirectory() as out:
        whole = Folders(ROOT / "guides", ROOT / "templates", ROOT / "styles", Path(out))
        Press(whole, Catching).build(Wanted(editions=("standard",), force=True))
    return {re.sub(r"\W+", "-", title.lower()): page for title, page in caught.items()}


def shipped(folder: Path) -> None:
    """Nothing changed in the shipped library, and its proofreading."""
    out = folder / "shipped"
    command = [sys.executable, str(ROOT / "generate.py")]
    subprocess.run([*command, "build", "--quiet", f"--out={out}"], stdout=subprocess.DEVNULL, check=False)
    nothing = median(process_seconds([*command, "build", "--quiet", f"--out={out}"]) for _ in range(7))
    row("nothing changed, shipped library, whole process", nothing, 0.25, " s")
    checked = median(process_seconds([*command, "check", "--quiet", f"--out={folder / 'none'}"]) for _ in range(5))
    row("check, shipped library, nothing kept, whole process", checked, 1.0, " s")


def process_seconds(command: list[str]) -> float:
    """Seconds of a command."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def large(library: Path, documents: int) -> None:
    """What a large library costs when little or nothing changed in it."""
    first = next(iter(composed().values()))[1]
    outcome = jobs.run(first)
    started = time.perf_counter()
    Press(folders(library, "build"), lambda: InPlace(outcome)).build(Wanted())
    seconds = time.perf_counter() - started
    print(f"{documents} documents read, proofread, composed and filed in {seconds:.1f} s, with a stand-in for the printing")
    limit = {1000: 0.5, 10000: 3.0}.get(documents)
    command = [sys.executable, str(ROOT / "generate.py"), "build", "--quiet", f"--out={library / 'build'}"]
    command += [f"--{name}={library / name}" for name in ("guides", "templates", "styles")]
    row(f"nothing changed, {documents} documents, whole process", median(process_seconds(command) for _ in range(3)), limit, " s")
    _, memory = timed(library, "build", "--force", "second-opinion-00006") if documents >= 1000 else (0.0, {"parent": 0.0})
    edited = sorted((library / "guides" / "en").glob("spinal-stenosis-*.yaml"))[0]
    changed(edited, lambda text: text.replace("Many people", "Some people").replace("Take short walks", "Take slow walks"))
    row(
        f"one document edited among {documents}, whole process",
        process_seconds(command),
        2.0 if documents == 1000 else None,
        " s",
    )
    if documents >= 1000:
        row(f"memory of the parent at {documents} documents", memory["parent"], 150, " MB")
    if documents <= 200:
        changed(
            library / "guides" / "articles.yaml", lambda text: text.replace("What Is Degenerative Disc Disease?", "What is DDD?")
        )
        row("an article's title changed that no document prints", process_seconds(command), None, " s")


def changed(path: Path, edit: Callable[[str], str]) -> None:
    """Edits a file, and makes sure that it changed."""
    before = path.read_text("utf-8")
    after = edit(before)
    assert after != before, path
    path.write_text(after, "utf-8")


def watching(folder: Path) -> None:
    """From a save to the finished file, against the bare render of that document."""
    library = make_library(folder / "watch", 12)
    command = [sys.executable, str(ROOT / "generate.py"), "watch", f"--out={library / 'build'}", "--edition=standard"]
    command += [f"--{name}={library / name}" for name in ("guides", "templates", "styles")]
    document = sorted((library / "guides" / "en").glob("spinal-stenosis-*.yaml"))[0]
    target = library / "build" / "en" / f"{document.stem}.pdf"
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until(lambda: (library / "build" / "manifest.json").exists())
        time.sleep(2)
        seconds = []
        for number in range(5):
            before = target.stat().st_mtime_ns
            changed(document, partial(re.sub, r'version: "1\.\d+"', f'version: "1.{number + 1}"'))
            started = time.perf_counter()
            wait_until(partial(differs, target, before))
            seconds.append(time.perf_counter() - started)
            time.sleep(1)
    finally:
        process.terminate()
        process.wait()
    reading = read_library(library / "guides", library / "styles" / "figures.css")
    manuscript, _ = read_manuscript(document, library / "guides")
    assert reading.library
    assert manuscript
    texts = {str(path.relative_to(ROOT / "templates")): path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.jinja")}
    page = compose(manuscript, STANDARD, reading.library, Templates(texts)).html
    bare = median(rivals.plain_render(page, library / "styles" / STANDARD.sheet) for _ in range(5))
    row("watch, save to finished file / bare render of that document", median(seconds) / bare, 1.3, of=f"{median(seconds):.2f} s")


def differs(path: Path, before: int) -> bool:
    """Whether a file was written since."""
    return path.stat().st_mtime_ns != before


def wait_until(done: Callable[[], bool], seconds: float = 120) -> None:
    """Waits for something to come true."""
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("it did not happen")
        time.sleep(0.01)


if __name__ == "__main__":
    main()
