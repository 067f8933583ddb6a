"""A plugin for the engine's own tests (scripts/engine-suite): they run with our patches, and each page is laid out twice.

`ENGINE_PATCHES` says whether (`on`), `ENGINE_TIMES` how often. The last time of a page is the one that a test looks at; the one
before leaves behind whatever is kept, with the same style sheets and the same fonts. The names of the tests that fail are
written to the file `ENGINE_FAILED`.
"""

import contextlib
import copy
import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture(autouse=True, scope="session")
def patched() -> Iterator[None]:
    """The patches, for the whole session."""
    from press.typeset.patches import applied, load

    on = os.environ["ENGINE_PATCHES"] == "on"
    assert not on or load(), "the patches do not know this version of the engine"
    with applied() if on else contextlib.nullcontext():
        if os.environ["ENGINE_TIMES"] == "2":
            _print_twice()
        yield


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes each failure once, where all results come together."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        with open(os.environ["ENGINE_FAILED"], "a", encoding="utf-8") as file:
            file.write(f"{report.nodeid}\n")


def _print_twice() -> None:
    """Whatever renders a page renders and draws it once before, unheard, from a copy of its tree."""
    from weasyprint import CSS
    from weasyprint.document import Document
    from weasyprint.text.fonts import FontConfiguration

    render = Document._render.__func__

    def again(cls: Any, html: Any, font_config: Any, counters: Any, profiles: Any, options: Any) -> Any:
        font_config = FontConfiguration() if font_config is None else font_config
        options["stylesheets"] = [
            css if hasattr(css, "matcher") else CSS(guess=css, font_config=font_config, url_fetcher=html.url_fetcher)
            for css in options["stylesheets"] or []
        ]
        _unheard(lambda: _draw(render(cls, _copied(html), font_config, None, None, {**options, "cache": {}})))
        return render(cls, html, font_config, counters, profiles, options)

    Document._render = classmethod(again)


def _copied(html: Any) -> Any:
    """A page with a tree of its own: drawing changes trees."""
    from cssselect2 import ElementWrapper

    twin = copy.copy(html)
    twin.wrapper_element = ElementWrapper.from_html_root(copy.deepcopy(html.etree_element), content_language=None)
    twin.etree_element = twin.wrapper_element.etree_element
    return twin


def _draw(document: Any) -> None:
    document.write_pdf(uncompressed_pdf=True)


def _unheard(action: Any) -> None:
    """Does something without a word; what fails here fails the second time, too."""
    logger = logging.getLogger("weasyprint")
    kept, logger.handlers = logger.handlers, [logging.NullHandler()]
    try:
        with contextlib.suppress(Exception):
            action()
    finally:
        logger.handlers = kept
