"""Two published checklists for patient material, as far as a machine can answer them.

PEMAT-P is the Patient Education Materials Assessment Tool of the AHRQ, CDC the Clear Communication Index of the CDC; criteria.md
says which item each of our criteria serves. Items that take a person's judgment are left out, so a count here is no
official score.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from press.model.blocks import KeyPointsBlock, StepsBlock
from press.model.documents import Handout
from press.model.option_blocks import OptionsBlock
from press.problems import Problem
from press.proofread.readability import length
from press.proofread.rule import Proof
from press.proofread.rules.structure import TOOLS
from press.proofread.text import Hit
from press.proofread.wording import wording

Reply = tuple[Literal["yes", "no", "n/a"], str]
"""An answer and its reason."""

Scale = Literal["PEMAT", "CDC"]


@dataclass(frozen=True)
class Item:
    """One item of a checklist: its number there, our criterion, and what it asks for."""

    scale: Scale
    number: int
    criterion: str
    asks: str
    reply: "Callable[[Facts], Reply]"


@dataclass(frozen=True)
class Answer:
    """An item with its answer for one document."""

    item: Item
    answer: Literal["yes", "no", "n/a"]
    reason: str


ITEMS: list[Item] = []
"""Every item that a machine can answer, in the order of the checklists."""


@dataclass(frozen=True)
class Facts:
    """What the answers rest on: the document taken apart, and what the proofreader found in it."""

    proof: Proof
    problems: Collection[Problem]

    @cached_property
    def codes(self) -> Counter[str]:
        """How often each rule found something."""
        return Counter(problem.code for problem in self.problems)

    @cached_property
    def kinds(self) -> Counter[str]:
        """How many blocks of each kind there are."""
        return Counter(section.kind for section, _ in self.proof.blocks())

    @cached_property
    def numbers(self) -> list[Hit]:
        """Percentages and odds."""
        return list(self.proof.copy.hits(wording(self.proof.copy.language).compiled("number")))

    @cached_property
    def passive(self) -> list[Hit]:
        """Where the text hides who acts."""
        said = wording(self.proof.copy.language)
        return [
            hit for hit in self.proof.copy.hits(said.compiled("passive")) if hit.words.lower().split()[-1] not in said.adjectives
        ]

    @cached_property
    def drawings(self) -> int:
        """How many blocks hold a drawing."""
        return sum(1 for _, block in self.proof.blocks() if getattr(block, "figure", None))

    def clean(self, good: str, **bad: str) -> Reply:
        """Yes, unless one of these rules found something; `bad` says in words what each finds (`long_word` for `long-word`)."""
        counts = {said: self.codes[code.replace("_", "-")] for code, said in bad.items()}
        faults = [f"{said}: {count}" for said, count in counts.items() if count]
        return ("no", "; ".join(faults)) if faults else ("yes", good)


def item(scale: Scale, number: int, criterion: str, asks: str) -> Callable[[Callable[[Facts], Reply]], Callable[[Facts], Reply]]:
    """Enters an item."""

    def enter(reply: Callable[[Facts], Reply]) -> Callable[[Facts], Reply]:
        ITEMS.append(Item(scale, number, criterion, asks, reply))
        return reply

    return enter


def answers(facts: Facts) -> Iterator[Answer]:
    """The answers for one document: PEMAT first, each checklist by number."""
    for entry in sorted(ITEMS, key=lambda entry: (entry.scale != "PEMAT", entry.number)):
        yield Answer(entry, *entry.reply(facts))


# -- what it is for ---------------------------------------------------------------------------------------------------------


@item("PEMAT", 1, "C01", "The purpose is plain at once")
def purpose(facts: Facts) -> Reply:
    """The line under the title."""
    return facts.clean(
        f"said in {length(facts.proof.document.purpose)} words under the title", purpose="too long under the title"
    )


@item("PEMAT", 11, "C12", "A summary stands in it")
@item("CDC", 1, "C02", "There is one main message")
def main_message(facts: Facts) -> Reply:
    """The key points."""
    points = [len(block.points) for _, block in facts.proof.blocks("key_points") if isinstance(block, KeyPointsBlock)]
    return ("yes", f"{points[0]} key points") if points else ("no", "there are no key points")


@item("CDC", 2, "C02", "The main message stands at the top")
@item("CDC", 10, "C12", "What matters most comes first")
def message_first(facts: Facts) -> Reply:
    """Key points before all other blocks, warning signs aside; in a guide on its first pages."""
    if not facts.kinds["key_points"]:
        return "no", "there are no key points"
    first = next(section for section, _ in facts.proof.blocks() if section.kind != "red_flags")
    loc = next(section.loc for section, _ in facts.proof.blocks("key_points"))
    early = first.kind == "key_points" if isinstance(facts.proof.document, Handout) else loc[1] in (0, 1)
    return ("yes", "the key points come first") if early else ("no", "other blocks stand before the key points")


@item("CDC", 3, "C02", "The main message stands out")
@item("PEMAT", 12, "C02", "Boxes and marks point to what matters")
def stands_out(facts: Facts) -> Reply:
    """Boxes on the page: the signs that call for help are always among them."""
    boxes = facts.kinds["key_points"] + facts.kinds["callout"] + facts.kinds["expert_take"]
    return (
        ("yes", f"{boxes + 2} boxes, the two warning boxes among them")
        if facts.kinds["key_points"]
        else ("no", "no key points box")
    )


# -- words ----------------------------------------------------------------------------------------------------------------


@item("PEMAT", 3, "C04", "Everyday words")
def everyday(facts: Facts) -> Reply:
    """Words that have plainer ones."""
    return facts.clean("no word with a plainer one", plain_word="words with a plainer one", long_word="long words")


@item("PEMAT", 4, "C05", "Medical words are explained")
def explained(facts: Facts) -> Reply:
    """Words of the glossary and abbreviations."""
    good = "each is linked or explained at first use"
    return facts.clean(good, unexplained_term="words not explained", abbreviation="abbreviations not spelled out")


@item("CDC", 7, "C04, C05", "Words the reader uses")
def readers_words(facts: Facts) -> Reply:
    """Both of these, and no text past grade 8."""
    bad = {"plain_word": "words with a plainer one", "unexplained_term": "words not explained", "grade": "texts above grade 8"}
    return facts.clean("plain words, medical ones explained", abbreviation="abbreviations not spelled out", **bad)


@item("PEMAT", 5, "C06", "Sentences say who acts")
def active(facts: Facts) -> Reply:
    """Passive sentences."""
    sentences = facts.proof.copy.reading.sentences
    return facts.clean(f"{len(facts.passive)} of {sentences} sentences are passive", passive="passive sentences")


@item("CDC", 6, "C06", "Main message and steps say who acts")
def active_message(facts: Facts) -> Reply:
    """Passive sentences where they matter most."""
    hidden = [hit for hit in facts.passive if hit.section.kind in ("key_points", "steps")]
    return ("no", f"'{hidden[0].words}' hides who acts") if hidden else ("yes", "all of them active")


@item("PEMAT", 21, "C17", "It speaks to the reader")
def to_you(facts: Facts) -> Reply:
    """'You' against 'patients'."""
    said = wording(facts.proof.copy.language)
    count = sum(1 for _ in facts.proof.copy.hits(said.compiled("you")))
    return facts.clean(f"'you' stands here {count} times", you="'you' is rare")


# -- numbers --------------------------------------------------------------------------------------------------------------


@item("PEMAT", 6, "C14", "Numbers are clear")
@item("CDC", 15, "C14", "Numbers the reader uses")
@item("CDC", 16, "C14", "Numbers are explained")
def numbers(facts: Facts) -> Reply:
    """Percentages and odds, with their sources."""
    if not facts.numbers:
        return "n/a", "no percentages or odds"
    good = f"{len(facts.numbers)} percentages or odds, each with a source"
    return facts.clean(good, unsourced_number="numbers without a source", plain_number="numbers that are not whole")


@item("PEMAT", 7, "C14", "The reader need not calculate")
@item("CDC", 17, "C14", "No mathematics")
def no_math(facts: Facts) -> Reply:
    """Decimals and odds with different second numbers."""
    return facts.clean("nothing to work out", plain_number="numbers to work out")


@item("CDC", 20, "C22", "Risks as numbers come with words and a picture")
def risk_numbers(facts: Facts) -> Reply:
    """A picture of the same number."""
    if not facts.numbers:
        return "n/a", "no risk is given as a number"
    return "no", f"'{facts.numbers[0].words}' has no picture of its own"


# -- layout and order -------------------------------------------------------------------------------------------------------


@item("PEMAT", 8, "C09", "Short pieces")
def chunks(facts: Facts) -> Reply:
    """Paragraphs."""
    return facts.clean("no paragraph over 60 words", long_paragraph="paragraphs over 60 words")


@item("PEMAT", 9, "C10", "Headings tell what follows")
def headings(facts: Facts) -> Reply:
    """Headings, and how much stands under each."""
    return facts.clean("headings ask or answer", heading="headings that say little", heading_gap="long runs without one")


@item("CDC", 9, "C09, C10", "Short pieces under headings")
def headed_chunks(facts: Facts) -> Reply:
    """Both of these."""
    bad = {"long_paragraph": "paragraphs over 60 words", "heading_gap": "long runs without a heading"}
    return facts.clean("short pieces, each under a heading", **bad)


@item("PEMAT", 10, "C11", "A logical order")
def order(facts: Facts) -> Reply:
    """The order of blocks."""
    bad = {
        "required_block": "blocks missing",
        "block_order": "blocks out of order",
        "red_flags_place": "warning signs too far back",
    }
    return facts.clean("what it is, options, what to do, what to ask", **bad)


@item("CDC", 8, "C13", "Lists of few items")
def lists(facts: Facts) -> Reply:
    """Bulleted and numbered lists."""
    count = sum(facts.kinds[kind] for kind in ("key_points", "checklist", "steps", "questions", "evidence", "option_detail"))
    return facts.clean(f"{count} blocks are lists, none over seven items", long_list="lists over seven items")


# -- pictures and tables ----------------------------------------------------------------------------------------------------


@item("PEMAT", 15, "C15", "Drawings where they help")
@item("CDC", 4, "C15", "A drawing carries the message")
def drawn(facts: Facts) -> Reply:
    """Drawings."""
    return ("yes", f"drawings: {facts.drawings}") if facts.drawings else ("no", "there is no drawing")


@item("PEMAT", 17, "C15", "Drawings have captions")
def captions(facts: Facts) -> Reply:
    """Captions are there by the model; the words for those who can't see may be thin."""
    if not facts.drawings:
        return "n/a", "there is no drawing"
    return facts.clean("each with a caption and alt text", alt_text="alt texts that say too little")


