"""Runs the rules: over a document, over the texts that documents share, and over the library."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Literal

from press.model.base import Loc, Waiver
from press.model.library import HouseRules, Language, Library
from press.problems import Problem, Severity, did_you_mean, in_order
from press.proofread.cards import Card
from press.proofread.holds import uses_at
from press.proofread.places import Places
from press.proofread.rule import RULES, Finding, Proof, Rule, Sheet, Shelf, document_rule
from press.proofread.text import Copy, copy, glossary_names, phrases_copy, registry_names, shared_copies
from press.read.library import digest
from press.read.manuscript import Manuscript, SharedFiles

MOST = 100
"""So many findings of one rule in one document are told; a broken file could give thousands."""
MOST_IN_LIBRARY = 10_000
"""So many of one rule in the library: each may hold a document back, so that a real library never comes near."""
MOST_LETTERS = 300


def proofread_document(manuscript: Manuscript, library: Library, rules: HouseRules) -> list[Problem]:
    """Everything that is wrong with a document: waived findings left out, waivers without use reported."""
    proof = Proof(copy(manuscript), library.languages[manuscript.language], rules, manuscript, library, letters=library.letters)
    places = Places(manuscript.file)
    waivers = _Waivers(manuscript)
    problems: list[Problem] = []
    for rule in _active(rules, "text", "document"):
        for finding in islice(rule.check(proof), MOST):
            if not waivers.cover(rule, finding.loc):
                problems.append(_problem(rule, finding, rules, places))
    return in_order([*problems, *islice(waivers.problems(rules), MOST)])


def proofread_library(
    cards: Sequence[Card], library: Library, files: SharedFiles, rules: HouseRules, today: date, release: bool = False
) -> list[Problem]:
    """Everything that is wrong between documents, in the shared texts, the registries, the drawings and the colours."""
    shelf = Shelf(cards, library, files, rules, today, release)
    found = ((rule, finding) for rule in _active(rules, "library") for finding in _few(rule.check(shelf)))
    problems = [_placed(rule, finding, shelf) for rule, finding in found]
    for language in library.languages.values():
        problems += _shared_problems(language, shelf, rules)
    for names in registry_names(library, *(shelf.file(f"{name}.yaml") for name in ("clinic", "articles", "sources"))):
        problems += _text_problems(names, next(iter(library.languages.values())), shelf, _of_names(rules))
    return in_order(problems)


def _text_problems(texts: Copy, language: Language, shelf: Shelf, active: Iterable[Rule]) -> Iterator[Problem]:
    """What rules about texts find in a shared file."""
    sheet, places = Sheet(texts, language, shelf.rules, letters=shelf.library.letters), Places(texts.file)
    for rule in active:
        for finding in islice(rule.check(sheet), MOST):
            yield replace(_problem(rule, finding, shelf.rules, places), holds=uses_at(texts.file.file, finding.loc, shelf))


def _few(findings: Iterable[Finding]) -> Iterator[Finding]:
    """So many findings as can be told: of one drawing fewer than of a registry, whose entries are used one by one."""
    told: Counter[str] = Counter()
    for finding in islice(findings, MOST_IN_LIBRARY):
        file = finding.place.file if finding.place else ""
        told[file] += 1
        if told[file] <= MOST or not file.endswith(".svg"):
            yield finding


def looked_up(language: Language, library: Library, rules: HouseRules) -> str:
    """A digest of all that rules about a document look up outside it: while it stays, findings may be kept."""
    values = [
        rules.model_dump(mode="json"),
        [term.model_dump(mode="json") for term in language.terms.values()],
        language.plain_words.model_dump(mode="json"),
        language.shared.model_dump(mode="json"),
        [(article.id, article.status) for article in library.articles.values()],
        [(source.id, source.publisher) for source in library.sources.values()],
        sorted(library.drawings),
        [library.clinic.name, library.clinic.services],
        library.letters.digest,
    ]
    return digest(values)


def _active(rules: HouseRules, *scopes: str) -> Iterator[Rule]:
    return (rule for rule in RULES.values() if rule.scope in scopes and _severity(rule, rules) != "off")


def _of_names(rules: HouseRules) -> Iterator[Rule]:
    return (rule for rule in _active(rules, "text") if rule.names)


def _severity(rule: Rule, rules: HouseRules) -> Severity | Literal["off"]:
    return rule.severity if rule.fixed else rules.severity.get(rule.code, rule.severity)


def _shared_problems(language: Language, shelf: Shelf, rules: HouseRules) -> Iterator[Problem]:
    """What rules about texts find in the standing texts, the glossary and the phrases of a language."""
    shared, glossary, phrases = (shelf.file(f"{language.code}/{name}.yaml") for name in ("shared", "glossary", "phrases"))
    for texts in shared_copies(language, shared, glossary):
        yield from _text_problems(texts, language, shelf, _active(rules, "text"))
    for names in (phrases_copy(language, phrases), glossary_names(language, glossary)):
        yield from _text_problems(names, language, shelf, _of_names(rules)) if names else ()


def _problem(rule: Rule, finding: Finding, rules: HouseRules, places: Places) -> Problem:
    """A finding as a problem at its place in the file."""
    severity = finding.severity or _severity(rule, rules)
    assert severity != "off"
    message = f"{_short(finding.message)} ({rule.criterion})"
    return places.file.problem(rule.code, message, places.mark(finding), finding.hint, severity=severity)


def _short(message: str) -> str:
    return message if len(message) < MOST_LETTERS else f"{message[:MOST_LETTERS]} ..."


def _placed(rule: Rule, finding: Finding, shelf: Shelf) -> Problem:
    """A finding about the library as a problem, with what it holds back."""
    severity, place = finding.severity or _severity(rule, shelf.rules), finding.place
    assert severity != "off"
    assert place
    message = f"{finding.message} ({rule.criterion})"
    holds = uses_at(place.file, place.loc, shelf) if finding.holds is None else finding.holds
    mark = place.mark
    return Problem(rule.code, severity, message, place.file, mark.line, mark.column, finding.hint, place.excerpt, holds)


@document_rule("unused-waiver", "house rules", "warning")
def unused_waiver(proof: Proof) -> Iterator[Finding]:
    """A waiver that waives nothing. Told by `_Waivers` once the other rules have run."""
    return iter(())


class _Waivers:
    """The waivers of a document, and which of them found something to waive."""

    def __init__(self, manuscript: Manuscript) -> None:
        document = manuscript.document
        self.file = manuscript.file
        self.all: list[tuple[Loc, Loc, Waiver]] = list(_placed_waivers((), document.waive))
        for loc, block in document.placed():
            self.all += _placed_waivers(loc, block.waive)
        self.used: set[Loc] = set()

    def cover(self, rule: Rule, loc: Loc) -> bool:
        """Whether a waiver sets this finding aside."""
        if rule.fixed:
            return False
        covering = [at for scope, at, waiver in self.all if waiver.rule == rule.code and loc[: len(scope)] == scope]
        self.used.update(covering)
        return bool(covering)

    def problems(self, rules: HouseRules) -> Iterator[Problem]:
        """Waivers that name no rule that can be waived here, and waivers that waive nothing."""
        for _, at, waiver in self.all:
            rule, loc = RULES.get(waiver.rule), (*at, "rule")
            if rule is None:
                hint = did_you_mean(waiver.rule, RULES)
                yield from self._told("unknown-rule", Finding(loc, f"there is no rule '{waiver.rule}'", hint), rules)
            elif rule.fixed or rule.scope == "library":
                why = "printing or safety depends on it" if rule.fixed else "it looks at the whole library"
                yield from self._told("unknown-rule", Finding(loc, f"'{rule.code}' can't be waived here: {why}"), rules)
            elif at not in self.used and _severity(rule, rules) != "off":
                message = f"this waiver of '{rule.code}' waives nothing"
                yield from self._told("unused-waiver", Finding(loc, message, "delete it"), rules)

    def _told(self, code: str, finding: Finding, rules: HouseRules) -> Iterator[Problem]:
        if _severity(RULES[code], rules) != "off":
            yield _problem(RULES[code], finding, rules, Places(self.file))


def _placed_waivers(scope: Loc, waivers: Iterable[Waiver]) -> Iterator[tuple[Loc, Loc, Waiver]]:
    return ((scope, (*scope, "waive", number), waiver) for number, waiver in enumerate(waivers))
