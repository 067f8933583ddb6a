"""The order of the house: one name in four places, imports that go down, and duties that stay where they belong."""

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from casebook import CASES
from printroom import GUIDES, ROOT, STYLES, TEMPLATES, read_document

from press.blocks import BLOCKS, Block, CalloutBlock, Option
from press.blocks import Path as Road
from press.compose import HEADINGS
from press.guide import Manuscript
from press.model import Model
from press.read import languages

PRESS = ROOT / "press"
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in PRESS.rglob("*.py")}
SHEETS = sorted(STYLES.glob("*.css"))
TONES: tuple[str, ...] = get_args(CalloutBlock.model_fields["tone"].annotation)

FLOORS = (
    "problems model edition names engine readability web finishing patches printed drawing qr castoff",
    "source blocks orders",
    "stock guide",
    "file review",
    "plan read markup registry fonts layouts",
    "ledger compose proofread",
    "books checklists linkcheck desk",
    "typeset preflight",
    "jobs",
    "workers run",
    "presswork warm",
    "watch reports schema starter",
    "scorecard",
    "scorepage",
    "cli",
)
"""The modules of the engine, bottom to top. A module imports from lower floors only, wherever in it the import stands."""


# -- one name, four places ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def specimen() -> Manuscript:
    """The guide that shows every block in every variant."""
    return read_document(CASES / "specimen.yaml", CASES)


def shown(specimen: Manuscript) -> list[Block]:
    return [block for _, block in specimen.document.placed()]


def test_a_block_kind_is_one_word_in_four_places(specimen: Manuscript) -> None:
    """The models, the templates, the sections of the style sheet and the specimen know the same kinds."""
    templates = {path.name.removesuffix(".html.jinja") for path in (TEMPLATES / "blocks").iterdir() if path.name[0] != "_"}
    sections = re.findall(r"^/\* == (\w+) == \*/$", (STYLES / "blocks.css").read_text("utf-8"), re.MULTILINE)
    specimens = {block.kind for block in shown(specimen)}  # type: ignore[attr-defined]
    for found in (BLOCKS, templates, sections, specimens):
        assert len(found) > 20, "they were found at all"
    assert templates == set(BLOCKS)
    assert sorted(sections) == sorted(BLOCKS), "each section once"
    assert specimens == set(BLOCKS)


@pytest.mark.parametrize("kind", BLOCKS)
def test_a_template_is_one_macro_that_bears_the_name_of_its_kind(kind: str) -> None:
    """`templates/blocks/<kind>.html.jinja` defines the macro `<kind>(block, words)` and no other."""
    text = (TEMPLATES / "blocks" / f"{kind}.html.jinja").read_text("utf-8")
    assert re.findall(r"{%-? macro (\w+)\(([^)]*)\)", text) == [(kind, "block, words")]


@pytest.mark.parametrize("kind", BLOCKS)
def test_the_specimen_shows_a_block_with_and_without_what_may_be_left_out(specimen: Manuscript, kind: str) -> None:
    """Every optional field of a block is given once and left out once, a heading among them."""
    blocks = [block for block in shown(specimen) if isinstance(block, BLOCKS[kind])]
    for name, given in given_and_left_out(blocks).items():
        assert given == {True, False}, name


def given_and_left_out(blocks: list[Block]) -> dict[str, set[bool]]:
    """For each field that may be left out, in these blocks and what they hold, whether it was given and whether not."""
    seen: dict[str, set[bool]] = defaultdict(set)
    pending: list[object] = list(blocks)
    while pending:
        value = pending.pop()
        if isinstance(value, tuple):
            pending += value
        elif isinstance(value, Model):
            for name, field in type(value).model_fields.items():
                pending.append(getattr(value, name))
                if not field.is_required() and name not in ("sources", "article_lines", "waive"):
                    seen[f"{type(value).__name__}.{name}"].add(getattr(value, name) != field.default)
    return seen


