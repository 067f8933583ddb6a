"""Asks the web for addresses: concurrently, politely, with time limits, and under our own name."""

import asyncio
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

if TYPE_CHECKING:
    import httpx

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

    def __init__(self, client: "httpx.AsyncClient", pause: float) -> None:
        self.client, self.pause = client, pause
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
        except httpx.ConnectTimeout as error:
            return _unreached(url, error)
        except (TimeoutError, httpx.TimeoutException):
            return Answer(url, _time(), failure="time")
        except httpx.TooManyRedirects:
            return Answer(url, _time(), failure="loop")
        except httpx.ConnectError as error:
            return Answer(url, _time(), failure="certificate") if _is_certificate(error) else _unreached(url, error)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, ExceptionGroup):
            return Answer(url, _time(), failure="answer")


async def ask_all(urls: list[str], agent: str, transport: "httpx.AsyncBaseTransport | None", pause: float) -> list[Answer]:
    """What the web says of each address, in order. `transport` stands between us and the network."""
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


def _unreached(url: str, error: "httpx.TransportError") -> Answer:
    """No connection: to the address itself, or to where it sent us."""
    at = str(error.request.url)
    same = split(at).netloc == split(url).netloc
    return Answer(url, _time(), opened="" if same else at, failure="connect" if same else "astray")


def _is_certificate(error: BaseException | None) -> bool:
    while error:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _time() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def split(url: str) -> SplitResult:
    """The parts of an address; all of a broken one is its path."""
    try:
        return urlsplit(url)
    except ValueError:
        return SplitResult("", "", url, "", "")
