"""Addresses: checked where they are written, one ASCII form in codes and links, their own letters in print."""

from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pikepdf
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from printroom import GUIDES, promised
from test_qr import picture

from press.compose.composer import compose
from press.compose.qr import symbol
from press.compose.templates import Templates
from press.edition import EDITIONS
from press.model.address import BadAddress, canonical, page, printable, readable, typed
from press.model.library import Article, Library
from press.preflight.checks import preflight
from press.preflight.promise import Promise
from press.read.library import read_library, read_manuscript
from press.typeset.typesetter import Typesetter

STANDARD = EDITIONS["standard"]

BAD = {
    "https://[::1/x": "names a machine by its number",
    "https://[::1]/": "names a machine by its number",
    "https://127.0.0.1/": "names a machine by its number",
    "https://2130706433/": "names a machine by its number",
    "https://a.b.0x7f/": "names a machine by its number",
    "https://１２７.0.0.1/": "names a machine by its number",
    "https://host.example:99999/": "has the port '99999'",
    "https://host.example:0/": "has the port '0'",
    "https://host.example:x/": "has the port 'x'",
    "https://host.example:٤٤٣/": "has the port",
    "https://host.example:-1/": "has the port '-1'",
    "https://:443/": "names no host",
    "https://": "names no host",
    "https:///x": "names no host",
    "https://?x": "names no host",
    "https://a b/": "holds a space",
    "https://exa mple": "holds a space",
    "https://a.b/\u00a0": "holds U+00A0",
    "https://a.b\\@c.d/": "holds '\\'",
    "https://a.b/\x07": "holds U+0007",
    "https://a.b/\u202ecba": "holds U+202E",
    "https://a.b/\u200b": "holds U+200B",
    'https://a.b/"x"': "holds '\"'",
    "https://a.b/{id}": "holds '{'",
    "https://a.b/50%": "holds '%'",
    "https://a.b/%zz": "holds '%zz'",
    "https://%61.b/": "is no name",
    f"https://{'a' * 64}.example/": "is no name",
    f"https://{'a.' * 130}example/": "is no name on the web",
    f"https://{'ü' * 63}.example/": "is no name on the web",
    "https://a..b/": "a dot too many",
    "https://.a.b/": "a dot too many",
    "https://a.b./": "a dot too many",
    "https://-a.b/": "is no name",
    "https://a_b.example/": "is no name",
    "https://localhost/": "is no name on the web",
    "https://xn--a.example/": "is no name on the web",
    "https://u:p@a.b/": "holds a user name",
    "https://@a.b/": "holds a user name",
    "http://a.b/": "starts with https://",
    "HTTPS//a.b/": "starts with https://",
    "javascript:alert(1)": "starts with https://",
    "a.b": "starts with https://",
    "": "starts with https://",
    f"https://a.b/{'x' * 2000}": "has 2012 characters",
}


@pytest.mark.parametrize("url", BAD, ids=ascii)
def test_what_is_no_address_is_refused_with_its_reason(url: str) -> None:
    """Each in words, with what to do, in one printable line."""
    with pytest.raises(BadAddress) as refused:
        canonical(url)
    assert BAD[url] in str(refused.value)
    assert (str(refused.value) + refused.value.hint).isprintable()
    assert refused.value.hint


@pytest.mark.parametrize("file", ["articles.yaml", "sources.yaml", "clinic.yaml"])
@pytest.mark.parametrize("url", ["https://[::1/x", "https://host.example:99999/", "https://a b/", "https://:443/"])
def test_it_is_a_problem_at_its_place_in_every_file_that_holds_addresses(url: str, file: str, tmp_path: Path) -> None:
    """Where it could end the whole program before."""
    written = {
        "articles.yaml": f'articles:\n  - id: a\n    title: A\n    url: "{url}"\n    status: verified\n',
        "sources.yaml": f'sources:\n  - id: a\n    label: A\n    url: "{url}"\n    title: A\n    publisher: A\n',
        "clinic.yaml": f'name: A\n\nhosts: [a.example]\nsite: "{url}"\n',
    }
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / file).write_text(written[file])
    reading = read_library(tmp_path / "guides", tmp_path / "styles" / "figures.css")
    (problem,) = [p for p in reading.problems if p.file == f"guides/{file}"]
    line = written[file].splitlines()[3]
    assert (problem.code, problem.severity, problem.line, problem.column) == ("bad-value", "error", 4, line.index('"') + 1)
    assert problem.excerpt == line
    assert problem.hint
    assert problem.message.startswith(f"'{url}' ")


