"""The books: what is known of the last builds held against what there is now, and both closed when a build ends."""

import json
from collections.abc import Collection, Iterable
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from press import __version__
from press.edition import EDITIONS
from press.file import output as filing
from press.file.cache import Caches
from press.file.output import Output
from press.plan import libraries as engine
from press.plan.freshness import Planner
from press.plan.inputs import Folders, Stock, pair_name
from press.plan.last_build import RECORD, LastBuild, is_document, loaded
from press.plan.record import Impression, Ledger, blank, place, shown
from press.plan.shapes import fits

if TYPE_CHECKING:
    from press.build.content import Desk

BEGUN = "begun-1.json"
"""The entry in the cache that stands there while a build files what nobody lists yet."""


class Books:
    """The record of an output folder and the stock of one moment."""

    def __init__(self, folders: Folders, caches: Caches) -> None:
        self.out, self.caches = Output(folders.out), caches
        self.last = LastBuild.load(caches.record)
        self.stock = Stock.take(folders, self.last.files)
        self.libraries = self.last.libraries

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger; where it is lost, or others have filed since, with what the manifest vouches for."""
        kept = Ledger.of(self.caches.record.read(RECORD, part=1))
        ledger = kept or Ledger()
        if kept is None or self.last.manifest != self._manifest():
            ledger.adopt(filing.vouched_for(self.out))
        if engine.libraries_changed(self.libraries):
            ledger.forget_print()
            self.libraries = {}
        return ledger

    def _manifest(self) -> list[int]:
        return list(self.out.stat(filing.MANIFEST) or ())

    def untouched(self) -> bool:
        """Whether everything that was read stands as when the last build ended, on the same day, and so does its manifest."""
        last = self.last
        same = last.inputs == self.stock.digest() and last.day == date.today().isoformat() and not last.broken
        same = same and not self.caches.record.has(BEGUN)
        return same and last.manifest == self._manifest() and not engine.libraries_changed(self.libraries)

    def stands(self, name: str, edition: str) -> bool:
        """Whether the last build left a document as it must be: filed, or failed for reasons that an editor must mend first.

        To be asked where the books are untouched.
        """
        known = self.last.documents.get(name)
        standing = known["editions"].get(edition) if known else None
        if standing is None or standing["behind"]:
            return False
        filed = standing["filed"]
        return standing["fails"] if filed is None else self.out.in_place(place(name, edition), filed)

    def impression(self, name: str, edition: str) -> Impression:
        """What is known of a document in an edition, to be replaced as a whole."""
        return self.ledger.impressions(name).get(edition) or blank()

    def enter(self, name: str, edition: str, impression: Impression) -> None:
        """Puts down how a printing went."""
        self.ledger.record(name)["editions"][edition] = impression

    def begin(self, asked: Iterable[tuple[str, str]]) -> None:
        """Notes the documents and editions that are filed for the first time: a build may be killed before it lists them."""
        new = sorted({*self._begun(), *((n, e) for n, e in asked if not self.impression(n, e)["filed"])})
        if new:
            self.caches.record.write(BEGUN, json.dumps(new).encode())

    def _begun(self) -> set[tuple[str, str]]:
        values = loaded(self.caches.record.read(BEGUN))
        if not fits(values, [(str, str)]):
            return set()
        return {(name, edition) for name, edition in values if is_document(name) and edition in EDITIONS}

    def clear(self) -> None:
        """Removes what a killed build filed and did not live to list."""
        for name, edition in self._begun():
            if not self.impression(name, edition)["filed"]:
                self.out.remove(place(name, edition))

    def strike(self, names: Collection[str]) -> list[str]:
        """Takes out all but these documents, and editions that there are no more, with their files."""
        struck = []
        for name, record in sorted(self.ledger.documents.items()):
            gone = record["editions"] if name not in names else record["editions"].keys() - EDITIONS.keys()
            for edition in list(gone):
                if record["editions"].pop(edition)["filed"]:
                    self.out.remove(place(name, edition))
                struck.append(shown(name, edition))
            if name not in names:
                del self.ledger.documents[name]
        return struck

    def save(self) -> None:
        """Writes the record in the midst of a build: it keeps what is printed, and vouches for nothing as a whole."""
        self._doubt(self.stock.moved())
        self.last = LastBuild(libraries=self.libraries, files=self.stock.files)
        self._write()

    def _write(self) -> None:
        data = json.dumps(vars(self.last), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self.caches.record.write(RECORD, data, self.ledger.as_data())
        self.caches.tidy()

    def close(self, desk: "Desk", names: Collection[str]) -> set[str]:
        """Writes the manifest, then the record that vouches for it; gives back what changed while the build was running."""
        moved = self.stock.moved()
        self._doubt(moved)
        ledger = self.ledger
        planner = Planner(ledger, desk.current, self.out)
        for name, edition, impression in ledger.everything():
            if ledger.fails(name, edition) and impression["filed"] and not planner.filed(name, edition, impression):
                self.out.remove(place(name, edition))  # it was altered, and can't be printed again now
                impression["filed"] = None
        data = filing.manifest({"press": __version__} | ledger.versions, ledger.entries())
        if self.out.read(filing.MANIFEST) != data:
            self.out.write(filing.MANIFEST, data)
        behind = {name: frozenset(e for e in EDITIONS if self._is_behind(planner, name, e)) for name in names}
        self.last = LastBuild(
            day=desk.today.isoformat(),
            inputs="" if moved else self.stock.digest(),
            broken=ledger.broken,
            libraries=self.libraries,
            manifest=self._manifest(),
            files=self.stock.files,
            problems=ledger.problems,
            documents={name: ledger.in_short(name, behind.get(name, frozenset())) for name in ledger.documents},
        )
        self._write()
        self.caches.record.drop(BEGUN)
        return moved

    def _is_behind(self, planner: Planner, name: str, edition: str) -> bool:
        impression = self.ledger.impressions(name).get(edition)
        if impression is None or impression["lost"] or planner.outdated(impression):
            return True
        return not impression["page"] and not self.ledger.fails(name, edition)

    def _doubt(self, moved: set[str]) -> None:
        """Takes back trust in what was made of files that changed meanwhile: they may have been read in any state."""
        pairs = self.stock.pairs
        names = {pair_name(name) for name in moved}
        self.ledger.pairs.distrust((name, pairs.get(name, "")) for name in names)
        documents = {f"guides/{name}.yaml": name for name in self.ledger.documents}
        shared_moved = any(not name.endswith("/") and name not in documents for name in moved)
        for file, name in documents.items():
            proof = self.ledger.documents[name]["proof"]
            if proof and (shared_moved or file in moved):
                proof["key"] = ""
