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
| `links-offline` | no address could be reached at all; the registry stays as it is |

An address that opens its page, or the same page under its fuller name, is recorded as `verified` with the day it was
asked. One that was verified and now leads home or elsewhere falls back to `unverified`. All others keep their status.
"""

import asyncio
import json
import re
import ssl
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import TypeAdapter, ValidationError

from press import __version__
from press import file as filing
from press.guide import Article, Clinic
from press.problems import Problem, Severity
from press.registry import Change, entries, record, registry_of
from press.source import Source as Yaml
from press.source import read_yaml

if TYPE_CHECKING:
    import httpx

CACHE = ".press/links.json"
FRESH = timedelta(days=1)
AT_ONCE, AT_ONCE_A_HOST = 8, 2
PAUSE = 0.25
"""Seconds of rest after each question, on each of a host's two connections."""
CONNECT_SECONDS, READ_SECONDS, ADDRESS_SECONDS = 5.0, 10.0, 25.0
REDIRECTS = 5
GIVE_UP_AFTER = 2
"""Failed connections to a host that has never answered, after which the rest of its addresses are not tried."""


@dataclass(frozen=True)
class Answer:
    """What the web said of an address: a status and where it ended, or why there is none. `asked` is a UTC time."""

    url: str
    asked: str
    status: int = 0
    opened: str = ""
    failure: str = ""

    @property
    def day(self) -> str:
        """The local day on which it was asked."""
        return datetime.fromisoformat(self.asked).astimezone().date().isoformat()


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

    Answers are kept for a day below the output folder. `transport` stands between us and the network. Raises Fault where
    the registry or the cache can't be written.
    """
    now = now or datetime.now(UTC)
    clinic, articles = _clinic(guides), _articles(registry_of(guides))
    if clinic is None:
        return []
    addresses = list(dict.fromkeys(article.url for _, article in articles if only is None or article.id in only))
    known = _remembered(out, now)
    new = [url for url in addresses if url not in known]
    tell(f"asking the web for {len(new)} addresses ({len(addresses) - len(new)} asked within the last day)")
    fresh = asyncio.run(_ask_all(new, _agent(clinic), transport, pause))
    offline = bool(fresh) and all(answer.failure == "connect" for answer in fresh)
    answers = known | {answer.url: answer for answer in fresh if not offline}
    _remember(out, answers, {article.url for _, article in articles})
    judged = {url: judge(answers[url], clinic) for url in addresses if url in answers}
    record(guides, {a.id: _change(a, judged[a.url], answers[a.url]) for _, a in articles if a.url in judged})
    registry = registry_of(guides)
    return [*([_offline(registry)] if offline else []), *_problems(registry, judged)]


# -- asking -------------------------------------------------------------------------------------------------------------


@dataclass
class _Host:
    """One host's door: two at a time, and closed once it asks for rest or has never opened."""

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_A_HOST))
    answered: bool = False
    lost: int = 0
    busy: bool = False

    def closed(self) -> tuple[int, str] | None:
        """The status or failure that is known without asking again."""
        if self.busy:
            return 429, ""
        return (0, "connect") if not self.answered and self.lost >= GIVE_UP_AFTER else None

    def note(self, answer: Answer) -> None:
        """Learns from an answer."""
        self.answered = self.answered or bool(answer.status)
        self.lost += answer.failure == "connect"
        self.busy = self.busy or answer.status == 429


class _Asker:
    """Asks for addresses, a few at a time."""

    def __init__(self, client: "httpx.AsyncClient", pause: float) -> None:
        self.client, self.pause = client, pause
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.hosts: dict[str, _Host] = {}

    async def ask(self, url: str) -> Answer:
        """What the web says of an address."""
        host = self.hosts.setdefault(_split(url).hostname or "", _Host())
        async with host.slots, self.slots:
            if closed := host.closed():
                return Answer(url, _time(), *_in_fields(closed))
            answer = await self._head_then_get(url)
            host.note(answer)
            await asyncio.sleep(self.pause)
            return answer

    async def _head_then_get(self, url: str) -> Answer:
        """HEAD, and GET where that was refused: a page is not called gone before a reader's own question says so."""
        answer = await self._send("HEAD", url)
        if answer.failure == "answer" or (answer.status >= 400 and answer.status != 429):
            await asyncio.sleep(self.pause)
            answer = await self._send("GET", url)
        return answer

    async def _send(self, method: str, url: str) -> Answer:
        """One question with its redirects. The page itself is not read."""
        import httpx

        try:
            async with asyncio.timeout(ADDRESS_SECONDS), self.client.stream(method, url) as response:
                return Answer(url, _time(), response.status_code, str(response.url) if response.history else url)
        except httpx.ConnectTimeout:
            return Answer(url, _time(), failure="connect")
        except (TimeoutError, httpx.TimeoutException):
            return Answer(url, _time(), failure="time")
        except httpx.TooManyRedirects:
            return Answer(url, _time(), failure="loop")
        except httpx.ConnectError as error:
            return Answer(url, _time(), failure="certificate" if _is_certificate(error) else "connect")
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            return Answer(url, _time(), failure="answer")


