"""The same pages by other means: the engine's own command, a plain render, a browser kept open, Typst."""

import html.parser
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

from press.build.jobs import Job


def timed(action: Callable[[], object]) -> float:
    """The seconds that something takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def plain(job: Job) -> tuple[float, float]:
    """`HTML(...).write_pdf()`, everything fresh: seconds by the clock and of the processor."""
    from weasyprint import HTML

    sheet, started = str(job.styles / job.sheet), time.process_time()
    seconds = timed(lambda: HTML(string=job.html).write_pdf(stylesheets=[sheet], pdf_variant=job.variant))
    return seconds, time.process_time() - started


def command(job: Job, scratch: Path) -> float:
    """The `weasyprint` command, one process a document."""
    page = scratch / "page.html"
    page.write_text(job.html, "utf-8")
    words = [sys.executable, "-m", "weasyprint", "-s", str(job.styles / job.sheet), "--pdf-variant", job.variant]
    return timed(lambda: subprocess.run([*words, str(page), str(scratch / "page.pdf")], check=True, capture_output=True))


def chromium(jobs: list[Job], scratch: Path) -> list[float] | str:
    """Headless Chromium, kept open; a new page for each document."""
    browser = shutil.which("chromium")
    try:
        sync_playwright = import_module("playwright.sync_api").sync_playwright
    except ImportError:
        return "not present (the package playwright)"
    if not browser:
        return "not present (chromium)"
    page_file = scratch / "page.html"
    with sync_playwright() as playwright:
        chrome = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])

        def render(job: Job) -> None:
            link = f'<link rel="stylesheet" href="{(job.styles / job.sheet).as_uri()}">'
            page_file.write_text(job.html.replace("</head>", f"{link}</head>"), "utf-8")
            page = chrome.new_page()
            page.goto(page_file.as_uri())
            page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
            page.close()

        render(jobs[0])
        seconds = [timed(lambda job=job: render(job)) for job in jobs]  # type: ignore[misc]
        chrome.close()
    return seconds


def typst(jobs: list[Job]) -> list[float] | str:
    """The same text through Typst: headings, paragraphs and lists."""
    try:
        engine = import_module("typst")
    except ImportError:
        return "not present (the package typst)"
    sources = [_Markup.of(job.html).encode() for job in jobs]
    engine.compile(sources[0])
    return [timed(lambda source=source: engine.compile(source, pdf_standards=["1.7"])) for source in sources]  # type: ignore[misc]


class _Markup(html.parser.HTMLParser):
    """HTML text as Typst markup."""

    starts: ClassVar[dict[str, str]] = {
        "h1": "\n= ",
        "h2": "\n== ",
        "h3": "\n=== ",
        "li": "\n- ",
        "p": "\n\n",
        "td": "\n\n",
        "th": "\n\n",
    }

    def __init__(self) -> None:
        super().__init__()
        self.parts = ['#set page("us-letter", margin: 15mm)\n#set text(size: 12pt)\n']
        self.silent = 0

    @classmethod
    def of(cls, text: str) -> str:
        """The markup of a page."""
        parser = cls()
        parser.feed(text)
        return "".join(parser.parts)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """A heading, a paragraph or an item begins."""
        self.silent += tag in ("svg", "head", "style")
        self.parts.append(self.starts.get(tag, ""))

    def handle_endtag(self, tag: str) -> None:
        """A part without text ends."""
        self.silent -= tag in ("svg", "head", "style")

    def handle_data(self, data: str) -> None:
        """Words, with what Typst would read as markup escaped."""
        if not self.silent:
            self.parts.append("".join(f"\\{c}" if c in "\\#*_`$<>@[]=-+/~" else c for c in " ".join(data.split()) + " "))
