"""What a language says when it promises, hedges, addresses the reader or hides the doer. Data, and nothing else."""

import re
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple


class Claim(NamedTuple):
    """Wording that a page for patients does not use; `deniable` where "not ..." or a question turns it round."""

    pattern: str
    why: str
    deniable: bool = False


@dataclass(frozen=True)
class Wording:
    """The patterns of one language, in small letters: they are matched against text in small letters."""

    claims: tuple[Claim, ...]
    denial: str
    hedges: str
    superlatives: str
    number: str
    rate: str
    you: str
    patients: str
    passive: str
    adjectives: frozenset[str]
    explains_before: str
    explains_after: str
    empty_headings: frozenset[str]

    def compiled(self, name: str) -> re.Pattern[str]:
        """One of the patterns, ready for use."""
        return _compiled(getattr(self, name))

    @property
    def claim_pattern(self) -> re.Pattern[str]:
        """All claims as one pattern; the number of the group that matched is the number of the claim."""
        return _compiled(r"(?<![\w-])(?:" + "|".join(f"({claim.pattern})" for claim in self.claims) + r")(?![\w])")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _words(text: str) -> list[str]:
    return text.split()


_NUMERALS = "one|two|three|four|five|six|seven|eight|nine|ten|a hundred|a thousand|[0-9]+"

ENGLISH = Wording(
    claims=(
        Claim(r"guarant(?:ee|y)\w*", "no result can be promised", True),
        Claim(r"cur(?:es?|ed|ing|ative)", "say what may get better, and for whom", True),
        Claim(r"always", "no treatment does the same for everyone", True),
        Claim(r"proven", "say what was studied and what was found", True),
        Claim(r"(?:permanent|lasting|total|complete|full) (?:pain )?relief", "say how long relief was followed", True),
        Claim(r"(?<!at )best", "say what it is better than, by what measure, and cite it", True),
        Claim(r"safe(?:ly|st)?", "name the risks instead", True),
        Claim(r"risk[- ]free|pain[- ]free|painless(?:ly)?", "every treatment has limits: name them", True),
        Claim(
            r"#\s?1|number one (?:clinic|choice|treatment|option)|top[- ]rated|award[- ]winning|world[- ]class|renowned",
            "no ranking",
        ),
        Claim(r"fda[- ](?:approved|cleared)(?! (?:for|to)\b)", "say what it is approved for, and what not", True),
        Claim(r"leading (?:clinic|center|experts?|edge|providers?|specialists?|spine)", "no praise of the clinic"),
        Claim(r"breakthrough\w*|miracle\w*|revolution(?:ary|iz\w+)|game[- ]chang\w+|ground-?breaking", "plain words, no selling"),
        Claim(r"cutting[- ]edge|state[- ]of[- ]the[- ]art|innovative|next[- ]generation", "plain words, no selling"),
        Claim(r"advanced(?! (?:age|cancers?|directives?|diseases?|stages?))", "plain words, no selling"),
        Claim(
            r"never (?:fails?|hurts?|comes? back|returns?|again)|(?:will|you'll|you\u2019ll) never",
            "no result can be promised",
            True,
        ),
        Claim(r"100 ?(?:%|percent)|completely (?:heals?|healed|gone|fixe[sd]?)", "no treatment works for everyone", True),
        Claim(r"instant(?:ly)?|overnight|quick fix", "say how long it takes", True),
        Claim(
            r"eliminat\w+ (?:the |your |all )?pain|ends? (?:the |your |all )?pain", "say what may get better, and for whom", True
        ),
    ),
    denial=r"\b(?:no|not|cannot|never|nobody|none|nor|neither|without|un\w+)\b|n['\u2019]t\b",
    hedges=(
        r"\b(?:may|might|can(?!\s?not)|could|some|sometimes|often|usually|var(?:y|ies|ied)|depends?|unclear|unknown|unsure|likely|possib\w+"
        r"|aims?|meant to|seems?|appears?|differ|disagree|debate|limited|little|few|rarely|at times|for a (?:while|time)"
        r"|not (?:known|shown|clear|everyone|enough|sure)|no (?:clear|good|controlled)|(?:we )?do not know|hard to)\b"
    ),
    superlatives=(
        r"\bmost (?:effective|reliable|successful|powerful|precise|trusted|popular|proven|advanced|common|natural)\b"
        r"|\b(?:strongest|fastest|quickest|greatest|finest|superior|unique|unrivaled|unmatched)\b"
        r"|\b(?:the )?only (?:treatment|option|way|clinic|method|cause|surgery|operation|doctor)s?\b"
    ),
    number=(
        r"(?<![0-9.,])[0-9][0-9.,]* ?(?:%|percent\b|per cent\b)"
        rf"|\b(?:{_NUMERALS}) (?:in|out of|of every) (?:every )?(?:{_NUMERALS})\b"
    ),
    rate=r"\b[0-9]+ (?:in|out of|of every) (?:every )?([0-9]+)\b",
    you=r"\b(?:you|your|yours|yourself|i|me|my|mine)\b",
    patients=r"\bpatients?\b",
    passive=(
        r"\b(?:am|is|are|was|were|be|been|being|gets?|got)\s+(?:(?:not|also|often|then|first|now|still|never|\w+ly)\s+)?"
        r"([a-z]{3,}ed|done|made|given|taken|seen|found|held|kept|put|told|shown|built|cut|bent|lost|sent|left|felt|meant|written"
        r"|chosen|drawn|driven|eaten|grown|hidden|spoken|thought|brought|bought|caught|taught|understood|undone)\b"
    ),
    adjectives=frozenset(
        _words(
            "tired worried scared concerned interested related used supposed swollen limited involved needed "
            "suited aged crowded advanced confused relaxed pleased experienced qualified mixed damaged "
            "inflamed pinched squeezed fused joined narrowed bruised curved twisted allowed located left "
            "lost cut undone"
        )
    ),
    explains_before=r"(?:\b(?:called|named|known as|termed|is|are|means|or|say|hear)|,)\s+(?:the\s+|an?\s+)?$|\([^)]*$",
    explains_after=(
        r"^\s*(?:\(|:|,? (?:or|which|that is|meaning|short for)\b|(?:is|are|means|meant|happens|stands for)\s+"
        r"(?:an?|the|when|where|what|one|too|short|pain|bone|surgery|in)\b|,\s+(?:an?|the|also|when|where)\b)"
    ),
    empty_headings=frozenset(
        _words(
            "introduction background overview information details general summary conclusion other misc more "
            "about notes facts text content treatment symptoms causes diagnosis"
        )
    ),
)

