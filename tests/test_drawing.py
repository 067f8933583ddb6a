"""Drawings made ready for a page: self-contained, with ids of their own, one title, and nothing lost."""

import re
from xml.etree import ElementTree

import pytest
from printroom import GUIDES, STYLES

from press.model.drawing import SVG, SYMBOLS, inlined
from press.proofread.rules.drawings import read_drawing

SHIPPED = {path.stem: path.read_text("utf-8") for path in (GUIDES / "figures").glob("*.svg")}
STYLE = (STYLES / "figures.css").read_text("utf-8")
DRAWINGS = sorted(set(SHIPPED) - {SYMBOLS})

SYMBOL_FILE = f"""<svg xmlns="{SVG}">
<defs>
  <g id="bone"><use href="#edge"/><rect width="4" height="2"/></g>
  <g id="pair"><use href="symbols.svg#bone"/><use href="#bone" y="3"/></g>
  <path id="edge" d="M0 0h4"/>
  <path id="unused" d="M0 0h9"/>
</defs>
</svg>"""


def drawing(inside: str) -> str:
    return f'<svg xmlns="{SVG}" viewBox="0 0 10 10"><title>Old title</title>{inside}</svg>'


def made(inside: str, prefix: str = "d1", styles: str = ".a{fill:red}", alt: str = "A bone") -> ElementTree.Element:
    return ElementTree.fromstring(inlined(drawing(inside), SYMBOL_FILE, styles, alt, prefix))


def ids(root: ElementTree.Element) -> list[str]:
    return [element.attrib["id"] for element in root.iter() if "id" in element.attrib]


def hrefs(root: ElementTree.Element) -> list[str]:
    return [element.attrib["href"] for element in root.iter() if "href" in element.attrib]


def test_shapes_that_a_drawing_uses_stand_inside_it() -> None:
    """The shape, and the shapes that it uses in turn, each once; none that is not used."""
    root = made('<use href="symbols.svg#pair"/><use href="symbols.svg#bone" x="5"/>')
    assert sorted(ids(root)) == ["d1-bone", "d1-edge", "d1-pair"]
    assert set(hrefs(root)) == {"#d1-bone", "#d1-edge", "#d1-pair"}
    assert "symbols.svg" not in ElementTree.tostring(root, encoding="unicode")


def test_a_drawing_keeps_its_own_ids_and_references() -> None:
    """Gradients and shapes of its own are found again under the prefix, in attributes and in styles."""
    root = made(
        '<defs><linearGradient id="sky"/><g id="own"/></defs><use href="#own"/>'
        '<rect fill="url(#sky)"/><rect style="stroke:none;fill:url(#sky)"/>'
    )
    text = ElementTree.tostring(root, encoding="unicode")
    assert sorted(ids(root)) == ["d1-own", "d1-sky"]
    assert hrefs(root) == ["#d1-own"]
    assert text.count("url(#d1-sky)") == 2
    assert "url(#sky)" not in text


def test_the_alt_text_is_the_only_title() -> None:
    """Whatever title the file had, a reader hears what the document says; signs of markup in it are words."""
    root = made("<rect/>", alt='A disc <2 mm & "worn"')
    assert [title.text for title in root.iter(f"{{{SVG}}}title")] == ['A disc <2 mm & "worn"']
    assert root[0].tag == f"{{{SVG}}}title"
    assert next(root.iter(f"{{{SVG}}}style")).text == ".a{fill:red}"


def test_two_drawings_on_a_page_share_no_id() -> None:
    """The prefix keeps them apart."""
    inside = '<use href="symbols.svg#bone"/>'
    assert not set(ids(made(inside, "d1"))) & set(ids(made(inside, "d2")))


@pytest.mark.parametrize(
    ("svg", "symbols", "said"),
    [
        ("<svg", SYMBOL_FILE, "sound SVG"),
        ("", SYMBOL_FILE, "sound SVG"),
        (drawing("<rect/>"), "<svg>", "sound SVG"),
        (drawing('<use href="symbols.svg#nerve"/>'), SYMBOL_FILE, "nerve"),
        (drawing("&bomb;"), SYMBOL_FILE, "sound SVG"),
    ],
)
def test_a_broken_drawing_is_refused_in_words(svg: str, symbols: str, said: str) -> None:
    """Broken XML, and shapes that are not there."""
    with pytest.raises(ValueError, match=said):
        inlined(svg, symbols, STYLE, "A bone", "d1")


