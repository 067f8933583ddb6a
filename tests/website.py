"""A real web server on this machine that plays the clinic's site, and the ways to it: a transport, or a proxy for https."""

import asyncio
import select
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx


@dataclass(frozen=True)
class Reply:
    """How the site answers a path: a status, where it sends the visitor, after how long, and which status HEAD gets."""

    status: int = 200
    location: str = ""
    after: float = 0.0
    head: int = 0


@dataclass(frozen=True)
class Visit:
    """One request as the site saw it."""

    method: str
    path: str
    host: str
    agent: str
    began: float
    ended: float


@dataclass
class Site:
    """A site with scripted replies; every other path is a page. Keeps a list of visits."""

    replies: dict[str, Reply] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    port: int = 0

    def asked(self, path: str) -> list[str]:
        """The methods a path was asked with, in order."""
        return [visit.method for visit in self.visits if visit.path == path]

    def most_at_once(self) -> int:
        """The largest number of requests that were open together."""
        moments = sorted([(v.began, 1) for v in self.visits] + [(v.ended, -1) for v in self.visits])
        open_now = most = 0
        for _, change in moments:
            open_now += change
            most = max(most, open_now)
        return most


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            began = time.monotonic()
            reply = site.replies.get(self.path, Reply())
            time.sleep(reply.after)
            self.send_response(reply.head or reply.status if self.command == "HEAD" else reply.status)
            if reply.location:
                self.send_header("Location", reply.location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            host, agent = self.headers["Host"], self.headers["User-Agent"]
            site.visits.append(Visit(self.command, self.path, host, agent, began, time.monotonic()))

        do_GET = do_HEAD = answer

        def log_message(self, *parts: object) -> None:
            """Stays silent."""

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A visitor who hangs up is no news."""


@contextmanager
def serving(site: Site, certificate: Path | None = None) -> Iterator[Site]:
    """Serves a site on a free port; over TLS where a certificate (with its key) is given."""
    server = _Server(("127.0.0.1", 0), _handler(site))
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


class Reroute(httpx.AsyncHTTPTransport):
    """Sends requests for a host to a port of this machine, in plain HTTP; other hosts are asked where they are."""

    def __init__(self, ports: dict[str, int], scheme: str = "http") -> None:
        super().__init__()
        self.ports, self.scheme = ports, scheme

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Asks the stand-in, under the host's own name."""
        if port := self.ports.get(request.url.host):
            url = request.url.copy_with(scheme=self.scheme, host="127.0.0.1", port=port)
            request = httpx.Request(request.method, url, headers=request.headers, extensions=request.extensions)
        await asyncio.sleep(0)
        return await super().handle_async_request(request)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def make_certificate(folder: Path, host: str) -> Path:
    """A certificate for a host, signed by itself, with its key in the same file. Needs the openssl program."""
    key, file = folder / "key.pem", folder / "certificate.pem"
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    make = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        *names,
        "-keyout",
        str(key),
        "-out",
        str(file),
    ]
    subprocess.run(make, check=True, capture_output=True)
    file.write_bytes(file.read_bytes() + key.read_bytes())
    return file


@contextmanager
def proxying(port: int) -> Iterator[str]:
    """An HTTP proxy that tunnels every https connection, whatever its host, to a port of this machine. Gives its address."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=_tunnel, args=(client, port), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _tunnel(client: socket.socket, port: int) -> None:
    with client, socket.create_connection(("127.0.0.1", port)) as server:
        while b"\r\n\r\n" not in client.recv(65536, socket.MSG_PEEK):
            time.sleep(0.01)
        client.recv(65536)
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        other = {client: server, server: client}
        while True:
            for ready in select.select([client, server], [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    return
                other[ready].sendall(data)