@pytest.mark.parametrize(
    "host", ["https://a.b", "a.b/x", "a.b:443", "a b", "*.a.b", "localhost", "10.0.0.1", "", "a..b", "ü" * 70]
)
def test_the_clinics_hosts_are_names_of_hosts(host: str, tmp_path: Path) -> None:
    text = f'name: A\nsite: "https://a.b/"\nhosts:\n  - a.b\n  - "{host}"\n'
    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "clinic.yaml").write_text(text)
    reading = read_library(tmp_path / "guides", tmp_path / "styles" / "figures.css")
    (problem,) = [p for p in reading.problems if p.file == "guides/clinic.yaml"]
    assert (problem.code, problem.line, problem.column) == ("bad-value", 5, 5)
    assert "is no host: it " in problem.message


FORMS = {
    "https://valorspine.com/Rückenschmerzen/": ("https://valorspine.com/R%C3%BCckenschmerzen/", "valorspine.com/Rückenschmerzen"),
    "https://valorspine.com/Ru\u0308cken/": ("https://valorspine.com/R%C3%BCcken/", "valorspine.com/Rücken"),
    "https://valorspine.com/r%c3%bccken": ("https://valorspine.com/r%C3%BCcken", "valorspine.com/rücken"),
    "https://www.Rückenzentrum.de/": ("https://www.xn--rckenzentrum-dlb.de/", "rückenzentrum.de"),
    "https://xn--rckenzentrum-dlb.de/a": ("https://xn--rckenzentrum-dlb.de/a", "rückenzentrum.de/a"),
    "https://münchen.example:8443/ä?ö=ü#ß": (
        "https://xn--mnchen-3ya.example:8443/%C3%A4?%C3%B6=%C3%BC#%C3%9F",
        "münchen.example:8443/ä?ö=ü#ß",
    ),
    "https://例え。テスト/": ("https://xn--r8jz45g.xn--zckzah/", "例え.テスト"),
    "https://A.Example:443/B": ("https://a.example/B", "a.example/B"),
    "https://a.example:/": ("https://a.example/", "a.example"),
    "https://a.example/a%20b%2Fc": ("https://a.example/a%20b%2Fc", "a.example/a%20b%2Fc"),
    "https://a.example/%FF%E2%80%AE": ("https://a.example/%FF%E2%80%AE", "a.example/%FF%E2%80%AE"),
    "https://a.example/u%CC%88": ("https://a.example/u%CC%88", "a.example/u%CC%88"),
    "https://a.example/?p=1&q=a+b;c,(d)!~'*@$": ("https://a.example/?p=1&q=a+b;c,(d)!~'*@$", "a.example/?p=1&q=a+b;c,(d)!~'*@$"),
}


@pytest.mark.parametrize("url", FORMS)
def test_an_address_has_one_form_in_codes_and_another_in_print(url: str) -> None:
    """ASCII to scan, letters to read; a second look changes nothing, and what is printed leads to the same page."""
    coded, shown = FORMS[url]
    assert canonical(url) == canonical(coded) == coded
    assert coded.isascii()
    assert typed(coded) == shown
    assert canonical(readable(coded)) == coded


LETTERS = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters='"<>\\^`{|}%?#@[]/:'), max_size=12)


@settings(max_examples=150, deadline=None)
@given(LETTERS, LETTERS, LETTERS)
def test_whatever_is_written_the_printed_address_leads_to_the_coded_page(path: str, query: str, fragment: str) -> None:
    coded = canonical(f"https://a.example/{path}?{query}#{fragment}")
    assert coded.isascii()
    assert canonical(coded) == canonical(readable(coded)) == coded
    assert urlsplit(coded).hostname == "a.example"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    for whole in (text, f"https://{text}", f"https://{text}/", f"https://a.b/{text}"):
        try:
            made = canonical(whole)
            assert made.isascii()
        except BadAddress as refused:
            made = str(refused) + refused.hint
        assert made.isprintable()


