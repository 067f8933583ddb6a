"""Letters: what the typefaces have is known without opening them, what they have not is found by check, the rest is printed."""

import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pypdfium2
import pytest
from libraries import edited
from printroom import GUIDES, ROOT, STYLES
from test_proofread import CASES, proofread_folder

from press.model.letters import Letters
from press.model.library import Library
from press.preflight.printed import Sheet
from press.read.fonts import LIST, letters_of, listed
from press.typeset.typesetter import Typesetter

SHEETS = {path.name: path.read_text("utf-8") for path in STYLES.glob("*.css")}
WORDS = [
    "Dr. Thảo Łukasz, Nguyễn Thị Hường, Đặng",
    "Příliš žluťoučký kůň, Ğüş, Ærø, ŋ, Ș",
    "Καλημέρα Ελλάδα, ΰ",
    "Привет, мир! Ґ ґ Ї Љ",
    "x ≥ 5, y ≤ 6, a → b, ✓ done, ≠ ≈ ∞",
    "follow\u2011up, 5 µg, 10\u202fmg",
]
"""Names and words of many languages, and common signs."""


def test_the_list_of_letters_is_of_these_very_fonts() -> None:
    """Made by scripts/fonts; a font that changes without it would be opened by every check."""
    assert (STYLES / "fonts" / LIST).read_text("utf-8") == listed(STYLES / "fonts")


def test_every_weight_of_a_typeface_has_the_same_letters() -> None:
    lines = (STYLES / "fonts" / LIST).read_text("utf-8").splitlines()
    by_face: dict[str, set[str]] = {}
    for line in lines:
        name, _, ranges = line.split(" ")
        by_face.setdefault(name.partition("-latin-")[0], set()).add(ranges)
    assert sorted(by_face) == ["atkinson-hyperlegible-next", "literata"]
    assert [len(ranges) for ranges in by_face.values()] == [1, 1]


def test_the_typefaces_are_those_that_the_sheets_name(library: Library) -> None:
    assert set(library.letters.typefaces) == {"Literata", "Atkinson Hyperlegible Next"}


def test_the_fonts_stay_small() -> None:
    assert sum(path.stat().st_size for path in (STYLES / "fonts").iterdir()) < 700_000


@pytest.mark.parametrize("words", WORDS)
def test_letters_of_many_languages_are_printed_and_read_back(words: str, library: Library, typesetter: Typesetter) -> None:
    """In a heading, in text and in bold, with the project's own typefaces; a reader of the PDF gets the same words."""
    assert library.letters.missing(words) == []
    html = f"<html lang=en><title>T</title><body class=handout><h1>{words}</h1><p>{words}</p><p><b>{words}</b></p>"
    made = typesetter.typeset(html, "standard.css", "pdf/ua-1", {})
    assert made.remarks == ()
    page = pypdfium2.PdfDocument(made.pdf)[0]
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFC", page.get_textpage().get_text_range()))
    assert text.count(re.sub(r"\s+", " ", words)) == 3, text
    names = {name.split("+")[-1] for name, _ in Sheet.of(page).fonts.values()}
    assert all(name.startswith(("Literata", "Atkinson-Hyperlegible-Next")) for name in names), names


def test_every_letter_of_the_typefaces_is_drawn(library: Library, typesetter: Typesetter) -> None:
    """The engine finds each letter that check lets pass, in text, in a heading and in small capitals."""
    common = frozenset.intersection(*library.letters.typefaces.values())
    letters = "".join(
        chr(code) for code in sorted(common) if not library.letters.lacking(chr(code)) and not unicodedata.combining(chr(code))
    )
    assert len(letters) > 700
    text = " ".join(letters).replace("&", "&amp;").replace("<", "&lt;")
    html = f'<html lang=en><title>T</title><body><h1>{text}</h1><p>{text}</p><p class="eyebrow">{text}</p>'
    assert typesetter.typeset(html, "standard.css", "pdf/ua-1", {}).remarks == ()


@pytest.mark.parametrize("letter", ["☃", "漢", "ع", "😀", "\u0e01"])
def test_what_no_typeface_has_is_told_by_the_engine_too(letter: str, library: Library, typesetter: Typesetter) -> None:
    """So check is neither too strict nor too lax."""
    assert library.letters.missing(f"a {letter} b") == [letter]
    html = f"<html lang=en><title>T</title><body><p>a {letter} b</p>"
    assert typesetter.typeset(html, "standard.css", "pdf/ua-1", {}).remarks


