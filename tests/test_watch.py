"""`watch` as an editor meets it: a process that rebuilds on every save and takes no harm from mistakes."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest
from smallhouse import SLUGS, House, assert_whole, family, kill, make_house, manifest, printed, until

FIRST, SECOND, _ = SLUGS


@dataclass
class Watch:
    """A running `watch` and the lines that it has said."""

    house: House
    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Gathers what it says."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))

    def builds(self) -> list[str]:
        """The lines that sum builds up."""
        return [line for line in self.lines if " in " in line and line.endswith(" s") and not line.startswith("[")]


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A small house that is being watched, after the first build."""
    house = make_house(tmp_path_factory.mktemp("watched") / "house")
    process = house.start("watch", "--edition=standard")
    watch = Watch(house, process)
    Thread(target=watch.listen, daemon=True).start()
    until(watch.builds)
    yield watch
    if process.poll() is None:
        kill(process)


def saved(watch: Watch, change: Callable[[], object], words: str) -> None:
    """Makes a change; a build that follows must be summed up with these words. One save can make several events, and builds."""
    builds = len(watch.builds())
    change()
    until(lambda: watch.process.poll() is None and any(words in line for line in watch.builds()[builds:]))


def path(watch: Watch, slug: str) -> Path:
    return watch.house.out / "en" / f"{slug}.pdf"


def test_a_save_rebuilds_the_document(watch: Watch) -> None:
    before = printed(watch.house.out)
    saved(watch, lambda: watch.house.edit(f"guides/en/{FIRST}.yaml", "One point.", "A new point."), "1 built, 2 fresh")
    assert {name for name, digest in printed(watch.house.out).items() if before[name] != digest} == {f"en/{FIRST}.pdf"}


def test_a_save_by_renaming(watch: Watch) -> None:
    file = watch.house.document(FIRST)

    def save() -> None:
        new = file.with_name(".new")
        new.write_text(file.read_text().replace("Two points.", "Two other points."))
        os.rename(file, file.with_name(f"{file.name}~"))
        os.rename(new, file)

    saved(watch, save, "1 built, 2 fresh")
    assert_whole(watch.house.out)


def test_a_new_document_and_one_that_goes(watch: Watch) -> None:
    saved(watch, lambda: watch.house.add("a-new-one", code="VS-NEW"), "1 built, 3 fresh")
    saved(watch, watch.house.document("a-new-one").unlink, "1 removed")
    assert_whole(watch.house.out)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("templates/blocks/questions.html.jinja", "<section", "<section data-seen='1'"),
        ("styles/plain.css", "12pt/17pt", "12pt/18pt"),
        ("styles/icons/mark.svg", "h9v9z", "h8v8z"),
        ("guides/en/phrases.yaml", "\nquestions: ", "\nquestions: More "),
    ],
)
def test_templates_styles_and_shared_files_are_watched(watch: Watch, name: str, old: str, new: str, tmp_path: Path) -> None:
    saved(watch, lambda: watch.house.edit(name, old, new), "3 built")
    watch.house.build("--force", "--edition=standard", out=tmp_path)
    assert printed(watch.house.out) == printed(tmp_path)


def test_a_font_is_watched(watch: Watch) -> None:
    font = watch.house.root / "styles/fonts/atkinson-hyperlegible-next-latin-400-normal.woff2"
    sound, other = font.read_bytes(), font.with_name("atkinson-hyperlegible-next-latin-500-normal.woff2").read_bytes()
    saved(watch, lambda: font.write_bytes(other), "3 built")
    saved(watch, lambda: font.write_bytes(sound), "3 built")


@pytest.mark.parametrize(
    ("name", "old", "new", "code"),
    [
        (f"guides/en/{FIRST}.yaml", "title:", "titel:", "unknown-field"),
        ("guides/articles.yaml", "\narticles:\n", "\narticles: [\n", "yaml-syntax"),
        ("templates/blocks/questions.html.jinja", "{% endmacro %}", "{% endif %}", "not-composed"),
        ("styles/plain.css", "icons/mark.svg", "icons/none.svg", "engine-"),
    ],
)
def test_a_mistake_is_shown_and_its_mending_noticed(watch: Watch, name: str, old: str, new: str, code: str) -> None:
    before, said = printed(watch.house.out), len(watch.lines)
    saved(watch, lambda: watch.house.edit(name, old, new), "failed")
    until(lambda: any(code in line for line in watch.lines[said:]))
    assert printed(watch.house.out) == before
    watch.house.edit(name, new, old)
    until(lambda: not any(entry.get("stale") for entry in manifest(watch.house.out)["documents"]))
    assert printed(watch.house.out) == before


def test_many_saves_at_once_are_one_build_after_the_other(watch: Watch, tmp_path: Path) -> None:
    for number in range(12):
        watch.house.edit(f"guides/en/{SECOND}.yaml", "title:", "title: A" if number % 2 else "title: B")
    watch.house.build("--force", "--edition=standard", out=tmp_path)
    until(lambda: printed(watch.house.out) == printed(tmp_path))
    until(lambda: manifest(watch.house.out) == manifest(tmp_path))


def test_what_is_saved_during_the_first_build_is_not_lost(tmp_path: Path) -> None:
    house = make_house(tmp_path / "house")
    process = house.start("watch", "--edition=standard")
    until(lambda: list(house.out.rglob("*.pdf")))
    file = house.out / "en" / f"{FIRST}.pdf"
    house.edit(f"guides/en/{FIRST}.yaml", "One point.", "A new point.")
    house.build("--edition=standard", out=tmp_path / "other")
    wanted = printed(tmp_path / "other")[f"en/{FIRST}.pdf"]
    until(lambda: file.exists() and printed(house.out)[f"en/{FIRST}.pdf"] == wanted)
    kill(process)


def test_ctrl_c_ends_it(watch: Watch) -> None:
    os.killpg(watch.process.pid, signal.SIGINT)
    assert watch.process.wait(timeout=30) == 130
    until(lambda: not family(watch.process))
    assert_whole(watch.house.out)
