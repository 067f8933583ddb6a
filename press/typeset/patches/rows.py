"""A grid of one column, as a side of a handout is: its rows are laid out once and moved, not measured and laid out again."""

from math import inf
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import block, percent

from press.typeset.patches.swap import engine, instead_of

_grid_layout = engine("weasyprint.layout.grid", "grid_layout")
_PLACES = tuple(f"grid_{axis}_{end}" for axis in ("row", "column") for end in ("start", "end"))
_ONE_TRACK = ((), ("minmax()", (0, "px"), (1, "fr")), ())
"""`minmax(0, 1fr)`, between lines without names."""


@instead_of("weasyprint.layout.grid", "grid_layout")
def grid_layout(
    context: Any, box: Any, bottom_space: float, skip_stack: Any, around: Any, page_is_empty: bool, absolute: Any, fixed: Any
) -> Any:
    """Lays out a grid; the engine does where there is more than one column, or more rows than the page holds."""
    if skip_stack is None and _is_one_column(box):
        placed: tuple[list[Any], list[Any]] = ([], [])
        rows = _rows(context, box, bottom_space, around, *placed)
        if rows:
            absolute += placed[0]
            fixed += placed[1]
            return box.copy_with_children(rows), None, {"break": "any", "page": None}, [], False
    return _grid_layout(context, box, bottom_space, skip_stack, around, page_is_empty, absolute, fixed)


def _is_one_column(box: Any) -> bool:
    """Whether all children stand below each other, as wide as the box, with the free room parted among them."""
    style = box.style
    return (
        style["grid_template_columns"] == _ONE_TRACK
        and style["grid_template_rows"] == "none"
        and style["grid_template_areas"] == "none"
        and style["grid_auto_rows"] == ("auto",)
        and tuple(style["align_content"]) == ("space-between",)
        and style["row_gap"] == "normal"
        and box.height != "auto"
        and all(_is_plain(child) for child in box.children)
    )


def _is_plain(child: Any) -> bool:
    style = child.style
    return (
        style["order"] == 0
        and all(style[place] == "auto" for place in _PLACES)
        and child.is_in_normal_flow()
        and style["position"] == "static"
        and style["height"] == "auto"
    )


def _rows(context: Any, box: Any, bottom_space: float, around: Any, absolute: Any, fixed: Any) -> list[Any] | None:
    """The rows in their places; None where they do not fit on the page."""
    context.create_block_formatting_context(box)
    block.block_level_width(box, around)
    cell = boxes.BlockContainerBox.anonymous_from(around, ())
    percent.resolve_percentages(cell, around)
    cell.position_x = cell.position_y = cell.height = 0
    cell.width = box.width
    rows = []
    for child in box.children:
        row = child.deepcopy()
        row.position_x = row.position_y = 0
        rows.append(block.block_level_layout(context, row, -inf, None, cell, True, absolute, fixed)[0])
    heights = [row.margin_height() for row in rows]
    free = max(0, box.height - sum(heights))
    left, top = box.content_box_x(), box.content_box_y()
    fits = not context.overflows_page(bottom_space, top + sum(heights))
    for row, height in zip(rows, heights, strict=True):
        row.translate(left, top)
        top += height
        fits = fits and not context.overflows_page(bottom_space, top)
        top += free / (len(rows) - 1) if len(rows) > 1 else 0
    context.finish_block_formatting_context(box)
    return rows if fits else None
