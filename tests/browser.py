"""A real Chromium, spoken to over the WebDriver protocol (W3C) in plain HTTP. One that dies is started anew."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
MISSING = "needs Chromium and its driver (Debian: chromium and chromium-driver; Fedora: chromium and chromedriver)"

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--disable-dev-shm-usage",
    # It asks nothing of the web by itself, and does nothing that no test has asked for.
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--disable-quic",
)
_GONE = frozenset({"invalid session id", "session not created", "no such window", "disconnected", "chrome not reachable"})
"""Errors of the protocol, and of the driver within "unknown error", by which a dead browser shows."""


class BrowserDied(Exception):
    """The browser or its driver is no more; says nothing of the page."""


class Browser:
    """One window of a browser, at a driver's address."""

    def __init__(self, http: httpx.Client, profile: Path) -> None:
        self._http = http
        self._profile = profile
        self.session = ""
        self.process = 0
        """The process of the browser, by its number."""
        self.start()

    def start(self) -> None:
        """Opens a window, with a profile that nobody has used. Ends the one before, if there still is one."""
        self.stop()
        profile = tempfile.mkdtemp(dir=self._profile)
        chrome = {"binary": CHROMIUM, "args": [*_FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"goog:chromeOptions": chrome, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}}
        started = self._reply("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.session = started["sessionId"]
        self.process = started["capabilities"]["goog:processID"]

    def stop(self) -> None:
        """Ends the browser; one that is dead is left in peace."""
        if self.session:
            with suppress(BrowserDied):
                self._reply("DELETE", f"/session/{self.session}")
        self.session = ""

    def _ask(self, method: str, path: str, **values: Any) -> Any:
        return self._reply(method, f"/session/{self.session}{path}", values if method == "POST" else None)

    def _reply(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The value of a reply. Raises BrowserDied where there is no browser to reply."""
        try:
            reply = self._http.request(method, path, json=body)
        except httpx.TransportError as error:
            raise BrowserDied(f"{type(error).__name__}: {error}") from error
        value = reply.json()["value"]
        if reply.status_code != 200 and (value["error"] in _GONE or any(sign in value["message"] for sign in _GONE)):
            raise BrowserDied(value["message"])
        assert reply.status_code == 200, reply.text
        return value

    def open(self, page: Path) -> None:
        """Opens a file. What was logged before is dropped."""
        self.logged("performance")
        self.logged("browser")
        self._ask("POST", "/url", url=page.resolve().as_uri())

    def run(self, script: str) -> Any:
        """What a function body returns in the page."""
        return self._ask("POST", "/execute/sync", script=script, args=[])

    def resize(self, width: int, height: int = 900) -> None:
        """Makes the page so many pixels wide, whatever the window's frame."""
        self._ask("POST", "/goog/cdp/execute", cmd="Emulation.setDeviceMetricsOverride", params=_metrics(width, height))

    def click(self, selector: str) -> None:
        """Clicks the first element that matches."""
        self._ask("POST", f"/element/{self._find(selector)}/click")

    def type(self, selector: str, keys: str) -> None:
        """Sends keys to the first element that matches."""
        self._ask("POST", f"/element/{self._find(selector)}/value", text=keys)

    def role(self, selector: str) -> tuple[str, str]:
        """The role and the name that assistive technology is told."""
        element = self._find(selector)
        return self._ask("GET", f"/element/{element}/computedrole"), self._ask("GET", f"/element/{element}/computedlabel")

    def printed(self) -> bytes:
        """The page as a PDF, as the browser prints it."""
        return base64.b64decode(self._ask("POST", "/print", background=True))

    def requests(self) -> list[str]:
        """Every address the page asked for, since it was opened."""
        events = [json.loads(entry["message"])["message"] for entry in self.logged("performance")]
        return [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]

    def logged(self, kind: str) -> list[dict[str, Any]]:
        """What was logged since the last time it was asked for."""
        entries: list[dict[str, Any]] = self._ask("POST", "/se/log", type=kind)
        return entries

    def _find(self, selector: str) -> str:
        found: dict[str, str] = self._ask("POST", "/element", using="css selector", value=selector)
        return next(iter(found.values()))


def _metrics(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}


@contextmanager
def started() -> Iterator[Browser]:
    """A browser for as long as it is needed."""
    assert DRIVER
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        driver = subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            assert driver.stdout
            port = next(found[1] for line in driver.stdout if (found := re.search(r"successfully on port (\d+)", line.strip())))
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
                browser = Browser(http, Path(profile))
                try:
                    yield browser
                finally:
                    browser.stop()
        finally:
            driver.terminate()
            driver.wait(10)


def once_more(attempt: Callable[[], None], browser: Browser) -> None:
    """Makes an attempt. Where the browser died in it, a new one is started and the attempt made once more."""
    try:
        attempt()
    except BrowserDied:
        browser.start()
        attempt()
