"""Asks the web for every article's address, and records what it says in the registry.

Each answer is judged, and what an editor must look at becomes a problem at the article's address:

| code | what the web said |
|---|---|
| `link-gone` | there is no such page (404, 410); the article's status becomes `missing` |
| `link-home` | the address leads to the home page |
| `link-elsewhere` | the address leads to another host, or away from https |
| `link-moved` | the address leads to another page of the clinic |
| `link-refused` | the page opens to a person only, or not at all (401, 403 and the like) |
| `link-failing` | the server failed (500 and above), or its answer makes no sense |
| `link-busy` | the server asked not to be asked any more just now (429) |
| `link-slow` | no answer in time |
| `link-unreachable` | no connection, where other addresses had one |
| `link-certificate` | the certificate is not valid, so that a telephone would warn its reader |
| `link-loop` | one redirect after the other, without end |
| `link-private` | the host, or where it leads, is a machine that only this network reaches |
| `links-offline` | no address could be reached at all; the registry stays as it is |

An address that opens its page, or the same page under its fuller name, is recorded as `verified` with the day it was
asked. One that was verified and now leads home or elsewhere falls back to `unverified`. All others keep their status.
"""

import asyncio
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, parse_qs

from pydantic import TypeAdapter, ValidationError

from press import __version__
from press.file.cache import Cache, Caches
from press.links.ask import PAUSE, Answer, ask_all, split
from press.links.registry import Change, entries, record, registry_of
from press.model.address import printable, readable
from press.model.library import Article, Clinic
from press.problems import Problem, Severity
from press.proofread.cards import card
from press.read.files import Unreadable, read_file
from press.read.library import read_manuscript
from press.read.names import documents
from press.read.source import Source as Yaml
from press.read.strict_yaml import MAX_BYTES, read_yaml

if TYPE_CHECKING:
    import httpx

CACHE = "links.json"
FORMAT = 1
FRESH = timedelta(days=1)


class Verdict(NamedTuple):
    """What an answer means: its code, how grave it is, in words, what to do, and the status it gives the article."""

    code: str = ""
    severity: Severity = "warning"
    message: str = ""
    hint: str = ""
    status: str = ""
    """Empty where the article keeps its own."""


def check_links(
    guides: Path,
    out: Path,
    only: Collection[str] | None = None,
    *,
    transport: "httpx.AsyncBaseTransport | None" = None,
    pause: float = PAUSE,
    now: datetime | None = None,
    tell: Callable[[str], None] = lambda words: None,
) -> list[Problem]:
    """Asks for the addresses of all articles, or of those named by id, and records the answers.

    Answers are kept for a day in the cache. `transport` stands between us and the network. Raises Fault where the registry
    can't be written.
    """
    now = now or datetime.now(UTC)
    clinic, articles = _clinic(guides), _articles(registry_of(guides))
    if clinic is None:
        return []
    addresses = list(dict.fromkeys(article.url for _, article in articles if only is None or article.id in only))
    kept = Caches(guides, out).record
    known = _remembered(kept, now)
    new = [url for url in addresses if url not in known]
    tell(f"asking the web for {len(new)} addresses ({len(addresses) - len(new)} asked within the last day)")
    fresh = asyncio.run(ask_all(new, _agent(clinic), transport, pause))
    offline = bool(fresh) and all(answer.failure == "connect" for answer in fresh)
    answers = known | {answer.url: answer for answer in fresh if not offline}
    _remember(kept, answers, {article.url for _, article in articles})
    judged = {url: judge(answers[url], clinic) for url in addresses if url in answers}
    record(guides, {a.id: _change(a, judged[a.url], answers[a.url]) for _, a in articles if a.url in judged})
    registry = registry_of(guides)
    return [*([_offline(registry)] if offline else []), *_problems(registry, judged)]


def opened_by(guides: Path, wanted: Callable[[str], bool]) -> set[str]:
    """The articles that documents open, by id; `wanted` tells which documents, by names such as `en/spinal-stenosis`."""
    found: set[str] = set()
    for name, path in documents(guides).items():
        manuscript = read_manuscript(path, guides)[0] if wanted(name) else None
        found.update(card(manuscript).articles if manuscript else ())
    return found


def _agent(clinic: Clinic) -> str:
    """Who is asking, why, and for whom."""
    name = re.sub("[^ -~]", "", clinic.name)[:80]
    return f"press/{__version__} (checks the addresses printed in the patient handouts of {name}; {clinic.site[:200]})"


# -- judging ------------------------------------------------------------------------------------------------------------

