"""What the engine is made of beside its own modules: the packages and shared objects that decide the bytes of a page."""

import os
import platform
import re
import sys
from collections.abc import Iterable, Mapping

NOT_PRINTING = re.compile(
    r"^(?:pip|setuptools|wheel|press|filelock|watchfiles|anyio|tqdm|pytest.*|pluggy|iniconfig|execnet|pygments|hypothesis|"
    r"sortedcontainers|mypy.*|librt|pathspec|ast_serialize|ruff|types_.*|playwright|pyee|greenlet|websockets|typst)$"
)
"""Packages that never see a page. Whatever else is installed may decide its bytes."""

_LIBRARIES = re.compile(r"lib(?:(?:pango|harfbuzz|fontconfig|freetype|gobject|glib|fribidi)[^/]*|z)\.so")
_HOMEBREW = [f"{root}/opt/{name}" for root in ("/opt/homebrew", "/usr/local") for name in ("pango", "harfbuzz", "fontconfig")]
_STEERING = ("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")


def installed() -> list[str]:
    """Names and versions: Python, the packages, and where shared objects come from."""
    found = {sys.version, platform.machine()}
    for folder in {path for path in sys.path if path.endswith("-packages")}:
        found.update(name for name in _listed(folder) if name.endswith(".dist-info") and not NOT_PRINTING.match(_package(name)))
    found.update(os.path.realpath(path) for path in _HOMEBREW if os.path.exists(path))
    found.update(f"{name}={os.environ[name]}" for name in _STEERING if name in os.environ)
    return sorted(found)


def _package(name: str) -> str:
    return re.sub(r"[-.]+", "_", name.split("-")[0]).lower()


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def loaded_libraries() -> dict[str, list[int]]:
    """The shared objects for text layout that stand where this process loaded its own, with their stats (Linux; elsewhere none).

    Those beside them count too: one that was not there before may be loaded next time.
    """
    try:
        with open("/proc/self/maps", encoding="utf-8") as maps:
            paths = {line.split(maxsplit=5)[5].strip() for line in maps if _LIBRARIES.search(line)}
    except OSError:
        return {}
    return _standing({os.path.dirname(path) for path in paths})


def libraries_changed(libraries: Mapping[str, list[int]]) -> bool:
    """Whether a shared object is another one than the last build used, or there is a new one beside it."""
    return _standing({os.path.dirname(path) for path in libraries}) != libraries


def _standing(folders: Iterable[str]) -> dict[str, list[int]]:
    found = {}
    for folder in sorted(folders):
        for name in sorted(_listed(folder)):
            if _LIBRARIES.match(name):
                try:
                    stat = os.stat(f"{folder}/{name}")
                except OSError:
                    continue
                found[f"{folder}/{name}"] = [stat.st_size, stat.st_mtime_ns, stat.st_ino]
    return found
