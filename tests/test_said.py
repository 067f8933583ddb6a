"""What the rules about wording listen for: each alternative of each pattern has a phrase that nothing else would catch."""

import re
from dataclasses import fields, replace
from typing import Any

import pytest

from press.proofread.wording import ENGLISH, SPANISH, Claim, Wording

LANGUAGES = {"en": ENGLISH, "es": SPANISH}

SAID = {
    ("en", "claims"): """
        guarantee / guaranty / guaranteed / cure / cures / cured / curing / curative / always / proven / permanent relief
        lasting relief / lasting pain relief / total relief / complete relief / full relief / best / safe / safely / safest
        risk-free / risk free / pain-free / painless / painlessly / #1 / # 1 / number one clinic / number one choice
        number one treatment / number one option / top-rated / award-winning / world-class / renowned / fda-approved
        fda cleared / leading clinic / leading center / leading expert / leading experts / leading edge / leading provider
        leading specialist / leading spine / breakthrough / breakthroughs / miracle / revolutionary / revolutionized
        game-changing / groundbreaking / ground-breaking / cutting-edge / state-of-the-art / innovative / next-generation
        advanced / never fail / never fails / never hurts / never comes back / never come back / never returns / never again
        will never / you'll never / you’ll never / 100% / 100 percent / completely heal / completely healed / completely gone
        completely fixed / completely fixes / instant / instantly / overnight / quick fix / eliminate the pain
        eliminates your pain / eliminating all pain / eliminate pain / end the pain / ends your pain / end all pain / ends pain
    """,
    ("en", "denial"): "no / not / cannot / never / nobody / none / nor / neither / without / unsafe / n't / n’t",
    ("en", "hedges"): """
        may / might / can / could / some / sometimes / often / usually / vary / varies / varied / depend / depends / unclear
        unknown / unsure / likely / possible / possibly / aim / aims / meant to / seem / seems / appear / appears / differ
        disagree / debate / limited / little / few / rarely / at times / for a while / for a time / not known / not shown
        not clear / not everyone / not enough / not sure / no clear / no good / no controlled / do not know / we do not know
        hard to
    """,
    ("en", "superlatives"): """
        most effective / most reliable / most successful / most powerful / most precise / most trusted / most popular
        most proven / most advanced / most common / most natural / strongest / fastest / quickest / greatest / finest
        superior / unique / unrivaled / unmatched / only treatment / the only option / the only way / the only clinic
        the only method / the only cause / the only surgery / the only operation / the only doctor / the only doctors
    """,
    ("en", "number"): """
        5% / 5 % / 50 percent / 50 per cent / 2.5% / one in ten / two in ten / three in ten / four in ten / five in ten
        six in ten / seven in ten / eight in ten / nine in ten / ten in 100 / 1 in 10 / 1 in every 10 / 3 of every 10
        1 in one / 1 in two / 1 in three / 1 in four / 1 in five / 1 in six / 1 in seven / 1 in eight / 1 in nine / 1 in ten
        one in a hundred / one in a thousand / 3 out of 10 / a hundred in 500 / a thousand in 5000
    """,
    ("en", "rate"): "1 in 10 / 3 of every 10 / 3 out of 10 / 1 in every 20",
    ("en", "you"): "you / your / yours / yourself / i / me / my / mine",
    ("en", "patients"): "patient / patients",
    ("en", "passive"): """
        am moved / is moved / are moved / was moved / were moved / be moved / been moved / being moved / get moved / gets moved
        got moved / is not moved / is also moved / is often moved / is then moved / is first moved / is now moved
        is still moved / is never moved / is only moved / is slowly moved / is done / is made / is given / is taken / is seen
        is found / is held / is kept / is put / is told / is shown / is built / is cut / is bent / is lost / is sent / is left
        is felt / is meant / is written / is chosen / is drawn / is driven / is eaten / is grown / is hidden / is spoken
        is thought / is brought / is bought / is caught / is taught / is understood / is undone
    """,
    ("en", "explains_before"): """
        called the_ / named_ / known as_ / termed_ / is a_ / are an_ / means_ / or_ / say_ / hear_ / , _ / (a scan_ / , the_
    """,
    ("en", "explains_after"): """
        _ ( / : / _or so / , or so / _which is / _that is so / , meaning it / _short for it / is a_ / are the_
        means when_ / meant where_
        happens what_ / stands for one_ / is too_ / is short_ / is pain_ / is bone_ / is surgery_ / is in_ / , a_ / , an_
        , the_ / , also_ / , when_ / , where_ / is an_
    """,
    ("es", "claims"): """
        garantizado / cura / curar / curan / curado / curada / curativo / curativa / siempre / probado / comprobadas
        alivio permanente / alivio definitivo / alivio duradero / alivio total / alivio completo / el mejor / la mejor
        lo mejor / los mejores / las mejores / seguro / totalmente segura / muy seguro / sin riesgo / sin ningún riesgo
        sin dolor / indoloro / aprobado por la fda / líder / líderes / pionera / de primera clase / número uno
        revolucionario / milagroso / de vanguardia / de última generación / innovador / avanzada / nunca más / nunca falla
        nunca duele / nunca vuelve / elimina el dolor / eliminar su dolor / elimina todo el dolor / elimina dolor
    """,
    ("es", "denial"): "no / nunca / nadie / ningún / ninguno / ninguna / ningun / sin / tampoco",
    ("es", "hedges"): """
        puede / pueden / podría / podrían / a veces / alguno / algunas / algún / suele / suelen / varía / depende / no se sabe
        no está claro / no se conoce / busca / buscan / a menudo / quizá / quizás / tal vez / posible / posiblemente / pocos
        limitada / no toda / no todas
    """,
    ("es", "superlatives"): """
        el más eficaz / la más eficaz / los más eficaces / las más eficaces / el más efectivo / el más rápido / el más común
        los más comunes / el único tratamiento / el único método
    """,
    ("es", "number"): "5% / 5 % / 50 por ciento / 1 de 10 / 1 de cada 10",
    ("es", "rate"): "1 de 10 / 1 de cada 10",
    ("es", "you"): "usted / ustedes / su / sus / le / mi / mis / yo / me",
    ("es", "patients"): "paciente / pacientes",
    ("es", "passive"): """
        es operado / son operadas / fue operado / fueron operados / será operado / serán operados / ser operado / sido operado
        es hecho / son hechas / es puesto / es vista / es metida
    """,
    ("es", "explains_before"): """
        llamado_ / llamadas_ / se llama_ / o el_ / es la_ / son los_ / significa una_ / son las_ / , un_ / (el nervio_
    """,
    ("es", "explains_after"): """
        _ ( / : / , o eso / _es decir eso / _que es eso / es un_ / es una_ / son el_ / es la_ / son los_
        son las_ / significa cuando_
        , un_ / , una_ / , el_ / , la_
    """,
}
"""What each pattern must catch, whole; `_` stands for a blank at an end."""

