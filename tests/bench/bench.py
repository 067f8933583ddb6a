"""Speed and memory, side by side with others: `make bench`, with options as in `make bench BENCH="--documents 1000"`.

All figures of one run are taken on the same machine in the same minutes; only ratios mean anything elsewhere.
"""

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import rivals
from library import Blank, own_work, primed, shipped, sound_documents, varied
from printroom import GUIDES, SHIPPED, read_document, shipped_library
from smallhouse import House, family, kill, manifest, until, workers

from press.build.jobs import Job
from press.build.press import Press
from press.build.request import Wanted
from press.model.library import HouseRules
from press.preflight.checks import preflight
from press.proofread import proofread_document
from press.typeset.typesetter import Typesetter

MB = 1024.0
COMMAND, CHROMIUM = "the weasyprint command", "Chromium kept open"
PRINTED_AT_MOST = 300
"""Larger libraries are not printed again for a title or a style sheet: it would take minutes and tell nothing new."""


@dataclass
class Table:
    """What was measured, printed line by line."""

    missed: list[str] = field(default_factory=list)
    taken: dict[str, float] = field(default_factory=dict)

    def note(self, name: str, value: float | str, unit: str = "s", target: float | None = None, least: bool = False) -> None:
        """A measure, its target if it has one, and whether it was reached."""
        shown = value if isinstance(value, str) else f"{value:.3f} {unit}" if unit == "s" else f"{value:.2f} {unit}".rstrip()
        verdict = ""
        if isinstance(value, float):
            self.taken[name.removesuffix(", per document")] = value
        if target is not None and not isinstance(value, str):
            reached = value >= target if least else value <= target
            verdict = f"{'at least' if least else 'at most'} {target:g}{' ' + unit if unit not in ('', 's') else unit and ' s'}"
            verdict += f"   {'ok' if reached else 'MISSED'}"
            if not reached:
                self.missed.append(name)
        print(f"{name:<62} {shown:>14}   {verdict}", flush=True)


