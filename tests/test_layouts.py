"""Compiled templates that are kept: the same pages, whatever befell them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from jinja2 import Environment
from printroom import GUIDES, TEMPLATES, read_document

from press.compose import Templates, compose
from press.guide import Library
from press.layouts import PLACE, Layouts

TEXTS = {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.jinja")}
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda data: data[:-1],
    "empty": lambda data: b"",
    "one byte": lambda data: data[:5000] + bytes([data[5000] ^ 1]) + data[5001:],
    "no seal": lambda data: data.partition(b"\n")[2],
}

Composer = Callable[..., str]


@pytest.fixture
def composed(library: Library, tmp_path: Path) -> Composer:
    """A page, composed as a new build would, with what is kept for a stand; written down afterwards."""
    manuscript = read_document(GUIDES / "en/spinal-stenosis.yaml")

    def page(stand: str = "1", texts: dict[str, str] = TEXTS) -> str:
        templates, layouts = Templates(texts), Layouts(tmp_path, stand)
        templates.environment.bytecode_cache = layouts
        html = compose(manuscript, 28.0, library, templates).html
        layouts.keep()
        return html

    return page


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """The names of the templates that are compiled from now on."""
    names: list[str | None] = []
    own = Environment.compile

    def compile_it(self: Environment, source: str, name: str | None = None, *rest: object, **more: object) -> object:
        names.append(name)
        return own(self, source, name, *rest, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Environment, "compile", compile_it)
    return names


def test_templates_are_compiled_once(composed: Composer, compiled: list[str | None]) -> None:
    first = composed()
    assert len(compiled) > 10
    compiled.clear()
    assert composed() == first
    assert compiled == []


def test_with_another_engine_or_another_template_all_are_compiled_again(composed: Composer, compiled: list[str | None]) -> None:
    first = composed("1")
    often = len(compiled)
    assert composed("2") == first
    assert len(compiled) == 2 * often


def test_a_template_that_is_not_what_it_was_is_compiled_again(composed: Composer, compiled: list[str | None]) -> None:
    """Also where the digest of all does not tell, because the file changed after it was taken."""
    first = composed()
    compiled.clear()
    changed = TEXTS | {"base.html.jinja": TEXTS["base.html.jinja"].replace("<body", '<body data-new="1"')}
    assert composed(texts=changed) == first.replace("<body", '<body data-new="1"') != first
    assert compiled == ["base.html.jinja"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_not_sound_is_compiled_again(composed: Composer, compiled: list[str | None], tmp_path: Path, damage: str) -> None:
    first = composed()
    sound = (tmp_path / PLACE).read_bytes()
    compiled.clear()
    (tmp_path / PLACE).write_bytes(DAMAGES[damage](sound))
    assert composed() == first
    assert compiled
    compiled.clear()
    assert composed() == first
    assert compiled == [], "they were written anew"


def test_where_nothing_can_be_kept_pages_are_composed_all_the_same(composed: Composer, tmp_path: Path) -> None:
    first = composed()
    (tmp_path / PLACE).unlink()
    (tmp_path / PLACE).parent.rmdir()
    (tmp_path / PLACE).parent.write_text("a file in the way")
    assert composed() == first
