"""Each rule, by a small wrong file; the machinery around the rules; and the library as shipped."""

import marshal
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from press.model.library import HouseRules, Library
from press.model.review import effective_status, text_digest
from press.problems import Problem
from press.proofread import RULE_MODULES, RULES, Card, article_coverage, card, looked_up, proofread_document, proofread_library
from press.read.library import Reading, read_library, read_manuscript
from press.read.manuscript import Manuscript
from press.read.names import documents

ROOT = Path(__file__).resolve().parent.parent
CASES = Path(__file__).parent / "cases" / "rules"
TODAY = date(2026, 11, 22)
COMPLETE = ("required-block", "tool", "action")
"""Rules that want a whole document: off in the tiny ones, but for their own."""


def case_files() -> list[Path]:
    return sorted(path for path in CASES.iterdir() if path.is_file())


def proofread_folder(root: Path, rules: HouseRules | None = None, release: bool = False) -> list[Problem]:
    """All findings in a folder that holds guides and styles."""
    guides = root / "guides"
    reading = read_library(guides, root / "styles" / "figures.css")
    assert reading.library, [problem.as_text() for problem in reading.problems]
    rules = rules or reading.rules
    found, cards = list(reading.problems), []
    for path in documents(guides).values():
        manuscript, problems = read_manuscript(path, guides)
        assert manuscript, [problem.as_text() for problem in problems]
        found += proofread_document(manuscript, reading.library, rules)
        cards.append(card(manuscript))
    return found + proofread_library(cards, reading.library, reading.files, rules, TODAY, release)


def shown(problems: list[Problem]) -> str:
    return "\n".join(problem.as_text() for problem in problems)


@pytest.mark.parametrize("path", case_files(), ids=lambda path: path.stem)
def test_a_wrong_file_gives_its_findings_and_no_others(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    expected = [(code, int(line), int(column)) for code, line, column in re.findall(r"expect: ([\w-]+) (\d+):(\d+)", text)]
    assert path.stem in {code for code, _, _ in expected}, "the file is named after the rule it breaks"
    shutil.copytree(CASES / "library", tmp_path, dirs_exist_ok=True)
    target = re.search(r"\bas: (\S+)", text)
    name = target.group(1) if target else "guides/en/tiny.yaml"
    (tmp_path / name).write_text(text, "utf-8")
    off = {code: "off" for code in COMPLETE if code != path.stem and name == "guides/en/tiny.yaml"}
    written = read_library(tmp_path / "guides", tmp_path / "styles" / "figures.css").rules
    rules = HouseRules.model_validate({"severity": {**written.severity, **off}, "banned": written.banned})
    problems = proofread_folder(tmp_path, rules, release="release" in text.splitlines()[1])
    found = [(problem.code, problem.line, problem.column) for problem in problems if problem.file == name]
    assert found == expected, shown(problems)
    assert [problem for problem in problems if problem.file != name and problem.severity == "error"] == []


def test_every_rule_has_a_wrong_file() -> None:
    assert RULES
    assert {path.stem for path in case_files()} == set(RULES)


def test_every_rule_has_its_section_in_the_manual() -> None:
    manual = (ROOT / "docs" / "rules.md").read_text("utf-8")
    sections = re.findall(r"^### ([\w-]+)\n\n\*(\w+) · ([^·]+) · waive: ([\w ]+)\*", manual, re.MULTILINE)
    assert [section[0] for section in sections] == re.findall(r"^### (\S+)$", manual, re.MULTILINE)
    assert {section[:3] for section in sections} == {(rule.code, rule.severity, rule.criterion) for rule in RULES.values()}
    assert {code for code, *_, waive in sections if waive == "never"} == {rule.code for rule in RULES.values() if rule.fixed}


def test_a_rule_is_one_function_that_says_what_it_finds() -> None:
    modules = {module.__name__ for module in RULE_MODULES} | {"press.proofread.runner"}
    assert {rule.check.__module__ for rule in RULES.values()} == modules
    assert all(rule.check.__doc__ for rule in RULES.values())
    assert len({rule.check for rule in RULES.values()}) == len(RULES)


def test_a_sound_library_has_no_findings() -> None:
    """The page that is gone stands there for another test, and nobody opens it."""
    assert [problem.code for problem in proofread_folder(CASES / "library")] == ["unused-article"]


@pytest.fixture(scope="module")
def reading() -> Reading:
    return read_library(CASES / "library" / "guides", CASES / "library" / "styles" / "figures.css")


def tiny(tmp_path: Path, head: str = "", block: str = "", body: str = "It is proven.") -> Manuscript:
    """A document with one text block, written for one test."""
    path = tmp_path / "guides" / "en" / "tiny.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        "kind: handout\ncode: VS-TINY\nversion: '1.0'\nstatus: draft\nupdated: 2026-01-05\ntitle: A tiny sheet\n"
        "purpose: This sheet is for you.\ndescription: A sheet for the tests of the proofreader, and for nothing else.\n"
        f"keywords: [one, two]\n{head}front:\n  - kind: text\n    heading: What is it?\n    body: {body}\n"
        f"    sources: [a-study]\n{block}back:\n  - kind: notes\n    lines: 2\n",
        "utf-8",
    )
    manuscript, problems = read_manuscript(path, tmp_path / "guides")
    assert manuscript, shown(problems)
    return manuscript


