"""Arrays and pointers: their C types are made from the type of an element, not parsed out of their names.

The parser reads all types that there are to find the one, and the engine asks for an array of every length anew.
"""

import re
from typing import Any

from press.typeset.patches.swap import engine, instead_of

_typeof = engine("cffi.api:FFI", "_typeof_locked")
_Array, _Pointer, _Primitive = (engine("cffi.model", f"{kind}Type") for kind in ("Array", "Pointer", "Primitive"))
_DERIVED = re.compile(r"(\w+(?: \w+)*) ?(?:(\*+)|\[(\d*)\])")


@instead_of("cffi.api:FFI", "_typeof_locked")
def typeof(self: Any, name: str) -> Any:
    """The C type of a name, and whether it is a function. To be called under the lock."""
    if name not in self._parsed_types and (model := _derived(self, name)):
        self._parsed_types[name] = self._get_cached_btype(model), False
    return _typeof(self, name)


def _derived(ffi: Any, name: str) -> Any:
    """An array of, or a pointer to, what is declared or built in; None for any other type."""
    found = _DERIVED.fullmatch(name)
    if found is None:
        return None
    element, stars, length = found.groups()
    model, qualifiers = ffi._parser._declarations.get(f"typedef {element}", (None, 0))
    if model is None and element in _Primitive.ALL_PRIMITIVE_TYPES:
        model = _Primitive(element)
    if model is None or qualifiers or model.is_raw_function:
        return None
    for _ in stars or "":
        model = _Pointer(model)
    return model if stars else _Array(model, int(length) if length else None)
