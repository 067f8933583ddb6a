"""What several test modules share. Each is made once in a session."""

import os
import shutil
from collections.abc import Iterator
from functools import cache

import browser as webdriver
import pytest
from browser import Browser
from printroom import STYLES, Printed, Printer, print_document, shipped_library, shipped_templates
from workshop import Workshop, set_up

from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.library import Library
from press.typeset.typesetter import Typesetter


@pytest.fixture(scope="session", autouse=True)
def a_cache_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test run keeps nothing in the cache of whoever runs it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(os.environ, "XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def library() -> Library:
    """The library as shipped."""
    return shipped_library()


@pytest.fixture(scope="session")
def templates() -> Templates:
    """The templates as shipped."""
    return shipped_templates()


@pytest.fixture(scope="session")
def typesetter() -> Typesetter:
    """A warm typesetter with the style sheets as shipped."""
    return Typesetter(STYLES)


@pytest.fixture(scope="session")
def printed(library: Library, templates: Templates, typesetter: Typesetter) -> Printer:
    """Shipped documents by name and edition, each printed once: `printed("en/spinal-stenosis", "a4")`."""

    @cache
    def printer(name: str, edition: str) -> Printed:
        return print_document(name, EDITIONS[edition], library, templates, typesetter)

    return printer


@pytest.fixture(scope="session")
def workshop(library: Library, templates: Templates, tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    """A small handout, composed with the shipped library and templates, and a typesetter for plain pages."""
    folder = tmp_path_factory.mktemp("workshop")
    shutil.copytree(STYLES / "fonts", folder / "styles" / "fonts")
    return set_up(library, templates, folder, Typesetter(folder / "styles"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A real browser. A test in which it dies is made once more in a new one: `pytest_pyfunc_call` below."""
    if not (webdriver.CHROMIUM and webdriver.DRIVER):
        pytest.skip(webdriver.MISSING)
    with webdriver.started() as window:
        yield window


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test with a browser is made once more where the browser died, and for no other reason."""
    browser = pyfuncitem.funcargs.get("browser")
    if not isinstance(browser, Browser):
        return None
    arguments = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    webdriver.once_more(lambda: pyfuncitem.obj(**arguments), browser)
    return True


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--refresh-golden`: pages in tests/golden are written anew instead of compared."""
    parser.addoption("--refresh-golden", action="store_true", help="write the pages in tests/golden anew")
