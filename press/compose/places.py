"""Where blocks stand: how a row is headed, what is printed beside what."""

HEADINGS = {
    "key_points": "key_points",
    "checklist": "checklist",
    "expert_take": "expert_take",
    "evidence": "evidence",
    "questions": "questions",
    "notes": "notes",
    "glossary": "words_explained",
    "read_more": "read_more",
    "sources": "sources",
    "next_steps": "contact",
    "about": "about",
    "contents": "contents",
}
"""The phrase that heads a block whose author gave no heading."""


RENDERED_LATER = {"red_flags": ("also_emergency", "also_today"), "read_more": ("articles",), "next_steps": ("articles",)}
"""Fields that a block's own `more_for_` method renders: once, so that a word's explanation stands where it is first read."""


BESIDE: dict[str, dict[str, tuple[str, ...]]] = {
    "handout": {"steps": ("questions", "diary", "notes"), "next_steps": ("about",)},
    "guide": {"option_detail": ("option_detail",)},
}
"""Blocks that share a row with the one after them, in each kind of document."""


BESIDE_TEXT_PT = 211
"""The width of a drawing that stands beside text; a wider one stands below it."""