LET_BE = {
    ("en", "claims"): """
        guard / curb / secure / unproven / pain relief / at best / unsafe / number one / fda-approved for / fda-cleared to
        leading cause / advanced age / advanced cancer / advanced directives / advanced disease / advanced stages / never
        100 / completely / instance / ended
    """,
    ("en", "hedges"): "cannot / can not / depending / mayor / something / for a long time",
    ("en", "superlatives"): "most people / only one / the most / only",
    ("en", "number"): "5 people / one in / ten of us / 1.5",
    ("en", "passive"): "is red / is bed / has moved / moved / is a moved",
    ("en", "you"): "young / them",
    ("es", "claims"): "seguro médico / seguro de salud / seguro social / mejor / aprobado por la fda para / dolor / nunca",
    ("es", "hedges"): "no / menudo / todas",
    ("es", "passive"): "está operado / es ado",
}
"""What they must let pass."""

HEADINGS = {"en": ("Background", "Overview", "Symptoms"), "es": ("Introducción", "Resumen", "Síntomas")}
_ALTERNATIVE = re.compile(r"(?<=[|(:])[\w -]{3,}(?=[|)])")


def phrases(text: str) -> list[str]:
    """The phrases of a table."""
    return [part.strip().replace("_", " ") for line in text.strip().splitlines() for part in line.split(" / ")]


