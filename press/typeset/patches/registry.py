"""The list of patches: which function of the engine each of them stands in for, and the switch that applies them.

They know the versions below. With any other, or with `PRESS_NO_PATCHES=1`, nothing is replaced: the same pages, more slowly.

The figures in the patches: processor time, means over eleven handouts in two editions, each printed once by a fresh process,
medians of six runs that took turns; all patches 167 ms, none 310 ms. Reading pages as XHTML saves 17 ms of that, a stack in one
piece (see the typesetter) 13 ms.
"""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

VERSIONS = {"weasyprint": "70.0", "pydyf": "0.13.0", "cssselect2": "0.10.1", "tinycss2": "1.5.1"}
"""The packages whose functions and objects were read, each at the version that was read."""

SWITCH = "PRESS_NO_PATCHES"
"""An environment variable: `1` prints with the engine as it comes."""

MODULES = ("styles", "boxes", "drawings", "grids", "text")
"""The patches, imported only where they are applied."""

P = TypeVar("P")

_patches: dict[tuple[str, str], Any] = {}


def instead_of(place: str, name: str) -> Callable[[P], P]:
    """Makes a function the patch of one of the engine's, in a module of it or, after a colon, a class."""

    def note(patch: P) -> P:
        _patches[place, name] = patch
        return patch

    return note


@cache
def engine(place: str, name: str) -> Any:
    """The engine's own function."""
    return vars(_owner(place))[name]


@contextlib.contextmanager
def applied() -> Iterator[None]:
    """While this lasts, the engine is patched."""
    replacements = load()
    for owner, name, _, patch in replacements:
        setattr(owner, name, patch)
    try:
        yield
    finally:
        for owner, name, own, _ in replacements:
            setattr(owner, name, own)


@cache
def load() -> list[tuple[Any, str, Any, Any]]:
    """Every place where the engine finds a function that has a patch, with both; none where the patches must not be applied."""
    if not allowed():
        return []
    for module in MODULES:
        import_module(f"press.typeset.patches.{module}")
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "weasyprint"]
    found = []
    for (place, name), patch in _patches.items():
        own = engine(place, name)
        owner = _owner(place)
        owners = [owner, *(module for module in modules if module is not owner and vars(module).get(name) is own)]
        found += [(owner, name, own, patch) for owner in owners]
    return found


def lasting(images: dict[str, Any]) -> dict[str, Any]:
    """Those of the images of a document that the next one need not open again."""
    if not allowed():
        return {}
    lasts = import_module("press.typeset.patches.drawings").lasts
    return {address: image for address, image in images.items() if lasts(image)}


@cache
def allowed() -> bool:
    """Whether all that is patched is of the version that was read, and nobody switched the patches off."""
    if os.environ.get(SWITCH) == "1":
        return False
    import_module("weasyprint")  # before the others: it looks for shared objects
    return all(getattr(import_module(name), "__version__", None) == version for name, version in VERSIONS.items())


def _owner(place: str) -> Any:
    module, _, inside = place.partition(":")
    owner = import_module(module)
    return getattr(owner, inside) if inside else owner