@item("PEMAT", 19, "C16", "Tables are simple, with short headings")
def tables(facts: Facts) -> Reply:
    """Tables have four columns at most by the model."""
    count = facts.kinds["table"] + facts.kinds["options"] + facts.kinds["diary"]
    return ("yes", f"tables: {count}, four columns at most") if count else ("n/a", "there is no table")


# -- what to do -------------------------------------------------------------------------------------------------------------


@item("PEMAT", 20, "C17", "It says what to do")
@item("PEMAT", 22, "C18", "Actions are broken into steps")
@item("CDC", 5, "C17", "It calls for action")
@item("CDC", 12, "C17", "It says what to do, for whom")
def steps(facts: Facts) -> Reply:
    """Numbered steps."""
    count = sum(len(block.steps) for _, block in facts.proof.blocks("steps") if isinstance(block, StepsBlock))
    return ("yes", f"{count} numbered steps") if count else ("no", "there are no steps")


@item("CDC", 14, "C18", "It says how, when and whom to call")
def whom(facts: Facts) -> Reply:
    """Steps, and the clinic's own number."""
    clinic = facts.proof.library.clinic
    missing = [name for name in ("phone", "hours") if not getattr(clinic, name)]
    if missing:
        return "no", f"the clinic's {' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} not known yet"
    return ("yes", "steps, phone and hours") if facts.kinds["steps"] else ("no", "there are no steps")


