"""Safety: the signs that call for help, where they stand and what may be added to them (criteria.md C18, C27, G07, X07)."""

import re
from collections.abc import Iterator

from press.model.base import Loc
from press.model.blocks import RedFlagsBlock
from press.model.documents import Handout
from press.model.inline import plain
from press.model.library import Shared, Signs
from press.proofread.readability import words
from press.proofread.rule import Finding, Proof, Shelf, document_rule, library_rule

_FILLERS = frozenset(
    words("a an the or and in of on your you one any new no not that is to with it as at after gets get getting gives")
)
_ENDINGS = re.compile(r"(?:ness|ening|ens?|er|ing|ed|es|s)$")
_SOFT = re.compile(
    r"\b(?:if it lasts|can wait|wait and see|do not worry|don't worry|most likely|usually harmless|no need)\b", re.IGNORECASE
)
_GRAVE = {
    "bladder or bowel trouble": r"bladder|bowel|urine|\bpee\b|stool|vejiga|intestin|orina|heces",
    "numbness between the legs": r"genital|groin|saddle|between (?:the|your) legs|inner thigh|ingle|entrepierna",
    "weakness in both legs": r"both legs|ambas piernas|las dos piernas",
    "chest pain or trouble breathing": (
        r"chest pain|(?:trouble|cannot|can't) breath|short(?:ness)? of breath|dolor (?:de|en el) pecho|respirar"
    ),
}
"""Signs that are never 'call today' (criteria.md 2.6)."""

EMERGENCY_SIGNS = _GRAVE | {"a serious accident": r"accident|\bfall\b|crash|accidente|caída"}
TODAY_SIGNS = {
    "fever": r"fever|fiebre",
    "weight loss": r"weight|peso",
    "cancer": r"cancer|cáncer",
    "pain at night": r"night|noche",
    "signs after surgery": r"surgery|wound|operation|cirug|herida|operaci",
}


@document_rule("red-flags-place", "C27", fixed=True)
def red_flags_place(proof: Proof) -> Iterator[Finding]:
    """The signs that call for help stand on the first page, at the top of the back, or in a guide's first part."""
    for section, _ in proof.blocks("red_flags"):
        loc = section.loc
        good = loc[0] == "front" or loc == ("back", 0) if isinstance(proof.document, Handout) else loc[:2] == ("parts", 0)
        if not good:
            where = "on the front, or first on the back" if isinstance(proof.document, Handout) else "in the first part"
            yield Finding(loc, "the signs that call for help stand too far back", f"place them {where}")


@document_rule("red-flags-contradict", "C27", fixed=True)
def red_flags_contradict(proof: Proof) -> Iterator[Finding]:
    """An added sign that says 'today' of an emergency, sets a shared sign to another hour, or soothes."""
    shared = proof.language.shared
    for loc, sign, other, when in _added(proof):
        low = plain(sign).lower()
        if soft := _SOFT.search(low):
            yield Finding(loc, f"'{soft.group()}' softens a sign that calls for help", "name the sign alone")
        if loc[-2] == "also_today" and (grave := next((name for name, form in _GRAVE.items() if re.search(form, low)), None)):
            yield Finding(loc, f"{grave} is an emergency, not for later today", "leave it to the emergency box")
        elif clash := next((text for text in other if _keys(sign) <= _keys(text)), None):
            label = shared.today.label if when == "emergency" else shared.emergency.label
            yield Finding(loc, f"this sign stands under '{plain(label)}' too: '{plain(clash)}'", "one sign, one time to act")


@document_rule("red-flags-repeat", "C27", "warning")
def red_flags_repeat(proof: Proof) -> Iterator[Finding]:
    """An added sign that the same box prints already."""
    shared = proof.language.shared
    for loc, sign, _, when in _added(proof):
        same = shared.emergency.signs if when == "emergency" else shared.today.signs
        if repeated := next((text for text in same if _keys(sign) <= _keys(text)), None):
            yield Finding(loc, f"the shared signs say this: '{plain(repeated)}'", "delete it here")