SPANISH = Wording(
    claims=(
        Claim(r"garant\w+", "no se puede prometer un resultado", True),
        Claim(r"cura(?:r|n|do|da|tivo|tiva)?", "diga qué puede mejorar, y a quién", True),
        Claim(r"siempre", "ningún tratamiento hace lo mismo en todas las personas", True),
        Claim(r"(?:com)?probad[oa]s?", "diga qué se estudió y qué se encontró", True),
        Claim(r"alivio (?:permanente|definitivo|duradero|total|completo)", "diga cuánto tiempo se siguió el alivio", True),
        Claim(r"(?:el|la|lo|los|las) mejor(?:es)?", "diga mejor que qué, con qué medida, y cite la fuente", True),
        Claim(r"(?:totalmente |muy )?segur[oa]s?(?! (?:médico|de salud|social))", "nombre los riesgos", True),
        Claim(r"sin (?:ningún )?(?:riesgos?|dolor)|indolor[oa]?", "todo tratamiento tiene límites: nómbrelos", True),
        Claim(r"aprobad[oa]s? por la fda(?! para)", "diga para qué está aprobado, y para qué no", True),
        Claim(r"líder(?:es)?|pioner[oa]s?|de primera clase|número uno", "sin elogios de la clínica"),
        Claim(
            r"revolucionari[oa]s?|milagro\w*|de vanguardia|de última generación|innovador\w*|avanzad[oa]s?",
            "palabras sencillas, sin vender",
        ),
        Claim(r"nunca (?:más|falla|duele|vuelve)", "no se puede prometer un resultado", True),
        Claim(r"elimin\w+ (?:el |su |todo el )?dolor", "diga qué puede mejorar, y a quién", True),
    ),
    denial=r"\b(?:no|nunca|nadie|ningun[oa]?|ningún|sin|tampoco)\b",
    hedges=(
        r"\b(?:puede[ns]?|podría[ns]?|a veces|algun[oa]s?|algún|suele[ns]?|varía[ns]?|depende[ns]?|no se sabe|no está claro"
        r"|no se conoce"
        r"|busca[ns]?|a menudo|quizás?|tal vez|posible(?:mente)?|poc[oa]s?|limitad[oa]s?|no todas?)\b"
    ),
    superlatives=(
        r"\b(?:el|la|los|las) más (?:eficaz|eficaces|efectiv[oa]s?|rápid[oa]s?|común|comunes)\b"
        r"|\bel único (?:tratamiento|método)\b"
    ),
    number=r"(?<![0-9.,])[0-9][0-9.,]* ?(?:%|por ciento\b)|\b[0-9]+ de (?:cada )?[0-9]+\b",
    rate=r"\b[0-9]+ de (?:cada )?([0-9]+)\b",
    you=r"\b(?:usted|ustedes|su|sus|le|mi|mis|yo|me)\b",
    patients=r"\bpacientes?\b",
    passive=r"\b(?:es|son|fue|fueron|será|serán|ser|sido)\s+(\w{3,}[ai]d[oa]s?|hech[oa]s?|puest[oa]s?|vist[oa]s?)\b",
    adjectives=frozenset(_words("limitado limitada conocido conocida parecido parecida adecuado adecuada")),
    explains_before=r"(?:\b(?:llamad[oa]s?|se llama|o|es|son|significa)|,)\s+(?:el\s+|la\s+|los\s+|las\s+|una?\s+)?$|\([^)]*$",
    explains_after=(
        r"^\s*(?:\(|:|,? (?:o|es decir|que es)\b|(?:es|son|significa)\s+"
        r"(?:una?|el|la|los|las|cuando)\b|,\s+(?:una?|el|la)\b)"
    ),
    empty_headings=frozenset(
        _words("introducción información detalles general resumen conclusión otros otras más síntomas causas")
    ),
)

_BY_LANGUAGE = {"en": ENGLISH, "es": SPANISH}

EVERYDAY_CAPITALS = frozenset(_words("I A US USA UK TV OK ID AM PM ZIP PDF QR DVD EE UU"))
"""Words in capital letters that every reader knows."""


def wording(language: str) -> Wording:
    """The wording of a language; English where it has none of its own."""
    return _BY_LANGUAGE.get(language, ENGLISH)
