"""Damaged files: whatever becomes of a file, reading and proofreading answer with located problems, soon, and never fail.

The damages are of real files, documents, shared files and drawings: 440 of them with `make test`, 5,000 with `make campaign`
(`FUZZ_SEED` sets where it starts).
"""

import copy
import json
import os
import re
import resource
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from libraries import small_library
from printroom import GUIDES, STYLES, read_document, shipped_library, shipped_templates

from press.compose.composer import compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.blocks import BLOCKS
from press.model.drawing import inlined
from press.model.library import HouseRules, Library
from press.problems import Problem
from press.proofread import card, proofread_document, proofread_library
from press.read.library import read_library, read_manuscript
from press.read.manuscript import Manuscript
from press.read.names import documents

SECONDS = 2.0
"""The most that one file may take, in time of this process."""
MEGABYTES = 1500
"""The most memory that the whole campaign may take."""

TODAY = date(2026, 11, 22)
DOCUMENTS = {name: path.read_bytes() for name, path in documents(GUIDES).items()}
SHARED = {
    path.relative_to(GUIDES).with_suffix("").as_posix(): path.read_bytes()
    for path in GUIDES.rglob("*.yaml")
    if path not in documents(GUIDES).values()
}

Damage = Callable[[str, Random], str]

VALUES = (
    *("", "~", "yes", "No", "true", "1", "-1", "1.10", "9" * 40, "1e999", ".nan", "0x1f", "2026-02-30", "2026-11-22", "12:30"),
    *(
        "[]",
        "{}",
        "[[[[]]]]",
        "{a: {b: c}}",
        "- x",
        "? x",
        ": x",
        "'",
        '"',
        '"\\u202e"',
        '"\\0"',
        '"\\ud800"',
        '"\\x',
        "|",
        ">-",
        "|9",
    ),
    *(
        "!!str x",
        "!!python/object:os.system x",
        "&a x",
        "*a",
        "<<",
        "%x",
        "@x",
        "`x",
        "#x",
        "x: y: z",
        "x #y",
        "\ufffd",
        "é",
        "🦴",
    ),
    *(
        '"1-999999999"',
        '"9-2"',
        '"0"',
        '"1,1,1,1"',
        "../../etc/passwd",
        "a--b",
        "-a",
        "worn-disc",
        "symbols",
        "{page}",
        "{0}",
        "{x.y}",
    ),
    *(
        "javascript:alert(1)",
        "https://[",
        "https://a b",
        "https://valorspine.com:99999999/",
        "https://" + "a" * 3000,
        "what-is-spinal-fusion",
    ),
    *(*BLOCKS, "guide", "handout", "reviewed", "wait", "standard"),
)
PIECES = (
    *(
        "[a](term:",
        "[a](term:nope)",
        "[a](term:disc)",
        "](article:x)",
        "[a](article:)",
        "**",
        "*",
        "***",
        "[",
        "](",
        ")",
        "<b>",
        "&shy;",
    ),
    *(
        "{{ 1 }}",
        "{% x %}",
        "100%",
        "1 in 3",
        "guarantee",
        "always",
        "\\",
        "`",
        "_",
        "--",
        "…",
        "'",
        '"',
        ": ",
        " #",
        "\n",
        "\n\n",
        " - ",
    ),
    *(
        "A" * 300,
        "a " * 500,
        "antidisestablishmentarianism ",
        "U.S.A. ",
        "Dr. ",
        "e.g. ",
        "?!.",
        "....",
        "(((",
        ")))",
        "。",
        "١٢٣",
        "ﷺ",
    ),
)
SIGNS = (
    "\0\x01\x07\x1b\x7f\x85\xa0\xad\u061c\u200b\u200e\u200f\u2028\u2029\u202a\u202e\u2066\ufeff\ufffe\uffff\U000e0041\U0010ffff\t"
)


# -- damages -------------------------------------------------------------------------------------------------------------


def some_lines(text: str, random: Random) -> tuple[list[str], int, int]:
    """The lines of a text, and a stretch of a few of them."""
    lines = text.split("\n")
    start = random.randrange(len(lines))
    return lines, start, min(len(lines), start + random.choice((1, 1, 1, 2, 5, 30)))


def deleted(text: str, random: Random) -> str:
    lines, start, end = some_lines(text, random)
    return "\n".join(lines[:start] + lines[end:])


def duplicated(text: str, random: Random) -> str:
    lines, start, end = some_lines(text, random)
    return "\n".join(lines[:end] + lines[start:end] * random.choice((1, 1, 3, 40)) + lines[end:])


