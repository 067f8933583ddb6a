"""What worker processes import ahead, or the process that they are forked from: so each of them starts with the engine loaded."""

import ctypes.util
import gc
import signal
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def found_by_soname() -> Iterator[None]:
    """While the engine is imported: on Linux its shared objects are found by the names that the loader knows.

    It tries the names of other systems first. To look for a library that is not there, Python runs the compiler and the
    linker; that many times over takes as long as all the rest of the import.
    """
    searched = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None
    try:
        yield
    finally:
        ctypes.util.find_library = searched


NAMED_TYPES = (
    "PangoFcFontMap *",
    "FcChar8 **",
    "char[]",
    "PangoRectangle *",
    "PangoLogAttr[]",
    "unsigned int *",
    "hb_tag_t[100]",
)
"""What the engine asks its C library for by name. To read such a name the first time takes as long as to lay out a paragraph."""

gc.disable()  # workers tidy up between jobs
for _name in {"SIGINT", "SIGTERM", "SIGHUP"} & set(dir(signal)):
    signal.signal(getattr(signal, _name), signal.SIG_IGN)  # Ctrl-C and the like are for the parent, which ends its workers

with suppress(Exception), warnings.catch_warnings(), found_by_soname():
    # A library that is missing is reported by the first job, in words.
    warnings.simplefilter("ignore")
    import pikepdf  # noqa: F401
    import pypdfium2  # noqa: F401
    import weasyprint  # noqa: F401
    import zxingcpp  # noqa: F401
    from weasyprint.text.ffi import ffi

    import press.build.jobs
    import press.typeset.catalog
    import press.typeset.patches
    import press.typeset.tagging

    press.typeset.patches.load()
    for name in NAMED_TYPES:
        ffi.typeof(name)

gc.freeze()  # what was imported stays: there is no need to look through it
