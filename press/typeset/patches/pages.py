"""Pages: what compose writes is well-formed, so that the XML parser of the standard library can read it."""

from typing import Any
from xml.etree import ElementTree

from press.typeset.patches.swap import engine, instead_of

_parse = engine("tinyhtml5", "parse")


@instead_of("tinyhtml5", "parse")
def parse(document: Any, **encoding: Any) -> Any:
    """The tree of a page; the engine's HTML parser reads what is not well-formed."""
    start = document.tell()
    try:
        return ElementTree.parse(document).getroot()
    except ElementTree.ParseError:
        document.seek(start)
        return _parse(document, **encoding)
