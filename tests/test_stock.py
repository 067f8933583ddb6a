"""The look at the input files: what is hashed again, what is trusted, what moved."""

import os
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import pytest
from printroom import ROOT, STYLES
from smallhouse import House, make_house

from press.plan import inputs as stock
from press.plan import libraries as engine
from press.plan.inputs import Known, Stock, pair_name, sheet_closure
from press.read.files import walk


@pytest.fixture
def house(tmp_path: Path) -> House:
    return make_house(tmp_path / "house")


@pytest.fixture
def hashed() -> Iterator[list[str]]:
    """The files that were hashed."""
    names: list[str] = []
    digest_of = stock.digest_of

    def noted(path: str) -> str:
        names.append(Path(path).name)
        return digest_of(path)

    with patch("press.plan.inputs.digest_of", noted):
        yield names


def known(house: House) -> dict[str, Known]:
    """What a build some time ago would know."""
    with patch("press.plan.inputs.YOUNG_NS", 0):
        return Stock.take(house.folders, {}).files


def test_a_file_is_hashed_once_while_its_stat_stays(house: House, hashed: list[str]) -> None:
    before = known(house)
    assert hashed
    hashed.clear()
    assert Stock.take(house.folders, before).files == before
    assert hashed == []


def test_a_file_that_was_just_saved_is_hashed_every_time(house: House, hashed: list[str]) -> None:
    before = Stock.take(house.folders, {}).files
    hashed.clear()
    Stock.take(house.folders, before)
    assert "first-steps.yaml" in hashed


def test_no_trick_with_time_stamps_hides_a_change(house: House) -> None:
    before = known(house)
    file = house.document("first-steps")
    stat = file.stat()
    text = file.read_text()
    file.write_text(text.replace("One point.", "One paint."))
    os.utime(file, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert file.stat().st_size == stat.st_size
    assert Stock.take(house.folders, before).digest() != digest(before, house)


def digest(files: dict[str, Known], house: House) -> str:
    taken = Stock.take(house.folders, files)
    return Stock(taken.folders, taken.paths, taken.stats, files, taken.engine).digest()


def test_moved_tells_what_changed_came_and_went(house: House) -> None:
    taken = Stock.take(house.folders, {})
    assert taken.moved() == set()
    house.edit("styles/plain.css", "15mm", "14mm")
    house.document("first-steps").unlink()
    house.add("another")
    assert taken.moved() == {"styles/plain.css", "guides/en/first-steps.yaml", "guides/en/another.yaml", "guides/en/"}


def test_moved_tells_of_a_file_that_came_and_went_meanwhile(house: House) -> None:
    taken = Stock.take(house.folders, {})
    house.add("another").unlink()
    assert taken.moved() == {"guides/en/"}


def test_moved_looks_into_young_files_whose_stat_may_hide_a_change(house: House) -> None:
    taken = Stock.take(house.folders, {})
    name = "guides/en/first-steps.yaml"
    house.edit(name, "One point.", "One paint.")
    stat = stock.stat_of(house.root / name)
    assert stat
    taken.stats[name] = stat
    assert taken.moved() == {name}


def test_moved_tells_of_the_engine(house: House) -> None:
    taken = Stock.take(house.folders, {})
    with patch("press.plan.inputs.engine.installed", lambda: ["another"]):
        assert taken.moved() == {stock.ENGINE}


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        ("guides/en/x.yaml", "file:guides/en/x.yaml"),
        ("styles/icons/x.svg", "style:styles/icons/x.svg"),
        ("templates/blocks/x.html.jinja", "template:blocks/x.html.jinja"),
        ("press/build/run.py", stock.ENGINE),
        (stock.ENGINE, stock.ENGINE),
    ],
)
def test_files_go_by_the_names_under_which_documents_record_them(name: str, pair: str) -> None:
    assert pair_name(name) == pair


