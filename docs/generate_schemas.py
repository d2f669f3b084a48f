"""Writes the JSON Schemas of docs/schemas/ from what reads or writes the files. Run it with no arguments."""

from __future__ import annotations

import json
from pathlib import Path

from generator.review.json_schema import review_schemas
from generator.rollout.document import rollout_schemas
from generator.rollout.next_document import step_schemas
from generator.rollout.shown import record_schemas
from generator.spec.json_schema import schemas

FOLDER = Path(__file__).parent / "schemas"


def generated() -> dict[str, str]:
    """The text of each schema, by the name of its file."""
    every = schemas() | review_schemas() | rollout_schemas() | record_schemas() | step_schemas()
    return {f"{name}.schema.json": json.dumps(schema, indent=2) + "\n" for name, schema in every.items()}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in generated().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
