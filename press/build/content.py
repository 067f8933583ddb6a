"""The editor's desk: the library as read, and the proof of each document, kept where nothing it depends on has changed."""

import re
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from press.compose.markup import plain
from press.edition import Edition
from press.model.review import status_on
from press.plan.inputs import Stock
from press.plan.record import Ledger, Proof
from press.problems import Problem
from press.proofread import Card, card, looked_up, proofread_document, proofread_library
from press.proofread.holds import may_use
from press.read.library import digest, read_library, read_manuscript, read_template
from press.read.manuscript import Manuscript
from press.read.names import own_file

AT_HAND = 32
"""So many documents are kept as read, because they are proofread first and composed afterwards."""
_CODE = re.compile(rb"""^code:\s*["']?([A-Z0-9-]+)""", re.MULTILINE)


class Desk:
    """Reads the shared files at once, and documents when asked for."""

    def __init__(self, guides: Path, styles: Path, stock: Stock, ledger: Ledger) -> None:
        self.guides, self.styles, self.stock, self.ledger = guides, styles, stock, ledger
        self.reading = read_library(guides, styles / "figures.css")
        self.library, self.problems, self.rules = self.reading.library, self.reading.problems, self.reading.rules
        self.today = date.today()
        self._proofs: dict[str, Proof] = {}
        self._at_hand: dict[str, Manuscript | None] = {}

    @cached_property
    def current(self) -> dict[str, str]:
        """The digest that everything a document can use has now, by name."""
        current = self.stock.pairs
        if self.library:
            current |= self.library.digests
            for code, language in self.library.languages.items():
                current[f"rules:{code}"] = looked_up(language, self.library, self.rules)
        for name, record in self.ledger.documents.items():
            if record["proof"] and record["proof"]["card"]:
                current[f"status:{name}"] = self._status(record["proof"]["card"])
        return current

    def everything_shared(self) -> set[str]:
        """The names of all that documents can use beside their own files: what may mend a document with errors."""
        return {name for name in self.current if not name.startswith(("file:", "style:", "status:"))}

    def proof(self, name: str) -> Proof:
        """What proofreading finds in a document; kept from the last time where text and rules are the same."""
        if not self.is_proofread(name):
            self.ledger.record(name)["proof"] = self._proofs[name] = self._proofread(name, self._key(name))
        return self._proofs[name]

    def is_proofread(self, name: str) -> bool:
        """Whether a document was proofread already, in this run or earlier."""
        if name not in self._proofs and (kept := self.ledger.record(name)["proof"]) and kept["key"] == self._key(name):
            self._proofs[name] = kept
        return name in self._proofs

    def _key(self, name: str) -> str:
        """From which text and rules the proof of a document is made."""
        rules = self.current.get(f"rules:{name.partition('/')[0]}")
        return digest([self.stock.files[self._file(name)][4], rules, self.stock.engine])

    def _proofread(self, name: str, key: str) -> Proof:
        assert self.library
        manuscript, problems = read_manuscript(self._path(name), self.guides)
        self._lay(name, manuscript)
        made = None
        if manuscript:
            problems += proofread_document(manuscript, self.library, self.rules)
            made = card(manuscript).as_dict()
            self.current[f"status:{name}"] = self._status(made)
        return {"key": key, "problems": [vars(problem) for problem in problems], "card": made}

    def manuscript(self, name: str) -> Manuscript | None:
        """A document; those read last are at hand, so that little is parsed twice."""
        if name not in self._at_hand:
            self._lay(name, read_manuscript(self._path(name), self.guides)[0])
        return self._at_hand[name]

    def _lay(self, name: str, manuscript: Manuscript | None) -> None:
        self._at_hand[name] = manuscript
        if len(self._at_hand) > AT_HAND:
            del self._at_hand[next(iter(self._at_hand))]

    def facts(self, manuscript: Manuscript, edition: Edition) -> dict[str, Any]:
        """What the manifest says of a document before it is printed."""
        document = manuscript.document
        return {
            "slug": manuscript.slug,
            "kind": document.kind,
            "language": manuscript.language,
            "edition": edition.name,
            "code": document.code,
            "title": plain(document.title),
            "description": document.description,
            "version": document.version,
            "status": self.current[f"status:{manuscript.name}"],
        }

    @cached_property
    def template_texts(self) -> dict[str, str]:
        """The templates by name."""
        return {
            name.removeprefix("templates/"): read_template(Path(path), self.stock.folders.templates)
            for name, path in self.stock.paths.items()
            if name.startswith("templates/") and name.endswith(".jinja")
        }

    def proofread_library(self, names: Iterable[str]) -> list[Problem]:
        """What the rules find that look at all documents together."""
        assert self.library
        return proofread_library(self._cards(names), self.library, self.reading.files, self.rules, self.today)

    def concerns(self, problem: Problem, names: Iterable[str]) -> bool:
        """Whether a problem of the library concerns one of these documents: as an error, or because it stands in its file."""
        held = problem.holds if problem.severity == "error" else ()
        if any(own_file(name) in problem.holds for name in names):
            return True
        return bool(held) and any(may_use(card, use) for card in self._cards(names) for use in held)

    def code_of(self, name: str) -> str | None:
        """The code of a document, also of one that has errors; None where it can't be told."""
        card = self.proof(name)["card"]
        if card:
            return str(card["code"])
        found = _CODE.search(self._path(name).read_bytes()) if self._path(name).is_file() else None
        return found[1].decode() if found else None

    def _cards(self, names: Iterable[str]) -> list[Card]:
        cards = (self.proof(name)["card"] for name in names)
        return [Card(**values) for values in cards if values]

    def _status(self, values: dict[str, Any]) -> str:
        return status_on(self.today, values["signed"], values["next_review"])

    def _file(self, name: str) -> str:
        return f"guides/{name}.yaml"

    def _path(self, name: str) -> Path:
        return Path(self.stock.paths[self._file(name)])
