"""`--json` is what its schema says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fleet_of_300 import fleet_of_300
from hostile_text import texts
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from made import attribute, change, review, root
from situations import SITUATIONS, hostile

from generator.review.document import document
from generator.review.json_schema import review_schemas
from generator.terraform.plans import CheckResult, OutputChange, Plan
from generator.terraform.values import SENSITIVE, UNKNOWN, Value

VALIDATOR = Draft202012Validator(review_schemas()["review"])


def read(text: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(text)
    assert [error.message for error in VALIDATOR.iter_errors(document)] == []
    return document


@pytest.mark.parametrize("name", SITUATIONS)
def test_each_situation_fits_its_schema(name: str) -> None:
    assert read(document(SITUATIONS[name]()))["situation"] == {"one_root": "destroy", "fleet_of_300": "destroy"}.get(
        name, name
    )


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts.filter(bool))
def test_whatever_the_plans_hold_it_is_json_in_ascii(text: str) -> None:
    written = document(hostile(text))
    assert written.isascii()
    assert read(written)["risks"][0]["message"] == text


def test_all_of_a_plan_is_told_and_nothing_that_is_sensitive() -> None:
    one = root("dev/images-dev/us-east-1", [change("aws_thing.a", "update", attribute("key", SENSITIVE, UNKNOWN))])
    assert one.plan
    plan = Plan(
        one.name,
        one.plan.changes,
        output_changes=(OutputChange("ami", "create", (attribute("ami", None, "ami-1"),)),),
        drift=(change("aws_thing.b", "update", attribute("x", 1, None)),),
        checks=(CheckResult("check.private", "fail", ("it is public",)),),
    )
    object.__setattr__(one, "plan", plan)
    (group,) = read(document(review([[one]])))["groups"]
    assert group["changes"][0]["attributes"] == [
        {"path": "key", "before": {"sensitive": True}, "after": {"unknown": True}}
    ]
    assert group["output_changes"][0]["attributes"][0]["after"] == {"known": "ami-1"}
    assert group["drift"][0]["address"] == "aws_thing.b"
    assert group["checks"] == [{"address": "check.private", "status": "fail", "messages": ["it is public"]}]


def test_a_long_text_says_that_it_is_its_beginning() -> None:
    long = Value("known", "the beginning", "ab" * 32, 1_000_000)
    one = root("dev/images-dev/us-east-1", [change("aws_thing.a", "create", attribute("data", None, long))])
    (group,) = read(document(review([[one]])))["groups"]
    assert group["changes"][0]["attributes"][0]["after"] == {
        "known": "the beginning",
        "sha256": "ab" * 32,
        "size": 1_000_000,
    }


def test_every_root_stands_in_its_group() -> None:
    told = read(document(fleet_of_300()))
    assert [len(group["roots"]) for group in told["groups"]] == [1, 279]
    assert {each["group"] for each in told["roots"]} == {"A", "B", None}
    assert told["counts"] == {"add": 0, "change": 280, "replace": 280, "destroy": 1}
