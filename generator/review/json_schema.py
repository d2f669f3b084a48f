"""JSON Schemas of the files that a review is read from and written to."""

from __future__ import annotations

from typing import Any

from generator.documents.json_schema import DRAFT
from generator.review.document import review_schema
from generator.review.drift_document import drift_schema
from generator.review.record import planned_schema


def review_schemas() -> dict[str, dict[str, Any]]:
    """Each kind of file, and what it holds."""
    return {
        "drift": {"$schema": DRAFT, **drift_schema()},
        "planned": {"$schema": DRAFT, **planned_schema()},
        "review": {"$schema": DRAFT, **review_schema()},
    }