def test_shapes_that_use_each_other_in_a_circle_come_to_an_end() -> None:
    """A slip in symbols.svg must not hang the press."""
    circle = f'<svg xmlns="{SVG}"><g id="a"><use href="#b"/></g><g id="b"><use href="symbols.svg#a"/></g></svg>'
    root = ElementTree.fromstring(inlined(drawing('<use href="symbols.svg#a"/>'), circle, "", "A bone", "d1"))
    assert sorted(ids(root)) == ["d1-a", "d1-b"]


def test_drawings_were_found() -> None:
    """The tests below would be empty without them."""
    assert len(DRAWINGS) >= 10


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_shipped_drawing_stands_on_its_own(name: str) -> None:
    """Nothing in it points outside, every reference is answered inside it, ids are unique, and words are kept."""
    source = ElementTree.fromstring(SHIPPED[name])
    text = inlined(SHIPPED[name], SHIPPED[SYMBOLS], STYLE, "A drawing", "d1")
    root = ElementTree.fromstring(text)
    assert text.startswith("<svg ")
    assert "ns0:" not in text
    assert len(ids(root)) == len(set(ids(root)))
    assert {href.removeprefix("#") for href in hrefs(root)} <= set(ids(root))
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids(root))
    assert not re.search(r'(?:href|src)="(?!#)', text)
    assert words(root) == words(source)
    assert root.attrib["viewBox"] == source.attrib["viewBox"]


def words(root: ElementTree.Element) -> list[str]:
    """The labels drawn in a drawing."""
    return ["".join(label.itertext()) for label in root.iter(f"{{{SVG}}}text")]


def test_the_same_drawing_gives_the_same_text() -> None:
    """Bytes decide whether a page is printed again."""
    name = DRAWINGS[0]
    first, second = (inlined(SHIPPED[name], SHIPPED[SYMBOLS], STYLE, "A drawing", "d1") for _ in "12")
    assert first == second


HIDES = {
    "HTML with a style": ("<p xmlns=''/><style xmlns=''>.red_flags{display:none}</style>", "drawing-element"),
    "HTML by its namespace": ('<p xmlns="http://www.w3.org/1999/xhtml" style="position:fixed">a</p>', "drawing-element"),
    "HTML under another name": ('<h:style xmlns:h="http://www.w3.org/1999/xhtml">p{}</h:style>', "drawing-element"),
    "a style of its own": ("<style>*{display:none}</style>", "drawing-element"),
    "a style in capitals": ("<STYLE>*{display:none}</STYLE>", "drawing-element"),
    "a style inside a title": ("<g><title><style xmlns=''>*{}</style></title></g>", "drawing-element"),
    "a picture": ('<image href="#a" width="9" height="9"/>', "drawing-element"),
    "a picture as data": ('<image href="data:image/png;base64,AA" width="9" height="9"/>', "drawing-outside"),
    "a drawing in a drawing": ('<svg width="900" height="900"><rect/></svg>', "drawing-element"),
    "foreign content": ("<foreignObject><p xmlns=''>a</p></foreignObject>", "drawing-script"),
    "a link": ('<a href="#x"><rect/></a>', "drawing-element"),
    "a filter": ('<filter id="f"><feFlood/></filter>', "drawing-element"),
    "a link of the old kind": ('<use xmlns:l="http://www.w3.org/1999/xlink" l:href="symbols.svg#bone"/>', "drawing-attribute"),
    "another base": ('<g xml:base="https://else.example/"/>', "drawing-attribute"),
    "notes of a drawing program": ('<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="x"/>', "drawing-attribute"),
    "a place on the page": ('<rect style="fill:red;position:fixed"/>', "drawing-attribute"),
    "a place behind a comment": ('<rect style="/**/position:fixed"/>', "drawing-attribute"),
    "an event": ('<rect onload="x"/>', "drawing-script"),
    "what is cut off": ('<g overflow="visible"/>', "drawing-attribute"),
}
ROOTS = ['class="cover"', 'style="position:fixed"', 'transform="scale(9)"', 'width="100%"', 'height="90vh"', 'overflow="visible"']


