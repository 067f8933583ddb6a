"""Links: every link leads somewhere, and every QR code scans and opens a page of the clinic (criteria.md Q02, Q06, Q07, Q09)."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from press.edition import EDITIONS
from press.model.address import page, printable
from press.model.base import Loc
from press.model.documents import Handout
from press.model.inline import links
from press.model.library import Article, Source
from press.problems import Severity, did_you_mean
from press.proofread.cards import qr_cards
from press.proofread.privacy import personal
from press.proofread.rule import Finding, Proof, Shelf, document_rule, library_rule

MAX_CARDS = 4
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
BYTES_BY_VERSION = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666)
"""How many bytes a QR symbol of each version carries at error correction M (ISO/IEC 18004, table 7)."""
QUIET_ZONE, MIN_MODULE_MM = 4, 0.5


@document_rule("unknown-article", "Q08", fixed=True)
def unknown_article(proof: Proof) -> Iterator[Finding]:
    """Articles that articles.yaml does not hold."""
    known = proof.library.articles
    for loc, key, raw in _articles(proof):
        if key not in known:
            yield Finding(
                loc,
                f"'{key}' is no article in articles.yaml",
                did_you_mean(key, known) or "add it there, with its address",
                raw=raw,
            )


@document_rule("dead-link", "Q08")
def dead_link(proof: Proof) -> Iterator[Finding]:
    """Articles whose page is gone."""
    for loc, key, raw in _articles(proof):
        article = proof.library.articles.get(key)
        if article and article.status == "missing":
            yield Finding(loc, f"the page of '{key}' is gone", "choose another article", raw=raw)


def _articles(proof: Proof) -> Iterator[tuple[Loc, str, str]]:
    """Each article a document opens: where, its id, and the raw text to point at."""
    for section, block in proof.blocks("read_more", "next_steps"):
        for number, reading in enumerate(getattr(block, "articles", ())):
            yield (*section.loc, "articles", number, "article"), reading.article, ""
    for loc, target in _targets(proof):
        if target.startswith("article:"):
            yield loc, target.removeprefix("article:"), target


def _targets(proof: Proof) -> Iterator[tuple[Loc, str]]:
    return ((passage.loc, target) for passage in proof.copy.passages for target in links(passage.raw))


@document_rule("unknown-term", "C05", fixed=True)
def unknown_term(proof: Proof) -> Iterator[Finding]:
    """Words that the glossary does not hold."""
    known = proof.language.terms
    linked = [(loc, target.removeprefix("term:"), target) for loc, target in _targets(proof) if target.startswith("term:")]
    for section, block in proof.blocks("glossary"):
        linked += [((*section.loc, "terms", number), key, "") for number, key in enumerate(getattr(block, "terms", ()))]
    for loc, key, raw in linked:
        if key not in known:
            yield Finding(
                loc, f"'{key}' is no word of the glossary", did_you_mean(key, known) or "add it to glossary.yaml", raw=raw
            )


@document_rule("bad-link", "Q08", fixed=True)
def bad_link(proof: Proof) -> Iterator[Finding]:
    """Links that are neither an article nor a word, and addresses typed into the text."""
    for loc, target in _targets(proof):
        if not re.match(r"(?:article|term):.", target):
            yield Finding(loc, f"'{target}' is no link that can be printed", "link to article:ID or term:ID", raw=target)
    for passage in proof.copy.passages:
        if address := _ADDRESS.search(passage.plain):
            hint = "addresses stand in articles.yaml and clinic.yaml only"
            yield Finding(passage.loc, f"the address '{address.group()}' is typed into the text", hint, passage, address.span())


@document_rule("qr-cards", "Q09")
def qr_cards_count(proof: Proof) -> Iterator[Finding]:
    """More than four QR codes in a handout."""
    count = len(qr_cards(proof.manuscript))
    if isinstance(proof.document, Handout) and count > MAX_CARDS:
        last = [section for section, block in proof.blocks() if getattr(block, "articles", ())][-1]
        yield Finding(
            (*last.loc, "articles"),
            f"a handout holds {MAX_CARDS} QR codes at most; here are {count}",
            "keep the ones that matter most",
        )


@document_rule("repeated-card", "Q09", "warning")
def repeated_card(proof: Proof) -> Iterator[Finding]:
    """Two QR codes in one document that open the same article."""
    seen: Counter[str] = Counter()
    for loc, key, raw in _articles(proof):
        seen[key] += not raw
        if not raw and seen[key] > 1:
            yield Finding(loc, f"a QR code for '{key}' stands here a second time", "keep one")


@library_rule("article-host", "Q06")
def article_host(shelf: Shelf) -> Iterator[Finding]:
    """Addresses that are not https, or not on the clinic's own hosts."""
    hosts = set(shelf.library.clinic.hosts)
    for loc, url in _addresses(shelf):
        parts = urlsplit(url)
        if parts.scheme != "https":
            yield Finding(
                (), "the address does not start with https://", "use the secure address", place=shelf.place("articles.yaml", loc)
            )
        elif (parts.hostname or "") not in hosts:
            message = f"'{parts.hostname}' is no host of the clinic"
            yield Finding(
                (), message, f"hosts in clinic.yaml: {', '.join(sorted(hosts))}", place=shelf.place("articles.yaml", loc)
            )