EVERYWHERE = [
    ("guides/en/sound.yaml", "title: A sound sheet", "title: A sound ☃ sheet"),
    ("guides/en/shared.yaml", "Call 911 now", "Call ☃ 911 now"),
    ("guides/en/glossary.yaml", "word: MRI", "word: ☃ MRI"),
    ("guides/en/glossary.yaml", "short: a scan", "short: a ☃ scan"),
    ("guides/en/phrases.yaml", "Page {page}", "Page ☃ {page}"),
    ("guides/clinic.yaml", "1 Main Street", "1 Main ☃ Street"),
    ("guides/clinic.yaml", "name: A Clinic", "name: A ☃ Clinic"),
    ("guides/articles.yaml", "title: The first page", "title: The ☃ first page"),
    ("guides/sources.yaml", "label: A study", "label: A ☃ study"),
    ("guides/figures/back.svg", ">Bone<", ">Bo☃ne<"),
]


@pytest.mark.parametrize(("name", "old", "new"), EVERYWHERE)
def test_a_missing_letter_is_found_in_everything_that_is_printed(name: str, old: str, new: str, tmp_path: Path) -> None:
    """At its line and column, with the letter named."""
    shutil.copytree(CASES / "library", tmp_path, dirs_exist_ok=True)
    edited(tmp_path / name, old, new)
    found = [problem for problem in proofread_folder(tmp_path) if problem.code in ("missing-letter", "drawing-letter")]
    text = (tmp_path / name).read_text("utf-8").splitlines()
    assert [(p.file, text[p.line - 1][p.column - 1 : p.column]) for p in found] == [(name, "☃")]
    assert "U+2603, snowman" in found[0].message


@pytest.mark.parametrize(
    ("letter", "hint"),
    [("✔", "write '✓'"), ("ﬁ", "write 'fi'"), ("➔", "write '→'"), ("😀", "delete it"), ("漢", "styles/fonts")],
)
def test_the_hint_says_what_to_write_instead(letter: str, hint: str, library: Library) -> None:
    from press.proofread.rules.printing import missing_words

    message, said = missing_words(letter, library.letters)
    assert letter in message
    assert hint in said


def test_a_clinic_brings_its_own_fonts(tmp_path: Path) -> None:
    """They stand in no list and are opened; a family that stands in for another one gives its letters too."""
    shutil.copy(CASES / "library" / "styles" / "fonts" / "tiny.woff2", tmp_path / "own.woff2")
    shutil.copy(STYLES / "fonts" / "literata-latin-500-normal.woff2", tmp_path / "more.woff2")
    own = '@font-face { font-family: "Own"; src: url(own.woff2) } '
    more = "@font-face { font-family: More; src: url('more.woff2') } "
    alone = letters_of(tmp_path, {"a.css": own + more + ':root { --text: "Own", serif; }'})
    assert (alone.missing("aŁ"), alone.lacking("Ł")) == (["Ł"], ["Own"])
    assert letters_of(tmp_path, {"a.css": own + more + 'p { font-family: "Own", More }'}).missing("aŁ☃") == ["☃"]
    (tmp_path / "own.woff2").write_bytes(b"no font")
    assert letters_of(tmp_path, {"a.css": own + ':root { --text: "Own"; }'}).missing("a") == ["a"]


def test_a_font_that_changed_is_opened(tmp_path: Path) -> None:
    """A list of an older font vouches for nothing."""
    shutil.copytree(STYLES / "fonts", tmp_path / "fonts")
    name = "literata-latin-500-normal.woff2"
    for path in (tmp_path / "fonts").glob("literata*"):
        shutil.copy(CASES / "library" / "styles" / "fonts" / "tiny.woff2", path)
    assert (tmp_path / "fonts" / name).read_bytes() != (STYLES / "fonts" / name).read_bytes()
    assert letters_of(tmp_path, SHEETS).lacking("Ł") == ["Literata"]


def test_without_typefaces_nothing_is_missing() -> None:
    assert Letters().missing("☃") == []


def test_capitals_count(library: Library) -> None:
    """Labels are set in capitals: a small letter whose capital is missing would print a box there."""
    letters = Letters({"Small": frozenset(map(ord, "abcß"))})
    assert letters.missing("abc") == ["a", "b", "c"]
    assert Letters({"Small": frozenset(map(ord, "abßABS"))}).missing("abß") == []


def test_check_opens_no_font_and_loads_no_engine() -> None:
    """The list is enough."""
    code = (
        "import sys; from pathlib import Path; from press.read.library import read_library;"
        f"assert read_library(Path({str(GUIDES)!r}), Path({str(STYLES / 'figures.css')!r})).library.letters.typefaces;"
        "print(*{'fontTools', 'weasyprint', 'brotli'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
