"""JSON Schemas of every file an editor writes, for completion and checks while typing."""

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel, RootModel, TypeAdapter

from press.guide import Article, Clinic, Guide, Handout, HouseRules, PlainWords, Shared, Source, Term
from press.model import Model

DRAFT = "https://json-schema.org/draft/2020-12/schema"


class Articles(Model):
    """guides/articles.yaml: the clinic's articles and their addresses."""

    articles: tuple[Article, ...]


class Sources(Model):
    """guides/sources.yaml: where facts come from."""

    sources: tuple[Source, ...]


class Glossary(Model):
    """guides/<language>/glossary.yaml: words explained."""

    terms: tuple[Term, ...]


class Phrases(RootModel[dict[str, str]]):
    """guides/<language>/phrases.yaml: printed words that are not content."""


FILES: dict[str, type[BaseModel]] = {
    "guide": Guide,
    "handout": Handout,
    "clinic": Clinic,
    "articles": Articles,
    "sources": Sources,
    "glossary": Glossary,
    "shared": Shared,
    "phrases": Phrases,
    "plain-words": PlainWords,
    "house-rules": HouseRules,
}
"""The name of each schema and its model."""


def schemas() -> dict[str, str]:
    """The text of every schema by file name."""
    texts = {name: json.dumps(_schema(model), indent=1, ensure_ascii=False) for name, model in FILES.items()}
    return {f"{name}.schema.json": f"{text}\n" for name, text in texts.items()}


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": DRAFT} | TypeAdapter(model).json_schema()


def write_schemas(folder: Path) -> list[Path]:
    """Writes the schemas that are new or changed; returns their paths."""
    from press.file import write

    written = []
    for name, text in schemas().items():
        path = folder / name
        if not path.exists() or path.read_text("utf-8") != text:
            write(path, text.encode())
            written.append(path)
    return written
