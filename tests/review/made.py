"""Reviews made of few words, for what shows them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from generator.review.model import Group, Planned, PlannedRoot, Reason, Review, Risk
from generator.terraform.plans import Plan, ResourceChange
from generator.terraform.values import ABSENT, UNKNOWN, AttributeChange, Value


def digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def known(value: Any) -> Value:
    return Value("known", value)


def attribute(path: str, before: Any = None, after: Any = None, *, forces: bool = False) -> AttributeChange:
    """Values are Values, or JSON; None is not set."""
    return AttributeChange(path, _value(before), _value(after), forces)


def _value(value: Any) -> Value:
    if isinstance(value, Value):
        return value
    return ABSENT if value is None else known(value)


def change(address: str, action: str = "update", *attributes: AttributeChange, **others: Any) -> ResourceChange:
    actions = ("delete", "create") if action == "replace" else (action,)
    forcing = tuple(each.path for each in attributes if each.forces_replacement)
    kind = address.split(".")[-2] if "." in address else "aws_thing"
    return ResourceChange(address, kind, actions, replace_paths=forcing, attributes=attributes, **others)


def component(old: str = "1.0.3", new: str = "1.0.4") -> ResourceChange:
    """A component whose document changes, and with it its version."""
    document = "name: harden-os\nphases:\n  - name: build\n    steps:\n      - name: Banner\n        say: %s\n"
    return change(
        "module.component_harden_os.aws_imagebuilder_component.this",
        "replace",
        attribute("arn", f"arn:aws:imagebuilder:us-east-1:111111111111:component/harden-os/{old}/1", UNKNOWN),
        attribute("data", document % "may be monitored", document % "is monitored", forces=True),
        attribute("version", old, new, forces=True),
    )


def pipeline() -> ResourceChange:
    return change(
        "module.image_web.aws_imagebuilder_image_pipeline.this",
        "update",
        attribute("image_recipe_arn", "arn:aws:imagebuilder:::image-recipe/web/1.0.3", UNKNOWN),
        attribute("schedule[0].schedule_expression", "cron(0 3 ? * sun)", "cron(0 5 ? * sun)"),
    )


def log_group() -> ResourceChange:
    return change(
        "module.image_web.aws_cloudwatch_log_group.this",
        "create",
        attribute("arn", None, UNKNOWN),
        attribute("name", None, "/aws/imagebuilder/prod-web"),
        attribute("retention_in_days", None, 90),
        attribute("tags.Owner", None, "platform"),
    )


def root(
    name: str,
    changes: Sequence[ResourceChange] | None = (),
    *,
    failure: str = "",
    reasons: Iterable[str] = (),
    account_id: str = "111111111111",
    kind: Any = "target",
) -> PlannedRoot:
    """`prod/web-prod/us-east-1`; a failure where it has a message."""
    environment, account, region = name.split("/")
    return PlannedRoot(
        name=name,
        environment=environment,
        account=account,
        account_id=account_id,
        region=region,
        kind=kind,
        state_key=f"{name}/terraform.tfstate",
        plan=None if failure else Plan(name, tuple(changes or ())),
        digest="" if failure else digest(name, *_told(changes or ())),
        failure=failure,
        reasons=tuple(Reason("component", text) for text in reasons),
    )


def review(
    groups: Sequence[Sequence[PlannedRoot]] = (),
    others: Sequence[PlannedRoot] = (),
    risks: Sequence[Risk] = (),
    odd: Sequence[str] = (),
    **planned: Any,
) -> Review:
    """`groups` are lists of roots with the same changes, in the order of the review; `others` stand in none."""
    odd = [*odd, *[""] * len(groups)]
    return Review(
        planned=Planned(
            roots=(*(each for roots in groups for each in roots), *others),
            **{"commit": "4f2a9c1d" * 5, "terraform": "1.11.4", **planned},
        ),
        digest=""
        if any(each.failure for each in others)
        else digest(*(each.digest for roots in groups for each in roots)),
        groups=tuple(_group(number, roots, risks, odd[number]) for number, roots in enumerate(groups)),
        risks=tuple(risks),
    )


def _group(number: int, roots: Sequence[PlannedRoot], risks: Iterable[Risk], odd: str) -> Group:
    names = {each.name for each in roots}
    own = tuple(risk for risk in risks if risk.root in names)
    return Group(
        _letters(number),
        digest("group", *_told(roots[0].plan.changes if roots[0].plan else ())),
        tuple(roots),
        own,
        odd,
    )


def _told(changes: Iterable[ResourceChange]) -> list[str]:
    return [f"{each.action} {each.address} {len(each.attributes)}" for each in changes]


def _letters(number: int) -> str:
    """A, B, ... Z, AA, AB."""
    name = ""
    while number >= 0:
        name = chr(65 + number % 26) + name
        number = number // 26 - 1
    return name
