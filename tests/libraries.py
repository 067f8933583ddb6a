"""A small library of its own: the shared files as shipped, and the documents that a test names."""

import shutil
from pathlib import Path

from printroom import GUIDES, STYLES

from press.read.library import Reading, read_library
from press.read.names import documents


def small_library(folder: Path, *names: str) -> Path:
    """A copy of the shipped guides with these documents alone, such as `en/spinal-stenosis`."""
    guides = folder / "guides"
    shutil.copytree(GUIDES, guides)
    for name, path in documents(guides).items():
        if name not in names:
            path.unlink()
    assert set(documents(guides)) == set(names)
    return guides


def edited(path: Path, old: str, new: str) -> Path:
    """A file with one text in it replaced; the text must stand there once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")
    return path


def reading_of(guides: Path) -> Reading:
    """What reading the shared files of a library gives."""
    return read_library(guides, STYLES / "figures.css")
