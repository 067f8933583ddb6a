"""Typeset: HTML to PDF bytes. The only importer of WeasyPrint, sealed from network, clock and system fonts.

The style sheet of an edition and its fonts are opened once and kept, so a `Typesetter` is worth keeping too.
"""

import contextlib
import ctypes
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from press.typeset.fonts import unpacked
from press.typeset.overset import Side, measure

MAX_RESOURCE_BYTES = 2_000_000
XHTML = "http://www.w3.org/1999/xhtml"
_ROOM = 40_000
"""Words of 8 bytes. The piece of stack that such a function is given has as much room again for those that it calls."""
_HEAD = 200
"""So many characters hold the declaration of a document and its root element."""
_NO_SYSTEM_FONTS = "fonts/fonts.conf"
"""A fontconfig file without folders, so that only the style sheets' own fonts exist."""


T = TypeVar("T")


@dataclass(frozen=True)
class Typeset:
    """A finished PDF, and what the engine remarked while making it: nothing, where all is well."""

    pdf: bytes
    remarks: tuple[str, ...]
    sides: tuple[Side, ...] = ()
    """What stands where, told only where the number of pages is none of those allowed."""


class Typesetter:
    """Makes PDFs with the style sheets of one folder. Unpacked fonts are kept on the shelf, a folder, where there is one."""

    def __init__(self, styles: Path, shelf: Path | None = None) -> None:
        self.styles = styles.resolve()
        os.environ["FONTCONFIG_FILE"] = str(self.styles / _NO_SYSTEM_FONTS)
        os.environ.pop("SOURCE_DATE_EPOCH", None)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No fonts configured")
            import weasyprint

        self._engine: Any = weasyprint
        self._sheets: dict[str, tuple[Any, Any]] = {}
        self._fetcher = _sealed_fetcher(self.styles, shelf)
        self._images: dict[str, Any] = {}

    def typeset(
        self,
        html: str,
        sheet: str,
        variant: str,
        opens: Mapping[str, str],
        pages: frozenset[int] = frozenset(),
        duplex: str = "long-edge",
    ) -> Typeset:
        """A page of HTML in the edition of an entry sheet, as a PDF of a variant such as `pdf/ua-1`.

        `opens` tells what is said of its links, by address; `pages` are the numbers of pages that it may have; `duplex` is the
        edge that its sheets are turned on.
        """
        return _with_room(self._typeset, html, sheet, variant, opens, pages, duplex)

    def _typeset(
        self, html: str, sheet: str, variant: str, opens: Mapping[str, str], pages: frozenset[int], duplex: str
    ) -> Typeset:
        from press.typeset.catalog import finish, say_what_they_open
        from press.typeset.patches import applied, lasting
        from press.typeset.tagging import tagged_by_element

        with _remarks() as remarks, applied(), tagged_by_element():
            css, fonts = self._sheet(sheet)
            document = self._page(html).render(stylesheets=[css], font_config=fonts, pdf_variant=variant, cache=self._images)

            def finished(_: Any, made: Any) -> None:
                finish(made, opens, duplex)
                say_what_they_open(document)

            pdf = document.write_pdf(pdf_variant=variant, finisher=finished)
            self._images = lasting(self._images)
        wrong = pages and len(document.pages) not in pages
        return Typeset(pdf, tuple(remarks), measure(document) if wrong else ())

    def _page(self, html: str) -> Any:
        """A page as the engine's own object. One that says that it is XHTML is read as that, which is quicker."""
        tree = xhtml(html)
        if tree is None:
            return self._engine.HTML(string=html, url_fetcher=self._fetcher)
        from cssselect2 import ElementWrapper

        page = self._engine.HTML.__new__(self._engine.HTML)
        page.base_url, page.url_fetcher, page.media_type = None, self._fetcher, "print"
        page.wrapper_element = ElementWrapper.from_html_root(tree, content_language=None)
        page.etree_element = page.wrapper_element.etree_element
        return page

    def _sheet(self, name: str) -> tuple[Any, Any]:
        if name not in self._sheets:
            from weasyprint.text.fonts import FontConfiguration

            fonts = FontConfiguration()
            css = self._engine.CSS(filename=str(self.styles / name), font_config=fonts, url_fetcher=self._fetcher)
            self._sheets[name] = (css, fonts)
        return self._sheets[name]


