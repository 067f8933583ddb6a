"""The books: what stands in the ledger held against what there is now, and both closed when a build ends."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING

from press import __version__, engine
from press import file as filing
from press.edition import EDITIONS
from press.ledger import Ledger, blank
from press.orders import Folders, shown
from press.plan import Planner
from press.stock import Stock, pair_name, stat_of

if TYPE_CHECKING:
    from press.desk import Desk
    from press.ledger import Impression


class Books:
    """The ledger of an output folder and the stock of one moment."""

    def __init__(self, folders: Folders) -> None:
        self.out = folders.out
        self.ledger = Ledger.load(folders.out)
        self.stock = Stock.take(folders, self.ledger.files)
        self._behind = frozenset(self.ledger.behind)
        if engine.libraries_changed(self.ledger.libraries):
            self.ledger.forget_print()

    def untouched(self) -> bool:
        """Whether everything that was read stands as when the last build ended, on the same day, and so does its manifest."""
        ledger = self.ledger
        same = ledger.inputs == self.stock.digest() and ledger.day == date.today().isoformat() and not ledger.broken
        return same and ledger.manifest == list(stat_of(self.out / filing.MANIFEST) or ())

    def stands(self, name: str, edition: str) -> bool:
        """Whether the last build left a document as it must be: filed, or failed for reasons that an editor must mend first.

        To be asked where the books are untouched.
        """
        impression = self.ledger.impressions(name).get(edition)
        if impression is None or shown(name, edition) in self._behind:
            return False
        nothing_filed = impression["entry"] is None and self.ledger.fails(name, edition)
        return nothing_filed or filing.in_place(self.out, impression)

    def impression(self, name: str, edition: str) -> "Impression":
        """What is known of a document in an edition, to be replaced as a whole."""
        return self.ledger.impressions(name).get(edition) or blank()

    def enter(self, name: str, edition: str, impression: "Impression") -> None:
        """Puts down how a printing went."""
        self.ledger.record(name)["editions"][edition] = impression

    def strike(self, names: Collection[str]) -> list[str]:
        """Takes out all but these documents, and editions that there are no more, with their files."""
        struck = []
        for name, record in sorted(self.ledger.documents.items()):
            gone = record["editions"] if name not in names else record["editions"].keys() - EDITIONS.keys()
            for edition in list(gone):
                if entry := record["editions"].pop(edition)["entry"]:
                    filing.remove(self.out / entry["path"])
                struck.append(shown(name, edition))
            if name not in names:
                del self.ledger.documents[name]
        return struck

    def save(self) -> None:
        """Writes the ledger in the midst of a build: it keeps what is printed, and vouches for nothing as a whole."""
        self._doubt(self.stock.moved())
        self.ledger.inputs = ""
        self.ledger.save(self.out)

    def close(self, desk: "Desk", names: Collection[str]) -> set[str]:
        """Writes the manifest, then the ledger that vouches for it; gives back what changed while the build was running."""
        moved = self.stock.moved()
        self._doubt(moved)
        ledger = self.ledger
        ledger.broken = desk.library is None
        planner = Planner(ledger, desk.current, self.out)
        ledger.behind = [shown(n, e) for n in names for e in EDITIONS if self._is_behind(planner, n, e)]
        for name, edition, impression in ledger.everything():
            if ledger.fails(name, edition) and (entry := impression["entry"]) and not filing.in_place(self.out, impression):
                filing.remove(self.out / entry["path"])  # it was altered, and can't be printed again now
                impression["entry"] = None
        path = self.out / filing.MANIFEST
        data = filing.manifest({"press": __version__} | ledger.versions, ledger.entries())
        if not path.exists() or path.read_bytes() != data:
            filing.write(path, data)
        ledger.manifest = list(stat_of(path) or ())
        ledger.files, ledger.day = self.stock.files, desk.today.isoformat()
        ledger.inputs = "" if moved else self.stock.digest()
        ledger.save(self.out)
        return moved

    def _is_behind(self, planner: Planner, name: str, edition: str) -> bool:
        impression = self.ledger.impressions(name).get(edition)
        return impression is None or impression["lost"] or bool(planner.outdated(impression))

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
