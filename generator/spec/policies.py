"""Rules of others that plans are judged by: policies in Rego, and checkov's checks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.source.report import Report, shown
from generator.source.yaml import Document
from generator.spec import values as v
from generator.spec.model_policies import Checkov, Policies
from generator.spec.shape import Written, switch

FOLDER = "policies"
SUFFIX = ".rego"

Check = Annotated[
    str, v.matching(r"^CKV2?_[A-Z0-9]+_[0-9]+$", "a check of checkov reads like CKV_AWS_24; `checkov --list` has all")
]
Checks = Annotated[list[Check], Field(min_length=1), AfterValidator(v.unique("checks"))]


class CheckovWritten(Written):
    """Checks of checkov. The short form is true or false."""

    enabled: bool | None = Field(default=None, description="whether checkov looks at plans [default: true]")
    level: Literal["block", "warn", "note"] | None = Field(
        default=None, description="how much its findings weigh [default: warn]"
    )
    checks: Checks | None = Field(default=None, description="the only checks that are made [default: all]")
    skip: Checks | None = Field(default=None, description="checks that are not made; not with `checks`")


class PoliciesWritten(Written):
    """Rules besides Goldsmith's own."""

    rego: v.Folder | None = Field(
        default=None,
        description="folder of policies in Rego, relative to this file, for conftest [default: `policies`, where it "
        "holds any]",
    )
    checkov: Annotated[CheckovWritten, switch(CheckovWritten)] | None = Field(
        default=None, description="whether checkov looks at plans: true, or a mapping [default: false]"
    )


def resolve_policies(written: PoliciesWritten | None, document: Document, directory: Path, report: Report) -> Policies:
    """What plans are judged by besides Goldsmith's own rules; what is wrong is reported."""
    written = written or PoliciesWritten()
    folder = directory / (written.rego or FOLDER)
    if written.rego is not None and not any(folder.rglob(f"*{SUFFIX}")):
        message = f"there is no {SUFFIX} file in {shown(written.rego)}; policies are written in Rego, for conftest."
        report.error(document, ("policies", "rego"), message)
    checkov = written.checkov
    if checkov and checkov.checks and checkov.skip:
        message = "names checks to leave out, and `checks` names all that are made. Remove one."
        report.error(document, ("policies", "checkov", "skip"), message)
    return Policies(
        rego=str(folder) if any(folder.rglob(f"*{SUFFIX}")) else None,
        checkov=_checkov(checkov) if checkov and checkov.enabled is not False else None,
    )


def _checkov(written: CheckovWritten) -> Checkov:
    return Checkov(written.level or "warn", tuple(written.checks or ()), tuple(written.skip or ()))
