"""Compose: a document, an edition and the library to one HTML page that needs nothing but the edition's style sheet.

Pure: values in, values out. What a document uses of the library is recorded at the place where it is read, so that a
later change can tell which documents it touches.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from typing import Any

from markupsafe import Markup
from pydantic import BaseModel

from press.compose import estimate as castoff
from press.compose import markup
from press.compose.places import BESIDE, BESIDE_TEXT_PT, HEADINGS, RENDERED_LATER
from press.compose.qr import symbol
from press.compose.templates import Recorded, Templates
from press.model import contact, drawing
from press.model.address import typed
from press.model.base import Drawing, Prose, role, texts
from press.model.blocks import AboutBlock, AnyBlock, CalloutBlock, NextStepsBlock, Reading, RedFlagsBlock
from press.model.documents import Guide, Handout, Link, Part, cited, standing
from press.model.inline import references
from press.model.library import Article, Library
from press.model.review import is_signed
from press.read.manuscript import Manuscript

_AFTER_TERM = re.compile(r"(\]\(term:[^)\s]+\))")
"""Where the explanation of a word may stand."""


@dataclass(frozen=True)
class Composed:
    """The page, the codes printed on it with their alternative texts, the titles that its links open, and what it used.

    `says` are the texts that must stand on the pages whatever a template does, `foot` the parts of each page's foot with {page}
    and {pages} for numbers, `heads` what may stand at a page's head, `covers` how many pages at the front go without a foot.
    """

    html: str
    links: tuple[Link, ...]
    alts: tuple[str, ...]
    opens: Mapping[str, str]
    uses: frozenset[str]
    says: tuple[str, ...] = ()
    foot: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    covers: int = 0


def compose(manuscript: Manuscript, symbol_mm: float, library: Library, templates: Templates, overdue: bool = False) -> Composed:
    """The HTML of one document, the same for all editions that print their QR symbols at this size (mm).

    Its ids must be known to the library: proofreading sees to that.
    """
    return _Composer(manuscript, symbol_mm, library, templates, overdue).compose()


@lru_cache(maxsize=512)
def _inlined(svg: str, symbols: str, styles: str, alt: str, prefix: str) -> Markup:
    return Markup(drawing.inlined(svg, symbols, styles, alt, prefix))


class _Composer:
    """The state of composing one document: what was used, which words are already explained."""

    def __init__(self, manuscript: Manuscript, symbol_mm: float, library: Library, templates: Templates, overdue: bool) -> None:
        self.signed, self.overdue = is_signed(manuscript.document), overdue
        language = library.languages[manuscript.language]
        code = language.code
        self.uses: set[str] = set()
        self.document = standing(manuscript.document)
        self.slug, self.language, self.symbol_mm = manuscript.slug, code, symbol_mm
        self.templates = templates
        self.articles = Recorded("article", library.articles, self.uses, ("title", "url", "status"))
        self.sources = Recorded("source", library.sources, self.uses, ("label", "title", "publisher", "year", "url"))
        self.terms = Recorded(f"term:{code}", language.terms, self.uses, ("word", "short", "definition"))
        self.words = Recorded(f"phrase:{code}", language.phrases, self.uses)
        self.drawings = Recorded("drawing", library.drawings, self.uses)
        self.shared = Recorded(
            f"shared:{code}", {k: getattr(language.shared, k) for k in type(language.shared).model_fields}, self.uses
        )
        self.clinic = Recorded("clinic", {k: getattr(library.clinic, k) for k in type(library.clinic).model_fields}, self.uses)
        self.drawing_styles = library.drawing_styles
        self.has_glossary = any(block.kind == "glossary" for _, block in self.document.placed())
        self.explained: set[str] = set()
        self.drawn = 0
        self.numbers = {key: number for number, key in enumerate(cited(self.document), start=1)}
        self.codes: dict[Link, str] = {}
        self.opens: dict[str, str] = {}

    def compose(self) -> Composed:
        values: dict[str, Any] = {"document": self.facts(), "words": self.words}
        document = self.document
        if isinstance(document, Handout):
            values["title"], values["purpose"] = self.line(document.title), self.line(document.purpose)
            values["formats"], values["feedback"] = self.line(self.shared["formats"]), self.line(self.shared["feedback"])
            values["front"], values["back"] = self.rows(document.front, 2), self.rows(document.back, 2)
        elif isinstance(document, Guide):
            values["title"], values["purpose"] = self.line(document.title), self.line(document.purpose)
            values["cover"] = self.view(document.cover) | {"svg": self.svg(document.cover.drawing, document.cover.alt)}
            values["disclaimer"] = self.line(self.shared["disclaimer"])
            values["parts"] = [self.part(part, number) for part, number in self.numbered_parts(document)]
        self.used_template(f"{document.kind}.html.jinja")
        html = self.templates.page(document.kind, values)
        says, foot = tuple(self.says()), self.foot()
        parts = document.parts if isinstance(document, Guide) else ()
        heads = tuple(markup.plain(part.title) for part in parts)
        links, alts = tuple(self.codes), tuple(self.codes.values())
        return Composed(html, links, alts, self.opens, frozenset(self.uses), says, foot, heads, covers=1 if parts else 0)

    def says(self) -> Iterator[str]:
        """Every text that a patient must find on the pages: all of the document's own, and those that are always printed."""
        shared = [self.shared[name] for name in ("emergency", "today", "disclaimer", "written_by", "formats", "feedback")]
        standing = [text for value in shared for text in ([value] if isinstance(value, str) else [t for _, t, _ in texts(value)])]
        own = [text for place, text, _ in texts(self.document) if place != ("short_title",)]
        for text in (*own, *standing):
            yield from filter(None, map(markup.plain, _AFTER_TERM.sub(r"\1\n\n", text).split("\n\n")))
        for _, block in self.document.placed():
            heading = self.words[HEADINGS[block.kind]] if block.kind in HEADINGS and not block.heading else None
            yield from filter(None, (heading, self.words[block.tone] if isinstance(block, CalloutBlock) else None))
        for article in map(self.articles.__getitem__, (link.article for link in self.codes)):
            yield article.title
            yield f"{article.typed} {self.words['link_to_confirm']}" if article.status != "verified" else article.typed
        if self.clinic["phone"]:
            yield self.clinic["phone"]
        yield self.words["reviewed_by" if self.signed else "not_yet_reviewed"]

    def foot(self) -> tuple[str, ...]:
        """What the foot of each page says."""
        facts = self.facts()
        return (*(facts[name] for name in ("clinic", "running_title", "code", "version", "status")), self.words["page_of"])

    def used_template(self, name: str) -> None:
        self.uses.update(f"template:{found}" for found in self.templates.closure(name))

    def facts(self) -> dict[str, Any]:
        """What the head of the page, the running foot and the about block say of the document."""
        document = self.document
        before, rest = self.words["page_of"].split("{page}")
        between, after = rest.split("{pages}")
        return {
            "slug": self.slug,
            "language": self.language,
            "clinic": self.clinic["name"],
            "site": self.site(),
            "name": markup.plain(document.title),
            "running_title": markup.plain(document.short_title or document.title),
            "description": document.description,
            "keywords": ", ".join(document.keywords),
            "updated": document.updated.isoformat(),
            "code": document.code,
            "version": self.words["version"].format(version=document.version),
            "status": self.status(),
            "page_of": (before, between, after),
        }

    def site(self) -> Markup:
        """The clinic's own address, as a reader would type it."""
        site = self.clinic["site"]
        self.opens.setdefault(site, self.clinic["name"])
        return Markup('<a href="{}">{}</a>').format(site, typed(site))

    def status(self) -> str:
        """What the foot says of the review: it counts while it is of these very words."""
        if not self.signed:
            return self.words["status_draft"]
        if self.overdue:
            return self.words["status_overdue"]
        return self.words["status_reviewed"].format(date=self.document.review.reviewed)

    def numbered_parts(self, document: Guide) -> Iterator[tuple[Part, int | None]]:
        """Parts with their numbers; unnumbered ones have none."""
        number = 0
        for part in document.parts:
            number += part.numbered
            yield part, number if part.numbered else None

    def part(self, part: Part, number: int | None) -> dict[str, Any]:
        """A part as the layout wants it."""
        keys = dict.fromkeys(key for block in part.blocks for key in block.sources)
        return {
            "anchor": self.anchor(part),
            "number": self.words["part"].format(number=number) if number else None,
            "title": self.line(part.title),
            "lead": self.line(part.lead) if part.lead else None,
            "kinds": [block.kind for block in part.blocks],
            "rows": self.rows(part.blocks, 3),
            "sources": sorted(self.numbers[key] for key in keys),
        }

    def anchor(self, part: Part) -> str:
        """The name that the table of contents points at."""
        assert isinstance(self.document, Guide)
        return f"part-{next(at for at, one in enumerate(self.document.parts, start=1) if one is part)}"

    def rows(self, blocks: tuple[AnyBlock, ...], level: int) -> list[list[Markup]]:
        """Blocks in rows of one or two: companions share a row, and a note that stood between them follows."""
        companions = BESIDE[self.document.kind]
        rows: list[list[Markup]] = []
        waiting = list(blocks)
        while waiting:
            row = [waiting.pop(0)]
            at = next((at for at, block in enumerate(waiting) if block.kind != "callout"), None)
            if at is not None and waiting[at].kind in companions.get(row[0].kind, ()):
                row.append(waiting.pop(at))
            rows.append([self.block(block, level) for block in row])
        return rows

    def block(self, block: AnyBlock, level: int) -> Markup:
        """A block as HTML; its heading is of the given level."""
        self.used_template(f"blocks/{block.kind}.html.jinja")
        view = self.view(block, RENDERED_LATER.get(block.kind, ())) | {"level": level}
        if not view["heading"] and block.kind in HEADINGS:
            view["heading"] = self.words[HEADINGS[block.kind]]
        more = getattr(self, f"more_for_{block.kind}", None)
        if more:
            view |= more(block)
        return self.templates.block(block.kind, view, self.words)

    def view(self, value: BaseModel, without: Collection[str] = ()) -> dict[str, Any]:
        """A model as plain values for a template: texts as HTML, drawings as SVG."""
        names = (name for name in type(value).model_fields if name not in without)
        return {name: self.seen(getattr(value, name), role(type(value), name)) for name in names}

    def seen(self, value: Any, prose: Prose | None) -> Any:
        """One value as a template sees it."""
        if isinstance(value, str):
            return value if prose is None else self.prose(value) if prose.paragraphs else self.line(value)
        if isinstance(value, tuple):
            return [self.seen(item, prose) for item in value]
        if isinstance(value, Drawing):
            svg = self.svg(value.drawing, value.alt)
            return self.view(value) | {"svg": svg, "wide": f'width="{BESIDE_TEXT_PT}pt"' not in svg}
        return self.view(value) if isinstance(value, BaseModel) else value

    def line(self, text: str) -> Markup:
        return markup.inline(text, self.link)

    def prose(self, text: str) -> Markup:
        return markup.paragraphs(text, self.link)

    def link(self, kind: str, key: str, words: Markup) -> Markup:
        """A link by id: to an article's page, or to a word's explanation, which stands beside it at first use."""
        if kind == "article":
            article = self.articles[key]
            return Markup('<a href="{}"{}>{}</a>').format(article.url, self.opening(article.url, article.title), words)
        if kind != "term":
            return words
        term = self.terms[key]
        if self.has_glossary:
            self.opens[f"#term-{key}"] = self.words["link_explains"].format(word=markup.plain(term.word))
            return Markup('<a class="term" href="#term-{}">{}</a>').format(key, words)
        if key in self.explained:
            return words
        self.explained.add(key)
        return Markup('{} <span class="gloss">({})</span>').format(words, markup.plain(term.short))

    def opening(self, url: str, title: str) -> Markup:
        """Notes what a link opens. One that shares its address with another title says so in an attribute of its own."""
        known = self.opens.setdefault(url, title)
        return Markup("") if known == title else Markup(' title="{}"').format(title)

    def svg(self, name: str, alt: str) -> Markup:
        """A drawing with its alt text."""
        self.uses.add("drawing-styles:figures.css")
        self.drawn += 1
        prefix = f"drawing-{self.drawn}"
        return _inlined(self.drawings[name], self.drawings[drawing.SYMBOLS], self.drawing_styles, alt, prefix)

    def card(self, reading: Reading) -> dict[str, Any]:
        """A QR card: the code, the title of the page it opens, the address to type."""
        article: Article = self.articles[reading.article]
        alt = self.words["qr_alt"].format(title=article.title, url=article.typed)
        self.codes[Link(article.id, article.title, article.url)] = alt
        code = symbol(article.url)
        return {
            "title": article.title,
            "url": article.url,
            "opening": self.opening(article.url, article.title),
            "typed": article.typed,
            "why": self.line(reading.why),
            "confirm": article.status != "verified",
            "side": code.side,
            "path": code.path,
            "mm": self.symbol_mm,
            "alt": alt,
        }

    def more_for_red_flags(self, block: RedFlagsBlock) -> dict[str, Any]:
        emergency, today = self.view(self.shared["emergency"]), self.view(self.shared["today"])
        emergency["signs"] += [self.line(sign) for sign in block.also_emergency]
        today["signs"] += [self.line(sign) for sign in block.also_today]
        if "<" not in emergency["action"]:
            numbers = contact.emergency_numbers(emergency["action"].unescape())
            emergency["action"] = contact.linked(numbers, "link_calls", self.words, self.opens)
        return {"emergency": emergency, "today": today}

    def more_for_glossary(self, block: Any) -> dict[str, Any]:
        linked = (key for _, text, _ in texts(self.document) for kind, key in references(text) if kind == "term")
        found = [self.terms[key] for key in dict.fromkeys([*block.terms, *linked])]
        terms = sorted(found, key=lambda term: term.word.casefold())
        words = [markup.plain(f"{term.word} {term.definition}") for term in terms]
        return {"halves": castoff.halves([self.view(term) for term in terms], words)}

    def more_for_read_more(self, block: Any) -> dict[str, Any]:
        return {"cards": [self.card(reading) for reading in block.articles]}

    def more_for_next_steps(self, block: NextStepsBlock) -> dict[str, Any]:
        return {
            "contact": list(contact.lines(self.clinic, self.words, self.opens)),
            "cards": [self.card(reading) for reading in block.articles],
        }

    def more_for_sources(self, block: Any) -> dict[str, Any]:
        listed = [self.listed(key) for key in self.numbers]
        return {"halves": castoff.halves(listed, ["{title}. {publisher}, {year}.".format(**source) for source in listed])}

    def listed(self, key: str) -> dict[str, Any]:
        """A source as printed in a list."""
        source = self.sources[key]
        shown = source.model_dump(include={"label", "title", "publisher", "year", "url"})
        return {"number": self.numbers[key], "opening": self.opening(source.url, source.title), **shown}

    def more_for_about(self, block: AboutBlock) -> dict[str, Any]:
        document = self.document
        shared = {key: self.line(self.shared[key]) for key in ("disclaimer", "hedge", "formats", "feedback", "written_by")}
        has_list = any(block.kind == "sources" for _, block in document.placed())
        return {
            "facts": self.facts(),
            "shared": shared,
            "interest": self.line(document.interest) if document.interest else None,
            "reviewer": ", ".join(filter(None, (document.review.reviewer, document.review.credentials))) if self.signed else None,
            "in_full": isinstance(document, Guide),
            "labels": [] if has_list else list(dict.fromkeys(self.sources[key].label for key in self.numbers)),
        }

    def more_for_contents(self, block: Any) -> dict[str, Any]:
        assert isinstance(self.document, Guide)
        entries = [{"anchor": self.anchor(part), "title": self.line(part.title)} for part in self.document.parts]
        for entry in entries:
            self.opens[f"#{entry['anchor']}"] = self.words["link_goes_to"].format(title=Markup(entry["title"]).striptags())
        return {"halves": castoff.halves(entries, [str(entry["title"]) for entry in entries])}

    def more_for_table(self, block: Any) -> dict[str, Any]:
        rows = [block.columns, *((row.name, *row.cells) for row in block.rows)]
        columns = zip_longest(*rows, fillvalue="")
        return {"shares": castoff.shares([[markup.plain(cell) for cell in cells] for cells in columns])}

    def more_for_callout(self, block: Any) -> dict[str, Any]:
        return {"label": self.words[block.tone]}

    def more_for_option_detail(self, block: Any) -> dict[str, Any]:
        return {"path_label": self.words[f"path_{block.path.replace('-', '_')}"]}
