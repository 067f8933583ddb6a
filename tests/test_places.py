"""A finding stands at the very letter it is about, however the value is written in the file."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from press.proofread.places import Places
from press.read.strict_yaml import read_yaml

BODY = 'It\'s "safe" & [well **known**](term:disc) – Nguyễn, 5 < 6.'
WRITTEN = {
    "plain": 'It\'s "safe" & [well **known**](term:disc) – Nguyễn, 5 < 6.',
    "folded plain": 'It\'s "safe"\n    & [well **known**](term:disc)\n    – Nguyễn,\n    5 < 6.',
    "single quotes": "'It''s \"safe\" & [well\n    **known**](term:disc) – Nguyễn, 5 < 6.'",
    "double quotes": '"It\'s \\"safe\\" & [well \\\n    **known**](term:disc)\\u0020– Nguy\\u1ec5n, 5 < 6."',
    "folded block": ">- # a note: it's\n    It's \"safe\" & [well\n    **known**](term:disc)\n    – Nguyễn, 5 < 6.",
    "literal block": '|\n    It\'s "safe" & [well **known**](term:disc) –\n    Nguyễn, 5 < 6.',
}


@pytest.mark.parametrize("style", WRITTEN)
def test_every_letter_is_found_in_every_style(style: str) -> None:
    """From the first to the last: a letter of the value, and the same letter at the mark, or the code that stands for it."""
    file = read_yaml(f"other: x\nbody: {WRITTEN[style]}\nmore: text\n".encode(), "guides/en/x.yaml")
    assert not file.problems
    value, places = file.values["body"], Places(file)
    assert value.split() == BODY.split()
    for at, letter in enumerate(value):
        if letter.isspace():
            continue
        mark = places.letter(("body",), value, at)
        there = file.lines[mark.line - 1][mark.column - 1 :]
        coded = there.startswith(("\\" + letter, f"\\u{ord(letter):04x}"))
        assert there[0] == letter or coded, (letter, mark, there)


@given(st.text(st.sampled_from("ab '\"\\\né\u0301–:#*"), min_size=1, max_size=30), st.sampled_from(["'", '"', "|"]))
def test_a_letter_is_found_whatever_stands_around_it(text: str, style: str) -> None:
    text = unicodedata.normalize("NFC", text.strip()) or "x"
    written = {
        "'": "'" + text.replace("'", "''").replace("\n", "\n\n  ") + "'",
        '"': '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"',
        "|": "|2-\n" + "".join(f"  {line}\n" for line in text.split("\n")),
    }[style]
    file = read_yaml(f"body: {written}\nmore: text\n".encode(), "guides/en/x.yaml")
    if file.problems or not isinstance(file.values["body"], str):
        return
    value, places = file.values["body"], Places(file)
    for at, letter in enumerate(value):
        if not letter.isspace() and not unicodedata.combining(letter):
            mark = places.letter(("body",), value, at)
            there = file.lines[mark.line - 1][mark.column - 1 :]
            assert there.startswith((letter, "\\" + letter) if style == '"' else letter), (value, at, there)
