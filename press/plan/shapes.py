"""Shapes: whether plain values, read from a file, are what was written. Quick, for thousands of values."""

from collections.abc import Callable
from typing import Any

Shape = Any
"""A type; `[shape]`, a list of any length; `(shape, shape)`, one with a shape for each item; `{"name": shape}`, with these very
names; `{str: shape}`, with any names; or a function that tells."""


def fits(value: Any, shape: Shape) -> bool:
    """Whether a value is of a shape. A whole number is no truth value here, nor a real number."""
    if isinstance(shape, type):
        return type(value) is shape
    if isinstance(shape, list):
        return type(value) is list and all(map(_fitting(shape[0]), value))
    if isinstance(shape, tuple):
        return type(value) is list and len(value) == len(shape) and all(map(fits, value, shape))
    if not isinstance(shape, dict):
        return bool(shape(value))
    if type(value) is not dict:
        return False
    if str in shape:
        return all(map(_fitting(shape[str]), value.values()))
    return value.keys() == shape.keys() and all(fits(value[name], inner) for name, inner in shape.items())


def either(*shapes: Shape) -> Callable[[Any], bool]:
    """The shape of what may be one thing or another."""
    return lambda value: any(fits(value, shape) for shape in shapes)


def _fitting(shape: Shape) -> Callable[[Any], bool]:
    return lambda value: fits(value, shape)


NOTHING = type(None)
