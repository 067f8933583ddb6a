"""Layouts: compiled templates, kept from one build to the next. Compiling them takes longer than all else in composing a page."""

import marshal
from contextlib import suppress
from pathlib import Path

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from press import file as filing
from press.problems import Fault

PLACE = ".press/layouts.dat"


class Layouts(BytecodeCache):
    """The compiled templates in an output folder. `stand` is a digest of all templates and of the engine as they stand."""

    def __init__(self, out: Path, stand: str) -> None:
        self.place, self.stand = out / PLACE, stand
        data = filing.unsealed(self.place, stand)
        self.compiled: dict[str, bytes] = marshal.loads(data) if data else {}
        self.kept = len(self.compiled)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Gives a template what was compiled of it; Jinja makes sure that it is of this very text."""
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Takes note of what was compiled."""
        self.compiled[bucket.key] = bucket.bytecode_to_string()

    def keep(self) -> None:
        """Writes down what is new. Where that can't be done, nothing is lost but time."""
        if len(self.compiled) > self.kept:
            with suppress(Fault):
                filing.write(self.place, filing.sealed(marshal.dumps(self.compiled), self.stand))
            self.kept = len(self.compiled)
