"""Speed and memory, side by side with others: `make bench`, with options as in `make bench BENCH="--documents 1000"`.

All figures of one run are taken on the same machine in the same minutes; only ratios mean anything elsewhere.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

import rivals
from library import Blank, own_work, primed, shipped, sound_documents, varied
from smallhouse import House, family, kill, until, workers

from press.jobs import Job
from press.orders import Wanted
from press.preflight import preflight
from press.presswork import Press
from press.typeset import Typesetter

MB = 1024.0


@dataclass
class Table:
    """What was measured, printed line by line."""

    missed: list[str] = field(default_factory=list)

    def note(self, name: str, value: float | str, unit: str = "s", target: float | None = None, least: bool = False) -> None:
        """A measure, its target if it has one, and whether it was reached."""
        shown = value if isinstance(value, str) else f"{value:.3f} {unit}" if unit == "s" else f"{value:.2f} {unit}".rstrip()
        verdict = ""
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
    parser.add_argument("--documents", type=int, default=200, help="size of the library for the incremental measures (default: 200)")
    parser.add_argument("--sample", type=int, default=24, help="documents that are really printed in the cold measures (default: 24)")
    parser.add_argument("--repeat", type=int, default=5, help="runs of each short measure (default: 5)")
    parser.add_argument("--only", default="", help="parts to run, as letters: r(ivals) c(old) i(ncremental) w(atch)")
    options = parser.parse_args()
    table = Table()
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start; medians of {options.repeat}\n")
    with tempfile.TemporaryDirectory(prefix="press-bench-") as folder:
        scratch = Path(folder)
        originals = sound_documents(scratch)
        assert originals, "no document prints without errors"
        sample = varied(scratch / "sample", originals, min(options.sample, options.documents))
        blank = Blank()
        blank.keep = True
        Press(sample.folders, lambda: blank).build(Wanted(force=True))
        shutil.rmtree(sample.out)
        print(f"{len(originals)} sound originals; {len(blank.jobs)} pages sets printed cold, {options.documents} documents besides\n")
        wanted = options.only or "rciw"
        plain = statistics.fmean(rivals.plain(job) for job in spread(blank.jobs, 12)) if wanted != "i" else 0.0
        if "r" in wanted:
            measure_rivals(table, blank.jobs, plain, scratch)
        if "c" in wanted:
            measure_cold(table, sample, blank.jobs, plain, scratch)
        if "i" in wanted:
            measure_incremental(table, originals, options.documents, options.repeat, scratch)
        if "w" in wanted:
            measure_watch(table, sample, blank.jobs, options.repeat)
    print(f"\nload {os.getloadavg()[0]:.1f} at the end; " + (f"missed: {', '.join(table.missed)}" if table.missed else "all targets reached"))
    return 0


def spread(jobs: list[Job], count: int) -> list[Job]:
    """So many jobs, spread evenly over all."""
    step = max(1, len(jobs) // count)
    return jobs[::step][:count]


def median(runs: int, action: Callable[[], float]) -> float:
    """The median of several runs."""
    return statistics.median(action() for _ in range(runs))


def measure_rivals(table: Table, jobs: list[Job], plain: float, scratch: Path) -> None:
    """Others, a document each."""
    few = spread(jobs, 6)
    table.note("plain in-process render, everything fresh, per document", plain)
    table.note("the weasyprint command, per document", statistics.fmean(rivals.command(job, scratch) for job in few))
    for name, seconds in (("Chromium kept open", rivals.chromium(spread(jobs, 12), scratch)), ("Typst", rivals.typst(spread(jobs, 12)))):
        table.note(f"{name}, per document", seconds if isinstance(seconds, str) else statistics.fmean(seconds))
    typesetter, typesetting, looking = Typesetter(jobs[0].styles), 0.0, 0.0
    typesetter.typeset(jobs[0].html, jobs[0].sheet, jobs[0].variant, jobs[0].opens)
    for job in spread(jobs, 12):
        started = time.perf_counter()
        made = typesetter.typeset(job.html, job.sheet, job.variant, job.opens)
        typesetting += time.perf_counter() - started
        looking += rivals.timed(lambda made=made, job=job: preflight(made.pdf, job.promise))  # type: ignore[misc]
    table.note("typesetting alone, warm, per document", typesetting / len(spread(jobs, 12)))
    table.note("preflight, share of typesetting", looking / typesetting, "", 0.20)


def measure_cold(table: Table, house: House, jobs: list[Job], plain: float, scratch: Path) -> None:
    """Cold builds with one worker and with two, their memory, and the press's own share."""
    seconds = {}
    for count in (1, 2):
        shutil.rmtree(house.out, ignore_errors=True)
        process = house.start("build", f"--jobs={count}", "--quiet")
        peaks, early = watch_memory(process)
        seconds[count] = peaks["seconds"]
        table.note(f"cold, {count} worker{'s'[: count - 1]}, per document", seconds[count] / len(jobs))
        if count == 1:
            table.note("   of the plain in-process render", seconds[1] / len(jobs) / plain, "", 0.55)
    table.note("two workers, times as fast as one", seconds[1] / seconds[2], "", 1.8, least=True)
    table.note("memory of the parent, peak", peaks["parent"], "MB", 150)
    table.note("memory of a worker, peak", peaks["worker"], "MB", 200)
    table.note("   grown since its first third", peaks["worker"] - early, "MB", 15)
    pdf = max(house.out.rglob("*.pdf"), key=lambda path: path.stat().st_size).read_bytes()
    own = own_work(house, scratch / "own", pdf)
    table.note("read, proofread, plan, compose, file: share of the cold build", own / (own + seconds[1]), "", 0.05)