def _with_room(function: Callable[..., T], *given: Any) -> T:
    """Calls a function with half a megabyte of stack in one piece.

    CPython gets the stack of Python functions in pieces of 16 KB, and gives a piece back when it is empty. The engine
    goes up and down so deep in its boxes that it stands on such an edge for long: that takes 5 to 10 percent of its time.
    """
    return function(*given)


_with_room.__code__ = _with_room.__code__.replace(co_stacksize=_ROOM)


def versions() -> dict[str, str]:
    """The versions of the libraries that decide the bytes of a PDF; `unknown` where one does not tell."""
    import weasyprint
    from weasyprint.text.ffi import pango

    number = pango.pango_version()
    return {
        "weasyprint": weasyprint.__version__,
        "pango": f"{number // 10000}.{number // 100 % 100}.{number % 100}",
        "harfbuzz": _harfbuzz_version(),
    }


def _harfbuzz_version() -> str:
    for name in ("libharfbuzz.so.0", "libharfbuzz.0.dylib"):
        with contextlib.suppress(OSError, AttributeError):
            tell = ctypes.CDLL(name).hb_version_string
            tell.restype = ctypes.c_char_p
            return str(tell().decode())
    return "unknown"


def xhtml(html: str) -> ElementTree.Element | None:
    """The tree of a page whose root element names the XHTML namespace; None for any other, and where it is not well-formed.

    Elements of HTML lose their namespace in it, as the engine wants them.
    """
    from press.typeset.patches import allowed

    if XHTML not in html[:_HEAD] or not allowed():
        return None
    try:
        root = ElementTree.fromstring(html)
    except ElementTree.ParseError:
        return None
    namespace = f"{{{XHTML}}}"
    if root.tag != f"{namespace}html" or root.find(f".//{namespace}base") is not None:
        return None
    for element in root.iter():
        element.tag = element.tag.removeprefix(namespace)
    return root


def _sealed_fetcher(folder: Path, shelf: Path | None) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class SealedFetcher(URLFetcher):  # type: ignore[misc]
        """Serves files of one folder and nothing else."""

        def __init__(self) -> None:
            super().__init__(allowed_protocols=("file", "data"), allow_redirects=False, fail_on_errors=True)

        def fetch(self, url: str, headers: Any = None) -> Any:
            parts = urlsplit(url)
            if parts.scheme == "file":
                path = Path(unquote(parts.path)).resolve()
                if not path.is_relative_to(folder):
                    raise ValueError(f"{path} lies outside the styles folder")
                if path.is_file() and path.stat().st_size > MAX_RESOURCE_BYTES:
                    raise ValueError(f"{path} is larger than {MAX_RESOURCE_BYTES:,} bytes")
                if shelf and path.suffix == ".woff2":
                    with contextlib.suppress(Exception):  # the engine meets it too, and tells
                        return URLFetcherResponse(url, unpacked(path.read_bytes(), shelf))
            return super().fetch(url, headers)

    return SealedFetcher()


@contextlib.contextmanager
def _remarks() -> Iterator[list[str]]:
    """What the engine logs meanwhile; it logs where it should fail."""
    logger = logging.getLogger("weasyprint")
    said: list[str] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage())

    listener = Listener(level=logging.WARNING)
    kept = logger.handlers[:], logger.level, logger.propagate
    logger.handlers, logger.propagate = [listener], False
    logger.setLevel(logging.WARNING)
    try:
        yield said
    finally:
        logger.handlers, logger.propagate = kept[0], kept[2]
        logger.setLevel(kept[1])
