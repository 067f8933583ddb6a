"""Libraries of any size, made by varying the real documents."""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

from printroom import GUIDES, STYLES, TEMPLATES
from smallhouse import House

from press.build.jobs import Job, Outcome
from press.build.press import Press
from press.build.request import Wanted
from press.plan.inputs import Folders

FILLER = b"%PDF-1.7 stands for a printed page\n" * 100


class Blank:
    """An executor that prints nothing and finds nothing: what remains is the press's own work. `pdf` stands for each page."""

    width = 2

    def __init__(self, pdf: bytes = FILLER) -> None:
        from press.build.jobs import _identity

        self.pdf, self.identity = pdf, _identity()
        self.jobs: list[Job] = []
        self.keep = False

    def submit(self, job: Job) -> "Future[Outcome]":
        """A result at once."""
        if self.keep:
            self.jobs.append(job)
        future: Future[Outcome] = Future()
        links = tuple((link, 2) for link in job.promise.links)
        future.set_result(Outcome(self.pdf, 2, links, (), 0.3, *self.identity))
        return future

    def close(self) -> None:
        """Nothing to end."""


def sound_documents(scratch: Path) -> list[str]:
    """The real documents that print without errors, by slug; handouts first."""
    house = shipped(scratch / "sound")
    done = house.run("build", "--format=json")
    import json

    summary = json.loads(done.stdout)
    failed = {name.split(" ")[0] for name in summary["failed"]}
    slugs = [
        path.stem for path in sorted((GUIDES / "en").glob("*.yaml")) if f"en/{path.stem} (standard)" in "".join(summary["built"])
    ]
    return sorted((slug for slug in slugs if f"en/{slug}" not in failed), key=lambda slug: "guide" in slug)


def shipped(root: Path) -> House:
    """The library as shipped, in a folder of its own."""
    for name, folder in (("guides", GUIDES), ("templates", TEMPLATES), ("styles", STYLES)):
        shutil.copytree(folder, root / name)
    return House(root)


def varied(root: Path, originals: list[str], count: int) -> House:
    """A library of so many documents, each like one of the originals but for its slug, code and title."""
    house = shipped(root)
    texts = {slug: house.document(slug).read_text("utf-8") for slug in originals}
    shared = {"phrases", "glossary", "shared", "plain-words"}
    for path in (root / "guides" / "en").glob("*.yaml"):
        if path.stem not in shared:
            path.unlink()
    for number, original in zip(range(count), _cycle(originals), strict=False):
        text = re.sub(r"^code: .*$", f"code: VS-B{number:05}", texts[original], count=1, flags=re.MULTILINE)
        text = re.sub(r'^(title: .*?)("?)$', rf"\g<1> {number + 1}\g<2>", text, count=1, flags=re.MULTILINE)
        house.document(f"{original}-{number + 1}").write_text(text, "utf-8")
    return house


def _cycle(items: list[str]) -> Iterator[str]:
    while True:
        yield from items


def primed(house: House, editions: tuple[str, ...] = ()) -> Blank:
    """Builds without printing, so that a large library counts as built."""
    blank = Blank()
    Press(house.folders, lambda: blank).build(Wanted(editions=editions))
    Press(house.folders, lambda: blank).build(Wanted(editions=editions))
    return blank


def own_work(house: House, out: Path, pdf: bytes) -> float:
    """The seconds that a cold build takes beside typesetting and preflight."""
    folders = Folders(house.folders.guides, house.folders.templates, house.folders.styles, out)
    return Press(folders, lambda: Blank(pdf)).build(Wanted(force=True)).seconds
