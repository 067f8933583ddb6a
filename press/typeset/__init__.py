"""Typeset: HTML to PDF."""
