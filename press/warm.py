"""What the process that workers are forked from imports ahead, so that each of them starts with the engine loaded."""

import contextlib
import signal
import warnings

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers

with contextlib.suppress(Exception), warnings.catch_warnings():
    # A library that is missing is reported by the first job, in words.
    warnings.simplefilter("ignore")
    import pikepdf  # noqa: F401
    import pypdfium2  # noqa: F401
    import weasyprint  # noqa: F401
    import zxingcpp  # noqa: F401

    import press.jobs
    import press.workers  # noqa: F401
