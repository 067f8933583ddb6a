"""What a screen reader says of each kind of block: tags, words and alternative texts, read back from the finished specimen."""

import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from casebook import CASES
from printroom import read_document

from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.blocks import BLOCKS
from press.model.library import Library
from press.preflight.printed import Sheet, Tags
from press.preflight.spoken import spoken
from press.read.manuscript import Manuscript
from press.typeset.typesetter import Typesetter

GOLDEN = Path(__file__).parent / "golden" / "reading"
_SIGN = "\u2042"
"""Marks in a paragraph of its own where a block begins and ends."""


@pytest.fixture(scope="module")
def readings(library: Library, templates: Templates, typesetter: Typesetter) -> dict[str, str]:
    """What is said of every block of a kind, in the order of the specimen; blocks are parted by an empty line."""
    found = read_document(CASES / "specimen.yaml", CASES)
    specimen, edition = Manuscript(found.slug, "en", found.document, found.file), EDITIONS["standard"]
    composed = compose(specimen, edition.symbol_mm, library, templates)
    block = r'<section class="block (\w+).*?</section>'
    html, count = re.subn(block, rf"<p>{_SIGN}\1</p>\g<0><p>{_SIGN}</p>", composed.html, flags=re.DOTALL)
    assert count > len(BLOCKS)
    return _parted(typesetter.typeset(html, edition.sheet, edition.pdf_variant, composed.opens).pdf)


def _parted(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(BytesIO(pdf)) as file, pypdfium2.PdfDocument(pdf) as document:
        said = spoken(Tags.of(file), [Sheet.of(page) for page in document])
    blocks: dict[str, list[str]] = defaultdict(list)
    kind = ""
    for depth, tag, text, alt in said:
        if text.startswith(_SIGN):
            kind = text[1:]
            if kind:
                blocks[kind].append("")
        elif kind:
            blocks[kind][-1] += "  " * depth + tag + (f' "{text}"' if text else "") + (f" [{alt}]" if alt else "") + "\n"
    return {kind: "\n".join(found) for kind, found in blocks.items()}


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_block_is_read_aloud_as_before(kind: str, readings: dict[str, str], request: pytest.FixtureRequest) -> None:
    """`pytest --refresh-golden tests/test_reading.py` writes the lists anew: read them, they are what a listener hears."""
    golden = GOLDEN / f"{kind}.txt"
    if request.config.getoption("--refresh-golden"):
        golden.write_text(readings[kind], "utf-8")
    assert golden.read_text("utf-8") == readings[kind]


def test_no_list_is_kept_of_a_kind_that_is_gone() -> None:
    assert sorted(path.stem for path in GOLDEN.glob("*.txt")) == sorted(BLOCKS)
