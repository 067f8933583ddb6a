"""A new document starts as a file that explains itself, passes `check`, and prints."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from printroom import GUIDES, STYLES, promised, read_document
from pydantic import BaseModel

from press.authoring.starter import Refused, new_code, write_starter
from press.cli.main import main
from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.documents import DOCUMENT_CODE, KINDS
from press.model.library import Library
from press.preflight.checks import preflight
from press.proofread import proofread_document
from press.read.library import read_library
from press.read.names import NOT_DOCUMENTS
from press.typeset.typesetter import Typesetter


@pytest.fixture
def guides(tmp_path: Path) -> Path:
    """A copy of the shipped library."""
    return Path(shutil.copytree(GUIDES, tmp_path / "guides"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_passes_check_as_a_draft(guides: Path, tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    folders = ["--guides", str(guides), "--out", str(tmp_path / "build")]
    assert main(["new", kind, "pain-between-the-shoulder-blades", *folders]) == 0
    assert "guides/en/pain-between-the-shoulder-blades.yaml" in capsys.readouterr().out
    assert main(["check", "--quiet", "--format", "github", *folders]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "pain-between" in line]
    assert not [line for line in said if not line.startswith("::warning")]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("slug", ["neck-pain", "degenerative-spondylolisthesis-with-instability", "acdf", "no", "2026"])
def test_a_starter_has_no_finding_but_of_its_name(guides: Path, kind: str, slug: str) -> None:
    """A hard name can make the head hard to read; nothing else may be found."""
    manuscript = read_document(write_starter(guides, kind, slug, "en"), guides)
    reading = read_library(guides, STYLES / "figures.css")
    assert reading.library
    found = proofread_document(manuscript, reading.library, reading.rules)
    assert [p for p in found if p.severity == "error"] == []
    if slug == "neck-pain":
        assert found == []


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_prints(
    guides: Path, library: Library, templates: Templates, typesetter: Typesetter, kind: str, edition: str
) -> None:
    manuscript = read_document(write_starter(guides, kind, "neck-pain", "en"), guides)
    composed = compose(manuscript, EDITIONS[edition].symbol_mm, library, templates)
    made = typesetter.typeset(composed.html, EDITIONS[edition].sheet, EDITIONS[edition].pdf_variant, composed.opens)
    assert preflight(made.pdf, promised(manuscript, composed, EDITIONS[edition], library)).problems == ()


def models(value: BaseModel) -> Iterator[type[BaseModel]]:
    """The models in a document: its own, those of the blocks and rows that it holds, and of fields it leaves empty."""
    yield type(value)
    for name, field in type(value).model_fields.items():
        yield from (part for part in get_args(field.annotation) if isinstance(part, type) and issubclass(part, BaseModel))
        inside = getattr(value, name)
        for item in inside if isinstance(inside, tuple) else (inside,):
            if isinstance(item, BaseModel):
                yield from models(item)


@pytest.mark.parametrize("kind", KINDS)
def test_a_starter_shows_every_field(guides: Path, kind: str) -> None:
    path = write_starter(guides, kind, "neck-pain", "en")
    text = path.read_text("utf-8")
    fields = {name for model in models(read_document(path, guides).document) for name in model.model_fields}
    assert len(fields) > 30
    shown = set(re.findall(r"(?:^|[\s#`{-])([a-z_]+):", text, re.MULTILINE)) | set(re.findall(r"`([a-z_]+)`", text))
    assert fields - shown == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_of_the_head_has_a_comment(guides: Path, kind: str) -> None:
    lines = write_starter(guides, kind, "neck-pain", "en").read_text("utf-8").splitlines()
    model = KINDS[kind].model_fields
    for number, line in enumerate(lines):
        if (name := line.partition(":")[0]) in model and name != "kind":
            assert lines[number - 1].startswith("#"), line


@pytest.mark.parametrize(
    "slug", ["Neck", "neck_pain", "neck--pain", "-neck", "neck-", "../neck", "neck.yaml", "", "nuqué", "a" * 61, "a\n"]
)
def test_a_badly_formed_slug_is_refused_in_one_sentence(guides: Path, slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(guides.rglob("*"))
    assert main(["new", "handout", f"--guides={guides}", "--", slug]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "small letters, digits and single hyphens" in said.err
    assert sorted(guides.rglob("*")) == before


@pytest.mark.parametrize("slug", ["spinal-stenosis", *(name.removesuffix(".yaml") for name in sorted(NOT_DOCUMENTS))])
def test_a_name_that_is_taken_is_refused(guides: Path, slug: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = (guides / "en" / f"{slug}.yaml").read_bytes()
    assert main(["new", "guide", slug, "--guides", str(guides)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (guides / "en" / f"{slug}.yaml").read_bytes() == before


def test_an_unknown_language_is_refused(guides: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new", "guide", "neck-pain", "--language", "fr", "--guides", str(guides)]) == 2
    assert "'fr'" in capsys.readouterr().err


def test_an_unknown_kind_is_wrong_usage(guides: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["new", "poster", "neck-pain", "--guides", str(guides)])
    assert stopped.value.code == 2


def test_a_starter_gets_a_code_of_its_own_and_a_translation_the_same(guides: Path) -> None:
    codes = {read_document(path, guides).document.code for path in (guides / "en").glob("sp*.yaml") if path.stem != "phrases"}
    assert len(codes) > 4
    made = read_document(write_starter(guides, "handout", "stenosis", "en"), guides).document.code
    assert made not in codes
    (guides / "es").mkdir()
    translated = write_starter(guides, "handout", "spinal-stenosis", "es").read_text("utf-8")
    assert "code: VS-STEN\n" in translated


def test_a_code_is_short_for_the_slug() -> None:
    taken = {"old": "VS-NECK", "older": "VS-STEN", "other": "VX-ABC"}
    assert new_code("shoulder-pain", taken, "XX") == "VS-SHOU"
    assert new_code("neck-pain", taken, "XX") == "VS-NECKPAIN"
    assert new_code("after-the-operation", taken, "XX") == "VS-AFTE"
    assert new_code("recurrent-disc-herniation", taken, "XX") == "VS-RDH"
    assert new_code("neck", taken, "XX") == "VS-NECK2"
    assert new_code("a", {}, "XX") == "XX-A2"
    assert new_code("of-the", {}, "XX") == "XX-OF"


@given(st.lists(st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,4}", fullmatch=True), max_size=15))
def test_codes_are_well_formed_and_unique(slugs: list[str]) -> None:
    codes: dict[str, str] = {}
    for slug in slugs:
        codes[slug] = new_code(slug, codes, "XX")
        assert re.fullmatch(DOCUMENT_CODE, codes[slug])
    assert len(set(codes.values())) == len(codes)


def test_a_library_with_nothing_in_it_gets_a_starter_too(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    (tmp_path / "clinic.yaml").write_text("name: 123 back care\n")
    (tmp_path / "sources.yaml").write_text("sources: [3, {title: x}]\n")
    document = read_document(write_starter(tmp_path, "handout", "neck-pain", "en"), tmp_path).document
    assert document.code == "BC-NECK"


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="there is no folder"):
        write_starter(tmp_path / "nowhere", "handout", "neck-pain", "en")
