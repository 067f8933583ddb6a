"""Unpacked fonts that are kept: the same pages, whatever befell the shelf."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from printroom import STYLES, Printer

from press.edition import EDITIONS
from press.typeset import fonts
from press.typeset.fonts import unpacked
from press.typeset.typesetter import Typesetter

PACKED = (STYLES / "fonts/literata-latin-600-normal.woff2").read_bytes()
OTHER_FONT = fonts._unpack((STYLES / "fonts/literata-latin-700-normal.woff2").read_bytes())
DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "cut short": lambda data: data[:-1],
    "empty": lambda data: b"",
    "one byte": lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:],
    "another font": lambda data: data.partition(b"\n")[0] + b"\n\0\1\0\0",
    "a font under another's seal": lambda data: data.partition(b"\n")[0] + b"\n" + OTHER_FONT,
    "no seal": lambda data: data.partition(b"\n")[2],
}


def spoil(shelf: Path, damage: str) -> None:
    """Damages every font on the shelf."""
    found = list(shelf.iterdir())
    assert found
    for path in found:
        path.write_bytes(DAMAGES[damage](path.read_bytes()))


def test_a_font_is_unpacked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font = unpacked(PACKED, tmp_path / "shelf")
    assert font == fonts._unpack(PACKED)
    assert font.startswith(b"\0\1\0\0")
    monkeypatch.setattr(fonts, "_unpack", lambda packed: pytest.fail("it was unpacked again"))
    assert unpacked(PACKED, tmp_path / "shelf") == font


def test_another_font_or_another_unpacker_has_a_place_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    unpacked(PACKED, tmp_path)
    unpacked((STYLES / "fonts/literata-latin-700-normal.woff2").read_bytes(), tmp_path)
    monkeypatch.setattr("fontTools.version", "0")
    unpacked(PACKED, tmp_path)
    assert len(os.listdir(tmp_path)) == 3


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_kept_font_that_is_not_sound_is_made_again(tmp_path: Path, damage: str) -> None:
    font = unpacked(PACKED, tmp_path)
    sound = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    spoil(tmp_path, damage)
    assert unpacked(PACKED, tmp_path) == font
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == sound


def test_where_nothing_can_be_kept_the_font_is_unpacked_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "shelf").write_text("a file in the way")
    assert unpacked(PACKED, tmp_path / "shelf") == fonts._unpack(PACKED)


def test_pages_are_the_same_bytes_with_kept_fonts_and_without(printed: Printer, tmp_path: Path) -> None:
    """The real engine: with a new shelf, a kept one, and damaged ones. The page to compare with was printed without one."""
    document, edition = printed("en/spinal-stenosis", "standard"), EDITIONS["standard"]
    for befell in ("new", "kept", *DAMAGES):
        if befell in DAMAGES:
            spoil(tmp_path / "shelf", befell)
        typesetter = Typesetter(STYLES, tmp_path / "shelf")
        composed = document.composed
        assert typesetter.typeset(composed.html, edition.sheet, edition.pdf_variant, composed.opens).pdf == document.pdf, befell
    assert len(os.listdir(tmp_path / "shelf")) == len(list((STYLES / "fonts").glob("*.woff2")))


def test_a_font_that_is_none_is_met_by_the_engine_itself(tmp_path: Path) -> None:
    """With a shelf it says what it says without."""
    styles = tmp_path / "styles"
    shutil.copytree(STYLES, styles)
    (styles / "fonts/literata-latin-600-normal.woff2").write_bytes(b"wOF2 and no font")
    said = []
    for shelf in (None, tmp_path / "shelf"):
        typesetter = Typesetter(styles, shelf)
        said.append(typesetter.typeset("<title>T</title><h1>T</h1>", "standard.css", "pdf/ua-1", {}).remarks)
    assert said[0] == said[1]
    assert any("Literata" in remark for remark in said[0])
