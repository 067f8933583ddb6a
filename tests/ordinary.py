"""Ordinary pages that a patch of the engine once fell over, or could: each with what is printed before it."""

SHEET = """
@font-face { font-family: F; src: url(%s) }
html { font-family: F }
@page { size: 100px 160px; margin: 5px }
.a, #b { color: red } .b, #b { color: blue } .c, .d::before { color: lime } .d::before { content: "x" }
.var { --room: inherit; padding-top: var(--room); margin: inherit } .wide { width: 50vw } .bad { width: calc(1px * foo) }
.letter::first-letter { font-size: 2em }
.side { display: grid; grid-template-columns: minmax(0, 1fr); align-content: space-between; height: 90px }
"""
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20" viewBox="0 0 20 20">{}</svg>'
PATH = '<path d="M1 1h5v5h-5z"/>'
KINDS = {
    "marks and bleed": ["<style>@page { marks: crop; bleed: 3mm }</style><p>a</p>"],
    "a border without a background, placed": [
        '<div style="position: absolute; border: 1px solid red; border-radius: 2px">a</div>'
    ],
    "a placed grid": ['<div class="side" style="position: absolute"><div>a</div><div>b</div></div>'],
    "a floated grid": ['<div class="side" style="float: left"><div>a</div><div>b</div></div>'],
    "a fixed grid": ['<div class="side" style="position: fixed"><div>a</div><div>b</div></div>'],
    "a grid with heights in per cent": ['<div class="side"><div><div style="height: 50%">a</div></div><div>b</div></div>'],
    "a grid with floats": ['<div class="side"><div><b style="float: right">a</b>c</div><div>b</div></div>'],
    "a grid with a placed box": ['<div class="side"><div><b style="position: absolute">a</b>c</div><div>b</div></div>'],
    "a grid with a page break": ['<div class="side"><div>a<p style="break-before: page">c</p></div><div>b</div></div>'],
    "a grid with a list": ['<div class="side"><ul><li>a</li></ul><div>b</div></div>'],
    "a grid with a table": ['<div class="side"><table style="margin: 3px"><tr><td>a</td></tr></table><div>b</div></div>'],
    "a grid that overflows": ['<div class="side"><div style="height: 200px">a</div><div>b</div></div>'],
    "a grid in a second page": ['<p style="height: 140px">a</p><div class="side"><div><p style="margin: 9px">a</p></div></div>'],
    "a declaration that is none": ['<p style="color; color: red">a</p>', '<p style="}; color: red">a</p>'],
    "one rule, two weights": [
        '<p class="a b">a</p><p id="b" class="a b">b</p>',
        '<p id="b" class="a b">a</p><p class="a b">b</p>',
    ],
    "one rule, element and pseudo-element": ['<p class="c">a</p><p class="d">b</p>', '<p class="d">a</p><p class="c">b</p>'],
    "inherited from a cell": [
        '<table><tr><td class="var">a<p class="var">b</p></td></tr></table>',
        '<div><p class="var">b</p></div>',
    ],
    "as wide as the page": [
        '<p class="wide">a</p>',
        '<style>@page { size: 50px }</style><p class="wide">a</p>',
        '<p class="wide">a</p>',
    ],
    "a first letter": 2 * ['<p class="letter">abc</p>'],
    "an id, twice a class": ['<p id="x" class="a">a</p><a href="#x">b</a>', '<p id="y" class="a">a</p><a href="#y">b</a>'],
    "names that end and begin": [
        f'<p id="{name}" style="anchor: inherit"><b id="x{name}">a</b></p><a href="#{name}">b</a>' for name in "abc"
    ],
    "a name with quotation marks": ["<p id='a\"b'>a</p>", "<p id='a'>a</p>", "<p>a</p>"],
    "a shape moved into a group": [
        SQUARE.format(f'<g transform="scale(2)"></g>{PATH}'),
        SQUARE.format(f'<g transform="scale(2)">{PATH}</g>'),
    ],
    "a gradient with the stops of another": 2
    * [
        SQUARE.format(
            '<linearGradient id="s"><stop stop-color="red"/><stop offset="1" stop-color="blue"/></linearGradient>'
            '<linearGradient id="g" href="#s"/><rect width="9" height="9" fill="url(#g)"/>'
        )
    ],
    "a shape in a state": [
        SQUARE.format('<rect width="9" height="9" fill-opacity="0.00001"/>'),
        SQUARE.format('<rect width="9" height="9" opacity=".5"/>'),
    ],
    "styles of a drawing": [
        SQUARE.format("<style>path { fill: red }</style>" + PATH),
        SQUARE.format("<style>path { fill: blue }</style>" + PATH),
    ],
    "a marker": 2
    * [SQUARE.format('<marker id="m"><path d="M0 0h2v2z"/></marker><path marker-start="url(#m)" d="M1 1h5v5h-5z"/>')],
    "text on a path": 2 * [SQUARE.format('<text x="2" y="9" font-size="6"> a <tspan>b</tspan></text>')],
}
"""Pages, each with what was printed before it."""
