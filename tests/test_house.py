"""The order of the house: one name in four places, imports that go down, and duties that stay where they belong."""

import ast
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import get_args

import pytest
from casebook import CASES
from printroom import GUIDES, ROOT, STYLES, TEMPLATES, read_document

from press.compose.places import HEADINGS
from press.model.base import Block, Model
from press.model.blocks import BLOCKS, CalloutBlock
from press.model.option_blocks import Option
from press.model.option_blocks import Path as Road
from press.read.library import languages
from press.read.manuscript import Manuscript

PRESS = ROOT / "press"
MODULES = {path.relative_to(ROOT).with_suffix("").as_posix().replace("/", "."): path for path in PRESS.rglob("*.py")}
SHEETS = sorted(STYLES.glob("*.css"))
TONES: tuple[str, ...] = get_args(CalloutBlock.model_fields["tone"].annotation)

ORDER = [
    *("problems", "edition", "model", "read", "file", "proofread", "plan", "compose", "typeset", "preflight"),
    *("build", "report", "links", "authoring", "cli"),
]
"""What stands at the top of the engine, bottom to top: an entry imports from those before it only.

The order is that of the road, but that `file`, which plan asks what is filed, stands below it.
"""

MOST_ENTRIES, MOST_MODULES = 16, 12
"""How many entries the top of the engine may have, and how many modules a folder, rules aside."""


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
    composer = MODULES["press.compose.composer"].read_text("utf-8")
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


def used_by(path: Path) -> set[str]:
    """The modules of the engine that a module imports anywhere, for type checking too."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            found.update(inner & MODULES.keys() or {str(node.module)})
    return {name for name in found if name.split(".")[0] == "press"}


def folder_of(name: str) -> str:
    """`proofread` for press.proofread.rules.safety: the entry at the top that a module belongs to."""
    return name.split(".")[1]


def test_every_entry_at_the_top_has_its_place_in_the_order() -> None:
    """A new folder is placed in the order before it is used, and none stands there twice."""
    assert len(ORDER) == len(set(ORDER)) <= MOST_ENTRIES
    assert set(ORDER) == {folder_of(name) for name in MODULES if name != "press.__init__"}


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_go_down_only(name: str) -> None:
    """A module knows nothing of the folders above its own; imports inside functions count, and those for types, too."""
    others = used_by(MODULES[name]) - {"press"}
    if name == "press.__init__":
        assert not others
        return
    for other in others:
        assert ORDER.index(folder_of(other)) <= ORDER.index(folder_of(name)), f"{name} imports {other}"


def test_no_modules_import_each_other() -> None:
    """No circle anywhere, not even for types."""
    graph = {name.removesuffix(".__init__"): used_by(path) - {name.removesuffix(".__init__")} for name, path in MODULES.items()}
    assert len(graph) > 80
    list(TopologicalSorter(graph).static_order())  # CycleError names a circle


def test_no_folder_holds_more_modules_than_can_be_seen_at_once() -> None:
    """Rules aside, of which there is one module a subject."""
    inside = Counter(path.parent.relative_to(PRESS).as_posix() for path in PRESS.rglob("*.py") if path.name != "__init__.py")
    assert {folder: count for folder, count in inside.items() if count > MOST_MODULES and folder != "proofread/rules"} == {}


ENGINE = {"weasyprint", "pydyf"}


def test_only_the_typesetter_knows_the_pdf_engine() -> None:
    """WeasyPrint is imported in `typeset`, there inside functions, and ahead of time by what workers start with."""
    users = {name for name, path in MODULES.items() if {other.split(".")[0] for other in imported(path)} & ENGINE}
    assert {name for name in users if folder_of(name) != "typeset"} == {"press.build.workers.preload"}
    statements = tree(MODULES["press.typeset.typesetter"]).body
    at_the_top = [ast.unparse(node) for node in statements if isinstance(node, ast.Import | ast.ImportFrom)]
    assert at_the_top
    assert not any(
        engine in line
        for engine in (*ENGINE, "press.typeset.catalog", "press.typeset.tagging", "press.typeset.patches")
        for line in at_the_top
    )


def test_only_the_command_line_prints() -> None:
    """All other modules return what there is to say."""
    speakers = set()
    for name, path in MODULES.items():
        for node in nodes_that_run(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("print", "sys.stdout.write", "sys.stderr.write"):
                speakers.add(name)
    assert speakers == {"press.cli.main"}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        (
            "press.cli.main",
            (
                "weasyprint",
                "pydyf",
                "jinja2",
                "pydantic",
                "yaml",
                "press.proofread",
                "press.compose.composer",
                "press.preflight.checks",
            ),
        ),
        ("press.build.content", ("weasyprint", "pydyf", "jinja2")),
        ("press.compose.composer", ("weasyprint", "pydyf")),
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
