"""The registry of articles as a file: changed at its marks, with every comment and every other line kept as it stands."""

import copy
import re
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press.file import output as filing
from press.model.address import BadAddress, canonical
from press.problems import Fault
from press.read.files import Unreadable, read_file
from press.read.source import Source as Yaml
from press.read.strict_yaml import MAX_BYTES, read_yaml

TRIES = 3
"""So often a registry is read again that somebody else is saving."""

_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$")
_SCALAR = re.compile(r"""(?:"[^"]*"|'[^']*'|[^\s,#\]}]+)?""")


@dataclass(frozen=True)
class Change:
    """What to write for one article. It holds only while the registry has this address for it."""

    url: str
    status: str
    last_checked: str | None
    """An ISO day; None leaves what stands there."""


def registry_of(guides: Path) -> Yaml:
    """The registry as it stands now; without values where it can't be read."""
    path = guides / "articles.yaml"
    try:
        return read_yaml(read_file(path, guides, MAX_BYTES), f"{guides.name}/articles.yaml")
    except Unreadable:
        return Yaml(f"{guides.name}/articles.yaml")


def entries(registry: Yaml) -> list[dict[str, Any]]:
    """The entries of the registry as plain values, each at its position; empty ones where an entry is no mapping."""
    found = registry.values.get("articles") if isinstance(registry.values, dict) else None
    return [entry if isinstance(entry, dict) else {} for entry in found] if isinstance(found, list) else []


def record(guides: Path, changes: Mapping[str, Change]) -> bool:
    """Writes changes, by article id, into articles.yaml; returns whether anything changed.

    The file keeps its owner, its mode, its line ends and its byte order mark. One that is saved by somebody else meanwhile
    is read again. Raises Fault where it can't be written, where it is a link, and where its layout is beyond us.
    """
    path, name = guides / "articles.yaml", f"{guides.name}/articles.yaml"
    for _ in range(TRIES):
        before = _bytes(path)
        after = _changed(before, name, changes)
        if after == before:
            return False
        if path.is_symlink():
            raise Fault(f"{name} is a link to another file, which is not followed: put the file itself here")
        if _bytes(path) == before:
            filing.write(path, after)
            return True
    raise Fault(f"{name} is changed by somebody else just now: check the links again when it is at rest")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _changed(data: bytes, name: str, changes: Mapping[str, Change]) -> bytes:
    """The registry with the changes made; as it is where there are none. Raises Fault where its layout is beyond us."""
    before = read_yaml(data, name)
    due = {number: change for number, entry in enumerate(entries(before)) if (change := _due(entry, changes))}
    if not due:
        return data
    marked = data.startswith(BOM_UTF8)
    after = edited(data.decode("utf-8-sig"), before, due).encode()
    if read_yaml(after, name).values != _meant(before, due):
        raise Fault(f"{name} is laid out in a way that can't be updated: write each entry with one field a line")
    return BOM_UTF8 * marked + after


def _due(entry: Mapping[str, Any], changes: Mapping[str, Change]) -> Change | None:
    """The change that this entry needs."""
    change = changes.get(str(entry.get("id")))
    if change is None or change.url != _canonical(entry.get("url")) or "status" not in entry:
        return None
    same_day = change.last_checked in (None, entry.get("last_checked"))
    return None if same_day and change.status == entry["status"] else change


def _canonical(url: Any) -> str:
    """An address as it was asked for; nothing where there is none."""
    try:
        return canonical(str(url))
    except BadAddress:
        return ""


def _meant(before: Yaml, due: Mapping[int, Change]) -> Any:
    """The values that the file must hold afterwards."""
    values = copy.deepcopy(before.values)
    for number, change in due.items():
        values["articles"][number]["status"] = change.status
        if change.last_checked:
            values["articles"][number]["last_checked"] = change.last_checked
    return values


def edited(text: str, file: Yaml, due: Mapping[int, Change]) -> str:
    """The text with the changes made, by position; from the last entry up, so that the marks above still hold."""
    lines = _LINES.findall(text)
    for number in sorted(due, reverse=True):
        _put(lines, file, ("articles", number, "status"), due[number].status)
        if day := due[number].last_checked:
            if ("articles", number, "last_checked") in file.keys:
                _put(lines, file, ("articles", number, "last_checked"), day)
            else:
                _add(lines, file, ("articles", number, "status"), f"last_checked: {day}")
    return "".join(lines)


def _put(lines: list[str], file: Yaml, loc: tuple[str | int, ...], value: str) -> None:
    """Replaces one value where it stands."""
    mark = file.in_file(file.mark(loc))
    line = lines[mark.line - 1]
    head, tail = line[: mark.column - 1], line[mark.column - 1 :]
    found = _SCALAR.match(tail)
    gap = " " if head.endswith(":") else ""
    lines[mark.line - 1] = head + gap + value + tail[found.end() if found else 0 :]


def _add(lines: list[str], file: Yaml, after: tuple[str | int, ...], field: str) -> None:
    """Adds a field on a line of its own below another, at its indent; inside braces beside it."""
    key, mark = file.in_file(file.keys[after]), file.in_file(file.mark(after))
    line = lines[mark.line - 1]
    if re.search(r"[^\s-]", line[: key.column - 1]):
        value = _SCALAR.match(line[mark.column - 1 :])
        end = mark.column - 1 + (value.end() if value else 0)
        lines[mark.line - 1] = f"{line[:end]}, {field}{line[end:]}"
        return
    ending = line[len(line.rstrip("\r\n")) :]
    lines[mark.line - 1] = line if ending else line + "\n"
    lines.insert(mark.line, " " * (key.column - 1) + field + ending)