def pattern(said: Wording, name: str) -> re.Pattern[str]:
    return said.claim_pattern if name == "claims" else said.compiled(name)


def caught(said: Wording, name: str, phrase: str) -> bool:
    """Whether a pattern catches a phrase, and all of it; what explains a word stands before it or after it."""
    found = pattern(said, name).search(phrase)
    return found is not None and (name.startswith("explains") or found.group() == phrase)


@pytest.mark.parametrize(("language", "name"), SAID)
def test_each_phrase_is_caught_whole(language: str, name: str) -> None:
    said = LANGUAGES[language]
    assert [phrase for phrase in phrases(SAID[language, name]) if not caught(said, name, phrase)] == []


@pytest.mark.parametrize(("language", "name"), LET_BE)
def test_what_only_looks_like_it_is_let_be(language: str, name: str) -> None:
    said = LANGUAGES[language]
    assert [phrase for phrase in phrases(LET_BE[language, name]) if pattern(said, name).search(phrase)] == []


def blotted(said: Wording, name: str, found: re.Match[str]) -> Wording:
    """The wording with one alternative of a pattern made to match nothing."""
    text: str = getattr(said, name)
    changes: dict[str, Any] = {name: f"{text[: found.start()]}zzqz{text[found.end() :]}"}
    return replace(said, **changes)


def without_each(said: Wording, name: str) -> list[tuple[str, Wording]]:
    """The wording with one alternative of a pattern blotted out, for each alternative."""
    if name != "claims":
        return [(found.group(), blotted(said, name, found)) for found in _ALTERNATIVE.finditer(getattr(said, name))]
    made = []
    for number, claim in enumerate(said.claims):
        for found in _ALTERNATIVE.finditer(f"({claim.pattern})"):
            start, end = found.start() - 1, found.end() - 1
            other = Claim(f"{claim.pattern[:start]}zzqz{claim.pattern[end:]}", claim.why, claim.deniable)
            made.append((found.group(), replace(said, claims=(*said.claims[:number], other, *said.claims[number + 1 :]))))
    return made


@pytest.mark.parametrize(("language", "name"), SAID)
def test_each_alternative_has_a_phrase_of_its_own(language: str, name: str) -> None:
    """Blotted out, it is missed: an alternative that is added brings its phrase along, or is not needed."""
    said, wanted, let_be = LANGUAGES[language], phrases(SAID[language, name]), phrases(LET_BE.get((language, name), ""))

    def tells(other: Wording) -> bool:
        return any(not caught(other, name, p) for p in wanted) or any(pattern(other, name).search(p) for p in let_be if p)

    assert [words for words, other in without_each(said, name) if not tells(other)] == []


def test_every_pattern_has_its_table() -> None:
    patterns = {field.name for field in fields(Wording)} - {"adjectives", "empty_headings"}
    assert set(SAID) == {(language, name) for language in LANGUAGES for name in patterns}


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_that_tell_nothing_are_known(language: str) -> None:
    assert {heading.lower() for heading in HEADINGS[language]} <= LANGUAGES[language].empty_headings


RANKINGS = {
    "en": "no ranking|no praise of the clinic|plain words, no selling",
    "es": "sin elogios de la clínica|palabras sencillas, sin vender",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promise_may_be_denied_and_praise_may_not(language: str) -> None:
    """'Not proven' is honest, 'not award-winning' is still praise."""
    praise = RANKINGS[language].split("|")
    assert {claim.deniable for claim in LANGUAGES[language].claims if claim.why in praise} == {False}
    assert {claim.deniable for claim in LANGUAGES[language].claims if claim.why not in praise} == {True}
