"""A library of any size, made by varying the real one."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_DOCUMENTS = {"phrases.yaml", "glossary.yaml", "shared.yaml", "plain-words.yaml"}


def make_library(folder: Path, documents: int) -> Path:
    """Copies guides, templates and styles into a folder, with this many documents; each has a slug, code and title of its own."""
    for name in ("guides", "templates", "styles"):
        shutil.copytree(ROOT / name, folder / name)
    english = folder / "guides" / "en"
    originals = [path for path in sorted(english.glob("*.yaml")) if path.name not in NOT_DOCUMENTS]
    texts = [path.read_text("utf-8") for path in originals]
    for path in originals:
        path.unlink()
    for number in range(documents):
        at = number % len(originals)
        text = re.sub(r"(?m)^code: .*$", f"code: BN-{number:05d}", texts[at], count=1)
        title = re.search(r"(?m)^title: (.*)$", text)
        assert title, originals[at]
        text = text.replace(title[0], f'title: "{_plain(title[1])} {_letters(number)}"', 1)
        (english / f"{originals[at].stem}-{number:05d}.yaml").write_text(text, "utf-8")
    return folder


def _plain(title: str) -> str:
    return title.strip().strip("\"'")


def _letters(number: int) -> str:
    """A short mark for a number: a, b, … z, aa, …"""
    mark = ""
    while number >= 0:
        mark = chr(97 + number % 26) + mark
        number = number // 26 - 1
    return mark
