"""A document as its author left it, and the shared files, with the places of their values."""

from dataclasses import dataclass, field

from press.model.documents import Guide, Handout
from press.model.link import Link as Link
from press.read.source import Source as Yaml


@dataclass(frozen=True)
class SharedFiles:
    """The shared files as they stand, for findings at their places: YAML files and style sheets by name."""

    yaml: dict[str, Yaml] = field(default_factory=dict)
    styles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Manuscript:
    """A document as its author left it, and the file it stands in."""

    slug: str
    language: str
    document: Guide | Handout
    file: Yaml

    @property
    def name(self) -> str:
        """`en/spinal-stenosis`: unique in the library."""
        return f"{self.language}/{self.slug}"
