"""Prints the guides and handouts: `python generate.py --help`."""

if __name__ == "__main__":
    from press.command import run

    run()
