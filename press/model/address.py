"""Web addresses: what an editor writes, checked and put into the one form that codes, links and the manifest carry.

The form is that of RFC 3986 in ASCII: the host in small letters and, where it has others, in punycode (IDNA 2008 with the
mapping of UTS 46); what else is not ASCII is percent-encoded UTF-8 of the composed letters (RFC 3987, 3.1). In print an
address is shown with its letters as they read.
"""

import re
from typing import Annotated
from unicodedata import category, normalize
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pydantic import AfterValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

MAX_LENGTH, MAX_HOST = 2000, 253
DEFAULT_PORTS = {"http": 80, "https": 443}

_PARTS = re.compile(r"(https?)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_REFUSED = '"<>\\^`{|}'
_KEPT = "%/?#:@!$&'()*+,;=[]-._~"
_UNRESERVED = re.compile("%(?:2D|2E|5F|7E|3[0-9]|4[1-9A-F]|5[0-9A]|6[1-9A-F]|7[0-9A])")
_ENCODED = re.compile("(?:%[89A-F][0-9A-F])+")


class BadAddress(ValueError):
    """This can't be opened on a telephone; says why, and what to do."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.hint = hint


def canonical(text: str, schemes: tuple[str, ...] = ("https",)) -> str:
    """An address in the form that is printed in codes. Raises BadAddress where it is none."""
    wanted = " or ".join(f"{scheme}://" for scheme in schemes)
    if len(text) > 2 * MAX_LENGTH:
        raise _too_long(len(text))
    _look_through(text)
    found = _PARTS.fullmatch(text)
    if not found or found[1] not in schemes:
        raise BadAddress(f"is no address that starts with {wanted}", f"write the full address, {wanted}…")
    scheme, authority, *rest = found.groups(default="")
    if "@" in authority:
        raise BadAddress("holds a user name before its host", "write the address without what stands before the @")
    host, colon, port = authority.partition(":")
    if authority.startswith("["):
        raise BadAddress("names a machine by its number", "write the name of its host, such as example.com")
    number = _port(port, scheme) if colon else ""
    path, query, fragment = (quote(normalize("NFC", part), safe=_KEPT) for part in rest)
    made = f"{scheme}://{host_name(host)}{number}{path}{query}{fragment}"
    made = re.sub("%[0-9a-fA-F]{2}", lambda code: code.group().upper(), made)
    if len(made) > MAX_LENGTH:
        raise _too_long(len(made))
    return made


def _too_long(length: int) -> BadAddress:
    return BadAddress(f"has {length} characters; the most is {MAX_LENGTH}", "find a shorter address of the page")


def _look_through(text: str) -> None:
    """Refuses letters that no address holds: nobody can tell what was meant."""
    for char in text:
        if category(char)[0] in "CZ" or char in _REFUSED:
            named = "a space" if char == " " else f"'{char}'" if char.isprintable() else f"U+{ord(char):04X}"
            instead = f", or write it as %{ord(char):02X}" if char.isascii() and char.isprintable() else ""
            raise BadAddress(f"holds {named}, which no address may hold", f"delete it{instead}")
    if broken := re.search("%(?![0-9a-fA-F]{2})", text):
        shown = text[broken.start() : broken.start() + 3]
        raise BadAddress(f"holds '{shown}', which is no code for a letter", "write a percent sign as %25")


def _port(port: str, scheme: str) -> str:
    """The port with its colon; nothing where it goes without saying."""
    if not port:
        return ""
    number = int(port) if re.fullmatch("[0-9]{1,5}", port) else 0
    if not 0 < number < 65536:
        raise BadAddress(f"has the port '{port[:20]}'; ports go from 1 to 65535", "write the address without it")
    return "" if number == DEFAULT_PORTS[scheme] else f":{number}"


def host_name(text: str) -> str:
    """A host's name in ASCII. Raises BadAddress for what is none: a machine's number, one bare word, forbidden letters."""
    host = text.lower()
    if not host:
        raise BadAddress("names no host", "write the name of its host, such as example.com")
    if not host.isascii() or "xn--" in host:
        host = _punycode(host)
    labels = host.split(".")
    if wrong := next((label for label in labels if not _LABEL.fullmatch(label)), None):
        raise BadAddress(f"has the host '{_clipped(text)}', and '{_clipped(wrong)}' in it is no name", _LETTERS)
    if "" in labels:
        raise BadAddress(f"has the host '{_clipped(text)}', with a dot too many", "take the dot out")
    if re.fullmatch("[0-9]+|0x[0-9a-f]*", labels[-1]):
        raise BadAddress("names a machine by its number", "write the name of its host, such as example.com")
    if len(labels) < 2 or len(host) > MAX_HOST:
        raise BadAddress(f"has the host '{_clipped(text)}', which is no name on the web", "write it in full, such as example.com")
    return host


_LETTERS = "names of hosts have letters, digits and hyphens between dots, 63 at most"


def _punycode(host: str) -> str:
    import idna

    try:
        made = idna.encode(host, uts46=True).decode("ascii")
        idna.decode(made)
    except (idna.IDNAError, UnicodeError) as error:
        raise BadAddress(f"has the host '{_clipped(host)}', which is no name on the web", _LETTERS) from error
    return made


def _clipped(text: str) -> str:
    return printable(text, 60)


def printable(text: str, most: int = 120) -> str:
    """What came from elsewhere, as a message can show it: one line, no letters that hide or turn, cut where it is long."""
    shown = "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[: most + 1])
    return shown if len(shown) <= most else f"{shown[:most]}…"


def readable(url: str) -> str:
    """An address with its letters as they read, for print; it leads to the same page. Give it in its canonical form."""
    if "%" not in url and "xn--" not in url:
        return url
    try:
        parts = urlsplit(url)
        spoken = urlunsplit(parts._replace(netloc=_spoken(parts.netloc)))
        shown = _ENCODED.sub(lambda found: _letters(found.group()), spoken)
        return shown if canonical(shown, (parts.scheme,)) == url else url
    except ValueError:
        return url


def _spoken(netloc: str) -> str:
    import idna

    host, colon, port = netloc.partition(":")
    return idna.decode(host) + colon + port if "xn--" in host else netloc


def _letters(codes: str) -> str:
    """Codes as the letters that they stand for, where they are such as one reads and types."""
    text = unquote(codes, errors="replace")
    return text if all(category(char)[0] in "LMN" for char in text) else codes


def typed(url: str) -> str:
    """An address as a reader would type it: without https://, www. and the last slash, in readable letters."""
    return re.sub(r"^https://(www\.)?", "", readable(url)).rstrip("/")


def page(url: str) -> str:
    """What two addresses of one page have in common, whatever their scheme, www., last slash, fragment, or needless codes."""
    parts = urlsplit(url)
    host = parts.netloc.removeprefix("www.")
    plain = (_UNRESERVED.sub(lambda code: unquote(code.group()), text) for text in (parts.path.rstrip("/"), parts.query))
    return "?".join((host, *plain))


def _checked(text: str, schemes: tuple[str, ...]) -> str:
    try:
        return canonical(text, schemes)
    except BadAddress as error:
        raise _located(f"'{_clipped(text)}' {error}", error.hint) from error


def _checked_host(text: str) -> str:
    try:
        return host_name(text)
    except BadAddress as error:
        raise _located(f"'{_clipped(text)}' is no host: it {error}", error.hint) from error


def _located(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("address", "{message}", {"message": message, "hint": hint})


def _schema(pattern: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern})


Https = Annotated[str, AfterValidator(lambda text: _checked(text, ("https",))), _schema(r"^https://\S+$")]
"""A secure address, in its canonical form."""

Http = Annotated[str, AfterValidator(lambda text: _checked(text, ("https", "http"))), _schema(r"^https?://\S+$")]
"""An address that need not be secure: where a source stands."""

Host = Annotated[str, AfterValidator(_checked_host), _schema(r"^[^\s/:@]+$")]
"""The name of a host, in its canonical form."""