def findings(manuscript: Manuscript, reading: Reading, **severity: str) -> list[tuple[str, str, int, int]]:
    """Code, severity, line and column of each finding, without those about whole documents."""
    assert reading.library
    off = dict.fromkeys(COMPLETE, "off")
    rules = HouseRules.model_validate({"severity": off | {code.replace("_", "-"): value for code, value in severity.items()}})
    problems = proofread_document(manuscript, reading.library, rules)
    return [(problem.code, problem.severity, problem.line, problem.column) for problem in problems]


WAIVER = "waive: [{rule: banned-word, reason: a test}]\n"


def test_soft_hyphens_hide_no_word_from_the_proofreader(tmp_path: Path, reading: Reading) -> None:
    """A word that says where it may be divided is read as the word."""
    body = "This is a guar\u00adan\u00adteed cure."
    whole = findings(tiny(tmp_path, body=body.replace("\u00ad", "")), reading)
    assert [code for code, *_ in findings(tiny(tmp_path, body=body), reading)] == [code for code, *_ in whole]
    assert "banned-word" in {code for code, *_ in whole}


def test_a_waiver_sets_a_finding_aside_in_its_block_or_document(tmp_path: Path, reading: Reading) -> None:
    assert findings(tiny(tmp_path), reading) == [("banned-word", "error", 13, 17)]
    assert findings(tiny(tmp_path, head=WAIVER), reading) == []
    assert findings(tiny(tmp_path, block=f"    {WAIVER}"), reading) == []


def test_a_waiver_reaches_no_other_block(tmp_path: Path, reading: Reading) -> None:
    other = f"  - kind: callout\n    tone: ask\n    body: May I?\n    {WAIVER}"
    assert findings(tiny(tmp_path, block=other), reading) == [
        ("banned-word", "error", 13, 17),
        ("unused-waiver", "warning", 18, 20),
    ]


def test_what_printing_depends_on_is_neither_waived_nor_softened(tmp_path: Path, reading: Reading) -> None:
    waived = tiny(tmp_path, head="waive: [{rule: unknown-term, reason: a test}]\n", body="'[Pain](term:pain)'")
    assert findings(waived, reading, unknown_term="off") == [
        ("unknown-rule", "warning", 10, 16),
        ("unknown-term", "error", 14, 19),
    ]


def test_house_rules_set_how_grave_a_rule_is(tmp_path: Path, reading: Reading) -> None:
    assert findings(tiny(tmp_path), reading, banned_word="warning") == [("banned-word", "warning", 13, 17)]
    assert findings(tiny(tmp_path), reading, banned_word="off") == []
    assert findings(tiny(tmp_path, head=WAIVER), reading, banned_word="off") == [], "a waiver of a rule that is off is not unused"


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ("It is not proven. It is proven.", 13, 35),
        (">-\n      It is [not\n      proven](term:disc) but\n      **proven**, you see.", 16, 9),
        ('"It\'s \\"not proven\\", or\n      is it proven"', 14, 13),
        ("|-\n      You may ask.\n\n      It is proven.", 16, 13),
    ],
)
def test_words_are_found_again_in_the_file(body: str, line: int, column: int, tmp_path: Path, reading: Reading) -> None:
    assert ("banned-word", "error", line, column) in findings(tiny(tmp_path, body=body), reading)


