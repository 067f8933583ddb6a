"""Review: who signed which words, and whether that still holds."""

import hashlib
import json
from datetime import date
from typing import Any, Literal

from press.model.documents import Guide, Handout

Status = Literal["draft", "reviewed", "overdue"]

_UNSIGNED = {"status", "review", "version", "updated", "keywords", "waive", "article_lines"}
"""Fields that a reviewer does not sign: they say nothing to the patient."""


def text_digest(document: Guide | Handout) -> str:
    """A digest of all that the document says. A review records it; a different one later means that the words changed."""
    said = _said(document.model_dump(mode="json", exclude_defaults=True))
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _said(item) for key, item in value.items() if key not in _UNSIGNED}
    return [_said(item) for item in value] if isinstance(value, list) else value


def is_signed(document: Guide | Handout) -> bool:
    """Whether the review is complete and of these very words."""
    review = document.review
    complete = review.reviewer and review.credentials and review.reviewed and review.next_review
    return document.status == "reviewed" and bool(complete) and review.digest == text_digest(document)


def effective_status(document: Guide | Handout, today: date) -> Status:
    """What may be printed as the status: a review counts while it is complete, in date, and of these very words."""
    due = document.review.next_review
    return status_on(today, is_signed(document), due.isoformat() if due else None)


def status_on(today: date, signed: bool, next_review: str | None) -> Status:
    """The status on a day, from whether the document is signed and the ISO day of its next review."""
    if not signed:
        return "draft"
    return "overdue" if next_review and next_review < today.isoformat() else "reviewed"