@library_rule("article-person", "Q07", fixed=True)
def article_person(shelf: Shelf) -> Iterator[Finding]:
    """Addresses that carry a person's data."""
    for loc, url in _addresses(shelf):
        if found := personal(url):
            message = f"the address carries '{printable(found, 60)}', which could name a person"
            yield Finding((), message, "print the page's own address, without it", place=shelf.place("articles.yaml", loc))


@library_rule("duplicate-address", "Q08")
def duplicate_address(shelf: Shelf) -> Iterator[Finding]:
    """Two articles with the address of one page; of sources, a warning."""
    library = shelf.library
    registries: list[tuple[str, Mapping[str, Article | Source], Severity]] = [
        ("articles", library.articles, "error"),
        ("sources", library.sources, "warning"),
    ]
    for name, known, severity in registries:
        first: dict[str, str] = {}
        for key, number in shelf.entries(f"{name}.yaml", name).items():
            if key in known and (other := first.setdefault(page(known[key].url), key)) != key:
                place = shelf.place(f"{name}.yaml", (name, number, "url"))
                message, hint = f"'{other}' has the address of this page already", f"keep one, and link to '{other}'"
                both = tuple(f"{name.removesuffix('s')}:{one}/url" for one in (key, other))  # nobody knows which is wrong
                yield Finding((), message, hint, place=place, severity=_softer(shelf, severity), holds=both)


def _softer(shelf: Shelf, severity: Severity) -> Severity | None:
    """The house's own word on this rule, where it has one."""
    return None if "duplicate-address" in shelf.rules.severity else severity


@library_rule("article-length", "Q02")
def article_length(shelf: Shelf) -> Iterator[Finding]:
    """Addresses so long that the modules of their QR code are under 0.5 mm."""
    side = min(edition.symbol_mm for edition in EDITIONS.values())
    most = longest_address(side)
    for loc, url in _addresses(shelf):
        if (count := len(url.encode())) > most:
            made = f"{count} characters make modules of {side / symbol_side(url):.2f} mm in a code of {side:g} mm"
            message = f"{made}; scanners want {MIN_MODULE_MM} mm"
            yield Finding(
                (),
                message,
                f"find an address of {most} characters or fewer",
                place=shelf.place("articles.yaml", loc),
            )


def symbol_side(url: str) -> int:
    """The side of an address's QR symbol in modules, with its quiet zone."""
    size = len(url.encode())
    version = next((n for n, capacity in enumerate(BYTES_BY_VERSION, start=1) if size <= capacity), 40)
    return 17 + 4 * version + 2 * QUIET_ZONE


def longest_address(side_mm: float) -> int:
    """How many characters an address may have in a symbol of this size."""
    return max((size for size in BYTES_BY_VERSION if side_mm / symbol_side("x" * size) >= MIN_MODULE_MM), default=0)


@library_rule("unused-article", "Q08", "warning")
def unused_article(shelf: Shelf) -> Iterator[Finding]:
    """Articles that no document opens."""
    used = {key for card in shelf.cards for key in card.articles}
    unused = [key for key in shelf.library.articles if key not in used]
    yield from shelf.together("articles.yaml", "articles", unused, "no document opens")


def _addresses(shelf: Shelf) -> Iterator[tuple[Loc, str]]:
    for key, number in shelf.entries("articles.yaml", "articles").items():
        if article := shelf.library.articles.get(key):
            yield ("articles", number, "url"), article.url
