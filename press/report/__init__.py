"""Findings as text, JSON, SARIF or annotations, and the editor's score cards."""
