"""File: the output folder and the user's cache, written whole or not at all."""
