"""Stray markup: what is typed as markup and is none here, each at its place. On paper it would stand as it was typed."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from press.model.inline import LINK, Fault, parse

_SUSPECT = re.compile(r"[*_\[\]`{}<&~\\|#=]|--|(?:^|\n) *[-+>•1]")
"""Without one of these a text holds no markup of any kind."""

_NO_LIST = "a list is a block of its own, such as `checklist` or `steps`; for a dash write –"


class _Sign(NamedTuple):
    """One kind of markup that is none here. `anywhere`: also where no markup at all is read, as in a name."""

    pattern: re.Pattern[str]
    message: str
    hint: str
    anywhere: bool = False


def _sign(pattern: str, message: str, hint: str, anywhere: bool = False) -> _Sign:
    return _Sign(re.compile(pattern), message, hint, anywhere)


_UNDERLINED = r"(?<!\w)(_{1,3})(?=[^\s_.,;:!?)])(?:[^\n]{0,200}?[^\s_]\1(?!\w))?|(?<=[^\W_])_{1,2}(?!\w)"
_HTML = r"<([A-Za-z]\w{0,20})[^<>]{0,200}>(?:[^<]{0,200}</\1>)?|</?[A-Za-z](?:[^<>]{0,200}>)?|<[!?/]"
_SIGNS = (
    _sign(_UNDERLINED, "underscores are no emphasis here", "write *words* for emphasis, or **words** for bold", anywhere=True),
    _sign(_HTML, "HTML is printed as typed", "write the words alone; for 'less than' put a space after the sign", anywhere=True),
    _sign(
        r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]+);",
        "an HTML code is printed as typed",
        "write the letter itself",
        anywhere=True,
    ),
    _sign(
        r"\{\{.{0,80}?\}\}|\{[%#].{0,80}?[%#]\}|\{\w{0,60}\}|[{}]",
        "braces are filled in by nothing here",
        "write the words that are meant",
        anywhere=True,
    ),
    _sign(r"`+(?:[^`]{0,200}`+)?", "backticks are printed as typed", "write the words alone, or in “quotes”", anywhere=True),
    _sign(
        r"~~(?:.{0,200}?~~)?|==+(?:[^=]{0,200}==+)?|~[^\s~]{1,20}~(?!\d)",
        "these signs are printed as typed",
        "write the words alone",
        anywhere=True,
    ),
    _sign(r"\\", "a backslash is printed as typed", "delete it: no sign needs one before it", anywhere=True),
    _sign(r"(?:(?<=\n)|^) *#{1,6} ", "a heading can't stand inside a text", "use the block's `heading`, or a block of its own"),
    _sign(r"(?:(?<=\n)|^) *(?:[-*•] |\+ (?!\d))", "a list can't stand inside a text", _NO_LIST),
    _sign(r"(?:(?<=\n)|^) *1[.)] (?=(?:[^\n]{0,400}\n){1,8}? *2[.)] )", "a list can't stand inside a text", _NO_LIST),
    _sign(r"(?:(?<=\n)|^) *> ?(?![\s\d])", "this sign is printed as typed", "write the words alone, or in “quotes”"),
    _sign(r"(?:(?<=\n)|^) *\|", "a table can't stand inside a text", "use a block of the kind `table`"),
    _sign(r"-{3,}", "a row of hyphens is printed as typed", "for a dash write –; for a break begin another block"),
)

_BRACKETS = (
    _sign(r"!(?=\0)|!(?=\[)", "a picture can't stand inside a text", "use a block of the kind `figure`"),
    _sign(r"\[\^[^\[\]]*\]", "there are no footnotes", "name sources in the block's `sources`"),
    _sign(r"\[[ xX]?\](?!\()", "a box to tick can't stand inside a text", "use a block of the kind `checklist`"),
    _sign(
        r"\[[^\[\]]*\]\s+\((?:article|term):[^\s)]*\)?",
        "a blank parts this link in two",
        "write [words](article:ID) without a blank before the bracket",
    ),
    _sign(
        r"\[[^\[\]]*\]\([^()\[\]]*\)?",
        "this link is not closed, or holds more than its target",
        "write [words](article:ID) or [words](term:ID)",
    ),
    _sign(
        r"\[[^\[\]]*\]",
        "square brackets without a target are printed as typed",
        "write [words](article:ID) or [words](term:ID); else use (round brackets)",
    ),
    _sign(r"\[", "this bracket is never closed", "write [words](article:ID) or [words](term:ID)"),
    _sign(r"\]\(?", "this bracket was never opened", "write [words](article:ID) or [words](term:ID)"),
)
_BRACKET = re.compile("|".join(f"(?P<s{number}>{sign.pattern.pattern})" for number, sign in enumerate(_BRACKETS)))


def faults(raw: str, in_paragraphs: bool = False) -> list[Fault]:
    """What is wrong with the markup of a text, in order of place."""
    if not _SUSPECT.search(raw):
        return []
    bare = _without_links(raw)
    found = [*_signs(bare, _SIGNS), *_brackets(bare)]
    taken = {fault.start for fault in found}
    stars = "these stars open or close nothing", "put ** or * right before and right after whole words; for × type the sign"
    found += [Fault(at, *stars) for at in parse(raw, in_paragraphs).loose_stars if at not in taken]
    return sorted(found)


def faults_of_name(raw: str, filled_in: bool = False) -> list[Fault]:
    """Markup in a text that is printed as typed, such as a name or a phrase; `filled_in` ones may hold {words} in braces."""
    if not _SUSPECT.search(raw):
        return []
    marked = "markup is printed as typed here", "write the words alone"
    found = [Fault(span.start, *marked) for spans in parse(raw).paragraphs for span in spans if span.kind != "words"]
    bare = _without_links(raw)
    if filled_in:
        bare = re.sub(r"\{(\w+)\}", r"\0\1\0", bare)
    signs = _signs(bare, tuple(sign for sign in _SIGNS if sign.anywhere))
    found += [fault._replace(hint=marked[1]) if "*" in fault.hint else fault for fault in signs]
    return sorted(found)


def _without_links(raw: str) -> str:
    """The text with the signs and targets of its links blotted out, letter for letter."""
    if "](" not in raw:
        return raw
    return LINK.sub(lambda link: f"\0{link[1]}" + "\0" * (len(link[0]) - len(link[1]) - 1), raw)


def _signs(bare: str, signs: tuple[_Sign, ...]) -> Iterator[Fault]:
    for sign in signs:
        for match in sign.pattern.finditer(bare):
            yield Fault(match.start() + len(match[0]) - len(match[0].lstrip()), sign.message, sign.hint)


def _brackets(bare: str) -> Iterator[Fault]:
    for match in _BRACKET.finditer(bare):
        sign = _BRACKETS[int(str(match.lastgroup)[1:])]
        yield Fault(match.start(), sign.message, sign.hint)
