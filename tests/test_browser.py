"""A browser that dies costs one test one repetition; a claim that does not hold is never tried again."""

import os
import signal
from pathlib import Path

import pytest
from browser import Browser, BrowserDied, once_more

SESSIONS: list[str] = []
"""The windows in which the test below was made."""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><title>A page</title><p>words", "utf-8")
    return path


def test_a_test_in_which_the_browser_dies_is_made_once_more(browser: Browser, page: Path) -> None:
    """Killed in the middle, as it happened once: the repetition has a window of its own, and a process."""
    browser.open(page)
    SESSIONS.append(browser.session)
    if len(SESSIONS) == 1:
        os.kill(browser.process, signal.SIGKILL)
    assert browser.run("return document.title") == "A page"
    assert len(set(SESSIONS)) == len(SESSIONS) == 2


def test_a_dead_browser_is_told_from_a_page_that_is_wrong(browser: Browser, page: Path) -> None:
    """A script that fails is a failed test; a killed browser is no more, and its number asks nobody."""
    browser.open(page)
    with pytest.raises(AssertionError, match="javascript error"):
        browser.run("return nothing.at.all")
    os.kill(browser.process, signal.SIGKILL)
    with pytest.raises(BrowserDied):
        browser.run("return 1")
    with pytest.raises(BrowserDied):
        browser.run("return 1")
    browser.start()
    browser.open(page)
    assert browser.run("return document.title") == "A page"


@pytest.mark.parametrize(("error", "attempts"), [(AssertionError, 1), (ValueError, 1), (BrowserDied, 2)])
def test_nothing_but_a_death_is_tried_again(browser: Browser, error: type[Exception], attempts: int) -> None:
    """And that once."""
    made: list[str] = []

    def attempt() -> None:
        made.append(browser.session)
        raise error

    with pytest.raises(error):
        once_more(attempt, browser)
    assert len(made) == attempts
