"""A small handout on plain pages of its own, and the means to print it with one thing wrong."""

import re
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from printroom import promised, read_document

from press.compose.composer import Composed, compose
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.library import Library
from press.preflight.promise import Promise, Report
from press.typeset.typesetter import Typesetter

HANDOUT = """
kind: handout
code: VS-TEST
version: "1.0"
status: draft
updated: 2026-11-22
title: A small handout
purpose: What preflight looks at.
description: A handout with one block of each kind that preflight looks at.
keywords: [handout, test]
front:
  - kind: key_points
    points: [One point., Two points., Three points.]
  - kind: text
    heading: What is in it?
    body: A short text above a drawing.
  - kind: figure
    figure: {drawing: %s, alt: A drawing of the spine., caption: The spine.}
back:
  - kind: table
    heading: A table
    columns: [Name, What it is]
    rows: [{name: One, cells: [First]}, {name: Two, cells: [Second]}]
  - kind: questions
    items: [Which one?, Which other?, And then?]
    lines: 2
  - kind: read_more
    articles: [{article: %s, why: To know more.}, {article: %s, why: To know still more.}]
"""

SHEET = """
@font-face { font-family: "Atkinson Hyperlegible Next"; src: url(fonts/atkinson-hyperlegible-next-latin-400-normal.woff2) }
@font-face { font-family: "Atkinson Hyperlegible Next"; font-weight: 700;
  src: url(fonts/atkinson-hyperlegible-next-latin-700-normal.woff2) }
@page { size: Letter }
@page { margin: 15mm;
  @bottom-left { content: string(foot); font: 9pt "Atkinson Hyperlegible Next" }
  @bottom-right { content: string(imprint) " · " string(page-before) counter(page) string(page-between)
    counter(pages) string(page-after);
    font: 9pt "Atkinson Hyperlegible Next" } }
body { string-set: foot attr(data-foot), imprint attr(data-imprint), page-before attr(data-page-before),
  page-between attr(data-page-between), page-after attr(data-page-after) }
html { font: 12pt/17pt "Atkinson Hyperlegible Next" }
a { color: inherit }
* { margin: 0; overflow-wrap: anywhere }
.back { break-before: page }
.write { height: 9mm; border-bottom: 1px solid }
figure svg { width: 60mm; height: auto }
.red_flags, .next_steps, .about, .front-foot { font-size: 9pt; line-height: 11pt }
.levels, .cards { display: table; width: 100% }
.help, .qr-card { display: table-cell; width: 50% }
.to-write { height: 9mm; border-bottom: 1px solid }
"""
"""Plain pages of our own, so that these tests stand whatever becomes of the design."""


@dataclass(frozen=True)
class Workshop:
    """The small handout, and the means to print it with one thing wrong."""

    composed: Composed
    promise: Promise
    typesetter: Typesetter

    def pdf(self, html: str = "", css: str = "") -> bytes:
        """The handout as a PDF, from other HTML or with more styles."""
        sheet = f"sheet-{len(css)}-{crc32(css.encode())}.css"
        (self.typesetter.styles / sheet).write_text(SHEET + css)
        return self.typesetter.typeset(html or self.composed.html, sheet, "pdf/ua-1", self.composed.opens).pdf

    def swapped(self, old: str, new: str) -> str:
        """The handout's HTML with every match of a pattern replaced; there must be one."""
        html, count = re.subn(old, new, self.composed.html, flags=re.DOTALL)
        assert count, f"nothing in the page matches {old}"
        return html


def set_up(library: Library, templates: Templates, folder: Path, typesetter: Typesetter) -> Workshop:
    """The small handout, written into a folder and composed."""
    file = folder / "guides" / "en" / "small.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    drawing = next(name for name in library.drawings if name != "symbols")
    file.write_text(HANDOUT % (drawing, *list(library.articles)[:2]))
    manuscript, edition = read_document(file, folder / "guides"), EDITIONS["standard"]
    composed = compose(manuscript, edition.symbol_mm, library, templates)
    return Workshop(composed, promised(manuscript, composed, edition, library), typesetter)


def codes(report: Report) -> set[str]:
    """The codes of what was found."""
    return {finding.code for finding in report.problems}
