"""Prints a clinic's patient guides and handouts from YAML: read, proofread, plan, compose, typeset, preflight, file."""

__version__ = "1.0.0"
