"""Asking the web for the addresses behind the QR codes."""
