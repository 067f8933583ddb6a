"""Fonts, unpacked once: the OpenType file in a WOFF2 file is kept, so that the next worker need not unpack it again.

That takes a worker longer than all else in a style sheet. A kept file is named by what it was made from; one that is not sound
is made again. Where none can be kept, nothing is lost but time.
"""

import hashlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path

from press import file as filing
from press.problems import Fault


def unpacked(packed: bytes, shelf: Path) -> bytes:
    """The OpenType file in a WOFF2 file, from the shelf or put there. Raises what fontTools raises where it is none."""
    import fontTools

    made_from = hashlib.sha256(fontTools.version.encode() + b"\n" + packed).hexdigest()[:32]
    place = shelf / f"{made_from}.otf"
    font = filing.unsealed(place, made_from)
    if font is None:
        font = _unpack(packed)
        with suppress(Fault):
            filing.write(place, filing.sealed(font, made_from))
    return font


def _unpack(packed: bytes) -> bytes:
    from fontTools.ttLib import woff2

    font = BytesIO()
    woff2.decompress(BytesIO(packed), font)
    return font.getvalue()
