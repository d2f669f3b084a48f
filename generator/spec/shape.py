"""What every model of a spec as written shares: strictness, and values with a short and a long form."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Tag

from generator.source.report import shown
from generator.spec.values import problem

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


def text_or_map(key: Any, text: Any) -> Any:
    """A value that is text, or a mapping of a key to such text."""
    return Annotated[
        Annotated[text, Tag(TEXT)] | Annotated[dict[key, text], Tag(MAPPING)],
        Discriminator(_shape),
    ]


def switch(model: type[Written]) -> BeforeValidator:
    """For a mapping with a key `enabled`, whose short form is true or false."""
    return BeforeValidator(_long_form, json_schema_input_type=bool | model)


def _long_form(value: object) -> object:
    if not isinstance(value, bool | dict | Written):
        raise problem(f"{shown(value)} is not allowed; true, false or a mapping is.")
    return {"enabled": value} if isinstance(value, bool) else value
