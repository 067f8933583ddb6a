"""A plugin for the engine's own tests (scripts/engine-suite): they run with our patches, and each page is laid out twice.

`ENGINE_SUITE` says how: `off`, `once` or `twice`. The second time of a page is the one that a test looks at; the first leaves
behind whatever the patches keep, with the same style sheets and the same fonts.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest

MODE = os.environ.get("ENGINE_SUITE", "off")


@pytest.fixture(autouse=True, scope="session")
def patched() -> Iterator[None]:
    """The patches, for the whole session."""
    if MODE == "off":
        yield
        return
    from press.typeset.patches import applied, load

    assert load(), "the patches do not know this version of the engine"
    with applied():
        if MODE == "twice":
            _print_twice()
        yield


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
    import copy

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
        action()
    except Exception:
        pass
    finally:
        logger.handlers = kept
