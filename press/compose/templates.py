"""The page layouts and block templates, and what a page uses of them."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Generic, TypeVar

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

V = TypeVar("V")


_REFERENCE = re.compile(r"""{%-?\s*(?:extends|import|include|from)\s+["']([^"']+)["']""")


class Recorded(Generic[V]):
    """A mapping that remembers which of its entries were asked for, and the parts of them that get printed."""

    def __init__(self, name: str, entries: Mapping[str, V], uses: set[str], parts: tuple[str, ...] = ()) -> None:
        self._name, self._entries, self._uses = name, entries, uses
        self._parts = tuple(f"/{part}" for part in parts) or ("",)

    def __getitem__(self, key: str) -> V:
        self._uses.update(f"{self._name}:{key}{part}" for part in self._parts)
        return self._entries[key]


class Templates:
    """The page layouts and block templates, compiled once. `texts` holds their source by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._references = {name: set(_REFERENCE.findall(text)) for name, text in texts.items()}
        self.environment = Environment(
            loader=DictLoader(dict(texts)), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def closure(self, name: str) -> Iterator[str]:
        """A template and all that it extends, imports or includes."""
        yield name
        for other in self._references.get(name, ()):
            yield from self.closure(other)

    def block(self, kind: str, view: Mapping[str, Any], words: "Recorded[str]") -> Markup:
        """A block through the macro that bears its kind's name."""
        macro = getattr(self.environment.get_template(f"blocks/{kind}.html.jinja").module, kind)
        return Markup(macro(view, words))

    def page(self, kind: str, values: Mapping[str, Any]) -> str:
        """A whole document through the layout of its kind."""
        return self.environment.get_template(f"{kind}.html.jinja").render(values)
