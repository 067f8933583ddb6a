"""Colours: every text on its background, as the style sheets set them, stands out enough (criteria.md X05).

Reads the sheets simply: tokens, rules that set a colour or a background, and which box a rule's selector stands in.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from press.problems import Mark
from press.proofread.rule import Finding, Place, Shelf, library_rule

MIN_CONTRAST, MIN_BODY = 4.5, 7.0
PAGE = ("html", "body")
HEADINGS = ("h1", "h2", "h3", "h4")
_HIDDEN = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|url\([^)]*\)", re.DOTALL)
_IMPORT = re.compile(r"@import\s+(?:url\()?[\"']([^\"']+)[\"']")
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,[^)]*)?\)")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|\brgb\([^)]*\)|\bwhite\b|\bblack\b", re.IGNORECASE)
_TRANSPARENT_RULES = ("@media", "@layer", "@supports")

Rgb = tuple[int, int, int]


@dataclass
class Declared:
    """What one selector sets: each property's value, and where it stands."""

    values: dict[str, tuple[str, str, Mark]]

    def get(self, *names: str) -> tuple[str, str, Mark] | None:
        """The value, the sheet and the place of the first of these properties that is set."""
        return next((self.values[name] for name in names if name in self.values), None)


@dataclass(frozen=True)
class Pair:
    """Text on a background: its selector, both colours, the least contrast, and where it is set."""

    selector: str
    text: Rgb
    background: Rgb
    least: float
    sheet: str
    mark: Mark

    @property
    def contrast(self) -> float:
        """The contrast after WCAG 2.1."""
        lighter, darker = sorted((_luminance(self.text), _luminance(self.background)), reverse=True)
        return (lighter + 0.05) / (darker + 0.05)


@library_rule("contrast", "X05")
def contrast(shelf: Shelf) -> Iterator[Finding]:
    """Text under 4.5 to 1 against its background, or body text under 7 to 1."""
    styles = shelf.files.styles
    shown: dict[Pair, list[str]] = {}
    for entry in entries(styles):
        for pair in pairs(styles, entry):
            shown.setdefault(pair, []).append(f"style:styles/{entry}")
    for pair, holds in shown.items():
        if round(pair.contrast, 2) < pair.least:
            colours = f"{_hex(pair.text)} on {_hex(pair.background)}"
            message = f"'{pair.selector}' sets {colours}: a contrast of {pair.contrast:.1f} to 1, and it takes {pair.least:g}"
            lines = styles[pair.sheet].splitlines()
            excerpt = lines[pair.mark.line - 1] if pair.mark.line <= len(lines) else ""
            place = Place(f"styles/{pair.sheet}", pair.mark, excerpt)
            yield Finding((), message, "make the darker one darker", place=place, holds=tuple(dict.fromkeys(holds)))


def entries(styles: dict[str, str]) -> list[str]:
    """The sheets that editions start from: those that no other imports."""
    imported = {name for text in styles.values() for name in _IMPORT.findall(text)}
    return [name for name in styles if name not in imported and "@page" in styles[name]]


def pairs(styles: dict[str, str], entry: str) -> Iterator[Pair]:
    """Each text colour of an edition on the background it stands on."""
    rules = _cascade(styles, entry)
    tokens = {name: value[0] for name, value in rules.get(":root", Declared({})).values.items() if name.startswith("--")}
    paints = {
        selector: found for selector, rule in rules.items() if (found := _paint(rule, tokens, "background-color", "background"))
    }
    for selector, rule in rules.items():
        if (page := rule.get("page")) and (ground_of_page := paints.get(f"@page {page[0]}")):
            paints.setdefault(selector, ground_of_page)
    inks = {selector: found for selector, rule in rules.items() if (found := _paint(rule, tokens, "color"))}
    body = next((inks[selector] for selector in PAGE if selector in inks), None)
    paper = next((paints[selector][0] for selector in PAGE if selector in paints), (255, 255, 255))
    for selector, (ink, sheet, mark) in inks.items():
        ground = paints[selector][0] if selector in paints else _around(selector, paints, paper)
        yield Pair(selector, ink, ground, MIN_BODY if selector in PAGE else MIN_CONTRAST, sheet, mark)
    for selector, (ground, sheet, mark) in paints.items():
        if selector in inks or not body or "::" in selector or selector.startswith("@page"):
            continue
        yield Pair(selector, _around(selector, inks, body[0]), ground, MIN_BODY, sheet, mark)
        yield from (Pair(f"{selector} {h}", inks[h][0], ground, MIN_CONTRAST, sheet, mark) for h in HEADINGS if h in inks)


