"""The editor's desk: the library as read, and the proof of each document, kept where nothing it depends on has changed."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from press.edition import Edition
from press.guide import Manuscript
from press.ledger import Ledger, Proof
from press.markup import plain
from press.problems import Problem
from press.proofread import Card, card, looked_up, proofread_document, proofread_library
from press.read import digest, read_library, read_manuscript, read_template
from press.review import status_on
from press.stock import Stock


class Desk:
    """Reads the shared files at once, and documents when asked for."""

    def __init__(self, guides: Path, styles: Path, stock: Stock, ledger: Ledger) -> None:
        self.guides, self.styles, self.stock, self.ledger = guides, styles, stock, ledger
        self.reading = read_library(guides, styles / "figures.css")
        self.library, self.problems, self.rules = self.reading.library, self.reading.problems, self.reading.rules
        self.today = date.today()
        self._proofs: dict[str, Proof] = {}
        self._at_hand: tuple[str, Manuscript | None] = ("", None)

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
        if name not in self._proofs:
            language = name.partition("/")[0]
            key = digest([self.stock.files[self._file(name)][4], self.current.get(f"rules:{language}"), self.stock.engine])
            record = self.ledger.record(name)
            kept = record["proof"]
            if not kept or kept["key"] != key:
                record["proof"] = kept = self._proofread(name, key)
            self._proofs[name] = kept
        return self._proofs[name]

    def _proofread(self, name: str, key: str) -> Proof:
        assert self.library
        manuscript, problems = read_manuscript(self._path(name), self.guides)
        self._at_hand = (name, manuscript)
        made = None
        if manuscript:
            problems += proofread_document(manuscript, self.library, self.rules)
            made = card(manuscript).as_dict()
            self.current[f"status:{name}"] = self._status(made)
        return {"key": key, "problems": [vars(problem) for problem in problems], "card": made}

    def manuscript(self, name: str) -> Manuscript | None:
        """A document; the one read last is at hand, so that nothing is parsed twice."""
        if self._at_hand[0] != name:
            self._at_hand = (name, read_manuscript(self._path(name), self.guides)[0])
        return self._at_hand[1]

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

    def _cards(self, names: Iterable[str]) -> list[Card]:
        cards = (self.proof(name)["card"] for name in names)
        return [Card(**values) for values in cards if values]

    def _status(self, values: dict[str, Any]) -> str:
        return status_on(self.today, values["signed"], values["next_review"])

    def _file(self, name: str) -> str:
        return f"guides/{name}.yaml"

    def _path(self, name: str) -> Path:
        return Path(self.stock.paths[self._file(name)])