_ASK = "ask who runs the site"
_FAILURES: dict[str, Verdict] = {
    "connect": Verdict("link-unreachable", "warning", "the server can't be reached", "try again, then ask who runs the site"),
    "astray": Verdict("link-unreachable", "warning", "this leads to {opened}, which can't be reached", "find its new address"),
    "time": Verdict("link-slow", "warning", "the server did not answer in time", "try again later"),
    "late": Verdict("link-slow", "warning", "the check took too long, and this was not asked any more", "name fewer documents"),
    "private": Verdict("link-private", "warning", "the server is a machine of this network only", "try it from outside"),
    "inward": Verdict("link-private", "error", "this leads to {opened}, which no reader reaches", _ASK, "unverified"),
    "insecure": Verdict("link-elsewhere", "warning", "this leads away, to {opened}", "find the secure address", "unverified"),
    "certificate": Verdict("link-certificate", "error", "the site's certificate is not valid", _ASK),
    "loop": Verdict("link-loop", "error", "this address is redirected without end", _ASK),
    "answer": Verdict("link-failing", "warning", "the server's answer makes no sense", "open it by hand"),
}
_GONE = Verdict("link-gone", "error", "there is no such page ({status})", "find its new address, or link another", "missing")
_BUSY = Verdict("link-busy", "warning", "the server asked us to stop for now (429)", "run the check again later")
_REFUSED = Verdict("link-refused", "warning", "the server does not show this page to a program ({status})", "open it by hand")
_FAILING = Verdict("link-failing", "warning", "the server failed ({status})", "try again later, then ask who runs the site")
_HOME = Verdict("link-home", "warning", "this address leads to the home page", "find the article's new address", "unverified")
_ELSEWHERE = Verdict("link-elsewhere", "warning", "this leads away, to {opened}", "find the clinic's own page", "unverified")
_RENAMED = Verdict("link-moved", "warning", "this address leads to {opened}", "write that address here", "verified")
_MOVED = Verdict("link-moved", "warning", "this address leads to {opened}", "if that is the article, write that address here")
_FOUND = Verdict(status="verified")


def judge(answer: Answer, clinic: Clinic) -> Verdict:
    """What an answer means for the article."""
    verdict = _FAILURES.get(answer.failure) or _by_status(answer.status) or _by_place(answer, clinic)
    return verdict._replace(message=verdict.message.format(status=answer.status, opened=printable(readable(answer.opened))))


def _by_status(status: int) -> Verdict | None:
    if status in (404, 410):
        return _GONE
    if status == 429:
        return _BUSY
    if 400 <= status < 500:
        return _REFUSED
    return None if 200 <= status < 300 else _FAILING


def _by_place(answer: Answer, clinic: Clinic) -> Verdict:
    """Where a page that opened stands, against where it should."""
    wanted, opened = split(answer.url), split(answer.opened)
    if wanted._replace(fragment="") == opened._replace(fragment=""):
        return _FOUND
    if opened.scheme != "https" or opened.hostname not in clinic.hosts:
        return _ELSEWHERE
    if opened.path in ("", "/") and not opened.query:
        return _FOUND if wanted.path in ("", "/") and not wanted.query else _HOME
    return _RENAMED if _same_page(wanted, opened) else _MOVED


def _same_page(wanted: SplitResult, opened: SplitResult) -> bool:
    """Whether two addresses name one page: they differ in a slash at the end, in www, or one of them is the page's number."""
    numbered = wanted.path in ("", "/") and bool(re.fullmatch(r"[0-9]+", "".join(parse_qs(wanted.query).get("p", []))))
    return numbered or (wanted.path.rstrip("/"), wanted.query) == (opened.path.rstrip("/"), opened.query)


# -- recording ----------------------------------------------------------------------------------------------------------


def _change(article: Article, verdict: Verdict, answer: Answer) -> Change:
    """What the registry must say of an article now. Only a page that was verified can fall back to unverified."""
    if verdict.status == "unverified":
        return Change(article.url, "unverified" if article.status == "verified" else article.status, None)
    return Change(article.url, verdict.status or article.status, answer.day if verdict.status else None)


def _problems(registry: Yaml, judged: dict[str, Verdict]) -> Iterator[Problem]:
    """The findings, at the addresses as they stand in the registry now."""
    for number, article in _articles(registry):
        verdict = judged.get(article.url, _FOUND)
        if verdict.code:
            mark = registry.mark(("articles", number, "url"))
            yield registry.problem(verdict.code, verdict.message, mark, verdict.hint, severity=verdict.severity)


def _offline(registry: Yaml) -> Problem:
    message = "no address could be reached: this machine is offline, or the site is down; the registry stays as it is"
    return Problem("links-offline", "warning", message, registry.file)


def _remembered(cache: Cache, now: datetime) -> dict[str, Answer]:
    """The answers of the last day, by address."""
    try:
        stored = TypeAdapter(list[Answer]).validate_python(json.loads(cache.read(CACHE) or b"")["answers"])
        return {answer.url: answer for answer in stored if timedelta() <= now - datetime.fromisoformat(answer.asked) < FRESH}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def _remember(cache: Cache, answers: dict[str, Answer], addresses: Collection[str]) -> None:
    """Keeps the answers that will not be others in an hour: those with a status, save that of a busy or failing server."""
    kept = [asdict(a) for url, a in sorted(answers.items()) if url in addresses and 0 < a.status < 500 and a.status != 429]
    cache.write(CACHE, json.dumps({"format": FORMAT, "answers": kept}, indent=1).encode())


# -- reading ------------------------------------------------------------------------------------------------------------


def _clinic(guides: Path) -> Clinic | None:
    """The clinic; None where its file has errors, which `check` reports."""
    try:
        return Clinic.model_validate(read_yaml(read_file(guides / "clinic.yaml", guides, MAX_BYTES), "clinic.yaml").values)
    except (Unreadable, ValidationError):
        return None


def _articles(registry: Yaml) -> list[tuple[int, Article]]:
    """The sound entries of the registry with their positions; `check` reports the others."""
    found = []
    for number, entry in enumerate(entries(registry)):
        try:
            found.append((number, Article.model_validate(entry)))
        except ValidationError:
            continue
    return found
