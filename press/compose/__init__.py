"""Compose: a document to HTML."""
