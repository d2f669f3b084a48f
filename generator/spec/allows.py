"""What a spec says of risks in plans that are known, meant, and soon over: `allow`."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from generator.source.report import did_you_mean
from generator.spec import values as v
from generator.spec.ignores import IsoDate, Reason
from generator.spec.risk_codes import RISK_CODES, WITHOUT_EFFECT
from generator.spec.shape import Written

_CODE_RULE = "a code of a risk reads like R103, or like CKV_AWS_24 where checkov found it; docs/risks.md lists them"


def _check_code(code: str) -> str:
    if code.startswith("R") and code not in RISK_CODES:
        raise v.problem(f"there is no risk {code}.{did_you_mean(code, RISK_CODES)} `goldsmith explain` lists all.")
    if code == WITHOUT_EFFECT:
        raise v.problem(f"{code} is about entries such as this one; nothing lets it through. Mend the other entry.")
    return code


Code = Annotated[str, v.matching(r"^(R[0-9]{3}|CKV2?_[A-Z0-9]+_[0-9]+)$", _CODE_RULE), AfterValidator(_check_code)]

Pattern = Annotated[
    str,
    Field(max_length=500),
    v.matching(
        r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$",
        "a pattern is one line of text, in which * stands for any letters",
    ),
]


class AllowWritten(Written):
    """A risk that is let through until a day."""

    code: Code = Field(description="code of the rule, as the review tells it: `R103`, or one of checkov's")
    address: Pattern = Field(
        description="address of the resource, as the review tells it; `*` stands for any letters, and alone for all"
    )
    root: Pattern | None = Field(
        default=None, description="only in roots of this name, such as `prod/web-prod/*` [default: all]"
    )
    reason: Reason = Field(description="why it is meant")
    until: IsoDate = Field(description="last day on which it is let through, such as `2027-01-31`")


Allows = Annotated[list[AllowWritten], Field(min_length=1)]