@pytest.mark.parametrize(
    "body",
    [
        "There is no cure.",
        "We cannot promise that it is safe.",
        "It does not always work.",
        "Wear can come with advanced age.",
        "The drug is FDA-approved for knees.",
        "You may feel secure, and walk at best one mile.",
        "A leading cause may be age.",
    ],
)
def test_a_word_that_promises_nothing_is_no_claim(body: str, tmp_path: Path, reading: Reading) -> None:
    codes = [code for code, *_ in findings(tiny(tmp_path, body=body), reading)]
    assert "banned-word" not in codes


@pytest.mark.parametrize(
    "text", ["one two", "one\ntwo", "one\n\ntwo\nthree", "\none\n", "**one** [two](term:disc) & *three*", "a\n\n\nb"]
)
def test_the_copy_reads_as_it_prints(text: str) -> None:
    """One parse serves both: what the rules read is what the page shows, paragraph by paragraph."""
    from press.compose.markup import paragraphs
    from press.model.inline import plain

    printed = paragraphs(text, lambda kind, key, words: words)
    unmarked = re.findall(r"<p>(.*?)</p>", str(printed))
    assert plain(text, in_paragraphs=True).split("\n") == [
        re.sub(r"<[^>]+>", "", part).replace("&amp;", "&") for part in unmarked
    ]


def test_nothing_is_loaded_that_prints() -> None:
    import subprocess
    import sys

    heavy = {"jinja2", "weasyprint", "qrcode", "pikepdf"}
    code = f"import sys, press.proofread; print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


NAMES_NOBODY = re.findall(
    r"\S+",
    """
    ?pagename=stenosis ?page_name=a ?fileName=a ?hostname=a ?product_name=a ?namespace=a ?p=13995 ?page_id=2
    ?post_id=2 ?articleId=2 ?utm_source=handout&utm_medium=print ?patient_guide=1 ?patientEducation=1
    ?usermanual=1 ?membership=1 ?member_benefits=1 ?telemetry=0 ?q=patient ?topic=patient
    ?lang=en&date=2026-11-22 ?idea=1 ?phone_models=1 ?email_templates=1 ?birthplace=1 #email-us #patient
    /patient-stories/2026/ /@valor /phone/ /name/id ?v=123-45-67890 ?tokenised=1 ?p=1;lang=en
    """,
)
NAMES_SOMEBODY = re.findall(
    r"\S+",
    """
    ?patient=1 ?email=a ?mrn=1 ?utm_email=a ?first_name=a ?firstName=a ?FIRST-NAME=a ?name=ann ?id=7 ?uid=7
    ?userId=7 ?user_id=7 ?patientName=a ?patient_name=a ?dob=1 ?dateOfBirth=1 ?birth_date=1 ?phone2=1 ?cid=4
    ?accountNumber=1 ?member=1 ?access_token=1 ?sessionid=1 ?client_id=1 ?visitId=1 ?e-mail=a ?ssn=1
    ?p=1&mrn=2 ?p=1;mrn=2 ?patient%5Fid=1 ?%65mail=a ?patient[name]=a ?next=https%3A%2F%2Fa.b%2F%3Femail%3Da
    ?x=ann%40mail.example ?r=%2565mail%253Da #patient=1 #/x?email=a #ann@mail.example /ann@mail.example/
    /ann%40mail.example /patients/12345/ /u;email=a /email=x /MRN/?q=123-45-6789 ?Billing_Email=a
    ?contactPhone=1 ?appointment_no=4
    """,
)


@pytest.mark.parametrize("rest", [*NAMES_NOBODY, *NAMES_SOMEBODY])
def test_an_address_names_a_person_by_the_words_of_its_parameters(rest: str) -> None:
    """Not by letters within them: a rule that nobody can waive must not cry wolf."""
    from press.model.address import canonical
    from press.proofread.privacy import personal

    assert bool(personal(canonical(f"https://clinic.example/{rest.removeprefix('/')}"))) == (rest in NAMES_SOMEBODY)


