"""Shortcuts through the engine: functions that give what its own give, sooner. Each module tells what it saves."""

from press.shortcuts import boxes, drawings, rows, styles, text
from press.shortcuts.swap import taken

__all__ = ["boxes", "drawings", "rows", "styles", "taken", "text"]