def main() -> int:
    """Runs all measures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--documents", type=int, default=200, help="size of the library for the incremental measures (default: 200)"
    )
    parser.add_argument(
        "--sample", type=int, default=120, help="documents that are really printed in the cold measures (default: 120)"
    )
    parser.add_argument("--repeat", type=int, default=5, help="runs of each short measure (default: 5)")
    parser.add_argument("--only", default="", help="parts to run, as letters: r(ivals) c(old) i(ncremental) w(atch)")
    options = parser.parse_args()
    table = Table()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; medians of {options.repeat}\n")
    with tempfile.TemporaryDirectory(prefix="press-bench-") as folder:
        scratch = Path(folder)
        os.environ["XDG_CACHE_HOME"] = str(scratch / "cache")
        originals = sound_documents(scratch)
        assert originals, "no document prints without errors"
        sample = varied(scratch / "sample", originals, max(1, options.sample // len(originals)) * len(originals))
        blank = Blank()
        blank.keep = True
        Press(sample.folders, lambda: blank).build(Wanted(force=True))
        shutil.rmtree(sample.out)
        print(f"{len(originals)} sound originals; {len(blank.jobs)} sets of pages printed cold, {options.documents} others\n")
        wanted = options.only or "rciw"
        few = each_original(blank.jobs, len(originals)) if wanted != "i" else []
        plain = [statistics.fmean(kind) for kind in zip(*(rivals.plain(job) for job in few), strict=True)]
        if "r" in wanted:
            measure_rivals(table, few, plain[0], scratch)
        if "c" in wanted:
            measure_cold(table, sample, blank.jobs, plain, scratch)
        if "i" in wanted:
            measure_incremental(table, originals, options.documents, options.repeat, scratch)
        if "w" in wanted:
            measure_watch(table, sample, blank.jobs, options.repeat)
    print(
        f"\nload {os.getloadavg()[0]:.1f} at the end; "
        + (f"missed: {', '.join(table.missed)}" if table.missed else "all targets reached")
    )
    return 0


def each_original(jobs: list[Job], count: int) -> list[Job]:
    """A job of each original, so that long and short documents weigh as they do in the whole sample."""
    return [job for job in jobs if job.sheet == "standard.css" and int(job.promise.title.split()[-1]) <= count]


def median(runs: int, action: Callable[[], float]) -> float:
    """The median of several runs."""
    return statistics.median(action() for _ in range(runs))


def measure_rivals(table: Table, few: list[Job], plain: float, scratch: Path) -> None:
    """Others, a document each: all of them print one of each original, so that their means compare."""
    table.note("plain in-process render, everything fresh, per document", plain)
    for name, seconds in (
        (COMMAND, [rivals.command(job, scratch) for job in few]),
        (CHROMIUM, rivals.chromium(few, scratch)),
        ("Typst", rivals.typst(few)),
    ):
        table.note(f"{name}, per document", seconds if isinstance(seconds, str) else statistics.fmean(seconds))
    typesetter, typesetting, looking = Typesetter(few[0].styles), 0.0, 0.0
    for job in few:
        typesetter.typeset(job.html, job.sheet, job.variant, job.opens)
        started = time.perf_counter()
        made = typesetter.typeset(job.html, job.sheet, job.variant, job.opens)
        typesetting += time.perf_counter() - started
        looking += rivals.timed(lambda made=made, job=job: preflight(made.pdf, job.promise))  # type: ignore[misc]
    table.note("typesetting alone, warm, per document", typesetting / len(few))
    table.note("preflight, share of typesetting", looking / typesetting, "", 0.20)
    table.note("proofreading a document", proofreading_seconds(), "s", 0.025)


def proofreading_seconds() -> float:
    """The median over the shipped documents of the seconds that proofreading one takes."""
    library, rules = shipped_library(), HouseRules()
    manuscripts = [read_document(GUIDES / f"{name}.yaml") for name in SHIPPED]
    return statistics.median(
        rivals.timed(lambda manuscript=manuscript: proofread_document(manuscript, library, rules))  # type: ignore[misc]
        for manuscript in manuscripts
    )


def measure_cold(table: Table, house: House, jobs: list[Job], plain: list[float], scratch: Path) -> None:
    """Cold builds with one worker and with two, their memory, and the press's own share."""
    seconds = {}
    for count in (1, 2):
        shutil.rmtree(house.out, ignore_errors=True)
        shutil.rmtree(scratch / "cache", ignore_errors=True)
        process = house.start("build", f"--jobs={count}", "--quiet")
        peaks = watch_resources(process)
        seconds[count] = peaks["seconds"]
        table.note(f"cold, {count} worker{'s'[: count - 1]}, per document", seconds[count] / len(jobs))
        if count == 1:
            each = seconds[1] / len(jobs)
            table.note("   of the plain in-process render, by the clock", each / plain[0], "", 0.55)
            for rival, target in ((COMMAND, 0.17), (CHROMIUM, 0.65)):
                if rival in table.taken:
                    table.note(f"   of {rival}", each / table.taken[rival], "", target)
            table.note("   of the plain in-process render, processor time", peaks["processor"] / len(jobs) / plain[1], "", 0.55)
    table.note("two workers, times as fast as one", seconds[1] / seconds[2], "", 1.8, least=True)
    table.note("memory of the parent, peak", peaks["parent"], "MB", 150)
    table.note("memory of a worker, peak", peaks["worker"], "MB", 200)
    table.note("   grown from the middle third to the last", peaks["late"] - peaks["middle"], "MB", 10)
    pdf = max(house.out.rglob("*.pdf"), key=lambda path: path.stat().st_size).read_bytes()
    own = own_work(house, scratch / "own", pdf)
    table.note("read, proofread, plan, compose, file: share of the cold build", own / (own + seconds[1]), "", 0.05)


def watch_resources(process: "subprocess.Popen[str]") -> dict[str, float]:
    """Seconds of a build by the clock and of all its processes on the processor, and the peaks of its memory (MB)."""
    started, parent = time.monotonic(), 0.0
    used: dict[int, float] = {}
    seen: list[tuple[float, float]] = []
    while process.poll() is None:
        parent = max(parent, resident(process.pid, "VmHWM"))
        used |= {pid: processor_seconds(pid) for pid in family(process)}
        seen.append((time.monotonic() - started, max((resident(pid, "VmRSS") for pid in workers(process)), default=0.0)))
        time.sleep(0.1)
    lasted = time.monotonic() - started
    process.communicate()
    thirds = [max((size for at, size in seen if n <= 3 * at / lasted < n + 1), default=0.0) for n in range(3)]
    memory = {"parent": parent, "worker": max(thirds), "middle": thirds[1], "late": thirds[2]}
    return memory | {"seconds": lasted, "processor": sum(used.values())}


