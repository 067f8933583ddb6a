"""A commented starter file for a new document, which passes `check` as a draft."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from press.problems import Fault
from press.read.files import Unreadable, read_file
from press.read.library import languages
from press.read.names import NOT_DOCUMENTS, documents, slug_of
from press.read.strict_yaml import MAX_BYTES, read_yaml

STARTERS = Path(__file__).parent / "starters"
"""One file a kind of document. Words with a dollar sign are filled in."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_MAX_SLUG = 60
_CODE = re.compile(r"^code:\s*[\"']?([A-Z]{2})-([A-Z0-9]{2,8})\b", re.MULTILINE)
_SMALL_WORDS = frozenset(["a", "an", "and", "at", "for", "from", "in", "of", "on", "or", "the", "to", "with"])


class Refused(Exception):
    """No file was written, because of how it was asked for; the message is one sentence."""


def write_starter(guides: Path, kind: str, slug: str, language: str) -> Path:
    """Writes `guides/<language>/<slug>.yaml` and returns its path.

    Raises Refused where the slug is badly formed or taken or the language is unknown, Fault where the file can't be written.
    """
    if not _SLUG.fullmatch(slug) or len(slug) > _MAX_SLUG:
        raise Refused(f"'{_short(slug)}' can't name a file here: {_instead(slug)}")
    folder = guides / language
    if not folder.is_dir() or language not in languages(guides):
        raise Refused(f"there is no folder {folder} for the language '{language}'")
    path = folder / f"{slug}.yaml"
    if path.name in NOT_DOCUMENTS:
        raise Refused(f"{path.name} is a file that documents share; choose another name")
    text = Template((STARTERS / f"{kind}.yaml").read_text("utf-8")).substitute(_filled_in(guides, slug, language))
    try:
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(f"{path} is there already; choose another name") from None
    except OSError as error:
        raise Fault(f"{path} can't be written: {(error.strerror or str(error)).lower()}") from error
    return path


def _instead(slug: str) -> str:
    """What to do about a slug that can't name a file: the nearest that can."""
    rule = "use small letters, digits and single hyphens"
    near = slug_of(re.sub(r"\.ya?ml$", "", slug, flags=re.IGNORECASE))
    if len(near) > _MAX_SLUG:
        near = near[:_MAX_SLUG].rpartition("-")[0] or near[:_MAX_SLUG]
        return f"{rule}, at most {_MAX_SLUG} of them, such as {near}"
    return f"{rule}, such as {near or 'neck-pain'}"


def _short(slug: str) -> str:
    return slug if len(slug) <= _MAX_SLUG else f"{slug[:_MAX_SLUG]}…"


def _filled_in(guides: Path, slug: str, language: str) -> dict[str, str]:
    """The words of the starter that depend on the library."""
    drawings = sorted(path.stem for path in (guides / "figures").glob("*.svg") if path.stem != "symbols")
    return {
        "slug": slug,
        "title": slug.replace("-", " ").capitalize(),
        "code": new_code(slug, _codes(guides), _initials(guides)),
        "updated": date.today().isoformat(),
        "source": _ids(guides / "sources.yaml", guides, "sources")[0],
        "article": _ids(guides / "articles.yaml", guides, "articles")[0],
        "terms": ", ".join(_ids(guides / language / "glossary.yaml", guides, "terms")[:3]),
        "drawing": next(iter(drawings), "add-a-drawing"),
        "cover": next((name for name in drawings if name.startswith("cover")), "add-a-drawing"),
    }


def new_code(slug: str, taken: dict[str, str], initials: str) -> str:
    """A code that no other document has: the usual letters, and what is short for the slug. Translations share theirs."""
    if slug in taken:
        return taken[slug]
    usual = Counter(code[:2] for code in taken.values())
    prefix = usual.most_common(1)[0][0] if usual else initials
    return next(code for short in _short_forms(slug) if (code := f"{prefix}-{short}") not in taken.values())


def _short_forms(slug: str) -> Iterator[str]:
    """Two to eight capitals or digits that stand for a slug, the most telling first."""
    words = [word for word in slug.upper().split("-") if word.lower() not in _SMALL_WORDS] or slug.upper().split("-")
    whole = "".join(words)
    forms = ["".join(word[0] for word in words)] if len(words) > 2 else []
    forms += [words[0][:4], whole[:8]]
    yield from (form[:8] for form in forms if len(form) > 1)
    yield from (f"{whole[:5]}{number}" for number in range(2, 1000))


def _codes(guides: Path) -> dict[str, str]:
    """The code of every document there is, by slug."""
    found = {name.partition("/")[2]: _CODE.search(_text(path, guides)) for name, path in documents(guides).items()}
    return {slug: f"{match[1]}-{match[2]}" for slug, match in found.items() if match}


def _text(path: Path, guides: Path) -> str:
    """The text of a document; empty where it can't be read."""
    try:
        return read_file(path, guides, MAX_BYTES).decode("utf-8", "replace")
    except Unreadable:
        return ""


def _initials(guides: Path) -> str:
    """The first letters of the clinic's name."""
    values = _values(guides / "clinic.yaml", guides)
    name = str(values.get("name") or "")
    letters = re.sub(r"[^A-Z]", "", "".join(word[0] for word in name.upper().split()) + name.upper())
    return (letters + "XX")[:2]


def _ids(path: Path, guides: Path, kind: str) -> list[str]:
    """The ids of a shared file that can be used, at least one: they stand in until the author names others."""
    entries = [entry for entry in _values(path, guides).get(kind) or [] if isinstance(entry, dict)]
    return [str(e["id"]) for e in entries if e.get("id") and e.get("status") != "missing"] or [f"add-to-{kind}"]


def _values(path: Path, guides: Path) -> dict[str, Any]:
    """The fields of a shared file; none where it can't be read."""
    try:
        values = read_yaml(read_file(path, guides, MAX_BYTES), path.name).values
    except Unreadable:
        return {}
    return values if isinstance(values, dict) else {}
