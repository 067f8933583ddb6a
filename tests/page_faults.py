"""What a good designer would mark, as far as it can be measured: each function looks at pages and names the faults it sees.

What the numbers stand for is in criteria.md (L01-L13); none of them is a matter of one style sheet.
"""

from collections.abc import Collection
from itertools import combinations, pairwise

from layout import MARGIN, Block, Page, overlap, running_text

from press.preflight.printed import Box, bleeds

Pages = tuple[Page, ...]

MIN_MEASURE, MAX_MEASURE = 45, 75
LEADING_PT = 14.0
"""A page holds no more lines than fit at this leading: body text is set wider, small print takes little of a page."""
MAX_FREE = 0.40
TOUCH = 1.0
"""What overlaps by less than a point touches; glyphs reach over their own space by as much."""


def long_or_short_lines(pages: Pages) -> list[str]:
    """Paragraphs with a full line that is too long, or with lines too short on average: ragged ones differ."""
    found = []
    for page, block in running_text(pages):
        lengths = [len(line.text) for line in block.lines[:-1]]
        if max(lengths) > MAX_MEASURE or sum(lengths) / len(lengths) < MIN_MEASURE:
            found.append(f"{page.name}: {lengths} {_start(block)}")
    return found


def crammed_pages(pages: Pages) -> list[str]:
    """Pages with more lines, one above the other, than can be read with ease."""
    return [f"{page.name}: {page.depth} lines" for page in pages if page.depth > (page.height - 2 * MARGIN) / LEADING_PT]


def early_ends(pages: Pages, parts: Collection[str] = ()) -> list[str]:
    """Pages with much free space at their foot. A page may end early before a new part, known by its title."""
    before_part = {page.number - 1 for page in pages if set(parts) & {_words(block) for block in page.blocks[:4]}}
    early = [page for page in pages if page.free > MAX_FREE and page.number not in before_part]
    return [f"{page.name}: {page.free:.0%} free" for page in early]


def text_over_text(pages: Pages) -> list[str]:
    """Texts that run over one another."""
    return [
        f"{page.name}: '{_short(one.text)}' over '{_short(other.text)}'"
        for page in pages
        for one, other in combinations(page.runs, 2)
        if min(overlap(one.box, other.box)) > TOUCH
    ]


def text_over_figures(pages: Pages) -> list[str]:
    """Texts that run over a drawing or a code; a drawing that bleeds off the page is a background."""
    found = []
    for page in pages:
        boxes = [figure.box for figure in page.figures if figure.box and not bleeds(figure.box, page.sheet.size)]
        for block in page.blocks:
            runs = [] if block.tag == "/Figure" else block.runs
            found += [f"{page.name}: {_short(run.text)}" for run in runs for box in boxes if min(overlap(run.box, box)) > TOUCH]
    return found


def struck_text(pages: Pages) -> list[str]:
    """Texts with a rule through their middle."""
    found = []
    for page in pages:
        rules = [box for box in page.sheet.decoration if box[3] - box[1] < 2.5 < box[2] - box[0]]
        for run in page.runs:
            middle = run.box[0], run.baseline + run.size * 0.15, run.box[2], run.baseline + run.size * 0.4
            across = (overlap(rule, middle) for rule in rules)
            found += [f"{page.name}: {_short(run.text)}" for wide, high in across if wide > TOUCH and high > 0]
    return found


def outside_margins(pages: Pages) -> list[str]:
    """What leaves the text area. Only decoration and drawings may, to the edge of the sheet; the running foot has its place."""
    found = []
    for page in pages:
        area = MARGIN, MARGIN, page.width - MARGIN, page.height - MARGIN
        for run in page.runs:
            if _leaves(run.box, area if run.number >= 0 else (area[0], 0.0, area[2], page.height)):
                found.append(f"{page.name}: '{_short(run.text)}' at {_shown(run.box)}")
        drawn = [figure.box for figure in page.figures if figure.box] + page.sheet.decoration
        found += [f"{page.name}: a drawing or box at {_shown(box)}" for box in drawn if _leaves(box, area, page.sheet.size)]
    return found


def stranded_headings(pages: Pages) -> list[str]:
    """Headings whose page ends before what they head: before the next words or drawing, or lines to write on."""
    found = []
    for page in pages:
        for position, block in enumerate(page.blocks):
            followed = any(not later.is_heading for later in page.blocks[position + 1 :])
            if block.is_heading and block.runs and not followed and not _has_lines_below(block, page):
                found.append(f"{page.name}: {_start(block)}")
    return found


def lone_lines(pages: Pages) -> list[str]:
    """Paragraphs that run over a page's end with a single line on either page."""
    found = []
    for page, following in pairwise(pages):
        last = next((block for block in reversed(page.blocks) if block.runs), None)
        first = next((block for block in following.blocks if block.runs), None)
        if last and first and _continues(last, first, (page, following)) and min(len(last.lines), len(first.lines)) < 2:
            found.append(f"{following.name}: {_start(first)}")
    return found


def _continues(last: Block, first: Block, pages: Pages) -> bool:
    """Whether a block is the rest of the one before it: its first word did not fit at the end of that one's last line."""
    line, after = last.lines[-1], first.lines[0]
    alike = last.tag == first.tag and abs(line.size - after.size) < 0.1 and abs(line.box[0] - after.box[0]) < 3 * TOUCH
    if not alike or line.text.endswith((".", "?", "!", ":")):
        return False
    rights = [other.box[2] for page in pages for other in page.lines if abs(other.box[0] - line.box[0]) < 3 * TOUCH]
    return line.box[2] + (len(after.text.split()[0]) + 1) * 0.45 * line.size > max(rights)


def _has_lines_below(block: Block, page: Page) -> bool:
    foot = block.lines[-1].box[1]
    return any(page.sheet.foot <= box[1] and box[3] < foot for box in page.sheet.decoration)


def _leaves(box: Box, area: Box, sheet: tuple[float, float] | None = None) -> bool:
    """Whether a box leaves the area on any side; with the sheet's size, sides at its edge or beyond are in their place."""
    low = [box[n] < area[n] - TOUCH and not (sheet and box[n] <= TOUCH) for n in (0, 1)]
    high = [box[n + 2] > area[n + 2] + TOUCH and not (sheet and box[n + 2] >= sheet[n] - TOUCH) for n in (0, 1)]
    return any(low + high)


def _words(block: Block) -> str:
    return " ".join(line.text for line in block.lines)


def _start(block: Block) -> str:
    return _short(_words(block))


def _short(text: str) -> str:
    return text.strip()[:40]


def _shown(box: Box) -> str:
    return "left {:.0f}, bottom {:.0f}, right {:.0f}, top {:.0f}".format(*box)
