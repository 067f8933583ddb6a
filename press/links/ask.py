"""Asks the web for addresses: concurrently, politely, with time limits, and under our own name.

Redirects are walked one by one, over https alone. Of an answer only its status and headers are read, never its body; no
cookie is kept, and nothing is asked to be compressed.
"""

import asyncio
import ipaddress
import re
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from press.model.address import BadAddress, canonical
from press.problems import Fault

if TYPE_CHECKING:
    import httpx

AT_ONCE, AT_ONCE_A_HOST = 8, 2
PAUSE = 0.25
"""Seconds of rest after each question, on each of a host's two connections."""
CONNECT_SECONDS, READ_SECONDS, ADDRESS_SECONDS, RUN_SECONDS = 5.0, 10.0, 25.0, 900.0
"""The most for a connection, for a piece of an answer, for an address with all its redirects, and for all addresses."""
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


@dataclass
class _Host:
    """One host's door: two at a time, and closed once it asks for rest or has never opened."""

    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE_A_HOST))
    answered: bool = False
    lost: int = 0
    busy: bool = False

    def known(self, url: str) -> Answer | None:
        """The answer for an address where it needs no asking: the host is busy, or can't be reached."""
        if self.busy:
            return Answer(url, _time(), 429)
        return Answer(url, _time(), failure="connect") if not self.answered and self.lost >= GIVE_UP_AFTER else None

    def note(self, answer: Answer) -> None:
        """Learns from an answer."""
        self.answered = self.answered or bool(answer.status)
        self.lost += answer.failure == "connect"
        self.busy = self.busy or answer.status == 429


class _Asker:
    """Asks for addresses, a few at a time."""

    def __init__(self, transport: "httpx.AsyncBaseTransport", agent: str, pause: float) -> None:
        self.transport, self.pause = transport, pause
        self.headers = {"User-Agent": agent, "Accept": "text/html, */*;q=0.5", "Accept-Encoding": "identity"}
        self.slots = asyncio.Semaphore(AT_ONCE)
        self.hosts: dict[str, _Host] = {}

    async def ask(self, url: str) -> Answer:
        """What the web says of an address."""
        host = self.hosts.setdefault(split(url).hostname or "", _Host())
        async with host.slots, self.slots:
            if known := host.known(url):
                return known
            answer = await self._head_then_get(url)
            host.note(answer)
            await asyncio.sleep(self.pause)
            return answer

    async def _head_then_get(self, url: str) -> Answer:
        """HEAD, and GET where that was refused: a page is not called gone before a reader's own question says so."""
        try:
            async with asyncio.timeout(ADDRESS_SECONDS):
                answer = await self._walk("HEAD", url)
                if answer.failure == "answer" or (answer.status >= 400 and answer.status != 429):
                    await asyncio.sleep(self.pause)
                    answer = await self._walk("GET", url)
                return answer
        except TimeoutError:
            return Answer(url, _time(), failure="time")

    async def _walk(self, method: str, url: str) -> Answer:
        """One question, and one for each redirect."""
        at = url
        for _ in range(REDIRECTS + 1):
            status, location = await self._hop(method, at)
            if isinstance(status, str):
                return _failed(url, at, status)
            if not location:
                return Answer(url, _time(), status, at)
            at, failure = _next(at, location)
            if failure:
                return Answer(url, _time(), opened=at, failure=failure)
        return Answer(url, _time(), failure="loop")

    async def _hop(self, method: str, url: str) -> tuple[int | str, str]:
        """The status of one answer and where it sends us, or what failed. The answer is closed unread."""
        import httpx

        limits = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS).as_dict()
        try:
            request = httpx.Request(method, url, headers=self.headers, extensions={"timeout": limits})
            response = await self.transport.handle_async_request(request)
            await response.aclose()
        except httpx.TimeoutException as error:
            return "connect" if isinstance(error, httpx.ConnectTimeout) else "time", ""
        except httpx.ConnectError as error:
            return _why_not(error), ""
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError, ExceptionGroup):
            return "answer", ""
        return response.status_code, response.headers["location"] if response.has_redirect_location else ""


async def ask_all(urls: list[str], agent: str, transport: "httpx.AsyncBaseTransport | None", pause: float) -> list[Answer]:
    """What the web says of each address, in order. `transport` stands between us and the network.

    Raises Fault where the environment names a proxy that can't be used.
    """
    if not urls:
        return []
    async with transport or _ways() as way:
        asker = _Asker(way, agent, pause)
        asked = [asyncio.create_task(asker.ask(url)) for url in urls]
        done, late = await asyncio.wait(asked, timeout=RUN_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return [
            task.result() if task in done else Answer(url, _time(), failure="late") for url, task in zip(urls, asked, strict=True)
        ]


def _ways() -> "httpx.AsyncBaseTransport":
    from press.links.network import Ways

    try:
        return Ways()
    except (ImportError, ValueError) as error:
        raise Fault(f"the proxy that the environment names for https can't be used: {error}".replace("\n", " ")) from error


_CODED_FOR_THEM = re.compile('[ "<>^`{|}]')
"""What browsers take from a careless server and no address may hold."""


def _next(at: str, location: str) -> tuple[str, str]:
    """Where a redirect leads, and why it is not followed: nothing where it is."""
    given = _CODED_FOR_THEM.sub(lambda found: quote(found.group()), location)
    try:
        target = urljoin(at, given)
        secure = target.lower().startswith("https:")
        return canonical(target if secure else re.sub("^HTTP:", "http:", target), ("https", "http")), "" if secure else "insecure"
    except BadAddress:
        return target, "inward" if _is_number_or_word(split(target)) else "answer"
    except ValueError:
        return given, "answer"


def _is_number_or_word(target: SplitResult) -> bool:
    """Whether a host is one that no name on the web leads to: a machine's number, or a bare word such as localhost."""
    host = target.hostname or ""
    try:
        return bool(host) and (target.port or 1) > 0 and ("." not in host or bool(ipaddress.ip_address(host)))
    except ValueError:
        return False


def _failed(url: str, at: str, failure: str) -> Answer:
    """No answer: from the address itself, or from where it sent us."""
    if at != url and failure in _ELSEWHERE and split(at).netloc != split(url).netloc:
        return Answer(url, _time(), opened=at, failure=_ELSEWHERE[failure])
    return Answer(url, _time(), failure=failure)


_ELSEWHERE = {"connect": "astray", "private": "inward"}


def _why_not(error: "httpx.ConnectError") -> str:
    """Why there is no connection."""
    from press.links.network import NotPublic

    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return "certificate"
        if isinstance(cause, NotPublic):
            return "private"
        cause = cause.__cause__ or cause.__context__
    return "connect"


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def split(url: str) -> SplitResult:
    """The parts of an address; all of a broken one is its path."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")
