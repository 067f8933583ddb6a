"""What the process that workers are forked from imports ahead, so that each of them starts with the engine loaded."""

import contextlib
import warnings

with contextlib.suppress(Exception), warnings.catch_warnings():
    # A library that is missing is reported by the first job, in words.
    warnings.simplefilter("ignore")
    import weasyprint  # noqa: F401

    import press.jobs  # noqa: F401