def test_the_specimen_shows_every_tone_path_and_number_of_cards(specimen: Manuscript) -> None:
    """What changes the look of a block beside its fields."""
    blocks = shown(specimen)
    tones = {block.tone for block in blocks if isinstance(block, CalloutBlock)}
    assert tones == set(TONES)
    details = {getattr(block, "path", None) for block in blocks} - {None}
    rows = {row.path for block in blocks for row in getattr(block, "rows", ()) if isinstance(row, Option)}
    assert details == rows == set(get_args(Road))
    cards = {len(getattr(block, "articles", ())) for block in blocks}
    assert cards >= {1, 2, 3, 4}


# -- printed phrases ---------------------------------------------------------------------------------------------------


def phrases_used() -> set[str]:
    """The keys of printed phrases that templates and the composer ask for."""
    templates = "".join(path.read_text("utf-8") for path in TEMPLATES.rglob("*.jinja"))
    composer = MODULES["press.compose"].read_text("utf-8")
    roads = (f"path_{path.replace('-', '_')}" for path in get_args(Road))
    return {
        *re.findall(r"\bwords\.(\w+)", templates),
        *re.findall(r"""\bwords\[["'](\w+)["']\]""", templates + composer),
        *HEADINGS.values(),
        *TONES,
        *roads,
    }


@pytest.mark.parametrize("language", languages(GUIDES))
def test_every_phrase_that_is_printed_exists_in_every_language(language: str) -> None:
    """A missing one would stop a document in the middle of the road."""
    used = phrases_used()
    assert len(used) > 30
    text = (GUIDES / language / "phrases.yaml").read_text("utf-8")
    assert used <= set(re.findall(r"^(\w+):", text, re.MULTILINE))


# -- imports -----------------------------------------------------------------------------------------------------------


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def nodes_that_run(path: Path) -> Iterator[ast.AST]:
    """Every node of a module but those below `if TYPE_CHECKING:`."""
    pending: list[ast.AST] = [tree(path)]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            pending += node.orelse
        else:
            pending += ast.iter_child_nodes(node)


def imported(path: Path) -> set[str]:
    """The full names of the modules that a module imports when it runs."""
    found: set[str] = set()
    for node in nodes_that_run(path):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports name the whole module"
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(inner & MODULES.keys() or {str(node.module)})
    return found


def floor_module(name: str) -> str:
    """`proofread` for press.proofread.rule: a package is one module of the house."""
    return name.split(".")[1]