def reordered(text: str, random: Random) -> str:
    lines, start, end = some_lines(text, random)
    other = random.randrange(len(lines))
    moved, rest = lines[start:end], lines[:start] + lines[end:]
    return "\n".join(rest[:other] + moved + rest[other:])


def truncated(text: str, random: Random) -> str:
    return text[: random.randrange(len(text) + 1)]


def retyped(text: str, random: Random) -> str:
    """Another value behind a field's name or a list's dash."""
    lines, start, _ = some_lines(text, random)
    lines[start] = re.sub(r"^(\s*(?:- )?(?:[\w-]+:)?).*", lambda found: f"{found[1]} {random.choice(VALUES)}", lines[start])
    return "\n".join(lines)


def renamed(text: str, random: Random) -> str:
    """A field's name with a slip."""
    lines, start, _ = some_lines(text, random)

    def slip(found: re.Match[str]) -> str:
        at = random.randrange(len(found[2]))
        return (
            found[1] + random.choice((found[2][:at] + found[2][at + 1 :], found[2].upper(), random.choice(VALUES), "kind")) + ":"
        )

    lines[start] = re.sub(r"^(\s*(?:- )?)([\w-]+):", slip, lines[start])
    return "\n".join(lines)


def indented(text: str, random: Random) -> str:
    lines, start, end = some_lines(text, random)
    for number in range(start, end):
        lines[number] = random.choice(("", " ", "  ", "\t", "    ")) + lines[number].removeprefix(random.choice(("", " ", "  ")))
    return "\n".join(lines)


def pierced(text: str, random: Random) -> str:
    """Something put between two characters."""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice((*PIECES, *VALUES)) + text[at:]


def signed(text: str, random: Random) -> str:
    """Control characters, marks of direction, and other signs that are not seen."""
    for _ in range(random.choice((1, 1, 5))):
        at = random.randrange(len(text) + 1)
        text = text[:at] + random.choice(SIGNS) + text[at:]
    return text


def ended_otherwise(text: str, random: Random) -> str:
    return "".join(line + random.choice(("\n", "\r\n", "\r")) for line in text.split("\n"))


