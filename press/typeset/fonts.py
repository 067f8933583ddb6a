"""Fonts, unpacked once: the OpenType file in a WOFF2 file is kept, so that the next worker need not unpack it again.

That takes a worker longer than all else in a style sheet. A kept file is named by what it was made from, and stands in the
user's cache, which tells one that is not sound: it is made again. Where none can be kept, nothing is lost but time.
"""

import hashlib
from io import BytesIO
from pathlib import Path

from press.file.cache import Cache


def unpacked(packed: bytes, shelf: Path) -> bytes:
    """The OpenType file in a WOFF2 file, from the shelf or put there. Raises what fontTools raises where it is none."""
    import fontTools

    made_from = fontTools.version.encode() + b"\n" + packed
    cache, name = Cache(shelf), f"{hashlib.sha256(made_from).hexdigest()}.otf"
    font = cache.read(name)
    if font is None:
        font = _unpack(packed)
        cache.write(name, font)
    else:
        cache.touch(name)
    return font


def _unpack(packed: bytes) -> bytes:
    from fontTools.ttLib import woff2

    font = BytesIO()
    woff2.decompress(BytesIO(packed), font)
    return font.getvalue()
