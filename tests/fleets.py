"""Fleets of any size for tests, made from the real plans of tests/plans: the same plan in many accounts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from generator.review.model import Planned, PlannedRoot
from generator.review.planning import with_digest
from generator.terraform.changes import read_plan
from generator.terraform.plans import Plan

PLANS = Path(__file__).parent / "plans"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
# The accounts of the small spec that the plans were made of.
BUILD, TARGET = ("images-prod", "333333333333"), ("web-prod", "444444444444")

Edit = Callable[[dict[str, Any]], None]


def document_of(case: str) -> dict[str, Any]:
    """A real plan: `aws-key-replaced`, or `fleet/tags-changed/prod.web-prod.us-east-1`."""
    file = PLANS / case / "plan.json" if "fleet/" not in case else PLANS / f"{case}.json"
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def plan_of(case: str) -> Plan:
    return read_plan(case, document_of(case), seconds=1.0)


@cache
def _text(case: str) -> str:
    return json.dumps(document_of(case))


def moved_to(case: str, account: str, account_id: str, region: str = "us-east-1") -> dict[str, Any]:
    """The plan of a target root as it would be in another account and Region."""
    text = _text(case).replace(TARGET[1], account_id).replace(TARGET[0], account).replace("us-east-1", region)
    document: dict[str, Any] = json.loads(text)
    return document


def moved_build_root(account_id: str) -> str:
    """The plan of a build root that gets a new version of a component, as JSON, as it would be in another account."""
    return _text("fleet/component-changed/prod.images-prod.us-east-1").replace(BUILD[1], account_id)


def planned_target(
    number: int, case: str = "fleet/tags-changed/prod.web-prod.us-east-1", edit: Edit | None = None
) -> PlannedRoot:
    """The same target root in the account of this number; `edit` makes its plan an odd one."""
    account, account_id = f"team-{number:03}", f"{500000000000 + number}"
    document = moved_to(case, account, account_id)
    if edit is not None:
        edit(document)
    name = f"prod/{account}/us-east-1"
    return planned_from(read_plan(name, document, seconds=1.0), account, account_id)


def planned_from(
    plan: Plan | None,
    account: str = TARGET[0],
    account_id: str = TARGET[1],
    environment: str = "prod",
    region: str = "us-east-1",
    **members: Any,
) -> PlannedRoot:
    """A root that was planned; `failure="..."` and no plan for one that was not."""
    name = f"{environment}/{account}/{region}"
    return with_digest(
        PlannedRoot(
            name=name,
            environment=environment,
            account=account,
            account_id=account_id,
            region=region,
            state_key=f"{name}/terraform.tfstate",
            plan=None if plan is None else replace(plan, root=name),
            **{"kind": "target", "build_account_id": BUILD[1], "lock": "1" * 64, "rendered": "2" * 64, **members},
        )
    )


def fleet_of(count: int, edits: Mapping[int, Edit] | None = None, case: str | None = None) -> Planned:
    """`count` targets with the same plan; `edits` by the number of a target make odd ones."""
    options = {} if case is None else {"case": case}
    roots = [planned_target(number, edit=(edits or {}).get(number), **options) for number in range(count)]
    return planned_with(*roots)


def planned_with(*roots: PlannedRoot, **members: Any) -> Planned:
    return Planned(roots=tuple(roots), **{"commit": COMMIT, "terraform": "1.11.4", **members})


def change_in(document: dict[str, Any], address: str) -> dict[str, Any]:
    """The change of a resource in a plan's document, to be edited."""
    return next(item["change"] for item in document["resource_changes"] if item["address"] == address)
