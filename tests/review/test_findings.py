"""What rules find in real plans, and what they keep to themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from plan_excerpts import plan_document

from generator.review.findings import findings_of
from generator.review.model import Planned, PlannedRoot
from generator.review.risks import find_risks
from generator.review.rule import LONGEST
from generator.review.subjects import Place
from generator.terraform.changes import read_plan

PLANS = Path(__file__).parents[1] / "plans"
PLACE = Place("prod/images-prod/us-east-1", "prod", "333333333333", "us-east-1")


@pytest.mark.parametrize("plan", sorted(PLANS.glob("fleet/created/*.json")), ids=lambda path: path.stem)
def test_the_first_plan_of_a_root_has_no_risk(plan: Path) -> None:
    assert findings_of(json.loads(plan.read_text()), PLACE) == ()


def test_a_new_version_of_a_component_retires_the_old_ones_and_no_more() -> None:
    (plan,) = PLANS.glob("fleet/component-changed/*.json")
    found = findings_of(json.loads(plan.read_text()), PLACE)
    assert {(risk.code, risk.level) for risk in found} == {("R108", "note")}


@pytest.mark.parametrize(
    "plan", sorted(PLANS.glob("fleet/*/*.json")), ids=lambda path: f"{path.parent.name}/{path.stem}"
)
def test_what_an_apply_leaves_behind_is_no_drift(plan: Path) -> None:
    read = read_plan(PLACE.root, json.loads(plan.read_text()), 0.0)
    root = PlannedRoot(PLACE.root, "prod", "images-prod", PLACE.account_id, PLACE.region, "build", "key", plan=read)
    assert find_risks(Planned((root,)), (), date(2026, 11, 1)) == ()


def test_each_risk_that_a_real_change_of_a_spec_takes() -> None:
    """A Region less, an account more, no tests, no schedule, old images deleted, IMDSv1, a disk in clear."""
    (plan,) = PLANS.glob("fleet/risks-taken/prod.images-prod.*.json")
    known = replace(PLACE, known_accounts=frozenset({"333333333333", "444444444444", "555555555555"}))
    found = findings_of(json.loads(plan.read_text()), known)
    assert [(risk.code, risk.level, risk.address.split(".")[1]) for risk in found] == [
        ("R108", "note", "recipe_web_1_0_0"),
        ("R201", "warn", "distribution_web"),
        ("R205", "warn", "distribution_web"),
        ("R302", "warn", "image_key"),
        ("R303", "block", "recipe_web_1_0_2"),
        ("R305", "block", "infrastructure_web"),
        ("R601", "warn", "lifecycle_web"),
        ("R603", "warn", "pipeline_web"),
        ("R605", "warn", "pipeline_web"),
    ]
    strangers = findings_of(json.loads(plan.read_text()), replace(PLACE, known_accounts=frozenset({"444444444444"})))
    assert [risk.address.split(".")[1] for risk in strangers if risk.code == "R204"] == [
        "distribution_web",
        "image_key",
    ]


def test_a_key_that_is_replaced_blocks_in_a_real_plan() -> None:
    found = findings_of(json.loads((PLANS / "aws-key-replaced" / "plan.json").read_text()), PLACE)
    assert ("R103", "aws_kms_key.images") in {(risk.code, risk.address) for risk in found if risk.blocks}


def test_a_secret_is_not_told_where_it_stands_without_a_mark() -> None:
    secret = "correct-horse-battery"
    document = plan_document(
        [
            {
                "address": "aws_ssm_parameter.token",
                "actions": ["update"],
                "before": {"value": "old"},
                "after": {"value": secret},
                "after_sensitive": {"value": True},
            },
            {"address": "aws_s3_bucket.logs", "actions": ["delete"], "before": {"bucket": f"acme-{secret}-logs"}},
        ]
    )
    messages = [risk.message for risk in findings_of(document, PLACE)]
    assert messages == ["bucket acme-(sensitive)-logs is destroyed.", "value changes, and is not shown."]


def test_a_message_has_an_end() -> None:
    document = plan_document(
        [{"address": "aws_s3_bucket.logs", "actions": ["delete"], "before": {"bucket": "a" * 1_000_000}}]
    )
    (risk,) = findings_of(document, PLACE)
    assert len(risk.message) == LONGEST
