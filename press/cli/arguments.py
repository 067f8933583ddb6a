"""The arguments of the command line (interfaces.md): options stand on either side of the command, `build` is the default."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from press import __version__
from press.edition import EDITIONS
from press.problems import did_you_mean

COMMANDS = {
    "build": "print what is out of date (the default)",
    "check": "proofread without printing",
    "watch": "rebuild on every save",
    "new": "write a starter file: new handout SLUG, new guide SLUG",
    "schema": "write the JSON Schemas that editors complete from",
    "explain": "say why documents are fresh or stale",
}
WITH_SLUGS = frozenset({"build", "check", "watch", "explain"})
"""Commands that take names of documents."""
KINDS = ("handout", "guide")

_ONLY_FOR = {"links": ("check",), "report": ("check",), "force": ("build", "watch")}
"""Options of single commands."""
_OFF = (False, None)


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The command and its options; `guessed` says that no command was named. Exits with status 2 on wrong usage."""
    parser = _parser()
    options = parser.parse_intermixed_args(_help_last(argv))
    options.guessed = not options.words or options.words[0] not in COMMANDS
    options.command = "build" if options.guessed else options.words.pop(0)
    if options.help:
        _parser(None if options.guessed else options.command).print_help()
        parser.exit()
    for name, commands in _ONLY_FOR.items():
        if getattr(options, name) not in _OFF and options.command not in commands:
            parser.error(f"unrecognized arguments: --{name} is an option of {' and '.join(commands)}, not of {options.command}")
    options.slugs = []
    if options.command in WITH_SLUGS:
        options.slugs = options.words
    elif options.command == "new":
        options.kind, options.slug = _new(options.words, parser)
    elif options.words:
        parser.error(f"unrecognized arguments: {' '.join(options.words)}; {options.command} takes no names")
    return options


def unknown_name(word: str, slugs: Sequence[str], guessed: bool) -> str:
    """What to say of a word that names no document; where no command was named it may be meant for one."""
    close = did_you_mean(word, [*slugs, *(COMMANDS if guessed else ())])
    if guessed and close and any(f"'{command}'" in close for command in COMMANDS):
        return f"there is no command '{word}'; {close}"
    return f"there is no document '{word}'" + (f"; {close}" if close else "")


def program() -> str:
    """The name under which the command line was called."""
    return "press" if Path(sys.argv[0]).stem == "press" else "generate.py"


def _new(words: Sequence[str], parser: argparse.ArgumentParser) -> tuple[str, str]:
    """Kind and slug of a new document."""
    kinds = " or ".join(KINDS)
    if not words:
        parser.error(f"the following arguments are required: KIND, SLUG; write `new {KINDS[0]} neck-pain`")
    if words[0] not in KINDS:
        parser.error(f"argument KIND: invalid choice: '{words[0]}' (choose {kinds})")
    if len(words) == 1:
        parser.error(f"the following arguments are required: SLUG; write `new {words[0]} neck-pain`")
    return words[0], " ".join(words[1:])


def _help_last(argv: Sequence[str]) -> list[str]:
    """Help needs nothing else to be right."""
    if any(word in ("-h", "--help") for word in argv):
        return [*(word for word in argv if word in COMMANDS), "--help"]
    return list(argv)


def _parser(command: str | None = None) -> argparse.ArgumentParser:
    """The parser for every command; for the help of one command, with its own options alone."""
    words = {"new": "KIND SLUG", "schema": ""}.get(command or "", "[SLUG ...]")
    usage = f"{program()} [options] {command or '[COMMAND]'} {words} [options]"
    listed = "\n".join(f"  {name:9}{does}" for name, does in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog=program(),
        usage=" ".join(usage.split()),
        description=COMMANDS[command] if command else f"Prints patient guides and handouts from YAML.\n\ncommands:\n{listed}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        add_help=False,
    )
    parser.add_argument("words", nargs="*", metavar="SLUG", help=argparse.SUPPRESS)
    parser.add_argument("-h", "--help", action="store_true", help="show this and end")
    parser.add_argument("--version", action="version", version=f"press {__version__}")
    _add_folders(parser)
    _add_common(parser)
    for name, commands in _ONLY_FOR.items():
        if command is None or command in commands:
            _ADD[name](parser)
    return parser


def _add_folders(parser: argparse.ArgumentParser) -> None:
    for name, holds, default in (
        ("guides", "content", "guides"),
        ("templates", "page layouts", "templates"),
        ("styles", "style sheets", "styles"),
        ("out", "output", "build"),
    ):
        parser.add_argument(f"--{name}", type=Path, default=_folder(default), metavar="DIR", help=f"{holds} (default: {default})")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--edition", action="append", default=[], choices=list(EDITIONS), metavar="NAME", help=f"one of {', '.join(EDITIONS)}"
    )
    parser.add_argument("--language", action="append", default=[], metavar="LL", help="a language, such as en")
    parser.add_argument(
        "--jobs", type=_at_least_one, default=os.cpu_count() or 1, metavar="N", help="worker processes (default: one a core)"
    )
    parser.add_argument(
        "--seconds-per-job",
        type=_seconds,
        default=120.0,
        metavar="S",
        help="a document that takes longer is given up (default: 120)",
    )
    parser.add_argument("--format", choices=("text", "json", "github", "sarif"), default="text", help="how findings are printed")
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="print problems only")
    loudness.add_argument("--verbose", action="store_true", help="print reasons, and tracebacks of faults")


_ADD = {
    "links": lambda parser: parser.add_argument(
        "--links", action="store_true", help="also ask the web for every article's address"
    ),
    "report": lambda parser: parser.add_argument(
        "--report", type=Path, metavar="FILE", help="write score cards, such as build/report.html"
    ),
    "force": lambda parser: parser.add_argument("--force", action="store_true", help="print again even what is fresh"),
}


def _folder(name: str) -> Path:
    """A folder of the house. An installed press works on the folder it is called in, with layouts and styles of its own."""
    package = Path(__file__).resolve().parents[1]
    if (package.parent / "generate.py").is_file():
        return package.parent / name
    return package / "house" / name if name in ("templates", "styles") else Path(name)


def _at_least_one(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more, a whole number")
    return int(text)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError("must be a number of seconds above 0")
    return number
