"""Shortcuts through the engine: functions that give what its own give, sooner. Each module tells what it saves."""

from press.typeset.patches import arrays, boxes, drawings, pages, rows, styles, text
from press.typeset.patches.swap import taken

__all__ = ["arrays", "boxes", "drawings", "pages", "rows", "styles", "taken", "text"]
