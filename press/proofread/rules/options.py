"""Options: all roads shown, in equal detail, hedged, and with the clinic's interest (criteria.md C21-C26, G04)."""

from collections.abc import Iterator

from press.model.base import Loc
from press.model.inline import plain
from press.model.option_blocks import EvidenceBlock, Option, OptionDetailBlock, OptionsBlock
from press.proofread.readability import length, sentences
from press.proofread.rule import Finding, Proof, at_hit, document_rule
from press.proofread.wording import wording

MAX_DIFFERENCE = 2
MAX_RATIO = 3
PATHS = {"wait": "waiting", "non-surgical": "care without surgery", "surgery": "surgery"}


def _rows(proof: Proof) -> Iterator[tuple[Loc, Option]]:
    for section, block in proof.blocks("options"):
        assert isinstance(block, OptionsBlock)
        yield from (((*section.loc, "rows", number), row) for number, row in enumerate(block.rows))


def _details(proof: Proof) -> Iterator[tuple[Loc, OptionDetailBlock]]:
    for section, block in proof.blocks("option_detail"):
        assert isinstance(block, OptionDetailBlock)
        yield section.loc, block


def _treatments(proof: Proof) -> Iterator[tuple[Loc, str, str]]:
    """Each place that speaks for a treatment: where, its name, and what is said for it (its risks aside)."""
    for loc, row in _rows(proof):
        if row.path != "wait":
            yield loc, plain(row.name), f"{row.benefits} {row.known}"
    for loc, block in _details(proof):
        if block.path != "wait":
            yield loc, plain(block.heading), " ".join([block.what, *block.benefits, block.known, block.not_known])
    for section, evidence in proof.blocks("evidence"):
        assert isinstance(evidence, EvidenceBlock)
        yield section.loc, plain(evidence.heading or "this block"), " ".join([*evidence.known, *evidence.not_known])


@document_rule("hedge", "C28")
def hedge(proof: Proof) -> Iterator[Finding]:
    """A treatment told without a 'may', a 'some' or a 'not known'."""
    hedges = wording(proof.copy.language).compiled("hedges")
    for loc, name, told in _treatments(proof):
        if not hedges.search(plain(told).lower()):
            message = f"what '{name}' does is told without a hedge"
            yield Finding(loc, message, "say what it may do, for whom, or what is not known")


@document_rule("balance", "C21")
def balance(proof: Proof) -> Iterator[Finding]:
    """Benefits and risks whose numbers differ by more than two."""
    counts = [(loc, len(block.benefits), len(block.risks)) for loc, block in _details(proof)]
    counts += [(loc, len(sentences(plain(row.benefits))), len(sentences(plain(row.risks)))) for loc, row in _rows(proof)]
    for loc, benefits, risks in counts:
        if abs(benefits - risks) > MAX_DIFFERENCE:
            side = "benefits" if benefits > risks else "risks"
            message = f"benefits are told in {benefits} statements and risks in {risks}; they may differ by {MAX_DIFFERENCE}"
            yield Finding((*loc, side), message, "give both the same room")


@document_rule("like-detail", "C21", "warning")
def like_detail(proof: Proof) -> Iterator[Finding]:
    """Benefits and risks of an option where one takes more than three times the words of the other."""
    pairs = [(loc, row.benefits, row.risks) for loc, row in _rows(proof)]
    pairs += [(loc, " ".join(block.benefits), " ".join(block.risks)) for loc, block in _details(proof)]
    for loc, benefits, risks in pairs:
        more, less = sorted((length(plain(benefits)), length(plain(risks))), reverse=True)
        if more > MAX_RATIO * less:
            side = "benefits" if length(plain(benefits)) == more else "risks"
            yield Finding((*loc, side), f"the {side} take {more} words and the other side {less}", "give both the same room")


@document_rule("paths", "C24, C26")
def paths(proof: Proof) -> Iterator[Finding]:
    """A table of options without waiting, care without surgery, or surgery."""
    for section, block in proof.blocks("options"):
        assert isinstance(block, OptionsBlock)
        there = {row.path for row in block.rows}
        for path, name in PATHS.items():
            if path not in there:
                yield Finding((*section.loc, "rows"), f"{name} is not among the options", f"add a row with `path: {path}`")


def _services(services: tuple[str, ...]) -> set[str]:
    """The clinic's services, by the last two words of each: 'fibrin injection' for 'intra-annular fibrin injection'."""
    names = {" ".join(service.lower().split()[-2:]) for service in services}
    return names | {f"{name}s" for name in names}


@document_rule("interest", "G04")
def interest(proof: Proof) -> Iterator[Finding]:
    """A document that names a service of the clinic and not the clinic's interest in it."""
    clinic, stated = proof.library.clinic, proof.document.interest
    if stated:
        if clinic.name.lower() not in plain(stated).lower():
            yield Finding(("interest",), "the statement does not name the clinic", f"write '{clinic.name} offers ...'")
        return
    named = proof.copy.phrases(_services(clinic.services))
    if hit := next((hit for hit in named if hit.passage.loc[-1] != "description"), None):
        message = f"'{hit.words}' is a service of the clinic, and this document does not state the clinic's interest"
        yield at_hit(hit, message, f"add `interest: {clinic.name} offers ...` at the top of the file")


@document_rule("service-evidence", "C23")
def service_evidence(proof: Proof) -> Iterator[Finding]:
    """A service of the clinic named where nothing says what is known of it."""
    inside = ("options", "option_detail", "evidence")
    named = [hit for hit in proof.copy.phrases(_services(proof.library.clinic.services)) if hit.section.block]
    weighed = any(hit.section.kind in inside for hit in named)
    if named and not weighed:
        message = f"'{named[0].words}' is a service of the clinic, and no block here says what is known of it and what is not"
        yield at_hit(named[0], message, "add an evidence block, or a row among the options")
