"""Which files are documents, and what they are called."""

import re
from pathlib import Path

NOT_DOCUMENTS = frozenset({"phrases.yaml", "glossary.yaml", "shared.yaml", "plain-words.yaml"})
"""Files in a language's folder that documents share."""

_DOCUMENT = re.compile(r"^guides/([a-z]{2})/([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml$")


def document_name(path: str) -> str | None:
    """`en/spinal-stenosis` for `guides/en/spinal-stenosis.yaml`; None for a file that is no document."""
    found = _DOCUMENT.match(path)
    if found is None or path.rsplit("/", 1)[1] in NOT_DOCUMENTS:
        return None
    return f"{found[1]}/{found[2]}"


def own_file(name: str) -> str:
    """The name under which a document such as `en/spinal-stenosis` uses its own file."""
    return f"file:guides/{name}.yaml"


def documents(guides: Path) -> dict[str, Path]:
    """Every document's name and file, in order."""
    found = {document_name(f"guides/{path.parent.name}/{path.name}"): path for path in sorted(guides.glob("[a-z][a-z]/*.yaml"))}
    return {name: path for name, path in found.items() if name}
