"""Patches of the engine: functions that give what its own give, sooner. Each module tells what it saves.

Nothing of the engine is imported here, and no patch before the versions of all that is patched were looked at.
"""

from press.typeset.patches.registry import allowed, applied, lasting, load

__all__ = ["allowed", "applied", "lasting", "load"]
