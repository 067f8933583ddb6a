"""Letters that content may not hold: those that nobody sees, and those that no font of the house prints."""

import re
import unicodedata

_INVISIBLE = (
    "\u0000-\u0008\u000b-\u001f\u007f-\u009f"  # control characters
    "\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # default-ignorable
    "\u2028\u2029\ufff9-\ufffc\u2800\U0001d159\U00016fe4"  # line ends of their own, anchors, blank letters
    "\ud800-\udfff\ufdd0-\ufdef"
    + "".join(f"{chr(plane + 0xFFFE)}-{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
)
"""Default-ignorable code points (Unicode, DerivedCoreProperties), blank letters, surrogates and noncharacters."""

_PRIVATE = "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"
_LETTER = r"[^\W\d_]"

_HIDDEN = re.compile(f"[{_INVISIBLE}{_PRIVATE}\ufffd]")
_LOOSE_HYPHEN = re.compile(f"(?<!{_LETTER})\u00ad|\u00ad(?!{_LETTER})")

_SPACES = "\u1680\u2000-\u2008\u200a\u202f\u205f\u3000"
_EMOJI = (
    "\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be"
    "\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757"
    "\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55\u20e3\U0001f000-\U0001faff"
)

UNPRINTED = re.compile(f"[{_SPACES}{_EMOJI}]")
"""What may not stand in a value: pictures (Unicode, Emoji_Presentation), and spaces that the fonts lack.

A no-break space (U+00A0) and a thin one (U+2009) are in every font of the house and are printed.
"""

_EMOJI_ONLY = re.compile(f"[{_EMOJI}\ufe0f]")
BLANKS = re.compile(f"[\u00a0\u2009{_SPACES}]")
"""Spaces that an editor takes for an ordinary one, and YAML does not."""


def hidden(text: str) -> re.Match[str] | None:
    """What may stand nowhere in a file. A soft hyphen may stand between two letters: there a word can be divided."""
    return _HIDDEN.search(text) or (_LOOSE_HYPHEN.search(text) if "\u00ad" in text else None)


MOST_MARKS = 30
"""So many marks may follow one letter (Unicode, UAX #15, Stream-Safe Text Format); to put more in order takes for ever."""
_FAR_LETTERS = re.compile(f"[^\u0000-\u02ff]{{{MOST_MARKS + 1},}}")


def too_many_marks(text: str) -> int | None:
    """Where more marks follow a letter than any language writes; None where there are none. Ask it before composing letters."""
    for found in _FAR_LETTERS.finditer(text):
        marks = 0
        for place in range(*found.span()):
            marks = marks + 1 if unicodedata.combining(text[place]) else 0
            if marks > MOST_MARKS:
                return place - MOST_MARKS
    return None


def said_of(letter: str, before: str = "") -> tuple[str, str, str]:
    """Code, message and hint for a letter that `hidden` or UNPRINTED found; one that joins two emoji is part of them."""
    number = f"U+{ord(letter):04X}"
    if letter == "\ufffd":
        return "encoding", f"a letter was lost here ({number}): the text was once saved in another encoding", "type it again"
    if _EMOJI_ONLY.match(letter) or (letter == "\u200d" and _EMOJI_ONLY.match(before[-1:])):
        return "emoji", f"an emoji stands here ({number}), and no font of the house prints it", "say it in words"
    if re.match(f"[{_SPACES}]", letter):
        return "hidden-character", f"an unusual space stands here ({number})", "type an ordinary space"
    if letter == "\u00ad":
        return "hidden-character", f"a soft hyphen stands outside a word ({number})", "delete it: it may only part two letters"
    if re.match(f"[{_PRIVATE}]", letter):
        message = f"a character stands here that has no meaning outside its own font ({number})"
        return "hidden-character", message, "delete it and type the text again"
    return "hidden-character", f"an invisible character stands here ({number})", "delete it and type the text again"