def swollen(text: str, random: Random) -> str:
    """A huge value, or very many small ones."""
    lines, start, _ = some_lines(text, random)
    count = random.choice((2_000, 50_000, 400_000))
    item = random.choice(("x", "word ", "Word. ", "**", "[a](term:disc) ", "(", "é", "1, ", "- ", "{a: ", "[", "&a "))
    inner = random.choice(
        (f"{lines[start]} {item * count}", "\n".join(f"k{n}: v" for n in range(count // 20)), f"{lines[start]}\n" * 300)
    )
    return "\n".join([*lines[:start], inner, *lines[start + 1 :]])


def nested(text: str, random: Random) -> str:
    depth = random.choice((10, 29, 31, 200, 20_000))
    deep = random.choice(
        ("[" * depth, "{a: " * depth, "[" * depth + "]" * depth, "\n".join(f"{' ' * n}- a:" for n in range(min(depth, 400))))
    )
    lines, start, _ = some_lines(text, random)
    return "\n".join([*lines[:start], re.sub(r":.*", f": {deep}", lines[start]), *lines[start + 1 :]])


def bombed(text: str, random: Random) -> str:
    """Aliases of aliases, which would swell to gigabytes if they were followed."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    return random.choice((bomb + text, text + "\n" + bomb, f"{text}\nbase: &b {{<<: *b}}\n"))


def parted(text: str, random: Random) -> str:
    lines, start, _ = some_lines(text, random)
    return "\n".join([*lines[:start], random.choice(("---", "...", "--- x", "%YAML 1.2", "# x", "\f")), *lines[start:]])


def unquoted(text: str, random: Random) -> str:
    marks = [found.start() for found in re.finditer("[\"':>|\\[\\]{}-]", text)]
    at = random.choice(marks or [0])
    return text[:at] + text[at + 1 :]


def crossed(text: str, random: Random) -> str:
    """A stretch of another file in the place of a stretch of this one."""
    other = random.choice(list((DOCUMENTS | SHARED).values())).decode().split("\n")
    lines, start, end = some_lines(text, random)
    from_ = random.randrange(len(other))
    return "\n".join(lines[:start] + other[from_ : from_ + random.choice((1, 5, 40))] + lines[end:])


def rebuilt(text: str, random: Random) -> str:
    """Sound YAML again, with other values, in other places: what only the model and the proofreader can find."""
    if len(text) > 100_000 or "*a" in text:  # this is no strict reader, and would follow the aliases of a bomb
        return text
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return text
    for _ in range(random.choice((1, 1, 1, 3))):
        slots = [
            (holder, key) for holder in containers(values) for key in (holder if isinstance(holder, dict) else range(len(holder)))
        ]
        if slots:
            rearrange(slots, random)
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=random.choice((60, 120, 10_000)))


def containers(value: Any) -> Iterator[Any]:
    """Every list and every group of fields."""
    if isinstance(value, list | dict):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from containers(inner)


def rearrange(slots: list[tuple[Any, Any]], random: Random) -> None:
    """One word of a text exchanged, or one value dropped, written twice, exchanged for one like it, or for any other."""
    way = random.choice(("word", "word", "word", "drop", "twice", "alike", "alike", "other"))
    wanted = {"word": str, "alike": str}.get(way, object)
    holder, key = random.choice([slot for slot in slots if isinstance(slot[0][slot[1]], wanted)] or slots)
    value = holder[key]
    if way == "word":
        words = str(value).split(" ")
        words[random.randrange(len(words))] = random.choice(PIECES)
        holder[key] = " ".join(words)
    elif way == "drop":
        del holder[key]
    elif way == "twice" and isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), copy.deepcopy(value))
    elif way == "alike":
        alike = [slot[0][slot[1]] for slot in slots if type(slot[0][slot[1]]) is type(value)]
        holder[key] = copy.deepcopy(random.choice(alike))
    else:
        holder[key] = random.choice((None, 0, -1, 10**20, 1.5, True, [], {}, [[]], {"kind": "text"}, TODAY, *VALUES))


def replaced(text: str, random: Random) -> str:
    """Every use of one word is another word."""
    found = re.findall(r"[\w-]+", text)
    return text.replace(random.choice(found), random.choice(VALUES)) if found else text


DAMAGES: tuple[Damage, ...] = (
    *(deleted, duplicated, reordered, truncated, retyped, retyped, retyped, renamed, indented, pierced, pierced, signed),
    *(ended_otherwise, swollen, nested, bombed, parted, unquoted, crossed, crossed, replaced),
)


def damaged(data: bytes, seed: int) -> bytes:
    """A file with one to three damages; now and then its bytes are damaged, too. Every other file stays sound YAML."""
    random = Random(seed)
    text = data.decode()
    if seed % 2:
        return rebuilt(text, random).encode()
    for _ in range(random.choice((1, 1, 2, 3))):
        text = random.choice(DAMAGES)(text, random)
    data = text.encode(random.choice(("utf-8",) * 30 + ("utf-16", "latin-1", "cp1252")), "replace")
    if random.random() < 0.1:
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.randbytes(random.choice((1, 2, 200))) + data[at:]
    return data


# -- damages of drawings -------------------------------------------------------------------------------------------------

SVG_PIECES = (
    *(
        "<",
        ">",
        "/>",
        "</g>",
        "<g>",
        "&",
        "&#x202e;",
        "&#x2800;",
        "&lt;",
        "]]>",
        "<![CDATA[",
        "<!--",
        "--",
        "<?xml?>",
        "<!DOCTYPE a>",
    ),
    *(
        '<use href="#a"/>',
        '<use href="symbols.svg#bone"/>',
        '<use href="symbols.svg#nope"/>',
        '<use href="https://a.example/#a"/>',
    ),
    *(
        '<g id="a"><use href="#a"/></g>',
        "<script>1</script>",
        '<style>@import "a.css"</style>',
        '<a xmlns="">',
        "<foreignObject/>",
    ),
    *('<text font-size="2">a</text>', "<text>\U0001f9b4</text>", "<text>e\u0302</text>", '<image href="file:///etc/passwd"/>'),
    *(' onload="a"', ' id="a" id="a"', ' class="label"', ' transform="scale(0)"', ' style="fill:url(#a)"', ' viewBox="0 0 0 0"'),
    *("\0", "\t", "\r", "\xa0", "\u200b", "\ufeff", "\ufffe", "é", "x" * 5000, '"', "'", "=", "1e999", "NaN", "-1", "%"),
)


def drawn_otherwise(text: str, random: Random) -> str:
    """Something put between two characters of a drawing."""
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(SVG_PIECES) + text[at:]


def measured_otherwise(text: str, random: Random) -> str:
    """Another value of an attribute."""
    found = list(re.finditer(r'="([^"]*)"', text))
    if not found:
        return text
    span = random.choice(found).span(1)
    return text[: span[0]] + random.choice(("", "0", "-1", "1e999", "none", "a b", "url(#a)", "#a", "x" * 3000)) + text[span[1] :]


def multiplied(text: str, random: Random) -> str:
    """Shapes that use shapes that use shapes, many times over or very deep."""
    width, depth = random.choice(((10, 12), (2, 40), (1, 300), (40_000, 1)))
    shapes = "".join(f'<g id="m{n}">' + f'<use href="#m{n + 1}"/>' * width + "</g>" for n in range(depth))
    return text.replace("</svg>", f'{shapes}<path id="m{depth}" d="M0 0h1"/><use href="#m0"/></svg>')


def buried(text: str, random: Random) -> str:
    """Elements in elements in elements."""
    depth = random.choice((10, 49, 60, 5_000, 100_000))
    return text.replace("</svg>", "<g>" * depth + random.choice(("</g>" * depth, "")) + "</svg>")


SVG_DAMAGES: tuple[Damage, ...] = (
    *(deleted, duplicated, reordered, truncated, signed, crossed, replaced, ended_otherwise),
    *(drawn_otherwise, drawn_otherwise, drawn_otherwise, measured_otherwise, measured_otherwise, multiplied, buried),
)
DRAWINGS = {path.stem: path.read_bytes() for path in sorted((GUIDES / "figures").glob("*.svg"))}


def damaged_drawing(data: bytes, seed: int) -> bytes:
    """A drawing with one to three damages; now and then its bytes are damaged, too."""
    random = Random(seed)
    text = data.decode()
    for _ in range(random.choice((1, 1, 2, 3))):
        text = random.choice(SVG_DAMAGES)(text, random)
    data = text.encode(random.choice(("utf-8",) * 20 + ("utf-16", "latin-1")), "replace")
    if random.random() < 0.05:
        at = random.randrange(len(data) + 1)
        data = data[:at] + random.randbytes(random.choice((1, 2, 200))) + data[at:]
    return data


# -- what must hold ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bench:
    """A library in a folder of its own, to put damaged files into."""

    guides: Path
    library: Library
    templates: Templates
    sound: tuple[Manuscript, ...]

    def look(self, name: str, data: bytes) -> None:
        """Reads and proofreads a damaged document; one that passes is composed, as a build would."""
        path = self.guides / f"{name}.yaml"
        path.write_bytes(data)
        started = time.process_time()
        manuscript, problems = read_manuscript(path, self.guides)
        assert bool(manuscript) != bool(problems)
        if manuscript:
            problems = proofread_document(manuscript, self.library, HouseRules())
            card(manuscript)
            if not any(problem.severity == "error" for problem in problems):
                compose(manuscript, EDITIONS["standard"].symbol_mm, self.library, self.templates)
        self.check(problems, f"guides/{name}.yaml", data, started)

    def look_at_shared(self, name: str, data: bytes) -> None:
        """Reads the library with a damaged shared file, and proofreads it where it is usable."""
        path = self.guides / f"{name}.yaml"
        sound = path.read_bytes()
        path.write_bytes(data)
        started = time.process_time()
        reading = read_library(self.guides, STYLES / "figures.css")
        assert bool(reading.library) != any(problem.severity == "error" for problem in reading.problems)
        self.check(reading.problems, f"guides/{name}.yaml", data, started)
        path.write_bytes(sound)
        if reading.library:
            found = proofread_library([], reading.library, reading.files, reading.rules, TODAY)
            for manuscript in self.sound:
                found += proofread_document(manuscript, reading.library, reading.rules)
            assert all(isinstance(problem, Problem) and problem.message for problem in found)
            unsound = any(problem.severity == "error" for problem in found)
            if not unsound and name != "en/phrases":  # which phrases a page needs, its templates alone know
                for manuscript in self.sound:
                    compose(manuscript, EDITIONS["standard"].symbol_mm, reading.library, self.templates)

    def look_at_drawing(self, name: str, data: bytes) -> None:
        """Reads and proofreads the library with a damaged drawing; where that passes, a document that shows it is composed."""
        path = self.guides / "figures" / f"{name}.svg"
        sound = path.read_bytes()
        path.write_bytes(data)
        started = time.process_time()
        reading = read_library(self.guides, STYLES / "figures.css")
        assert bool(reading.library) != any(problem.severity == "error" for problem in reading.problems)
        found = list(reading.problems)
        if reading.library:
            found += proofread_library([], reading.library, reading.files, reading.rules, TODAY)
            found = [problem for problem in found if "/figures/" in problem.file]
        path.write_bytes(sound)
        own = [problem for problem in found if problem.file == f"guides/figures/{name}.svg"]
        assert name == "symbols" or own == found, "a damaged drawing spoils no other"
        self.check(own, f"guides/figures/{name}.svg", data, started)
        if reading.library and not found:
            inlined(reading.library.drawings[name], reading.library.drawings["symbols"], "", "A drawing", "d")
            for manuscript in self.sound:
                compose(manuscript, EDITIONS["standard"].symbol_mm, reading.library, self.templates)

    def check(self, problems: list[Problem], file: str, data: bytes, started: float) -> None:
        """Every problem stands on a line that there is, and can be shown in every form."""
        taken = time.process_time() - started
        assert taken < SECONDS, f"{taken:.1f} s"
        lines = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        for problem in problems:
            assert problem.file == file
            assert 1 <= problem.line <= len(lines), problem
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1, problem
            assert problem.code
            assert problem.message
            json.dumps(problem.as_dict(), ensure_ascii=False).encode()
            assert len(problem.as_text()) < 20_000
        assert len(problems) < 2_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    guides = small_library(tmp_path_factory.mktemp("fuzz"))
    sound = [read_document(GUIDES / f"{name}.yaml") for name in ("en/spinal-stenosis", "en/spinal-fusion-guide")]
    return Bench(guides, shipped_library(), shipped_templates(), tuple(sound))


seeds = st.integers(0, 2**32)
calm = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@settings(calm, max_examples=300)
@given(st.sampled_from(sorted(DOCUMENTS)), seeds)
def test_a_damaged_document_gives_located_problems(bench: Bench, name: str, seed: int) -> None:
    """Or a clean pass; in time, and without an exception."""
    bench.look(name, damaged(DOCUMENTS[name], seed))


@settings(calm, max_examples=60)
@given(st.sampled_from(sorted(SHARED)), seeds)
def test_a_damaged_shared_file_gives_located_problems(bench: Bench, name: str, seed: int) -> None:
    """Or a library that is whole; in time, and without an exception."""
    bench.look_at_shared(name, damaged(SHARED[name], seed))


@settings(calm, max_examples=100)
@given(st.binary(max_size=400))
def test_bytes_of_any_kind_give_located_problems(bench: Bench, data: bytes) -> None:
    """What was never a document is answered in the same way."""
    bench.look("en/some-bytes", data)


@settings(calm, max_examples=80)
@given(st.sampled_from(sorted(DRAWINGS)), seeds)
def test_a_damaged_drawing_gives_located_problems(bench: Bench, name: str, seed: int) -> None:
    """Or a drawing that can be composed; in time, and without an exception."""
    bench.look_at_drawing(name, damaged_drawing(DRAWINGS[name], seed))


START = int(os.environ.get("FUZZ_SEED", "1"))


@pytest.mark.campaign
@pytest.mark.parametrize("hundred", range(35))
def test_many_damaged_documents(bench: Bench, hundred: int) -> None:
    """3,500 damages of documents, and bounded memory."""
    names = sorted(DOCUMENTS)
    for seed in range(START + 100 * hundred, START + 100 * (hundred + 1)):
        name = names[seed // 2 % len(names)]
        try:
            bench.look(name, damaged(DOCUMENTS[name], seed))
        except Exception as error:
            raise AssertionError(f"{name} with seed {seed}: {error!r}") from error
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < MEGABYTES


@pytest.mark.campaign
@pytest.mark.parametrize("fifty", range(10))
def test_many_damaged_shared_files(bench: Bench, fifty: int) -> None:
    """500 damages of shared files, and bounded memory."""
    names = sorted(SHARED)
    for seed in range(START + 50 * fifty, START + 50 * (fifty + 1)):
        name = names[seed // 2 % len(names)]
        try:
            bench.look_at_shared(name, damaged(SHARED[name], seed))
        except Exception as error:
            raise AssertionError(f"{name} with seed {seed}: {error!r}") from error
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < MEGABYTES


@pytest.mark.campaign
@pytest.mark.parametrize("hundred", range(10))
def test_many_damaged_drawings(bench: Bench, hundred: int) -> None:
    """1,000 damages of drawings, and bounded memory."""
    names = sorted(DRAWINGS)
    for seed in range(START + 100 * hundred, START + 100 * (hundred + 1)):
        name = names[seed % len(names)]
        try:
            bench.look_at_drawing(name, damaged_drawing(DRAWINGS[name], seed))
        except Exception as error:
            raise AssertionError(f"{name} with seed {seed}: {error!r}") from error
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 < MEGABYTES