def processor_seconds(pid: int) -> float:
    """The processor time that a process has used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid: int, name: str) -> float:
    """A memory figure of a process in MB."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(name):
                return int(line.split()[1]) / MB
    except OSError:
        pass
    return 0.0


def whole(house: House, *words: str) -> float:
    """The seconds of a whole process."""
    return rivals.timed(lambda: house.run("build", "--quiet", *words))


def measure_incremental(table: Table, originals: list[str], count: int, repeat: int, scratch: Path) -> None:
    """Nothing changed, one document, one title, one style sheet."""
    small = shipped(scratch / "shipped")
    primed(small)
    whole(small)
    table.note("nothing changed, shipped library", median(repeat, lambda: whole(small)), "s", 0.25)
    big = varied(scratch / "big", originals, count)
    table.note(f"   (own work of a cold build of {count} documents)", rivals.timed(lambda: primed(big)))
    time.sleep(3.1)  # no file is young any more
    whole(big)
    limits = {1_000: 0.5, 10_000: 3.0}
    table.note(f"nothing changed, {count} documents", median(repeat, lambda: whole(big)), "s", limits.get(count))
    name = f"{originals[0]}-1"

    def edited() -> float:
        turn(big, name)
        return whole(big)

    table.note(f"one document edited among {count}", median(repeat, edited), "s", 2.0 if count == 1_000 else None)
    if count <= PRINTED_AT_MOST:
        article, pages = retitled(big)
        table.note(f"one article's title changed ({pages} to print)", whole(big))
        assert article
        with (big.root / "styles/a4.css").open("a") as file:
            file.write("/* changed */\n")
        table.note(f"one style sheet changed ({count} to print)", whole(big))


def turn(house: House, name: str) -> None:
    """Changes the first key point of a document, or changes it back."""
    file = house.document(name)
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("title: ", "title: A ", 1) if "title: A " not in text else text.replace("title: A ", "title: ", 1), "utf-8"
    )


def retitled(house: House) -> tuple[str, int]:
    """Changes the title of the article that is printed least, and tells on how many sets of pages it is printed."""
    used = Counter(link["article"] for entry in manifest(house.out)["documents"] for link in entry["links"])
    article, pages = min(used.items(), key=lambda item: (item[1], item[0]))
    file = house.root / "guides" / "articles.yaml"
    pattern = rf"(id: {re.escape(article)}\n\s+title: \"?)"
    text, found = re.subn(pattern, r"\1A ", file.read_text("utf-8"), count=1)
    assert found
    file.write_text(text, "utf-8")
    return article, pages


def measure_watch(table: Table, house: House, jobs: list[Job], repeat: int) -> None:
    """From a save to the finished file."""
    name = next(path for path in sorted((house.root / "guides/en").glob("*-1.yaml"))).stem
    process = house.start("watch", "--edition=standard", "--quiet")
    target = house.out / "en" / f"{name}.pdf"
    until(lambda: (house.out / "manifest.json").exists(), 600)
    time.sleep(1)
    job = next(job for job in jobs if job.sheet == "standard.css")
    warm = Typesetter(job.styles)
    warm.typeset(job.html, job.sheet, job.variant, job.opens)
    seconds, bare, fresh = [], [], []
    for _ in range(repeat):
        before = target.stat().st_mtime_ns
        turn(house, name)
        started = time.perf_counter()
        until(lambda before=before: target.stat().st_mtime_ns != before)  # type: ignore[misc]
        seconds.append(time.perf_counter() - started)
        time.sleep(0.7)
        bare.append(rivals.timed(lambda: warm.typeset(job.html, job.sheet, job.variant, job.opens)))
        fresh.append(rivals.plain(job)[0])
    kill(process)
    until(lambda: not family(process))
    middle = statistics.median(seconds)
    table.note("watch, from save to finished file", middle)
    table.note("   of the bare render, everything fresh", middle / statistics.median(fresh), "", 1.3)
    table.note("   of the bare render, engine and sheets warm", middle / statistics.median(bare), "")


if __name__ == "__main__":
    sys.exit(main())
