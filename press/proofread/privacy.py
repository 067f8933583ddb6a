"""Addresses that carry a person's data: a parameter that names one, an e-mail address, a record number (criteria.md Q07).

Names of parameters are compared whole, word by word, never letter by letter: `pagename` and `patientguide` name no person,
`patient`, `utm_email` and `firstName` do.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_plus, urlsplit


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PEOPLE = _words(
    """
    account caller client customer employee guest member patient person recipient subscriber user
    visitor
    """
)
"""Who a page may be told of. Alone as a parameter's name they tell who; beside another word only where that word says which."""

WHICH = _words(
    """
    birthday code date hash id ids identifier key name nbr no nr num number record ref reference
    token uid uuid year
    """
)
"""What tells one of them from another."""

PERSONAL = _words(
    """
    birth birthday birthdate birthdays dob mrn ssn email emails mail mobile cell cellphone phone
    telephone tel fax firstname lastname middlename fullname surname forename givenname familyname
    maidenname nickname username login userid patientid patientname memberid memberno accountno
    accountid clientid customerid visitid dateofbirth birthyear emailaddress phonenumber password
    passwd pwd passport insurance nhs nhsno token session sessionid jwt auth
    """
)
"""Words that name a person's data wherever they end the name of a parameter."""

NAMES_OF = _words("first last middle full given family maiden nick user patient member client customer your my")
"""Beside one of these, `name` is a person's."""

WHOLE = _words("name id uid pid cid vid sid")
"""Too common as parts, and yet a person's where they are the whole name."""

VISITS = _words("visit appointment encounter booking referral")

_NAME = re.compile(r"(?:^|[?&;#/=])([^?&;=#/]{1,80})(?==)")
_EMAIL = re.compile(r"[^\s/?&=;:@#]+@[^\s/?&=;:@#]+\.[^\W\d_]{2,}")
_NUMBERED = re.compile(r"/([A-Za-z]+)s?/[0-9][0-9-]{2,}(?:/|$)")
_SOCIAL = re.compile(r"(?<![\w-])[0-9]{3}-[0-9]{2}-[0-9]{4}(?![\w-])")
_PIECES = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+")


def personal(url: str) -> str:
    """What of an address could name a person, as it stands there; nothing where there is none."""
    parts = urlsplit(url)
    for text in _spellings(f"{parts.path}?{parts.query}#{parts.fragment}"):
        if found := _EMAIL.search(text) or _SOCIAL.search(text):
            return found.group()
        if name := next((name for name in _NAME.findall(text) if names_a_person(name)), None):
            return str(name)
        if (found := _NUMBERED.search(text)) and found[1].lower().rstrip("s") in PEOPLE:
            return found.group()
    return ""


def _spellings(text: str) -> Iterator[str]:
    """A text, and what it says once its codes are undone; addresses inside addresses are coded twice."""
    for _ in range(3):
        yield text
        if (plain := unquote_plus(text)) == text:
            return
        text = plain


def names_a_person(name: str) -> bool:
    """Whether a parameter of this name carries a person's data."""
    words = [word.lower() for word in _PIECES.findall(name)]
    whole, last = "".join(words), words[-1] if words else ""
    if whole in WHOLE | PERSONAL | PEOPLE or last in PERSONAL | PEOPLE:
        return True
    before = set(words[:-1])
    if last == "name" or words[:1] == ["name"]:
        return not NAMES_OF.isdisjoint(words)
    return last in WHICH and not before.isdisjoint(PEOPLE | PERSONAL | VISITS)
