"""Reviews for what shows or posts them: small, and with what each test asks for."""

from __future__ import annotations

from generator.review.model import Planned, PlannedRoot, Review, Risk
from generator.terraform.plans import Plan, ResourceChange

DIGEST = "d1" * 32


def review(*roots: PlannedRoot, risks: tuple[Risk, ...] = ()) -> Review:
    return Review(planned=Planned(roots=roots or (planned(),)), digest=DIGEST, groups=(), risks=risks)


def planned(name: str = "dev/images-dev/us-east-1", *, changes: bool = True, failure: str = "") -> PlannedRoot:
    environment, account, region = name.split("/")
    change = ResourceChange("aws_kms_key.this", "aws_kms_key", ("create",))
    plan = None if failure else Plan(name, (change,) if changes else ())
    return PlannedRoot(
        name=name,
        environment=environment,
        account=account,
        account_id="111111111111",
        region=region,
        kind="build",
        state_key=name,
        plan=plan,
        failure=failure,
    )


def risk(level: str = "block", code: str = "R101", message: str = "it is replaced", root: str = "") -> Risk:
    return Risk(code, "replaced-recipe", level, root or planned().name, "module.web.this", message)  # type: ignore[arg-type]
