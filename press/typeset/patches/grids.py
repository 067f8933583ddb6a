"""A grid of one column, as a side of a handout is: its rows are laid out once and moved down, not measured and laid out again.

The engine lays each row out at the top left corner to learn its height, then again in its place. Here the first time is enough
where it gives what the second would: the row is as wide and as high, stands in plain flow and fits on the page. All widths,
heights and places of the rows are the engine's to the last bit; inside a row, places down the page are added up in another
order, which may move them by some 1e-13 px. A file has six decimals.

Without this patch a handout takes 30 ms more (of 310 ms without any; see the registry).
"""

from math import inf
from typing import Any

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, percent

from press.typeset.patches.registry import engine, instead_of
from press.typeset.patches.styles import derived

_grid_layout = engine("weasyprint.layout.grid", "grid_layout")
_PLACES = tuple(f"grid_{axis}_{end}" for axis in ("row", "column") for end in ("start", "end"))
_ONE_TRACK = ((), ("minmax()", (0, "px"), (1, "fr")), ())
"""`minmax(0, 1fr)`, between lines without names."""
_HEIGHTS = ("height", "min_height", "max_height")
_FORCED = frozenset({"page", "left", "right", "recto", "verso", "always", "column"})


@instead_of("weasyprint.layout.grid", "grid_layout")
def grid_layout(
    context: Any,
    box: Any,
    bottom_space: float,
    skip_stack: Any,
    containing_block: Any,
    page_is_empty: bool,
    absolute_boxes: Any,
    fixed_boxes: Any,
) -> Any:
    """Lays out a grid; the engine does where there is more than one column, or more than plain rows that fit on the page."""
    if skip_stack is None and _is_one_column(context, box, containing_block):
        rows = _rows(context, box, bottom_space, containing_block)
        if rows:
            box.advancements.clear()
            return box.copy_with_children(rows), None, {"break": "any", "page": None}, [], False
    return _grid_layout(context, box, bottom_space, skip_stack, containing_block, page_is_empty, absolute_boxes, fixed_boxes)


def _is_one_column(context: Any, box: Any, around: Any) -> bool:
    """Whether all children stand below each other, as wide as the box, with the free room parted among them."""
    style = box.style
    return (
        type(box) is boxes.GridBox
        and isinstance(around, boxes.Box)
        and not context.in_column
        and not context.footnotes
        and (context.current_page == 1 or context.forced_break)  # else margins at the top of the page may go
        and bool(box.children)
        and style["grid_template_columns"] == _ONE_TRACK
        and style["grid_template_rows"] == "none"
        and style["grid_template_areas"] == "none"
        and style["grid_auto_rows"] == ("auto",)
        and tuple(style["grid_auto_flow"]) == ("row",)
        and tuple(style["align_content"]) == ("space-between",)
        and tuple(style["justify_content"]) == ("normal",)
        and tuple(style["align_items"]) == tuple(style["justify_items"]) == ("normal",)
        and style["row_gap"] == style["column_gap"] == "normal"
        and style["position"] == "static"
        and style["float"] == "none"
        and box.height != "auto"
        and all(_is_row(child) for child in box.children)
    )


def _is_row(child: Any) -> bool:
    """Whether a child takes the next place, stretched, with nothing in it that its place or its height could change."""
    style = child.style
    return (
        type(child) is boxes.BlockBox
        and style["order"] == 0
        and all(style[place] == "auto" for place in _PLACES)
        and tuple(style["justify_self"]) == tuple(style["align_self"]) == ("auto",)
        and style["position"] == "static"
        and style["height"] == "auto"
        and _are_plain(child)
    )


def _are_plain(box: Any) -> bool:
    """Whether a box and all in it stand in the flow, as high as their content or a length says, and ask for no page."""
    return derived(box.style, "plain", _is_plain) and all(map(_are_plain, box.children))


def _is_plain(style: Any) -> bool:
    return (
        style["float"] == "none"
        and style["position"] in ("static", "relative")
        and all(style[name] == "auto" or getattr(style[name], "unit", None) == "px" for name in _HEIGHTS)
        and style["column_width"] == style["column_count"] == "auto"
        and style["margin_break"] != "discard"
        and style["box_decoration_break"] == "slice"
        and style["continue"] == "auto"
        and style["max_lines"] == "none"
        and _FORCED.isdisjoint((style["break_before"], style["break_after"]))
    )


def _rows(context: Any, box: Any, bottom_space: float, around: Any) -> list[Any] | None:
    """The rows in their places; None where they do not fit on the page, or are more than plain after all."""
    context.create_block_formatting_context(box)
    try:
        block.block_level_width(box, around)
        rows = [_row(context, box, child) for child in box.children]
        return None if None in rows or context.excluded_shapes else _placed(context, box, bottom_space, rows)
    finally:
        context.finish_block_formatting_context(box)


def _row(context: Any, box: Any, child: Any) -> Any:
    """A row at the top of the page, as wide as the grid; None where there is more to it than its box."""
    row = child.deepcopy()
    row.position_x, row.position_y = box.content_box_x(), 0
    percent.resolve_percentages(row, box)
    left, right = (0 if side == "auto" else side for side in (row.margin_left, row.margin_right))
    border_width = box.width - (left + right)
    content_width = border_width - (row.border_left_width + row.padding_left + row.border_right_width + row.padding_right)
    row.style = row.style.copy()
    if row.style["width"] == "auto":
        row.style["width"] = Dimension(content_width if row.style["box_sizing"] == "content-box" else border_width, "px")
    cell = boxes.BlockContainerBox.anonymous_from(box, ())
    percent.resolve_percentages(cell, box)
    cell.position_x, cell.position_y, cell.width, cell.height = row.position_x, 0, box.width, 0
    absolute: list[Any] = []
    made, resume_at, following, *_ = block.block_level_layout(context, row, -inf, None, cell, True, absolute, absolute)
    if made is None or resume_at is not None or absolute or following["break"] != "any":
        return None
    made.width = max(content_width, made.width)
    return made


def _placed(context: Any, box: Any, bottom_space: float, rows: list[Any]) -> list[Any] | None:
    """The rows moved down, with the free room parted among them; None where one of them does not fit on the page."""
    heights = [row.margin_height() for row in rows]
    free = max(0, box.height - sum(heights))
    top = box.content_box_y()
    if context.overflows_page(bottom_space, top + sum(heights)):
        return None
    for row, height in zip(rows, heights, strict=True):
        _stretch(row, height)
        row.translate(0, top)
        if context.overflows_page(bottom_space, _foot(row)):
            return None
        top += height + (free / (len(rows) - 1) if len(rows) > 1 else 0)
    return rows


def _stretch(row: Any, height: float) -> None:
    """Gives a row the height of its track: its own."""
    border_height = height - row.margin_bottom
    content_height = border_height - (row.border_bottom_width + row.padding_bottom)
    border_height -= row.margin_top
    content_height -= row.margin_top + row.border_top_width + row.padding_top
    known = content_height if row.style["box_sizing"] == "content-box" else border_height
    row.style["height"] = Dimension(known, "px")
    row.height = max(content_height, row.height)


def _foot(box: Any) -> float:
    """Where a box ends, with its padding and margin, or the lowest in it."""
    foot = box.position_y + box.margin_height()
    return float(max(foot, *map(_foot, box.children))) if box.children else float(foot)
