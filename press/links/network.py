"""The way to the web for `check --links`: connections to public machines alone.

Names are looked up here, and the connection is made to the very number that was judged: a name that answers otherwise the
second time (DNS rebinding) leads nowhere. Where the environment names a proxy for https, the proxy looks names up and
decides what it reaches; it is whoever runs the machine that chose it.
"""

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any
from urllib.request import getproxies, proxy_bypass

import httpcore
import httpx

MOST_TRIED = 4
"""So many of a host's numbers are tried."""

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""The numbers of a host, for a connection to a port."""


class NotPublic(httpcore.ConnectError):
    """The host is a machine of this network, or of none."""


async def look_up(host: str, port: int) -> list[str]:
    """The numbers of a host as this machine knows them."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_public(number: str) -> bool:
    """Whether a machine's number is one that everybody reaches: no private, local, reserved or embedded private one."""
    address = ipaddress.ip_address(number.partition("%")[0])
    if any(address in network for network in _NOT_REACHED):
        return False
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if address in _NAT64:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside:
            return is_public(str(inside))
        if address not in _GIVEN_OUT:
            return False
    return address.is_global and not address.is_multicast


_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
"""All that is given out of IPv6 (IANA, IPv6 Global Unicast Address Assignments); private numbers in other clothes lie outside."""
_NOT_REACHED = (ipaddress.IPv4Network("192.88.99.0/24"), ipaddress.IPv6Network("3fff::/20"))
"""What Python 3.11 does not know yet: relays that are no more (RFC 7526), and examples (RFC 9637)."""
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PublicBackend(httpcore.AsyncNetworkBackend):
    """Opens connections to public numbers only."""

    def __init__(self, lookup: Lookup = look_up) -> None:
        self._lookup, self._inner = lookup, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """A connection to the first number of a host that can be reached. Raises NotPublic before anything is sent."""
        until = time.monotonic() + (timeout or 60.0)
        try:
            numbers = await asyncio.wait_for(self._lookup(host, port), timeout)
        except TimeoutError as error:
            raise httpcore.ConnectTimeout(f"{host} is not looked up in time") from error
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"{host} has no number") from error
        if not all(map(is_public, numbers)):
            raise NotPublic(f"{host} is no public machine")
        failed: Exception = httpcore.ConnectError(f"{host} has no number")
        for number in numbers[:MOST_TRIED]:
            left = max(0.1, until - time.monotonic())
            try:
                return await self._inner.connect_tcp(number, port, left, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed

    async def sleep(self, seconds: float) -> None:
        """Rests between two tries."""
        await self._inner.sleep(seconds)


class PublicTransport(httpx.AsyncHTTPTransport):
    """Connections of our own, guarded by `PublicBackend`."""

    def __init__(self, lookup: Lookup = look_up) -> None:
        context = httpx.create_ssl_context()
        super().__init__(verify=context)
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, network_backend=PublicBackend(lookup))


class Ways(httpx.AsyncBaseTransport):
    """Each request by the proxy that the environment names for https; straight where there is none, or it is passed by."""

    def __init__(self) -> None:
        named = getproxies()
        proxy = named.get("https") or named.get("all")
        self._straight = PublicTransport()
        self._proxied = httpx.AsyncHTTPTransport(proxy=proxy if "://" in proxy else f"http://{proxy}") if proxy else None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Asks by the way that fits the host."""
        around = self._proxied is None or proxy_bypass(request.url.host)
        way: httpx.AsyncHTTPTransport = self._straight if around else self._proxied  # type: ignore[assignment]
        return await way.handle_async_request(request)

    async def aclose(self) -> None:
        """Closes the connections of both."""
        await self._straight.aclose()
        if self._proxied:
            await self._proxied.aclose()
