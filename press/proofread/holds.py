"""What an error in the library holds back: every document that uses the faulty thing.

Documents record what they use under names such as `article:what-is-spinal-fusion/url` (press.compose, press.plan). The names
of what stands at a place follow from the place, so that a rule need not say them unless it knows better.
"""

from collections.abc import Iterator

from press.model.base import Loc
from press.proofread.cards import Card
from press.proofread.rule import Shelf
from press.read.names import document_name, own_file

_LISTS = {"articles.yaml": "article", "sources.yaml": "source", "glossary.yaml": "term"}
_FIELDS = {"clinic.yaml": "clinic", "shared.yaml": "shared", "phrases.yaml": "phrase"}


def uses_at(file: str, loc: Loc, shelf: Shelf) -> tuple[str, ...]:
    """The names of what stands at a place: of one field of an entry or of all, of a drawing, a style sheet, a document.

    House rules and plain words are used by the proof of every document.
    """
    folder, _, rest = file.partition("/")
    if folder == "styles":
        return (f"style:{file}",)
    if rest.startswith("figures/"):
        return (f"drawing:{rest.removeprefix('figures/').removesuffix('.svg')}",)
    if name := document_name(f"guides/{rest}"):
        return (own_file(name),)
    language, _, last = rest.rpartition("/")
    if last in _LISTS:
        return tuple(f"{':'.join(filter(None, (_LISTS[last], language)))}:{entry}" for entry in _entry(rest, loc, shelf))
    if last in _FIELDS:
        keys = loc[:1] or tuple(_values(rest, shelf))
        return tuple(f"{':'.join(filter(None, (_FIELDS[last], language)))}:{key}" for key in keys)
    return tuple(f"rules:{code}" for code in shelf.library.languages if language in ("", code))


def _entry(file: str, loc: Loc, shelf: Shelf) -> Iterator[str]:
    """`id/field` at a place; of every field where the place is a whole entry, of every entry where it is the whole file."""
    top, number, part = (*loc, None, None, None)[:3]
    for name, entries in _values(file, shelf).items():
        listed = entries if isinstance(entries, list) and top in (None, name) else []
        for position, entry in enumerate(listed):
            if isinstance(entry, dict) and number in (None, position):
                yield from (f"{entry.get('id')}/{field}" for field in ([part] if part else entry))


def _values(file: str, shelf: Shelf) -> dict[str, object]:
    found = shelf.file(file)
    return found.values if found and isinstance(found.values, dict) else {}


def may_use(card: Card, name: str) -> bool:
    """Whether a document may use what has this name, as far as its card tells; pages that are composed tell exactly."""
    kind, _, rest = name.partition(":")
    known = {"article": card.articles, "source": card.sources, "drawing": (*card.drawings, "symbols")}
    if kind in known:
        return rest.partition("/")[0] in known[kind]
    if kind == "term":
        return rest.partition("/")[0] in {f"{card.language}:{term}" for term in card.terms}
    if kind == "file":
        return name == own_file(card.name)
    return kind in ("clinic", "style", "template") or rest.partition(":")[0] == card.language
