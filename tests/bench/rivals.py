"""The same pages made by others: the `weasyprint` command, a plain in-process render, Chromium kept open, Typst."""

import base64
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any


def command(html: Path, sheet: Path) -> float:
    """Seconds of one run of the `weasyprint` command."""
    started = time.perf_counter()
    options = ["--stylesheet", str(sheet), "--pdf-variant", "pdf/ua-1"]
    subprocess.run([Path(sys.executable).with_name("weasyprint"), *options, html, html.with_suffix(".pdf")], check=True)
    return time.perf_counter() - started


def plain_render(html: str, sheet: Path) -> float:
    """Seconds of one `HTML(...).write_pdf()` in this process, with everything fresh."""
    import weasyprint

    started = time.perf_counter()
    weasyprint.HTML(string=html).write_pdf(stylesheets=[str(sheet)], pdf_variant="pdf/ua-1")
    return time.perf_counter() - started


@contextmanager
def chromium() -> Iterator[Any]:
    """A function that gives the seconds Chromium, kept open, takes to print a file; None where it is not present."""
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        yield None
        return
    port = "9517"
    driver = subprocess.Popen(["chromedriver", f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(path: str, values: dict[str, Any]) -> Any:
        data = json.dumps(values).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, {"Content-Type": "application/json"})
        return json.load(urllib.request.urlopen(request, timeout=60))["value"]

    try:
        options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]}
        session = _patiently(lambda: ask("/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}}))
        base = f"/session/{session['sessionId']}"

        def printed(html: Path) -> float:
            started = time.perf_counter()
            ask(f"{base}/url", {"url": html.as_uri()})
            assert base64.b64decode(ask(f"{base}/print", {"background": True})).startswith(b"%PDF")
            return time.perf_counter() - started

        yield printed
    finally:
        driver.terminate()
        driver.wait()


def _patiently(ask: Any) -> Any:
    for _ in range(50):
        try:
            return ask()
        except OSError:
            time.sleep(0.2)
    return ask()


def typst_render(words: str) -> float | None:
    """Seconds that Typst takes to set the same words; None where it is not present."""
    try:
        import typst
    except ImportError:
        return None
    escaped = "".join(f"\\{char}" if char in "\\#$*_`<>@=~[]" else char for char in words)
    started = time.perf_counter()
    typst.compile(escaped.encode())
    return time.perf_counter() - started


def medians(times: dict[str, list[float]]) -> dict[str, float]:
    """The median of each list of seconds."""
    return {name: median(seconds) for name, seconds in times.items() if seconds}
