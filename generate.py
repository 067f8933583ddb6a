"""Prints the guides and handouts: `python generate.py --help`."""

import sys

if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - an older Python reads this file, and must be able to say so
        have = ".".join(map(str, sys.version_info[:2]))
        sys.stderr.write("fault: Python 3.11 or newer is needed, and this is " + have + ": ")
        sys.stderr.write("run `make` once, then use .venv/bin/python generate.py\n")
        sys.exit(3)

    from press.cli.process import run

    run()
