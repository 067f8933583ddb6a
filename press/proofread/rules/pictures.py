"""Pictures: each drawing is there, and words say what is seen in it and what it means (criteria.md C15, X03)."""

import re
from collections.abc import Iterator

from press.model.base import Drawing, Loc
from press.model.blocks import FigureBlock, TextBlock
from press.model.drawing import SYMBOLS
from press.model.inline import plain
from press.problems import did_you_mean
from press.proofread.cards import drawings
from press.proofread.readability import length
from press.proofread.rule import Finding, Proof, document_rule

MIN_ALT = 5
MOST_NAMED = 40
_EMPTY_START = re.compile(
    r"^(?:an? |the )?(?:image|picture|drawing|photo|illustration|figure|imagen|dibujo) (?:of|showing|de)\b", re.IGNORECASE
)


def _figures(proof: Proof) -> Iterator[tuple[Loc, Drawing]]:
    for section, block in proof.blocks("text", "figure"):
        if isinstance(block, TextBlock | FigureBlock) and block.figure:
            yield (*section.loc, "figure"), block.figure


@document_rule("alt-text", "C15, X03")
def alt_text(proof: Proof) -> Iterator[Finding]:
    """Alt text that does not say what is seen: too short, or the caption over again."""
    for loc, figure in _figures(proof):
        if length(figure.alt) < MIN_ALT:
            message = f"the alt text has {length(figure.alt)} words; it takes {MIN_ALT} to say what is seen"
            yield Finding((*loc, "alt"), message, "say what a reader would see, from the main thing to the small ones")
        elif _bare(figure.alt) == _bare(plain(figure.caption)):
            yield Finding(
                (*loc, "alt"), "the alt text repeats the caption", "the alt text says what is seen, the caption what it means"
            )
        elif _EMPTY_START.match(figure.alt):
            yield Finding(
                (*loc, "alt"), "the alt text says that it is a picture, which the reader knows", "start with what is seen"
            )


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


@document_rule("unknown-drawing", "C15", fixed=True)
def unknown_drawing(proof: Proof) -> Iterator[Finding]:
    """Drawings that guides/figures does not hold."""
    known = sorted(proof.library.drawings.keys() - {SYMBOLS})
    for loc, name in drawings(proof.manuscript):
        if name not in known:
            there = f"there are {', '.join(known[:MOST_NAMED])}" + " and more" * (len(known) > MOST_NAMED)
            close = did_you_mean(name, known)
            hint = f"{close} {there}" if close else there if known else "add it there"
            yield Finding(loc, f"there is no drawing guides/figures/{name}.svg", hint)
