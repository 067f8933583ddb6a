"""Grades are as good as the counts under them: syllables, sentences, long words."""

import pytest

from press.proofread.readability import length, reading, sentences, syllables

KNOWN = {
    1: (
        "the back spine disc nerve bone pain leg neck numb weak walk weeks months years joined moved caused worn "
        "clothes through though should breathe breath screw screws stage large changed helped walked eased bruise "
        "fused fuse squeezed health scale rods plates cage cause nerves once twice more care home time times lives "
        "life drives take takes makes feels eight weight youth graft thigh failed tries tried lies eyes goes does "
        "shoes closed placed whole scaled while guide build bruised ease please talked role pressed"
    ),
    2: (
        "treated changes needed eases fuses cages causes muscles doctor surgeon patient patients fusion spinal lower "
        "numbness tingling weakness swelling fever cancer tumor tissue muscle little able table people simple needle "
        "bowel lumbar canal sacrum going doing being seeing trying lying quiet science diet trial fluid poem create "
        "react special social partial ancient segment disease syndrome steroid fibrin facet abscess technique "
        "techniques urine bladder buttock smoking business sometimes something someone somewhere careful movement "
        "movements treatment treatments useful useless safely nearly closely statement painless helpful wanted "
        "started swollen broken given taken value issue release decrease increase increased measure measures pressure "
        "fracture fractures structure injure injured bodies studies studied worried carried supplies series service "
        "device noticed balanced advised reduced places braces ages damaged managed bridges ankle handled settled "
        "mobile rhythm spasm spasms breathing clothing knowledge language questions guided guideline building suited "
        "anxious cautious conscious million union region every evening opened happened listened"
    ),
    3: (
        "surgery idea area created creation serious various period physician initial essential dangerous infectious "
        "nausea vertebra vertebrae stenosis kyphosis sciatic recurrent adjacent diseases injection injections annular "
        "annulus nucleus ligament ligaments foramen lamina pedicle autograft allograft synthetic biopsy infection "
        "infections discitis opioid opioids naproxen medicine medicines physical therapy therapist exercise hospital "
        "procedure procedures invasive lateral cervical thoracic placebo genitals incision permanent evidence "
        "uncertain gradual manual annual sexual everyone everything moreover carefully improvement agreement limited "
        "continue services devices bandages injury injuries surgeries quality diagnosed obvious previous curious "
        "opinion familiar behavior companion unconscious linear video museum arthritis pneumonia appetite radiate "
        "violent iodine pioneer appointment condition conditions decision important remember together usual"
    ),
    4: (
        "discectomy decompression scoliosis sciatica herniated herniation epidural metastasis meningitis kyphoplasty "
        "ibuprofen medication inflammation recovery emergency operation minimally posterior anterior diabetes obesity "
        "stimulator stimulation stability temporary evaluate situation usually actually gradually unusual society "
        "variety anxiety bacteria anesthesia anesthetic exercises biologic biology diagnosis reliable variable "
        "radiation alleviate deviation previously neurology orthopedic insomnia anemia paralysis analysis reality "
        "cooperate coordinate January continuous especially information activity experience alternative"
    ),
    5: (
        "laminectomy degeneration degenerative spondylolysis antibiotic radiology vertebroplasty inflammatory "
        "instability evaluation individual neurological biological association abbreviation possibility preoperative"
    ),
    6: ("osteoporosis osteoarthritis spondylolisthesis radiculopathy rehabilitation acetaminophen"),
    7: ("osteomyelitis anesthesiologist"),
}
"""Words of spine care and of every day by their syllables, as dictionaries speak them."""


def test_syllables_are_right_for_nineteen_words_in_twenty() -> None:
    pairs = [(word, count) for count, words in KNOWN.items() for word in words.split()]
    wrong = [(word, count, syllables(word)) for word, count in pairs if syllables(word) != count]
    assert len(pairs) > 400
    assert len(wrong) < 0.05 * len(pairs), wrong


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("dolor", 2),
        ("espalda", 3),
        ("cirugía", 4),
        ("columna", 3),
        ("nervio", 2),
        ("guía", 2),
        ("ciudad", 2),
        ("que", 1),
        ("vértebra", 3),
        ("médico", 3),
        ("hueso", 2),
        ("leer", 2),
        ("país", 2),
        ("pingüino", 3),
        ("inyección", 3),
        ("estenosis", 4),
    ],
)
def test_syllables_in_spanish(word: str, count: int) -> None:
    assert syllables(word, "es") == count


def test_a_possessive_adds_no_syllable() -> None:
    assert syllables("disc\u2019s") == syllables("disc's") == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It may help. It may not.", 2),
        ("See Dr. Smith at 9 a.m. today.", 1),
        ("It costs 1.5 times as much.", 1),
        ("You may: walk; sit; stand.", 4),
        ("He said \u201cgo.\u201d Then he went.", 2),
        ("Ready?! Go", 2),
        ("", 0),
        ("123 456.", 0),
    ],
)
def test_sentences_end_where_a_thought_ends(text: str, count: int) -> None:
    assert len(sentences(text)) == count


def test_numbers_count_in_the_length_of_a_sentence() -> None:
    assert length("One trial of 220 adults, 4.5 years long.") == 8


def test_flesch_kincaid_follows_its_formula() -> None:
    """Ten words, twelve syllables, two sentences: 0.39 x 5 + 11.8 x 1.2 - 15.59."""
    counts = reading("The cat sat on mats. Doctors may help sore backs today.".replace("sore ", ""))
    assert (counts.words, counts.sentences, counts.syllables) == (10, 2, 12)
    assert counts.flesch_kincaid == pytest.approx(0.39 * 5 + 11.8 * 1.2 - 15.59)


def test_smog_counts_words_of_three_syllables() -> None:
    counts = reading("An operation is surgery. You may rest.")
    assert counts.long_words == 2
    assert counts.smog == pytest.approx(1.043 * (2 * 30 / 2) ** 0.5 + 3.1291)


def test_spanish_scales_follow_their_formulas() -> None:
    counts = reading("El dolor de espalda es muy común.", "es")
    assert (counts.words, counts.sentences, counts.syllables) == (7, 1, 11)
    assert counts.fernandez_huerta == pytest.approx(206.84 - 60 * 11 / 7 - 1.02 * 7)
    assert counts.inflesz == pytest.approx(206.835 - 62.3 * 11 / 7 - 7)


def test_readings_add_up() -> None:
    one, two = "You may rest.", "An operation is surgery."
    assert reading(one) + reading(two) == reading(f"{one} {two}")


def test_nothing_has_no_grade() -> None:
    empty = reading("")
    assert (empty.flesch_kincaid, empty.smog, empty.words_per_sentence) == (0, 0, 0)