@pytest.mark.parametrize("length", [14, 15, 42, 43, 62, 84, 106, 122, 123, 152, 180, 213, 251])
def test_the_size_of_a_code_is_known_without_making_it(length: int) -> None:
    from press.compose.qr import symbol
    from press.proofread.rules.links import symbol_side

    url = ("https://clinic.example/" + "a" * length)[:length]
    assert symbol_side(url) == symbol(url).side


def test_a_card_survives_in_the_ledger(reading: Reading) -> None:
    assert reading.library
    manuscript, _ = read_manuscript(CASES / "library" / "guides" / "en" / "sound.yaml", CASES / "library" / "guides")
    assert manuscript
    made = card(manuscript)
    assert Card(**marshal.loads(marshal.dumps(made.as_dict()))) == made
    assert made.articles == ("first-page", "second-page")
    assert made.terms == ("disc",)
    assert made.sources == ("a-study", "own-page", "a-survey")
    assert made.article_lines == (2, 3, 4, 32)


def test_findings_may_be_kept_until_what_they_look_up_changes(reading: Reading) -> None:
    library = reading.library
    assert library
    language = library.languages["en"]
    before = looked_up(language, library, reading.rules)
    article = library.articles["first-page"]
    moved = replace(
        library, articles={**library.articles, "first-page": article.model_copy(update={"url": "https://clinic.example/x"})}
    )
    gone = replace(library, articles={**library.articles, "first-page": article.model_copy(update={"status": "missing"})})
    assert looked_up(language, moved, reading.rules) == before
    assert looked_up(language, gone, reading.rules) != before
    assert looked_up(language, library, HouseRules.model_validate({"severity": {"grade": "off"}})) != before


def test_a_review_counts_while_it_is_complete_in_date_and_of_these_words(tmp_path: Path) -> None:
    draft = tiny(tmp_path).document
    review = "reviewer: A Doctor, credentials: MD, reviewed: 2026-01-05, next_review: 2027-01-05"
    signed = tiny(tmp_path, head=f'review: {{{review}, digest: "{text_digest(draft)}"}}\n').document
    assert effective_status(signed, TODAY) == "draft", "the status says draft"
    signed = signed.model_copy(update={"status": "reviewed", "version": "1.1", "waive": ()})
    assert effective_status(signed, TODAY) == "reviewed"
    assert effective_status(signed, date(2027, 1, 6)) == "overdue"
    assert effective_status(signed.model_copy(update={"title": "Another"}), TODAY) == "draft"
    unnamed = signed.model_copy(update={"review": signed.review.model_copy(update={"reviewer": None})})
    assert effective_status(unnamed, TODAY) == "draft"


def test_spanish_is_read_as_spanish(tmp_path: Path, reading: Reading) -> None:
    library = reading.library
    assert library
    body = "La deshidratación intervertebral considerablemente deteriorada imposibilita movimientos: está garantizado."
    english = tiny(tmp_path, body=f"'{body}'")
    spanish = replace(english, language="es")
    with_spanish = replace(library, languages={"es": replace(library.languages["en"], code="es")})
    problems = proofread_document(spanish, with_spanish, HouseRules())
    grades = [problem.message for problem in problems if problem.code == "grade"]
    assert any("Fernández-Huerta" in message and "INFLESZ" in message for message in grades)
    assert [problem.message for problem in problems if problem.code == "banned-word"] == [
        "'garantizado' promises or praises (C28)"
    ]


def shipped() -> tuple[Library, list[Manuscript], list[Problem]]:
    guides = ROOT / "guides"
    reading = read_library(guides, ROOT / "styles" / "figures.css")
    assert reading.library
    read = [read_manuscript(path, guides)[0] for path in documents(guides).values()]
    manuscripts = [manuscript for manuscript in read if manuscript]
    assert len(manuscripts) == len(read) > 0
    problems = [p for m in manuscripts for p in proofread_document(m, reading.library, reading.rules)]
    problems += proofread_library([card(m) for m in manuscripts], reading.library, reading.files, reading.rules, TODAY)
    return reading.library, manuscripts, problems


def test_the_library_as_shipped_has_no_errors_and_no_waivers() -> None:
    _, manuscripts, problems = shipped()
    assert shown([problem for problem in problems if problem.severity == "error"]) == ""
    assert not [m.name for m in manuscripts if m.document.waive or any(block.waive for _, block in m.document.placed())]


