"""The command line, in processes of its own: exit statuses, words, formats, and what a broken document may not break."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from casebook import CASES, case_files
from printroom import ROOT
from smallhouse import SLUGS, House, make_house, manifest, printed

from press import __version__

FLAW = ("title: First steps", "titel: First steps")
"""A field that no document has; the title is missing besides."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A small house in which all is well. Tests that change something take a house of their own."""
    return make_house(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A small house to break."""
    return make_house(tmp_path)


def no_traceback(done: "subprocess.CompletedProcess[str]") -> None:
    assert "Traceback" not in done.stdout + done.stderr


# -- status 0: all is in place ---------------------------------------------------------------------------------------------


def test_a_sound_library_passes(sound: House) -> None:
    """Status 0, and a line that sums it up."""
    done = sound.run("check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 errors, 0 warnings\n", "")


def test_quiet_says_nothing_where_all_is_well(sound: House) -> None:
    """Problems only, and there are none."""
    done = sound.run("check", "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("words", [["--help"], ["check", "--help"], ["build", "-h"], ["--version"]])
def test_help_and_version_need_no_library(sound: House, words: list[str]) -> None:
    """They answer on standard output with status 0."""
    done = subprocess.run([*sound.command()[:2], *words], capture_output=True, text=True, cwd=sound.root, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"press {__version__}" in done.stdout if words == ["--version"] else "usage: generate.py" in done.stdout


def test_checking_loads_neither_the_pdf_engine_nor_templates(sound: House) -> None:
    """No module of WeasyPrint, of its helpers, or of Jinja is imported on the way through a whole check."""
    command = sound.command("check")
    done = subprocess.run(
        [command[0], "-X", "importtime", *command[1:]], capture_output=True, text=True, cwd=sound.root, check=False
    )
    loaded = {
        line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines() if line.startswith("import time:")
    }
    assert {"press", "yaml", "pydantic"} <= loaded, "the list of imports was read at all"
    assert loaded & {"weasyprint", "pydyf", "jinja2", "fontTools", "pikepdf", "pypdfium2", "qrcode", "PIL"} == set()


def test_schemas_are_written_once(house: House) -> None:
    """A second run finds them current."""
    first, second = house.run("schema"), house.run("schema")
    written = sorted(path.name for path in (house.root / "guides" / "schema").iterdir())
    assert sorted(line.removeprefix("wrote ") for line in first.stdout.splitlines()) == written
    assert (first.returncode, second.returncode, second.stdout) == (0, 0, "all schemas are current\n")


# -- status 2: wrong usage -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "first-step"], "there is no document 'first-step'; did you mean 'first-steps'?"),
        (["build", "no-such-thing"], "there is no document 'no-such-thing'"),
        (["second-lok"], "there is no document 'second-lok'; did you mean 'second-look'?"),
        (["explain", "../articles"], "there is no document '../articles'"),
        (["check", "--language", "xx"], "there is no language 'xx'"),
        (["check", "--no-such-option"], "unrecognized arguments: --no-such-option"),
        (["build", "--edition", "a5"], "invalid choice: 'a5'"),
        (["build", "--jobs", "0"], "must be 1 or more"),
        (["build", "--jobs", "many"], "argument --jobs: "),
        (["check", "--format", "xml"], "invalid choice: 'xml'"),
        (["check", "--quiet", "--verbose"], "not allowed with"),
        (["new", "poster", "a-poster"], "invalid choice: 'poster'"),
        (["new", "handout"], "required: SLUG"),
        (["new"], "required: KIND, SLUG"),
        (["new", "handout", "Neck pain"], "use small letters, digits and single hyphens, such as neck-pain"),
        (["new", "handout", "Neck", "pain"], "use small letters, digits and single hyphens, such as neck-pain"),
        (["new", "handout", "neck_pain.yaml"], "such as neck-pain"),
        (["new", "handout", "a" * 238], f"at most 60 of them, such as {'a' * 60}"),
        (["new", "handout", "neck-pain-" * 24], "at most 60 of them, such as neck-pain-neck-pain"),
        (["chek"], "there is no command 'chek'; did you mean 'check'?"),
        (["--edition", "a4", "chek", "first-steps"], "there is no command 'chek'; did you mean 'check'?"),
        (["check", "chek"], "there is no document 'chek'"),
        (["check", "--force"], "--force is an option of build and watch, not of check"),
        (["--links", "build"], "--links is an option of check, not of build"),
        (["schema", "first-steps"], "schema takes no names"),
    ],
)
def test_wrong_usage_is_said_in_words(sound: House, words: list[str], said: str) -> None:
    """Status 2, the reason on standard error, nothing on standard output, nothing done."""
    done = sound.run(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert done.stdout == ""
    no_traceback(done)
    assert not (sound.out / "manifest.json").exists()


@pytest.mark.parametrize("name", ["guides", "templates", "styles"])
def test_a_folder_that_is_not_there_is_wrong_usage(sound: House, name: str) -> None:
    """It is named, and so is the option that names another."""
    command = [word for word in sound.command("check") if not word.startswith(f"--{name}=")]
    done = subprocess.run([*command, f"--{name}=nowhere"], capture_output=True, text=True, cwd=sound.root, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"there is no folder nowhere; name one with --{name} DIR\n"


def test_a_long_wrong_slug_does_not_fill_the_screen(sound: House) -> None:
    """238 letters are one short line."""
    said = sound.run("new", "handout", "a" * 238).stderr
    assert said.count("\n") == 1
    assert len(said) < 250


@pytest.mark.parametrize(
    "words",
    [
        ["--edition", "a4", "check", "--quiet"],
        ["check", "--edition", "a4", "--quiet"],
        ["--quiet", "--edition=a4", "check", "first-steps"],
        ["check", "first-steps", "--quiet", "second-look", "--edition", "a4"],
    ],
)
def test_options_stand_on_either_side_of_the_command(sound: House, words: list[str]) -> None:
    """The same is asked for, wherever they stand."""
    done = sound.run(*words)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_command_is_found_behind_an_option_that_names_one(sound: House) -> None:
    """`--report check` writes a report named check, and `build` is what is done."""
    done = sound.run("--language", "en", "explain", "first-steps")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("en/first-steps (standard): stale")


def test_without_what_it_is_made_of_one_line_tells_what_to_do(sound: House) -> None:
    """A Python without the libraries: status 3, `make`, and no traceback."""
    command = [sys.executable, "-S", *sound.command("check")[1:]]
    done = subprocess.run(command, capture_output=True, text=True, cwd=sound.root, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    told = "is not installed for this Python: run `make` once, then use .venv/bin/python generate.py"
    assert re.fullmatch(rf"fault: \w+ {re.escape(told)}\n", done.stderr)


def test_an_older_python_says_that_it_is_too_old() -> None:
    """Python 3.10 says in one line what is needed, with status 3."""
    as_old = "import runpy, sys; sys.version_info = (3, 10, 13); runpy.run_path(sys.argv[1], run_name='__main__')"
    command = [sys.executable, "-c", as_old, str(ROOT / "generate.py"), "check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (3, "")
    needed = "fault: Python 3.11 or newer is needed, and this is 3.10: run `make` once, then use .venv/bin/python generate.py\n"
    assert done.stderr == needed


@pytest.mark.parametrize("version", [(3, 4), (3, 6), (3, 10)])
def test_an_older_python_can_read_the_entry_point(version: tuple[int, int]) -> None:
    """Its grammar is that of old Pythons."""
    ast.parse((ROOT / "generate.py").read_text("utf-8"), feature_version=version)


# -- status 1: problems in content -----------------------------------------------------------------------------------------


def test_a_flaw_is_shown_at_its_place(house: House) -> None:
    """`file:line:column: severity: message [code]`, the line, a caret, a hint; status 1."""
    house.edit("guides/en/first-steps.yaml", *FLAW)
    done = house.run("check")
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.splitlines()[:8] == [
        "guides/en/first-steps.yaml:1:1: error: the field 'title' is missing here [missing-field]",
        "    kind: handout",
        "    ^",
        "    hint: add `title:`",
        "",
        "guides/en/first-steps.yaml:6:1: error: unknown field 'titel' [unknown-field]",
        "    titel: First steps",
        "    ^",
    ]
    assert done.stdout.endswith("2 errors, 0 warnings\n")


def test_as_json_a_check_prints_one_object_and_nothing_else(house: House) -> None:
    """The shape of interfaces: problems with their seven fields, errors, warnings."""
    house.edit("guides/en/first-steps.yaml", *FLAW)
    done = house.run("check", "--format", "json")
    assert done.returncode == 1
    found: dict[str, Any] = json.loads(done.stdout)
    assert {key: value for key, value in found.items() if key != "problems"} == {"errors": 2, "warnings": 0}
    assert found["problems"][1] == {
        "code": "unknown-field",
        "severity": "error",
        "message": "unknown field 'titel'",
        "file": "guides/en/first-steps.yaml",
        "line": 6,
        "column": 1,
        "hint": "did you mean 'title'?",
    }


def test_without_problems_json_and_sarif_are_still_whole(sound: House) -> None:
    """A program that reads them finds an empty list."""
    assert json.loads(sound.run("check", "--format", "json").stdout) == {"problems": [], "errors": 0, "warnings": 0}
    assert json.loads(sound.run("check", "--format", "sarif").stdout)["runs"][0]["results"] == []
    assert sound.run("check", "--format", "github").stdout == ""


@pytest.mark.parametrize(("form", "start"), [("github", "::error file=guides/en/first-steps.yaml,line="), ("sarif", "{")])
def test_other_formats_stand_alone_on_standard_output(house: House, form: str, start: str) -> None:
    """No line of words among them; status 1 all the same."""
    house.edit("guides/en/first-steps.yaml", *FLAW)
    done = house.run("check", "--format", form)
    assert done.returncode == 1
    assert done.stdout.startswith(start)
    assert "errors," not in done.stdout


def test_checking_one_document_leaves_the_others_alone(house: House) -> None:
    """The flaw of another document is not reported."""
    house.edit("guides/en/first-steps.yaml", *FLAW)
    assert house.run("check", "second-look").returncode == 0
    assert house.run("check", "second-look", "first-steps").returncode == 1


def test_one_error_is_one_error(house: House) -> None:
    """Numbers and their words agree."""
    house.edit("guides/en/first-steps.yaml", "status: draft", "status: draught")
    assert house.run("check").stdout.endswith("\n1 error, 0 warnings\n")


def test_a_document_that_is_asked_for_tells_its_own_errors_first(house: House) -> None:
    """And nothing that does not concern it: neither advice about the library nor a file elsewhere."""
    house.edit("guides/en/second-look.yaml", "status: draft", "status: draught")
    house.edit("guides/house-rules.yaml", '  unused-article: "off"\n', "")
    (house.root / "guides" / "a-stray.txt").touch()
    done = house.run("check", "second-look")
    heads = [line for line in done.stdout.splitlines() if re.match(r"guides\S+:\d+:\d+: ", line)]
    assert [head.partition(":")[0] for head in heads] == ["guides/en/second-look.yaml"]
    assert re.search(r"\n1 error, 0 warnings\n$", done.stdout)


def test_a_code_that_is_taken_shows_both_places(house: House) -> None:
    """Each stands as an editor opens it: file, line and column."""
    house.edit("guides/en/second-look.yaml", "code: VS-T111", "code: VS-T011")
    done = house.run("check")
    assert done.returncode == 1
    places = set(re.findall(r"guides/en/[a-z-]+\.yaml:2:7", done.stdout))
    assert places == {"guides/en/first-steps.yaml:2:7", "guides/en/second-look.yaml:2:7"}, done.stdout


def test_a_flaw_in_a_shared_file_is_reported_and_no_document_passes(house: House) -> None:
    """Status 1 and the place in the shared file."""
    house.edit("guides/clinic.yaml", "name: Valor Spine", "nmae: Valor Spine")
    done = house.run("check")
    assert done.returncode == 1
    assert re.search(r"^guides/clinic\.yaml:\d+:1: error: unknown field 'nmae' \[unknown-field\]$", done.stdout, re.MULTILINE)
    no_traceback(done)


def test_a_broken_document_fails_alone_and_keeps_its_last_good_file(house: House) -> None:
    """Status 1; the others are printed; the old file stays, byte for byte, and the manifest calls it stale until it is mended."""
    house.build()
    before = printed(house.out)
    house.edit("guides/en/first-steps.yaml", *FLAW)
    house.edit("guides/en/second-look.yaml", "One point.", "Another point.")
    summary = house.build(status=1)
    assert {name.partition(" ")[0] for name in summary["failed"]} == {"en/first-steps"}
    assert {name.partition(" ")[0] for name in summary["built"]} == {"en/second-look"}
    after = printed(house.out)
    assert after.keys() == before.keys()
    assert {path for path in after if after[path] != before[path]} == {path for path in after if "second-look" in path}
    stale = {entry["path"]: entry.get("stale") for entry in manifest(house.out)["documents"]}
    assert stale == {path: True if "first-steps" in path else None for path in after}
    house.edit("guides/en/first-steps.yaml", *reversed(FLAW))
    assert house.build()["failed"] == []
    assert printed(house.out) == after
    assert not [entry for entry in manifest(house.out)["documents"] if "stale" in entry]


@pytest.fixture
def asylum(house: House) -> House:
    """A house with every wrong file there is among the documents, and some that were never documents."""
    folder = house.root / "guides" / "en"
    for path in [*case_files("read"), *case_files("source")]:
        shutil.copy(path, folder / f"{path.parent.name}-{path.name}")
    for name, data in {
        "empty": b"",
        "bytes": bytes(range(256)),
        "utf-16": (CASES / "specimen.yaml").read_text("utf-8").encode("utf-16"),
        "brackets": b"[" * 100_000,
        "bomb": b"a: &a [x, x]\n" + b"".join(b"b%d: &b%d [*a, *a]\n" % (n, n) for n in range(50)),
        "long": b"title: " + b"x" * 999_000,
    }.items():
        (folder / f"wrong-{name}.yaml").write_bytes(data)
    return house


def test_whatever_stands_in_the_files_there_is_no_traceback(asylum: House) -> None:
    """Every wrong file is reported, each at a place in it; no sound one is; status 1."""
    wrong = {path.name for path in (asylum.root / "guides" / "en").glob("[rsw]*-*.yaml")} - {f"{slug}.yaml" for slug in SLUGS}
    assert len(wrong) > 75
    done = asylum.run("check", "--format", "json")
    assert done.returncode == 1
    assert done.stderr == ""
    problems = json.loads(done.stdout)["problems"]
    assert {Path(problem["file"]).name for problem in problems} - {"phrases.yaml"} == wrong
    no_traceback(asylum.run("check"))


def test_among_wrong_documents_the_sound_ones_are_printed(asylum: House) -> None:
    """A build over all of them prints three documents, and files nothing else."""
    summary = asylum.build("--edition", "standard", status=1)
    assert {name.partition(" ")[0] for name in summary["built"]} == {f"en/{slug}" for slug in SLUGS}
    assert set(printed(asylum.out)) == {f"en/{slug}.pdf" for slug in SLUGS}


# -- status 3: the machine -------------------------------------------------------------------------------------------------


def test_a_fault_of_the_machine_is_one_line(sound: House, tmp_path: Path) -> None:
    """Status 3, one clear line on standard error; where it happened with --verbose alone."""
    (tmp_path / "file").write_text("in the way")
    out = tmp_path / "file" / "out"
    done = sound.run("build", out=out)
    assert done.returncode == 3
    assert re.fullmatch(r"fault: .*can't be written: not a directory\n", done.stderr)
    no_traceback(done)
    assert "Traceback" in sound.run("build", "--verbose", out=out).stderr


def test_a_reader_that_leaves_early_is_no_fault(asylum: House) -> None:
    """As in `generate.py check | head -1`: no traceback, no complaint."""
    with subprocess.Popen(asylum.command("check"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=asylum.root) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"guides/en/")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode in (0, 1)


def test_a_terminal_that_knows_few_letters_is_no_fault(house: House) -> None:
    """What it can't show is written out, and the status is that of the content."""
    house.edit("guides/en/first-steps.yaml", "title: First steps", "titel: First steps – größer")
    done = house.run("check", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1
    assert "titel: First steps" in done.stdout


# -- the default -----------------------------------------------------------------------------------------------------------


def test_build_is_what_is_done_without_a_command(house: House) -> None:
    """`generate.py SLUG --edition NAME` prints one document in one edition, and a second time finds it fresh."""
    first = house.run("first-steps", "--edition", "standard")
    assert first.returncode == 0
    assert set(printed(house.out)) == {"en/first-steps.pdf"}
    assert re.fullmatch(r"\[1/1\] built en/first-steps \(standard\)\n1 built in \d+\.\d s(; .*)?\n", first.stdout)
    second = house.run("first-steps", "--edition", "standard")
    assert re.fullmatch(r"1 fresh in \d+\.\d s(; .*)?\n", second.stdout)
