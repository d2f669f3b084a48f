"""What a spec says of findings of `goldsmith check` that are known and meant."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from generator.source.report import shown
from generator.spec import values as v
from generator.spec.shape import Written

Code = Annotated[str, v.matching(r"^G[0-9]{3}$", "a code of a rule reads like G103; docs/rules.md lists them")]

Reason = Annotated[str, Field(max_length=500), v.matching(r"^[^\S\n]*\S.*$", "a reason says why the finding is meant")]


def _check_date(text: str) -> str:
    try:
        date.fromisoformat(text)
    except ValueError:
        raise v.problem(f"{shown(text)} is no date; a date reads like 2027-01-31.") from None
    return text


IsoDate = Annotated[str, AfterValidator(_check_date)]


class IgnoreWritten(Written):
    """A finding that is known and meant, where it stands and in all that belongs to it."""

    code: Code = Field(description="code of the rule, as a finding ends with it")
    reason: Reason = Field(description="why it is meant")
    until: IsoDate | None = Field(
        default=None, description="last day on which it is ignored, such as `2027-01-31` [default: for good]"
    )


Ignores = Annotated[list[IgnoreWritten], Field(min_length=1)]