def test_leftovers_and_hidden_files_are_passed_over_and_loops_end(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    for name in ("a.yaml", ".a.yaml.swp", "a.yaml~", "b.tmp", ".#a.yaml", "en/c.yaml"):
        (tmp_path / name).write_text("")
    (tmp_path / "en" / "up").symlink_to(tmp_path)
    (tmp_path / "en" / "gone.yaml").symlink_to(tmp_path / "nowhere")
    assert sorted(name for name, _ in walk(tmp_path, "g") if not name.endswith("/")) == [
        "g/a.yaml",
        "g/en/c.yaml",
        "g/en/gone.yaml",
    ]


def test_a_link_that_leads_nowhere_is_no_document(house: House) -> None:
    house.document("nowhere").symlink_to(house.root / "nowhere.yaml")
    assert "guides/en/nowhere.yaml" not in Stock.take(house.folders, {}).files


def test_all_that_the_shipped_style_sheets_bring_in_is_found() -> None:
    """Whatever the engine fetched for a sheet must be among what counts as used."""
    from press.edition import EDITIONS
    from press.typeset.typesetter import Typesetter

    typesetter = Typesetter(STYLES)
    fetch = type(typesetter._fetcher).fetch
    fetched: set[str] = set()

    def noted(fetcher: object, url: str, headers: object = None) -> object:
        if url.startswith("file:"):
            fetched.add("styles/" + Path(url.removeprefix("file://")).resolve().relative_to(STYLES).as_posix())
        return fetch(fetcher, url, headers)

    every_class = "".join(sorted({line for path in STYLES.glob("*.css") for line in classes(path.read_text("utf-8"))}))
    html = f"<html lang=en><title>T</title><body>{every_class}</body>"
    with patch.object(type(typesetter._fetcher), "fetch", noted):
        for edition in EDITIONS.values():
            fetched.clear()
            typesetter.typeset(html, edition.sheet, edition.pdf_variant, {})
            assert len(fetched) > 10, "fonts and icons"
            assert fetched <= set(sheet_closure(STYLES, edition.sheet))


def classes(css: str) -> Iterator[str]:
    """An element for each class that a style sheet names."""
    for name in re.findall(r"\.([a-z_-]+)", css):
        yield f'<section class="{name}"><p class="{name}"><span class="{name}">x</span></p></section>'


def test_every_package_that_the_press_prints_with_counts() -> None:
    """A package left out of the engine's digest must be one that never sees a page."""
    counted = {line.split("-")[0].lower() for line in engine.installed() if line.endswith(".dist-info")}
    direct = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"]
    names = {line.split("==")[0].replace("-", "_") for line in direct}
    assert names - counted == {"filelock", "watchfiles", "tqdm"}
    assert counted >= {"pydyf", "fonttools", "brotli", "zopfli", "tinycss2", "cssselect2", "markupsafe", "pyphen", "pillow"}
    assert not counted & {"pytest", "ruff", "mypy", "pip", "hypothesis"}


def test_a_shared_object_that_is_replaced_or_added_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_text("old")
    libraries = engine._standing([str(tmp_path)])
    assert libraries
    assert not engine.libraries_changed(libraries)
    (tmp_path / "libother.so").write_text("of no concern")
    assert not engine.libraries_changed(libraries)
    (tmp_path / "libharfbuzz-subset.so.0").write_text("new")
    assert engine.libraries_changed(libraries)
    (tmp_path / "libharfbuzz-subset.so.0").unlink()
    (tmp_path / "libpango-1.0.so.0").write_text("newer")
    assert engine.libraries_changed(libraries)
    assert not engine.libraries_changed({})


def test_the_shared_objects_of_this_process_are_found() -> None:
    from press.typeset.typesetter import versions

    assert versions()["pango"]
    names = {Path(path).name.split(".")[0] for path in engine.loaded_libraries()}
    assert {"libpango-1", "libharfbuzz", "libfontconfig"} <= names