async def _ask_all(urls: list[str], agent: str, transport: "httpx.AsyncBaseTransport | None", pause: float) -> list[Answer]:
    """What the web says of each address, in order."""
    if not urls:
        return []
    import httpx

    async with httpx.AsyncClient(
        headers={"User-Agent": agent, "Accept": "text/html, */*;q=0.5"},
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        follow_redirects=True,
        max_redirects=REDIRECTS,
        transport=transport,
    ) as client:
        asker = _Asker(client, pause)
        return await asyncio.gather(*map(asker.ask, urls))


def _agent(clinic: Clinic) -> str:
    """Who is asking, why, and for whom."""
    name = clinic.name.encode("ascii", "ignore").decode().strip() or "a clinic"
    return f"press/{__version__} (checks the addresses printed in the patient handouts of {name}; {clinic.site})"


def _is_certificate(error: BaseException | None) -> bool:
    while error:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _in_fields(closed: tuple[int, str]) -> tuple[int, str, str]:
    status, failure = closed
    return status, "", failure


# -- judging ------------------------------------------------------------------------------------------------------------

_FAILURES: dict[str, Verdict] = {
    "connect": Verdict("link-unreachable", "warning", "the server can't be reached", "try again, then ask who runs the site"),
    "time": Verdict("link-slow", "warning", "the server did not answer in time", "try again later"),
    "certificate": Verdict("link-certificate", "error", "the site's certificate is not valid", "ask who runs the site"),
    "loop": Verdict("link-loop", "error", "this address is redirected without end", "ask who runs the site"),
    "answer": Verdict("link-failing", "warning", "the server's answer makes no sense", "open it by hand"),
}
_GONE = Verdict("link-gone", "error", "there is no such page ({status})", "find its new address, or link another", "missing")
_BUSY = Verdict("link-busy", "warning", "the server asked us to stop for now (429)", "run the check again later")
_REFUSED = Verdict("link-refused", "warning", "the server does not show this page to a program ({status})", "open it by hand")
_FAILING = Verdict("link-failing", "warning", "the server failed ({status})", "try again later, then ask who runs the site")
_HOME = Verdict("link-home", "warning", "this address leads to the home page", "find the article's new address", "unverified")
_ELSEWHERE = Verdict(
    "link-elsewhere", "warning", "this address leads away, to {opened}", "find the clinic's own page", "unverified"
)
_RENAMED = Verdict("link-moved", "warning", "this address leads to {opened}", "write that address here", "verified")
_MOVED = Verdict("link-moved", "warning", "this address leads to {opened}", "if that is the article, write that address here")
_FOUND = Verdict(status="verified")


def judge(answer: Answer, clinic: Clinic) -> Verdict:
    """What an answer means for the article."""
    verdict = _FAILURES.get(answer.failure) or _by_status(answer.status) or _by_place(answer, clinic)
    return verdict._replace(message=verdict.message.format(status=answer.status, opened=answer.opened))


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
    wanted, opened = _split(answer.url), _split(answer.opened)
    if wanted._replace(fragment="") == opened._replace(fragment=""):
        return _FOUND
    if opened.scheme != "https" or opened.hostname not in {host.lower() for host in clinic.hosts}:
        return _ELSEWHERE
    if opened.path in ("", "/") and not opened.query:
        return _FOUND if wanted.path in ("", "/") and not wanted.query else _HOME
    return _RENAMED if _same_page(wanted, opened) else _MOVED


def _same_page(wanted: SplitResult, opened: SplitResult) -> bool:
    """Whether two addresses name one page: they differ in a slash at the end, in www, or one of them is the page's number."""
    numbered = wanted.path in ("", "/") and bool(re.fullmatch(r"[0-9]+", "".join(parse_qs(wanted.query).get("p", []))))
    return numbered or (wanted.path.rstrip("/"), wanted.query) == (opened.path.rstrip("/"), opened.query)


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")


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


def _remembered(out: Path, now: datetime) -> dict[str, Answer]:
    """The answers of the last day, by address."""
    try:
        stored = TypeAdapter(list[Answer]).validate_python(json.loads((out / CACHE).read_bytes())["answers"])
        return {answer.url: answer for answer in stored if timedelta() <= now - datetime.fromisoformat(answer.asked) < FRESH}
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return {}


def _remember(out: Path, answers: dict[str, Answer], addresses: Collection[str]) -> None:
    """Keeps the answers that will not be others in an hour: those with a status, save that of a busy or failing server."""
    kept = [asdict(a) for url, a in sorted(answers.items()) if url in addresses and 0 < a.status < 500 and a.status != 429]
    filing.write(out / CACHE, json.dumps({"format": filing.FORMAT, "answers": kept}, indent=1).encode())


# -- reading ------------------------------------------------------------------------------------------------------------


def _clinic(guides: Path) -> Clinic | None:
    """The clinic; None where its file has errors, which `check` reports."""
    try:
        return Clinic.model_validate(read_yaml((guides / "clinic.yaml").read_bytes(), "clinic.yaml").values)
    except (OSError, ValidationError):
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