@pytest.mark.parametrize("what", HIDES)
def test_what_could_hide_the_page_is_found_and_never_composed(what: str) -> None:
    """The proofreader's reader and the composer's hold to one list."""
    inside, code = HIDES[what]
    assert code in codes_of(drawing(inside))
    if code != "drawing-outside":
        with pytest.raises(ValueError, match="can't hold"):
            inlined(drawing(inside), SYMBOL_FILE, "", "A bone", "d1")


@pytest.mark.parametrize("attribute", ROOTS)
def test_the_outermost_element_says_nothing_of_its_place_on_the_page(attribute: str) -> None:
    svg = f'<svg xmlns="{SVG}" viewBox="0 0 10 10" {attribute}><rect/></svg>'
    assert codes_of(svg) == ["drawing-attribute"]
    with pytest.raises(ValueError, match="can't hold"):
        inlined(svg, SYMBOL_FILE, "", "A bone", "d1")


@pytest.mark.parametrize(
    "svg",
    [
        '<svg viewBox="0 0 9 9"><rect/><rect/></svg>',
        '<p xmlns="http://www.w3.org/1999/xhtml"><svg xmlns="http://www.w3.org/2000/svg"/></p>',
    ],
)
def test_a_drawing_is_svg(svg: str) -> None:
    """With the namespace that says so; one finding is enough."""
    assert codes_of(svg)[0] == "drawing-element"
    assert len(codes_of(svg)) <= 2
    with pytest.raises(ValueError, match="can't hold"):
        inlined(svg, SYMBOL_FILE, "", "A bone", "d1")


def test_a_shared_shape_is_held_to_the_same_list() -> None:
    symbols = SYMBOL_FILE.replace('<rect width="4" height="2"/>', "<p xmlns=''>a</p>")
    with pytest.raises(ValueError, match="'p'"):
        inlined(drawing('<use href="symbols.svg#bone"/>'), symbols, "", "A bone", "d1")


def test_a_style_sheet_named_at_the_top_is_found() -> None:
    assert codes_of(f'<?xml version="1.0" encoding="utf-8"?><?xml-stylesheet href="x.css"?>{drawing("<rect/>")}') == [
        "drawing-outside"
    ]
    assert codes_of(f'<?xml version="1.0"?><!-- a note -->{drawing("<rect/>")}') == []


def test_words_in_another_coding_are_words() -> None:
    """A section of character data holds letters alone, and is written as such."""
    svg = drawing("<text><![CDATA[<style>p{}</style>]]></text>")
    assert codes_of(svg) == []
    assert "&lt;style&gt;" in inlined(svg, SYMBOL_FILE, "", "A bone", "d1")


def test_all_that_drawing_programs_paint_with_may_stay() -> None:
    inside = (
        '<defs><linearGradient id="g" x1="0"><stop offset="0" stop-color="red"/></linearGradient><clipPath id="c"/>'
        '<pattern id="p" width="4" height="4" patternUnits="userSpaceOnUse"><path d="M0 0h4"/></pattern><marker id="m"/></defs>'
        '<g fill="none" stroke="#000" stroke-width="2" clip-path="url(#c)" aria-hidden="true" xml:space="preserve">'
        '<path d="M0 0h9" style="fill:url(#g); stroke-dasharray: 4 2" marker-end="url(#m)"/><polygon points="0,0 1,1"/></g>'
        '<text x="1" y="2" font-size="12" text-anchor="middle" lang="es">a <tspan dx="1">b</tspan></text>'
    )
    assert codes_of(drawing(inside)) == []
    assert "linearGradient" in inlined(drawing(inside), SYMBOL_FILE, "", "A bone", "d1")


def codes_of(svg: str) -> list[str]:
    """The codes of all that is wrong with a drawing, but for the size of its labels."""
    seen = read_drawing(svg, "")
    found = {
        "drawing-script": seen.runs,
        "drawing-outside": seen.outside,
        "drawing-broken": seen.broken,
        "drawing-element": seen.elements,
        "drawing-attribute": seen.attributes,
    }
    return [code for code, places in found.items() for _ in places]
