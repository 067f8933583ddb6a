"""A real web server on this machine that plays the clinic's site, and the ways to it: a transport, or a proxy for https."""

import asyncio
import gzip
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
    """How the site answers a path: a status, where it sends the visitor, after how long, and which status HEAD gets.

    `pours` is what it pours without end over a visitor who keeps listening: `body`, `bomb` (a body that gzip inflates a
    thousandfold), `headers`, or `patience` (100 Continue). `cookie` is one to be kept.
    """

    status: int = 200
    location: str = ""
    after: float = 0.0
    head: int = 0
    pours: str = ""
    cookie: str = ""


@dataclass(frozen=True)
class Visit:
    """One request as the site saw it."""

    method: str
    path: str
    host: str
    agent: str
    began: float
    ended: float
    encodings: str | None = None
    cookie: str | None = None


@dataclass
class Site:
    """A site with scripted replies; every other path is a page. Keeps a list of visits."""

    replies: dict[str, Reply] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    port: int = 0
    poured: int = 0
    """Bytes sent by replies that never end."""

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


POURED = {
    "body": b"0" * 65536,
    "bomb": gzip.compress(b"0" * 20_000_000),
    "headers": b"X-More: " + b"0" * 1000 + b"\r\n",
    "patience": b"HTTP/1.1 100 Continue\r\n\r\n",
}


def _handler(site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            began = time.monotonic()
            reply = site.replies.get(self.path, Reply())
            time.sleep(reply.after)
            if reply.pours:
                self.pour(reply)
                return
            self.send_response(reply.head or reply.status if self.command == "HEAD" else reply.status)
            if reply.location:
                self.send_header("Location", reply.location)
            if reply.cookie:
                self.send_header("Set-Cookie", reply.cookie)
            self.send_header("Content-Length", "0")
            self.end_headers()
            self.note(began)

        def note(self, began: float) -> None:
            told = self.headers
            more = told["Accept-Encoding"], told["Cookie"]
            site.visits.append(Visit(self.command, self.path, told["Host"], told["User-Agent"], began, time.monotonic(), *more))

        def pour(self, reply: Reply) -> None:
            """Never stops of itself; a visitor who answers HEAD with a body is as hostile as any."""
            self.note(time.monotonic())
            head = f"HTTP/1.1 {reply.status} OK\r\nLocation: {reply.location}\r\n"
            piece = POURED[reply.pours]
            if reply.pours in ("body", "bomb"):
                coded = "Content-Encoding: gzip\r\n" if reply.pours == "bomb" else ""
                head += f"{coded}Transfer-Encoding: chunked\r\n\r\n"
                piece = b"%x\r\n%s\r\n" % (len(piece), piece)
            self.wfile.write(("" if reply.pours == "patience" else head).encode())
            self.close_connection = True
            while True:
                self.wfile.write(piece)
                site.poured += len(piece)

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