def test_one_page_is_known_under_its_spellings() -> None:
    one = ["https://a.example/b", "http://www.A.example:80/b/", "https://a.example/%62#c", "https://a.example/b/"]
    assert len({page(canonical(url, ("https", "http"))) for url in one}) == 1
    other = [
        "https://a.example/B",
        "https://a.example/b?p=1",
        "https://a.example:8443/b",
        "https://b.example/b",
        "https://a.example",
    ]
    assert len({page(canonical(url)) for url in [*other, "https://a.example/b"]}) == 6


def test_what_came_from_elsewhere_is_shown_in_one_short_line() -> None:
    assert printable("a\x1b[31m\n\u202eb") == "a\\u001b[31m\\u000a\\u202eb"
    assert printable("x" * 10_000) == "x" * 120 + "…"


# -- printed ---------------------------------------------------------------------------------------------------------------


def reprinted(library: Library, templates: Templates, typesetter: Typesetter, **urls: str) -> tuple[Promise, bytes]:
    """The handout on stenosis with other addresses for its articles, by position."""
    manuscript, _ = read_manuscript(GUIDES / "en" / "spinal-stenosis.yaml", GUIDES)
    assert manuscript
    opened = [reading.article for _, block in manuscript.document.placed() for reading in getattr(block, "articles", ())]
    articles = dict(library.articles)
    for position, url in urls.items():
        old = articles[opened[int(position[1:])]]
        articles[old.id] = Article.model_validate(old.model_dump() | {"url": url})
    changed = Library(**vars(library) | {"articles": articles})
    made = compose(manuscript, STANDARD.symbol_mm, changed, templates)
    pdf = typesetter.typeset(made.html, STANDARD.sheet, STANDARD.pdf_variant, made.opens).pdf
    promise = promised(manuscript, made, STANDARD, changed)
    return promise, pdf


def link_notes(pdf: bytes) -> list[tuple[str, str]]:
    """The address and the description of every link to the web."""
    with pikepdf.open(BytesIO(pdf)) as file:
        notes = [note for sheet in file.pages for note in sheet.get("/Annots", []) if "/URI" in note.get("/A", {})]
        return [(str(note.A.URI), str(note.Contents)) for note in notes]


def test_letters_beyond_ascii_are_scanned_linked_and_listed_alike_and_printed_as_they_read(
    library: Library, templates: Templates, typesetter: Typesetter
) -> None:
    """The code on paper, the link, its description and the manifest's entry."""
    promise, pdf = reprinted(library, templates, typesetter, a0="https://valorspine.com/Rückenschmerzen/")
    coded = "https://valorspine.com/R%C3%BCckenschmerzen/"
    first = promise.links[0]
    assert first.url == coded
    report = preflight(pdf, promise)
    assert report.problems == ()
    assert first in [link for link, _ in report.links], "read back from the page's picture"
    assert (coded, first.title) in link_notes(pdf)
    assert "valorspine.com/Rückenschmerzen" in promise.alts[0]


def test_two_links_to_one_address_are_each_described_by_their_own_title(
    library: Library, templates: Templates, typesetter: Typesetter
) -> None:
    url = "https://valorspine.com/one-page-for-both/"
    promise, pdf = reprinted(library, templates, typesetter, a0=url, a1=url)
    first, second = promise.links[:2]
    assert first.title != second.title
    described = {title for address, title in link_notes(pdf) if address == url}
    assert described == {first.title, second.title}


def test_a_code_carries_ascii_alone() -> None:
    with pytest.raises(ValueError, match="ASCII"):
        symbol("https://valorspine.com/ü")
    (read,) = zxingcpp.read_barcodes(picture(symbol(canonical("https://valorspine.com/ü"))))
    assert read.text == "https://valorspine.com/%C3%BC"
