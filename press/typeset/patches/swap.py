"""The list of shortcuts: which function of the engine each of them stands in for, and the switch that lets them."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

ENGINE = "70.0"
"""The version whose functions were read. With another one nothing is replaced: it prints the same, more slowly."""

S = TypeVar("S")

_SHORTCUTS: dict[tuple[str, str], Any] = {}


def instead_of(place: str, name: str) -> Callable[[S], S]:
    """Makes a function the shortcut for one of the engine's, in a module of it or, after a colon, a class."""

    def note(shortcut: S) -> S:
        _SHORTCUTS[place, name] = shortcut
        return shortcut

    return note


@cache
def engine(place: str, name: str) -> Any:
    """The engine's own function."""
    return vars(_owner(place))[name]


@contextlib.contextmanager
def taken() -> Iterator[None]:
    """While this lasts, the engine takes the shortcuts."""
    swaps = _swaps()
    for owner, name, _, shortcut in swaps:
        setattr(owner, name, shortcut)
    try:
        yield
    finally:
        for owner, name, own, _ in swaps:
            setattr(owner, name, own)


@cache
def _swaps() -> list[tuple[Any, str, Any, Any]]:
    """Every place where the engine finds a function that has a shortcut, with both."""
    import weasyprint

    if weasyprint.__version__ != ENGINE:
        return []
    modules = [module for name, module in sys.modules.items() if name.partition(".")[0] == "weasyprint"]
    found = []
    for (place, name), shortcut in _SHORTCUTS.items():
        own = engine(place, name)
        owner = _owner(place)
        owners = [owner, *(module for module in modules if module is not owner and vars(module).get(name) is own)]
        found += [(owner, name, own, shortcut) for owner in owners]
    return found


def _owner(place: str) -> Any:
    module, _, inside = place.partition(":")
    owner = import_module(module)
    return getattr(owner, inside) if inside else owner
