"""Prints the guides and handouts: `python generate.py --help`."""

import sys

if __name__ == "__main__":
    from press.cli import main

    sys.exit(main())
