"""The editor's report: one page of score cards, those that need most work first.

The page needs nothing but itself: style sheet, fonts and charts are inside, and nothing in it runs.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from markupsafe import Markup

from press.build.request import Wanted
from press.file import output as filing
from press.model.library import Clinic
from press.plan.inputs import Folders
from press.problems import Fault, Problem
from press.read.library import Reading, read_library, read_manuscript
from press.read.names import documents
from press.report.formats import counts
from press.report.scorecard import ScoreCard, score_card

TEMPLATE, SHEETS = "report.html.jinja", ("tokens.css", "report.css")
FACES = {
    ("Literata", 600): "literata-latin-600-normal.woff2",
    ("Atkinson Hyperlegible Next", 400): "atkinson-hyperlegible-next-latin-400-normal.woff2",
    ("Atkinson Hyperlegible Next", 700): "atkinson-hyperlegible-next-latin-700-normal.woff2",
}
"""The three faces that the page carries, by family and weight; without them it shows in the reader's own fonts."""


def write_report(path: Path, folders: Folders, wanted: Wanted, problems: Sequence[Problem], today: date | None = None) -> None:
    """Writes the report on the documents asked for. Raises Fault where it can't be written."""
    filing.write(path, report(folders, wanted, problems, today or date.today()).encode())


def report(folders: Folders, wanted: Wanted, problems: Sequence[Problem], today: date) -> str:
    """The report as HTML."""
    reading = read_library(folders.guides, folders.styles / "figures.css")
    cards, unread = _cards(folders.guides, reading, wanted, problems, today)
    files, clinic = {card.file for card in cards}, reading.library.clinic if reading.library else None
    values = {
        "clinic": clinic.name if clinic else "",
        "today": today,
        "counts": counts(problems),
        "cards": cards,
        "unread": unread,
        "shared": [problem for problem in problems if problem.file not in files | set(unread)],
        "first": list(_first_things(cards, problems, clinic)),
        "styles": _styles(folders.styles),
    }
    return _page(folders.templates, values)


def _cards(
    guides: Path, reading: Reading, wanted: Wanted, problems: Sequence[Problem], today: date
) -> tuple[list[ScoreCard], dict[str, list[Problem]]]:
    """The score cards in order of need, and the findings of documents that can't be read."""
    cards, unread = [], {}
    for name, path in documents(guides).items():
        if not wanted.document(name):
            continue
        file = f"{guides.name}/{name}.yaml"
        own = [problem for problem in problems if problem.file == file]
        manuscript = read_manuscript(path, guides)[0] if reading.library else None
        if manuscript and reading.library and manuscript.language in reading.library.languages:
            cards.append(score_card(manuscript, reading.library, reading.rules, own, today))
        else:
            unread[file] = own
    return sorted(cards, key=lambda card: (card.need, card.name)), unread


def _first_things(
    cards: Sequence[ScoreCard], problems: Sequence[Problem], clinic: Clinic | None
) -> Iterator[tuple[int, str, str]]:
    """What to do first, over all documents: how much of it, what, and with which command."""
    if errors := counts(problems)["errors"]:
        yield errors, f"error{'s' * (errors > 1)} to mend: a document with an error is not printed", ""
    if drafts := sum(card.status != "reviewed" for card in cards):
        yield drafts, f"of {len(cards)} documents still to be reviewed by a clinician", ""
    codes = {code.typed: code.status for card in cards for code in card.links}
    if unsure := sum(status != "verified" for status in codes.values()):
        yield unsure, f"of {len(codes)} addresses behind QR codes not verified", "generate.py check --links"
    if unknown := [name for name in ("phone", "hours", "address") if clinic and not getattr(clinic, name)]:
        yield len(unknown), f"of the clinic's own facts missing, so pages leave them blank: {', '.join(unknown)}", ""
    if over := sum(bar.state != "good" for card in cards for bar in card.bars):
        yield over, f"section{'s' * (over > 1)} past the goal for plain language", ""


def _styles(folder: Path) -> Markup:
    """The style sheet with its fonts inside."""
    sheets = [(folder / name).read_text("utf-8") for name in SHEETS if (folder / name).is_file()]
    return Markup("\n".join([*_faces(folder / "fonts"), *sheets]))


def _faces(folder: Path) -> Iterator[str]:
    for (family, weight), name in FACES.items():
        if (folder / name).is_file():
            data = base64.b64encode((folder / name).read_bytes()).decode()
            source = f"url(data:font/woff2;base64,{data}) format('woff2')"
            yield f"@font-face {{ font-family: '{family}'; font-weight: {weight}; src: {source} }}"


def _page(templates: Path, values: Mapping[str, object]) -> str:
    from jinja2 import Environment, StrictUndefined

    try:
        text = (templates / TEMPLATE).read_text("utf-8")
    except OSError:
        raise Fault(f"the layout of the report is missing: {templates / TEMPLATE}") from None
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(text).render(values)