def test_every_module_has_its_floor() -> None:
    """A new module is placed in the order of the house before it is used, and none stands there twice."""
    placed = Counter(" ".join(FLOORS).split())
    assert len(placed) > 25
    assert set(placed.values()) == {1}
    assert set(placed) == {floor_module(name) for name in MODULES if name != "press.__init__"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_go_down_only(name: str) -> None:
    """A module knows nothing of those on its own floor and above; imports inside functions count, those for types do not."""
    if name == "press.__init__":
        assert not any(other.startswith("press") for other in imported(MODULES[name]))
        return
    floor = {module: number for number, modules in enumerate(FLOORS) for module in modules.split()}
    own = floor_module(name)
    for other in imported(MODULES[name]):
        if other.startswith("press.") and floor_module(other) != own:
            assert floor[floor_module(other)] < floor[own], f"{name} imports {other}"


def test_the_proofreader_has_no_circles() -> None:
    """Inside the package the same holds, in whatever order."""
    inside = {name: imported(path) & MODULES.keys() - {name} for name, path in MODULES.items() if ".proofread." in name}
    inside = {name: {other for other in others if other in inside} for name, others in inside.items()}
    assert len(inside) > 5
    inside.pop("press.proofread.__init__")
    while inside:
        free = {name for name, others in inside.items() if not others & inside.keys()}
        assert free, f"these import each other: {sorted(inside)}"
        inside = {name: others for name, others in inside.items() if name not in free}


ENGINE = {"weasyprint", "pydyf"}


def test_only_the_typesetter_knows_the_pdf_engine() -> None:
    """WeasyPrint is imported by `typeset`, inside functions, and by `warm`; `finishing` and `patches` touch its objects."""
    users = {name for name, path in MODULES.items() if {other.split(".")[0] for other in imported(path)} & ENGINE}
    assert {floor_module(name) for name in users} == {"typeset", "finishing", "patches", "warm"}
    statements = tree(MODULES["press.typeset"]).body
    at_the_top = [ast.unparse(node) for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    assert at_the_top
    assert not any(engine in line for engine in (*ENGINE, "press.finishing", "press.patches") for line in at_the_top)


def test_only_the_command_line_prints() -> None:
    """All other modules return what there is to say."""
    speakers = set()
    for name, path in MODULES.items():
        for node in nodes_that_run(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write"):
                speakers.add(name)
    assert speakers == {"press.cli"}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        (
            "press.cli",
            ("weasyprint", "pydyf", "jinja2", "pydantic", "yaml", "press.proofread", "press.compose", "press.preflight"),
        ),
        ("press.desk", ("weasyprint", "pydyf", "jinja2")),
        ("press.compose", ("weasyprint", "pydyf")),
    ],
)
def test_importing_a_module_is_light(module: str, heavy: tuple[str, ...]) -> None:
    """The command line starts quickly, and checking needs neither the PDF engine nor templates."""
    script = f"import sys, {module}; print(*(name for name in {heavy!r} if name in sys.modules))"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert said.stdout.split() == []


# -- styles ------------------------------------------------------------------------------------------------------------

_COMMENT = re.compile(r"/\*.*?\*/|url\([^)]*\)", re.DOTALL)
_COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|hwb|lab|lch|color|device-cmyk)a?\("
    r"|:[^;{}]*\b(?:white|black|gr[ae]y|silver|red|maroon|orange|yellow|olive|green|lime|teal|aqua|blue|navy|purple|fuchsia)\b(?!-)"
)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_raw_colours_stand_in_the_tokens_alone(sheet: Path) -> None:
    """Every other sheet names a token, so that contrast is checked once for all. Drawings have a palette of their own."""
    css = re.sub(r"var\(--[\w-]+\)|--[\w-]+", "", _COMMENT.sub("", sheet.read_text("utf-8")))
    raw = _COLOUR.findall(css)
    if sheet.name in ("tokens.css", "figures.css"):
        assert raw
    else:
        assert raw == []


def test_the_search_for_raw_colours_can_find_one() -> None:
    """The pattern above knows the ways to write a colour, and leaves tokens alone."""
    for css in ("a{color:#fff}", "a{color:rgb(0 0 0)}", "a{border: 1px solid black}", "a{color:hsla(1)}"):
        assert _COLOUR.search(css)
    assert not _COLOUR.search("a{color:;white-space:nowrap}")


# -- what is committed -------------------------------------------------------------------------------------------------

_MACHINE = re.compile(r"(?<![\w.:/%-])/(?:home|Users|root|work|farm)/[\w.]")
_REGISTRY = re.compile(r"py(?:pi|thonhosted)[.]org|registry[.]npm\w+[.]org|(?:deb|archive)[.](?:debian|ubuntu)[.]\w+")


def committed() -> list[Path]:
    """The files of the project: those that git knows or would add, or all where there is no git."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    except (OSError, subprocess.CalledProcessError):
        hidden = {".venv", "build", ".git"}
        names = [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*") if not hidden & set(path.relative_to(ROOT).parts)]
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def test_no_committed_line_names_a_machine_or_a_registry() -> None:
    """A clone works anywhere: no folder of somebody's machine, no host that packages come from."""
    files = [path for path in committed() if path.suffix not in (".woff2", ".png", ".pdf")]
    assert len(files) > 80
    found = []
    for path in files:
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), start=1):
            if _MACHINE.search(line) or _REGISTRY.search(line) or str(ROOT) in line:
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}")
    assert found == []


def test_the_search_for_machines_can_find_one() -> None:
    """The patterns above know a path and a host where they see one."""
    assert _MACHINE.search('open("/' + 'home/anna/file")')
    assert _REGISTRY.search("https://pypi" + ".org/simple")
    assert not _MACHINE.search("https://example.org/home/page")
