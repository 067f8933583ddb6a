"""The command line: arguments, words and exit statuses (interfaces.md). The only module that prints."""

import argparse
import atexit
import gc
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.build.press import Folders, Press, Step, Summary, Wanted
from press.cli.arguments import COMMANDS as COMMANDS
from press.cli.arguments import parsed, program, unknown_name
from press.problems import Fault, Problem, counted, in_order

if TYPE_CHECKING:
    from press.build.jobs import Executor

CONTENT_PROBLEMS, WRONG_USAGE, MACHINE_FAULT, INTERRUPTED = 1, 2, 3, 130
SET_UP = "run `make` once, then use .venv/bin/python generate.py"


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit status."""
    sys.stdout, sys.stderr = (stream or open(os.devnull, "w") for stream in (sys.stdout, sys.stderr))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows few letters is no fault
    gc.set_threshold(100_000)  # thousands of values are read and kept: looking through them all the time would take longer
    atexit.register(gc.freeze)  # nor are they looked through once more at the end
    options = parsed(sys.argv[1:] if argv is None else list(argv))
    try:
        return _RUN[options.command](options)
    except KeyboardInterrupt:
        return stopped()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Fault as fault:
        if options.verbose:
            raise
        print(f"fault: {fault}", file=sys.stderr)
        return MACHINE_FAULT
    except ModuleNotFoundError as error:
        if options.verbose:
            raise
        print(f"fault: {error.name} is not installed for this Python: {SET_UP}", file=sys.stderr)
        return MACHINE_FAULT
    except Exception as error:
        if options.verbose:
            raise
        print(f"fault: {type(error).__name__}: {error} (--verbose shows where)", file=sys.stderr)
        return MACHINE_FAULT


def stopped() -> int:
    """Says that a command was interrupted; gives the exit status."""
    with suppress(OSError):  # the terminal is gone
        print("stopped", file=sys.stderr, flush=True)
    return INTERRUPTED


def _build(options: argparse.Namespace) -> int:
    press, wanted = _press(options), _wanted(options)
    try:
        summary = press.build(wanted, waiting=lambda: _say(options, "another build is running; waiting for it to end"))
    finally:
        press.close()
    if options.verbose and press.caches.whole.refused:
        _say(options, f"nothing is kept for the next build: {press.caches.whole.refused}")
    _report_build(options, summary)
    return CONTENT_PROBLEMS if summary.errors else 0


def _report_build(options: argparse.Namespace, summary: Summary) -> None:
    """The errors, then one line that sums the build up; as text, warnings are left to `check`."""
    if options.format == "json":
        print(json.dumps(summary.as_dict(), ensure_ascii=False, indent=2))
        return
    quiet_warnings = options.format == "text" and not options.verbose
    shown = [problem for problem in summary.problems if problem.severity == "error" or not quiet_warnings]
    _print_problems(options, shown)
    for name in summary.removed:
        _say(options, f"removed {name}")
    parts = [(summary.built, "built"), (summary.fresh, "fresh"), (summary.failed, "failed"), (summary.removed, "removed")]
    done = ", ".join(f"{len(names)} {word}" for names, word in parts if names) or "nothing to do"
    warned = len(summary.problems) - len(shown)
    unseen = f"; {counted(warned, 'warning')}: see `{program()} check`" if warned else ""
    _say(options, f"{done} in {summary.seconds:.1f} s{unseen}")


def _check(options: argparse.Namespace) -> int:
    from press.report.formats import counts

    press, wanted = _press(options), _wanted(options)
    asked = _ask_web(options, press, wanted) if options.links else []
    problems = in_order([*asked, *press.check(wanted)])
    shown = _own_first(options, problems, asked)
    _print_problems(options, shown)
    if options.report:
        from press.report.scorepage import write_report

        write_report(options.report, press.folders, wanted, problems)
        _say(options, f"wrote {options.report}")
    found = counts(shown)
    if options.format == "text":
        rest = len(problems) - len(shown)
        elsewhere = f"; {counted(rest, 'warning')} elsewhere: see `{program()} check`" if rest else ""
        _say(options, f"{counted(found['errors'], 'error')}, {counted(found['warnings'], 'warning')}{elsewhere}")
    return CONTENT_PROBLEMS if found["errors"] else 0


def _own_first(options: argparse.Namespace, problems: Sequence[Problem], asked: Sequence[Problem]) -> Sequence[Problem]:
    """As text, and where documents are named: their own problems, then errors elsewhere and what the web was asked for.

    Warnings elsewhere are counted only.
    """
    if not options.slugs or options.format != "text" or options.verbose:
        return problems
    own = [problem for problem in problems if Path(problem.file).stem in options.slugs and problem.file.endswith(".yaml")]
    return own + [problem for problem in problems if problem not in own and (problem.severity == "error" or problem in asked)]


def _ask_web(options: argparse.Namespace, press: Press, wanted: Wanted) -> list[Problem]:
    """What the web says of the addresses that the documents asked for open."""
    from press.links.check import check_links, opened_by

    guides = press.folders.guides
    only = opened_by(guides, wanted.document) if wanted.slugs or wanted.languages else None
    return check_links(guides, press.folders.out, only, tell=lambda words: _say(options, words))


def _explain(options: argparse.Namespace) -> int:
    explained = _press(options).explain(_wanted(options))
    if options.format == "json":
        print(json.dumps(explained, ensure_ascii=False, indent=2))
        return 0
    for name, reasons in explained.items():
        for reason in reasons:
            print(f"{name}: stale: {reason}")
        if not reasons:
            print(f"{name}: fresh")
    return 0


def _schema(options: argparse.Namespace) -> int:
    from press.authoring.schema import write_schemas

    written = write_schemas(options.guides)
    _say(options, "\n".join(f"wrote {path.name}" for path in written) or "all schemas are current")
    return 0


def _watch(options: argparse.Namespace) -> int:
    from press.build.watch import watch

    def report(summary: Summary) -> None:
        _report_build(options, summary)
        sys.stdout.flush()

    press, wanted = _press(options), _wanted(options)
    try:
        watch(press, wanted, report)
    finally:
        press.close()
    return 0


def _new(options: argparse.Namespace) -> int:
    from press.authoring.starter import Refused, write_starter

    try:
        path = write_starter(options.guides, options.kind, options.slug, (options.language or ["en"])[0])
    except Refused as refused:
        print(refused, file=sys.stderr)
        return WRONG_USAGE
    _say(options, f"wrote {path}; now fill it in and run `{program()} check {options.slug}`")
    return 0


_RUN: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": _build,
    "check": _check,
    "watch": _watch,
    "new": _new,
    "schema": _schema,
    "explain": _explain,
}


def _press(options: argparse.Namespace) -> Press:
    for name in ("guides", "templates", "styles"):
        folder: Path = getattr(options, name)
        if not folder.is_dir():
            print(f"there is no folder {folder}; name one with --{name} DIR", file=sys.stderr)
            raise SystemExit(WRONG_USAGE)
    folders = Folders(options.guides.resolve(), options.templates.resolve(), options.styles.resolve(), options.out.resolve())

    def workers() -> "Executor":
        from press.build.workers.pool import Workers

        return Workers(options.jobs, options.seconds_per_job)

    return Press(folders, workers, _progress(options))


def _wanted(options: argparse.Namespace) -> Wanted:
    """What is asked for; exits with status 2 where a name is unknown."""
    from press.read.names import documents

    known = documents(options.guides) if options.slugs or options.language else {}
    slugs = {name.partition("/")[2] for name in known}
    for slug in options.slugs:
        if slug not in slugs:
            print(unknown_name(slug, sorted(slugs), options.guessed and slug == options.slugs[0]), file=sys.stderr)
            raise SystemExit(WRONG_USAGE)
    for language in options.language:
        if language not in {name.partition("/")[0] for name in known}:
            print(f"there is no language '{language}'", file=sys.stderr)
            raise SystemExit(WRONG_USAGE)
    return Wanted(tuple(options.slugs), tuple(options.edition), tuple(options.language), options.force)


def _print_problems(options: argparse.Namespace, problems: Sequence[Problem]) -> None:
    from press.report.formats import FORMATS

    if problems or options.format in ("json", "sarif"):
        print(FORMATS[options.format](problems))
    if problems and options.format == "text":
        print()


def _progress(options: argparse.Namespace) -> Callable[[Step], None]:
    """Shows each step: a bar with rate and time left on a terminal, plain lines elsewhere."""
    if options.quiet or options.format != "text":
        return lambda step: None
    bars: list[Any] = []

    def line(step: Step) -> None:
        reasons = f": {'; '.join(step.reasons)}" if options.verbose and step.reasons else ""
        print(f"[{step.done}/{step.total}] {step.state} {step.name}{reasons}", flush=True)

    def bar(step: Step) -> None:
        from tqdm import tqdm

        if not bars:
            bars.append(
                tqdm(
                    total=step.total,
                    unit="page set",
                    bar_format="{n_fmt}/{total_fmt} {bar:30} {rate_fmt}, {remaining} left  {desc}",
                )
            )
        bars[0].set_description_str(step.name, refresh=False)
        bars[0].update(1)
        if step.done == step.total:
            bars.pop().close()

    return bar if sys.stderr.isatty() and sys.stdout.isatty() and not options.verbose else line


def _say(options: argparse.Namespace, words: str) -> None:
    """Says something that is not a problem: on standard error where standard output is for a program."""
    if not options.quiet:
        print(words, file=sys.stdout if options.format == "text" else sys.stderr)