def test_the_library_as_shipped_warns_of_nothing_but_what_the_clinic_must_fill_in() -> None:
    """On a clean checkout `check` says what only the clinic knows: its telephone and its hours."""
    _, _, problems = shipped()
    said = {(problem.code, problem.file, problem.message.split("'")[1]) for problem in problems}
    assert said == {("contact", "guides/clinic.yaml", "phone"), ("contact", "guides/clinic.yaml", "hours")}, shown(problems)


def test_every_line_of_the_clinics_article_has_landed() -> None:
    """Line 72 is the asterisk of a web form, and is dropped (criteria.md 2.3)."""
    _, manuscripts, _ = shipped()
    assert article_coverage(manuscripts) == [72]


def test_the_texts_that_documents_share_are_read_too(tmp_path: Path) -> None:
    shutil.copytree(CASES / "library", tmp_path, dirs_exist_ok=True)
    glossary = tmp_path / "guides" / "en" / "glossary.yaml"
    hard = "Considerable physiological deterioration necessarily determining intervertebral degeneration is proven."
    glossary.write_text(
        glossary.read_text("utf-8").replace("A scan made with magnets. You lie still while it is made.", hard), "utf-8"
    )
    found = {(problem.code, problem.line) for problem in proofread_folder(tmp_path) if problem.file == "guides/en/glossary.yaml"}
    assert {("grade", 3), ("banned-word", 3), ("long-word", 3)} <= found


@pytest.mark.parametrize(
    ("drawing", "sizes"),
    [
        ('<svg><text class="label">A</text></svg>', []),
        ('<svg><text class="tiny">A</text></svg>', [9]),
        ('<svg><g transform="scale(.5)"><text class="label">A</text></g></svg>', [5]),
        ('<svg width="50pt" viewBox="0 0 100 100"><text class="label">A</text></svg>', [5]),
        ('<svg><text class="label">A <tspan style="font-size: 8px">b</tspan></text></svg>', [8]),
    ],
)
def test_a_label_is_measured_as_it_prints(drawing: str, sizes: list[float]) -> None:
    from press.proofread.rules.drawings import read_drawing

    styles = "/* .label { font-size: 2px } */ svg .label, svg .other { font-size: 10px }\nsvg .tiny { font-size: 9px }"
    assert [size for _, size in read_drawing(drawing, styles).small] == sizes


@pytest.mark.parametrize(
    "drawing",
    [
        '<svg><a href="javascript:x"/></svg>',
        '<svg><path onclick="x"/></svg>',
        "<svg><style>@import url(x.css)</style></svg>",
        '<svg><path style="fill: url(https://else.example/x)"/></svg>',
        '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>',
        "<svg><g></svg>",
    ],
)
def test_a_drawing_with_more_than_shapes_is_noticed(drawing: str) -> None:
    from press.proofread.rules.drawings import read_drawing

    seen = read_drawing(drawing, "")
    assert seen.runs or seen.outside or seen.broken


def test_a_colour_is_judged_on_the_box_it_stands_in() -> None:
    from press.proofread.rules.colours import pairs

    base = ":root { --deep: #083d48; } body { color: #222 } h2 { color: var(--deep) }"
    nested = (
        ".dark { background: var(--deep); color: white }"
        ".dark p { color: #cfe3e6 } .dark-foot { color: #eee } .tint { background: #eaf3f4 } @page cover { background: black }"
    )
    entry = '@import "base.css"; @page { size: Letter } .cover { page: cover; color: #fff } .dark p { color: #0b5563 }'
    styles = {"base.css": base + nested, "entry.css": entry}
    found = {pair.selector: (pair.background, pair.least) for pair in pairs(styles, "entry.css")}
    deep, white = (8, 61, 72), (255, 255, 255)
    assert found["body"] == (white, 7.0)
    assert found["h2"] == (white, 4.5)
    assert found[".dark"] == found[".dark p"] == found[".dark-foot"] == (deep, 4.5)
    assert found[".cover"] == ((0, 0, 0), 4.5)
    assert found[".tint"] == ((234, 243, 244), 7.0), "body text stands on it"
    worst = min(pairs(styles, "entry.css"), key=lambda pair: pair.contrast)
    assert (worst.selector, worst.sheet) == (".dark p", "entry.css"), "the later sheet goes before the earlier one"
