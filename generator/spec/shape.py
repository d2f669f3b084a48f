"""What every model of a spec as written shares: strictness, and values with a short and a long form."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Discriminator, Tag

# Marks in pydantic's error locations; no part of a document is called so.
TEXT, MAPPING = "<text>", "<mapping>"


class Written(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _shape(value: object) -> str:
    return TEXT if isinstance(value, str) else MAPPING


def text_or(model: type[Written], text: Any = str) -> Any:
    """A value with a short form, which is text, and a long form, which is a mapping."""
    return Annotated[
        Annotated[text, Tag(TEXT)] | Annotated[model, Tag(MAPPING)],
        Discriminator(_shape),
    ]
