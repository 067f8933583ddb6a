"""Where the cause of a fault in a finished page stands: at a block or side of the document, or at a shared field that changed.

The page itself is kept as a proof in the user's cache, never in the output folder.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from press.edition import EDITIONS
from press.model.base import Loc
from press.model.documents import Handout
from press.plan.freshness import OTHERS
from press.problems import Mark, Problem
from press.read.library import read_manuscript
from press.read.manuscript import Manuscript
from press.read.source import Source as Yaml
from press.read.strict_yaml import read_yaml

SINCE = "this changed, and the pages no longer come out right in "
"""Before the name of a document whose own text is as it was."""
NAMED = 8
LONG = 12
"""A word of so many letters is looked for in the document's file."""
_OF_LONG_WORDS = ("word-outside", "words-overlap")
_SHARED = re.compile(r"(\S+\.yaml), (?:(\w+) of )?(\S+) changed")


@dataclass(frozen=True)
class Case:
    """A document that does not come out right in an edition: its file, why it was printed, and whether it was right before."""

    name: str
    edition: str
    file: str
    guides: Path
    reasons: tuple[str, ...]
    was_good: bool
    proof: Path | None = None


def placed(problem: Problem, at: str, case: Case) -> Problem:
    """A problem at the block or side that it is about; where only shared things changed since the last good page, at those."""
    marked = ", where what runs over is marked" if problem.code == "wrong-page-count" else ""
    seen = f"; see {case.proof}{marked}" if case.proof else ""
    problem = replace(problem, hint=f"{problem.hint or 'look at its pages'}{seen}")
    shared = case.was_good and not {f"{case.file} changed", OTHERS["ledger"]} & {*case.reasons}
    fields = [(reason, *found) for reason in case.reasons if shared and (found := _field(reason, case.guides))]
    if fields:
        return _blamed(problem, fields, case)
    manuscript, _ = read_manuscript(case.guides / f"{case.name}.yaml", case.guides)
    if manuscript is None:
        return problem
    since = f"; its own text is as it was: {', '.join(case.reasons)}" if shared else ""
    here = manuscript.file.problem("", "", manuscript.file.mark(_loc(manuscript, at)))
    return replace(problem, message=problem.message + since, line=here.line, column=here.column, excerpt=here.excerpt)


def at_its_words(problem: Problem, case: Case) -> Problem:
    """A problem that quotes a long word, at the line of the document where that word stands."""
    quoted = re.search(r"'([^']+)'", problem.message) if problem.code in _OF_LONG_WORDS else None
    word = max(quoted[1].split(), key=len).rstrip("…-") if quoted else ""
    manuscript, _ = read_manuscript(case.guides / f"{case.name}.yaml", case.guides)
    if manuscript is None or len(word) < LONG:
        return problem
    for number, line in enumerate(manuscript.file.lines, start=1):
        if (at := line.find(word)) >= 0:
            here = manuscript.file.problem("", "", Mark(number, at + 1))
            return replace(problem, line=here.line, column=here.column, excerpt=here.excerpt)
    return problem


def _blamed(problem: Problem, fields: list[tuple[str, Yaml, Mark]], case: Case) -> Problem:
    """The problem at the first of the shared fields that changed since the document's last good page."""
    _, file, mark = fields[0]
    others = f"changed since its last good page: {', '.join(reason.removesuffix(' changed') for reason, *_ in fields)}; "
    hint = f"{others if len(fields) > 1 else ''}shorten this; or {problem.hint}"
    return file.problem(problem.code, f"{case.edition}: {SINCE}{case.name}", mark, hint)


def _field(reason: str, guides: Path) -> tuple[Yaml, Mark] | None:
    """The shared field that a reason such as `articles.yaml, title of some-page changed` names, in its file."""
    found = _SHARED.fullmatch(reason)
    if not found:
        return None
    name, part, key = found.groups()
    try:
        file = read_yaml((guides / name).read_bytes(), f"{guides.name}/{name}")
    except OSError:
        return None
    if not part or not isinstance(file.values, dict):
        return file, file.mark((key,))
    top, listed = next(((top, values) for top, values in file.values.items() if isinstance(values, list)), ("", []))
    at = [number for number, entry in enumerate(listed) if isinstance(entry, dict) and entry.get("id") == key]
    return file, file.mark((top, at[0], part) if at else ())


def _loc(manuscript: Manuscript, at: str) -> Loc:
    """A place as `overset` and preflight name it: `front`, `back text 0`, `part 3`, `page 2`."""
    name, *rest = at.split()
    if not isinstance(manuscript.document, Handout):
        return ("parts", int(rest[0]), "title") if name == "part" else ()
    if name == "page":
        return ("front",) if rest == ["1"] else ("back",)
    if not rest:
        return (name,)
    kind, nth = rest
    same = [loc for loc, block in manuscript.document.placed() if loc[0] == name and block.kind == kind]
    return (*same[int(nth)], "kind") if int(nth) < len(same) else (name,)


def together(problems: Iterable[Problem]) -> list[Problem]:
    """What editions have in common is told once: `standard, a4: …`, and so are documents that one changed field has spoiled."""
    places: dict[tuple[object, ...], list[Problem]] = {}
    for problem in problems:
        places.setdefault((problem.code, problem.severity, problem.file, problem.line, problem.column), []).append(problem)
    return [one for found in places.values() for one in _joined(found)]


def _joined(problems: list[Problem]) -> Iterator[Problem]:
    """The problems of one code at one place; what editions found in the order of the editions, not of the build."""
    told: dict[str, dict[str, Problem]] = {edition: {} for edition in EDITIONS}
    for problem in problems:
        edition, _, message = problem.message.partition(": ")
        if edition in told and message:
            told[edition][message] = problem
        else:
            yield problem
    editions: dict[str, list[str]] = {}
    for edition, message in ((edition, message) for edition, found in told.items() for message in sorted(found)):
        editions.setdefault(message, []).append(edition)
    if not editions:
        return
    first = next(problem for found in told.values() for _, problem in sorted(found.items()))
    spoiled = sorted(message.removeprefix(SINCE) for message in editions if message.startswith(SINCE))
    if len(spoiled) > 1:
        more = f" and {len(spoiled) - NAMED} more" if len(spoiled) > NAMED else ""
        known = ", ".join(edition for edition, found in told.items() if found)
        yield replace(first, message=f"{known}: {SINCE}{', '.join(spoiled[:NAMED])}{more}")
        return
    yield replace(first, message="; ".join(f"{', '.join(names)}: {message}" for message, names in editions.items()))