def watch_memory(process: "subprocess.Popen[str]") -> tuple[dict[str, float], float]:
    """Peaks of the resident memory (MB) of a build and its workers, its seconds, and the workers' peak in the first third."""
    started = time.monotonic()
    seen: list[tuple[float, float]] = []
    parent = 0.0
    while process.poll() is None:
        parent = max(parent, resident(process.pid, "VmHWM"))
        seen.append((time.monotonic() - started, max((resident(pid, "VmRSS") for pid in workers(process)), default=0.0)))
        time.sleep(0.1)
    lasted = time.monotonic() - started
    process.communicate()
    early = max((size for at, size in seen if at < lasted / 3), default=0.0)
    return {"parent": parent, "worker": max(size for _, size in seen), "seconds": lasted}, early


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
        text = big.document(name).read_text("utf-8")
        big.document(name).write_text(text.replace("description: ", "description: Now ", 1).replace("  - kind: ", "  - kind: ", 1))
        big.edit(f"guides/en/{name}.yaml", "title: ", "title: A ") if "title: A " not in text else big.edit(f"guides/en/{name}.yaml", "title: A ", "title: ")
        big.document(name).write_text(big.document(name).read_text("utf-8").replace("description: Now ", "description: "))
        return whole(big)

    table.note(f"one document edited among {count}", median(repeat, edited), "s", 2.0 if count == 1_000 else None)
    if count <= 300:
        articles = [job for job in json.loads((big.out / "manifest.json").read_bytes())["documents"]]
        used: dict[str, int] = {}
        for entry in articles:
            for link in entry["links"]:
                used[link["article"]] = used.get(link["article"], 0) + 1
        rare = min(used, key=lambda article: used[article])
        text = (big.root / "guides/articles.yaml").read_text("utf-8")
        before, after = text.split(f"id: {rare}\n", 1)
        (big.root / "guides/articles.yaml").write_text(f"{before}id: {rare}\n" + after.replace("title: ", "title: ", 1).replace("title: \"", "title: \"A ", 1) if 'title: "' in after.split("url:")[0] else f"{before}id: {rare}\n" + after.replace("title: ", "title: A ", 1))
        table.note(f"one article's title changed ({used[rare]} to print)", whole(big))
        with (big.root / "styles/a4.css").open("a") as file:
            file.write("/* changed */\n")
        table.note(f"one style sheet changed ({count} to print)", whole(big))


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
    for number in range(repeat):
        before = target.stat().st_mtime_ns
        old, new = ("title: ", "title: A ") if number % 2 == 0 else ("title: A ", "title: ")
        house.edit(f"guides/en/{name}.yaml", old, new)
        started = time.perf_counter()
        until(lambda before=before: target.stat().st_mtime_ns != before)  # type: ignore[misc]
        seconds.append(time.perf_counter() - started)
        time.sleep(0.7)
        bare.append(rivals.timed(lambda: warm.typeset(job.html, job.sheet, job.variant, job.opens)))
        fresh.append(rivals.plain(job))
    kill(process)
    until(lambda: not family(process))
    middle = statistics.median(seconds)
    table.note("watch, from save to finished file", middle)
    table.note("   of the bare render, everything fresh", middle / statistics.median(fresh), "", 1.3)
    table.note("   of the bare render, engine and sheets warm", middle / statistics.median(bare), "")


if __name__ == "__main__":
    sys.exit(main())