def _added(proof: Proof) -> Iterator[tuple[Loc, str, list[str], str]]:
    """Each sign a document adds: where, its text, every sign in the other box, and its own box."""
    shared = proof.language.shared
    for section, block in proof.blocks("red_flags"):
        assert isinstance(block, RedFlagsBlock)
        today = [*shared.today.signs, *block.also_today]
        emergency = [*shared.emergency.signs, *block.also_emergency]
        for number, sign in enumerate(block.also_emergency):
            yield (*section.loc, "also_emergency", number), sign, today, "emergency"
        for number, sign in enumerate(block.also_today):
            yield (*section.loc, "also_today", number), sign, emergency, "today"


def _keys(sign: str) -> set[str]:
    """The words of a sign that carry it, without endings."""
    return {_ENDINGS.sub("", word) for word in words(plain(sign).lower()) if word not in _FILLERS}


@library_rule("red-flag-signs", "C27", fixed=True)
def red_flag_signs(shelf: Shelf) -> Iterator[Finding]:
    """Shared boxes that lack a sign every spine document must carry, or that do not say when to act."""
    for language in shelf.library.languages.values():
        shared, file = language.shared, f"{language.code}/shared.yaml"
        if "911" not in shared.emergency.action + shared.emergency.label:
            place = shelf.place(file, ("emergency", "action"))
            yield Finding(
                (), "the emergency box does not say to call 911", "write 'Call 911 or go to an emergency room now'", place=place
            )
        if not re.search(r"today|hoy", f"{shared.today.label} {shared.today.action}", re.IGNORECASE):
            place = shelf.place(file, ("today", "label"))
            yield Finding((), "the second box does not say to call today", "write 'Call a doctor today'", place=place)
        for name, box, needed in (("emergency", shared.emergency, EMERGENCY_SIGNS), ("today", shared.today, TODAY_SIGNS)):
            for missing in _missing(box, needed):
                place = shelf.place(file, (name, "signs"))
                yield Finding(
                    (), f"the box '{plain(box.label)}' does not name {missing}", "restore it from the last version", place=place
                )


def _missing(box: Signs, needed: dict[str, str]) -> list[str]:
    told = " ".join(box.signs).lower()
    return [name for name, form in needed.items() if not re.search(form, told)]


STANDING = {
    "disclaimer": ("G07", r"advice|consejo", r"doctor|clinician|care team|médic"),
    "formats": ("X07", r"large print|letra grande", r"language|spanish|idioma|español"),
}


@library_rule("standing-text", "G07, X07", fixed=True)
def standing_text(shelf: Shelf) -> Iterator[Finding]:
    """Shared texts that no longer say what every document must: not advice; large print and other languages."""
    says = {
        "disclaimer": "that it is no substitute for a doctor's advice",
        "formats": "how to get large print and other languages",
    }
    for language in shelf.library.languages.values():
        for name, (_, *forms) in STANDING.items():
            if not all(re.search(form, _shared_text(language.shared, name), re.IGNORECASE) for form in forms):
                place = shelf.place(f"{language.code}/shared.yaml", (name,))
                yield Finding((), f"'{name}' does not say {says[name]}", "restore it from the last version", place=place)


def _shared_text(shared: Shared, name: str) -> str:
    return plain(getattr(shared, name))


@library_rule("contact", "C18", "warning")
def contact(shelf: Shelf) -> Iterator[Finding]:
    """A clinic without a phone number or hours: pages print a line to write on, or say nothing of them."""
    for name, instead in (("phone", "print a line to write on"), ("hours", "leave it out")):
        if not getattr(shelf.library.clinic, name):
            place = shelf.place("clinic.yaml", (name,))
            message = f"'{name}' is not filled in: pages {instead}"
            yield Finding((), message, "fill it in once the clinic has confirmed it", place=place)
