"""Arrays: the C type of one is made from the type of its elements, not parsed out of its name for each length anew."""

import re
from typing import Any

from press.shortcuts.swap import engine, instead_of

_typeof = engine("cffi.api:FFI", "_typeof_locked")
_ARRAY = re.compile(r"(\w+)\[(\d+)\]")


@instead_of("cffi.api:FFI", "_typeof_locked")
def typeof(self: Any, name: str) -> tuple[Any, bool]:
    """The C type of a name, and whether it is a function; known names are not asked for. To be called under the lock."""
    found = _ARRAY.fullmatch(name)
    if found is None:
        known: tuple[Any, bool] = _typeof(self, name)
        return known
    pointer, _ = _typeof(self, f"{found[1]} *")
    made = self._parsed_types[name] = self._backend.new_array_type(pointer, int(found[2])), False
    return made