@item("PEMAT", 23, "C19", "A tool to use")
def tool(facts: Facts) -> Reply:
    """Something to fill in."""
    there = [kind for kind in TOOLS if facts.kinds[kind]]
    return ("yes", ", ".join(there)) if there else ("no", "nothing to fill in")


# -- what is known, and risks -------------------------------------------------------------------------------------------------


@item("CDC", 11, "C23", "What is known and not known")
def known(facts: Facts) -> Reply:
    """Options and evidence say it by the model."""
    told = facts.kinds["options"] + facts.kinds["option_detail"] + facts.kinds["evidence"]
    if not told:
        return "no", "no options and no evidence"
    return facts.clean(
        "told for each option", service_evidence="services of the clinic not weighed", hedge="options without a hedge"
    )


@item("CDC", 18, "C21", "The nature of the risk is told")
def risk(facts: Facts) -> Reply:
    """Risks of the options, and groups of risks."""
    rows = sum(len(block.rows) for _, block in facts.proof.blocks("options") if isinstance(block, OptionsBlock))
    told = rows + facts.kinds["option_detail"] + facts.kinds["risk_groups"]
    return ("yes", f"risks stand in {told} places") if told else ("no", "no risks are told")


@item("CDC", 19, "C21", "Risks and benefits, both")
def both(facts: Facts) -> Reply:
    """The balance of each option."""
    if not facts.kinds["options"] + facts.kinds["option_detail"]:
        return "no", "there are no options"
    return facts.clean("in like number and detail", balance="options out of balance", like_detail="options told in unlike detail")
