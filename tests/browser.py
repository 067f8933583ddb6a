"""A real Chromium, spoken to over the WebDriver protocol (W3C) in plain HTTP."""

import base64
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
MISSING = "needs Chromium and its driver (Debian: chromium and chromium-driver; Fedora: chromium and chromedriver)"

_CAPABILITIES = {
    "goog:chromeOptions": {
        "binary": CHROMIUM,
        "args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage"],
    },
    "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"},
}


@dataclass
class Browser:
    """One window of a browser."""

    http: httpx.Client
    session: str

    def _ask(self, method: str, path: str, **values: Any) -> Any:
        body = values if method == "POST" else None
        reply = self.http.request(method, f"/session/{self.session}{path}", json=body)
        assert reply.status_code == 200, reply.text
        return reply.json()["value"]

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
    driver = subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert driver.stdout
        port = next(found[1] for line in driver.stdout if (found := re.search(r"successfully on port (\d+)", line.strip())))
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
            wanted = {"capabilities": {"alwaysMatch": _CAPABILITIES}}
            reply = http.post("/session", json=wanted)
            assert reply.status_code == 200, reply.text
            session = reply.json()["value"]["sessionId"]
            try:
                yield Browser(http, session)
            finally:
                http.delete(f"/session/{session}")
    finally:
        driver.terminate()
        driver.wait(10)