def _paint(rule: Declared, tokens: dict[str, str], *names: str) -> tuple[Rgb, str, Mark] | None:
    """The colour that a rule sets for one of these properties, and where."""
    found = rule.get(*names)
    colour = _colour(found[0], tokens) if found else None
    return (colour, found[1], found[2]) if found and colour else None


def _around(selector: str, known: dict[str, tuple[Rgb, str, Mark]], otherwise: Rgb) -> Rgb:
    """The colour of the nearest box around a selector's subject: by its ancestors, then by its name ('masthead-line')."""
    *ancestors, subject = [set(re.findall(r"\.[\w-]+", part)) for part in re.split(r"[\s>+~]+", selector)]
    families = [{name.rpartition("-")[0]} for name in subject if "-" in name]
    boxes = {
        frozenset(re.findall(r"\.[\w-]+", key)): value[0]
        for key, value in known.items()
        if re.fullmatch(r"[\w]*(?:\.[\w-]+)+", key)
    }
    for names in [*reversed(ancestors), *families]:
        for box, colour in boxes.items():
            if box <= names:
                return colour
    return otherwise


@lru_cache(maxsize=64)
def _rules(sheet: str, text: str) -> list[tuple[str, str, str, Mark]]:
    """Each declaration of a sheet: selector, property, value, place."""
    blank = _HIDDEN.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
    found: list[tuple[str, str, str, Mark]] = []
    stack: list[str] = []
    start = 0
    for match in re.finditer(r"[{};]", blank):
        piece = blank[start : match.start()]
        if match.group() == "{":
            stack.append(" ".join(piece.split()))
        else:
            name, colon, value = piece.partition(":")
            if colon and stack:
                offset = start + len(piece) - len(piece.lstrip())
                mark = Mark(text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
                found += [(selector, name.strip(), value.strip(), mark) for selector in _selectors(stack)]
            if match.group() == "}" and stack:
                stack.pop()
        start = match.end()
    return found


def _selectors(stack: list[str]) -> list[str]:
    """The selectors that a stack of nested rules stands for."""
    names = [""]
    for level in stack:
        if level.startswith(_TRANSPARENT_RULES):
            continue
        parts = [part.strip() for part in level.split(",")]
        names = [part.replace("&", name) if "&" in part else f"{name} {part}".strip() for name in names for part in parts]
    return names


def _cascade(styles: dict[str, str], entry: str) -> dict[str, Declared]:
    """What each selector sets after all imports; later sheets go before earlier ones."""
    rules: dict[str, Declared] = {}
    for sheet in _in_order(styles, entry, ()):
        for selector, name, value, mark in _rules(sheet, styles[sheet]):
            declared = rules.setdefault(selector, Declared({}))
            if name == "background":
                declared.values.pop("background-color", None)
            declared.values[name] = (value, sheet, mark)
    return rules


def _in_order(styles: dict[str, str], sheet: str, above: tuple[str, ...]) -> Iterator[str]:
    for name in _IMPORT.findall(styles[sheet]):
        if name in styles and name not in above:
            yield from _in_order(styles, name, (*above, sheet))
    yield sheet


def _colour(value: str, tokens: dict[str, str]) -> Rgb | None:
    """The colour in a value; None where there is none, or where it can't be told."""
    for _ in range(4):
        value = _VARIABLE.sub(lambda match: tokens.get(match.group(1), ""), value)
    found = _COLOUR.search(value)
    if not found:
        return None
    word = found.group().lower()
    if word.startswith("rgb"):
        numbers = [int(float(number)) for number in re.findall(r"[0-9.]+", word)]
        return (numbers[0], numbers[1], numbers[2]) if len(numbers) == 3 else None
    digits = {"white": "ffffff", "black": "000000"}.get(word, word.lstrip("#"))
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    return (int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)) if len(digits) == 6 else None


def _luminance(colour: Rgb) -> float:
    red, green, blue = (part / 255 / 12.92 if part <= 10 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
