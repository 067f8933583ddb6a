"""Preflight: the finished PDF against what it promised."""
