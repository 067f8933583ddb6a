"""How to reach the clinic: the lines of the contact box, with numbers and addresses that a telephone or a mail program opens."""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from markupsafe import Markup, escape

FIELDS = {"phone": "phone", "hours": "hours", "address": "address", "email": "email"}
"""The clinic's fields in the contact box, in order, with the phrases that label them."""

TO_WRITE = ("phone", "address")
"""Fields that print a line to write on while they are empty; the others are left out."""

IN_LINES = ("hours", "address")
"""Fields that are printed line by line."""

_GAP = r"[ .()\-\u00a0\u2010\u2011\u2013]{0,3}"
_NUMBER = re.compile(rf"(?<![\w+])\+?\(?\d(?:{_GAP}\d){{6,14}}(?!\w)")
"""Seven to fifteen digits (ITU-T E.164), with what people set between them. A slash parts two numbers."""
_EMERGENCY = re.compile(r"(?<![\w-])(?:911|112|999)(?![\w-])")
_MAIL = re.compile(r"[\w.%+-]+@[\w-]+(?:\.[\w-]+)+")
_NORTH_AMERICAN = re.compile(r"1?([2-9]\d{9})")

Part = tuple[str, str]
"""Words, and the address that they open: empty where they open none."""


class Entries(Protocol):
    """Phrases or fields by name."""

    def __getitem__(self, key: str, /) -> Any: ...


def lines(clinic: Entries, words: Entries, opens: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of the contact box: a label with what is known, or with a line to write on.

    `opens` learns what is said of each link.
    """
    for field, phrase in FIELDS.items():
        if value := clinic[field]:
            yield {"label": words[phrase], "lines": _known(field, value, words, opens), "said": None}
        elif field in TO_WRITE:
            yield _to_write(words[phrase], words)
    yield _to_write(words["my_next_appointment"], words)


def _to_write(label: str, words: Entries) -> dict[str, Any]:
    return {"label": label, "lines": [], "said": words["line_to_write"].format(label=label)}


def _known(field: str, value: str | tuple[str, ...], words: Entries, opens: dict[str, str]) -> list[Markup]:
    """What the clinic says in a field, line by line."""
    found = value.splitlines() if isinstance(value, str) else value
    if field == "phone":
        return [linked(numbers(line), "link_calls", words, opens) for line in found]
    if field == "email":
        return [linked(mail_addresses(line), "link_writes", words, opens) for line in found]
    return [escape(line) for line in found]


def linked(parts: Iterable[Part], phrase: str, words: Entries, opens: dict[str, str]) -> Markup:
    """Parts as HTML; those with an address open it, and the phrase says what that does."""
    out = Markup("")
    for text, address in parts:
        if address:
            opens[address] = words[phrase].format(to=text)
        out += Markup('<a href="{}">{}</a>').format(address, text) if address else escape(text)
    return out


def numbers(text: str) -> Iterator[Part]:
    """A text in parts, those that are telephone numbers with a `tel:` address (RFC 3966)."""
    return _parts(_NUMBER, text, _dialed)


def emergency_numbers(text: str) -> Iterator[Part]:
    """A text in parts, the numbers 911, 112 and 999 with their `tel:` address."""
    return _parts(_EMERGENCY, text, lambda number: f"tel:{number}")


def mail_addresses(text: str) -> Iterator[Part]:
    """A text in parts, mail addresses with a `mailto:` address (RFC 6068)."""
    return _parts(_MAIL, text, lambda address: f"mailto:{address}")


def _parts(pattern: re.Pattern[str], text: str, address: Callable[[str], str]) -> Iterator[Part]:
    at = 0
    for found in pattern.finditer(text):
        yield text[at : found.start()], ""
        yield found.group(), address(found.group())
        at = found.end()
    yield text[at:], ""


def _dialed(number: str) -> str:
    """Ten digits, the first no 0 or 1, are a number of North America; others are dialed as they are written."""
    digits = re.sub(r"\D", "", number)
    if number.startswith("+"):
        return f"tel:+{digits}"
    known = _NORTH_AMERICAN.fullmatch(digits)
    return f"tel:+1{known.group(1)}" if known else f"tel:{digits}"
