"""What tools of others see of a plan: everything but what is sensitive, in the shape that they know."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from plan_excerpts import plan_document

from generator.review.external.redaction import redacted
from generator.terraform.changes import read_plan
from generator.terraform.secrets import Secrets

PLANS = Path(__file__).parents[2] / "plans"
REAL = sorted(PLANS.glob("**/*.json"))
SECRET = "correct-horse-battery"


@pytest.mark.parametrize("path", REAL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_real_plan_keeps_a_secret_and_each_keeps_its_shape(path: Path) -> None:
    document = json.loads(path.read_text())
    seen = redacted(document)
    assert not Secrets(document).are_in(json.loads(json.dumps(seen)))
    assert set(document) - set(seen) <= {"prior_state", "variables"}
    assert [each["address"] for each in seen["resource_changes"]] == [
        each["address"] for each in document.get("resource_changes", ())
    ]


def test_what_is_not_sensitive_is_all_there() -> None:
    (path,) = PLANS.glob("fleet/created/*.eu-central-1.json")
    document = json.loads(path.read_text())
    seen = redacted(document)
    assert seen["resource_changes"] == document["resource_changes"]
    assert seen["planned_values"] == document["planned_values"]
    assert read_plan("root", seen, 0.0).changes == read_plan("root", document, 0.0).changes


def whole() -> dict[str, Any]:
    """A plan with a secret in each of its parts."""
    resource = {
        "address": "aws_ssm_parameter.token",
        "mode": "managed",
        "values": {"value": SECRET, "name": f"/{SECRET}"},
        "sensitive_values": {"value": True},
    }
    change = {
        "address": "aws_ssm_parameter.token",
        "actions": ["update"],
        "before": {"value": "on", "parts": [{"pin": 1}, {"pin": 12345678}], "gone": None},
        "after": {"value": SECRET, "parts": [{"pin": 1}, {"pin": 87654321}], "tags": {SECRET: f"is {SECRET}"}},
        "before_sensitive": {"value": True, "parts": [{}, {"pin": True}], "gone": True},
        "after_sensitive": {"value": True, "parts": [{}, {"pin": True}]},
    }
    literal = {"expressions": {"value": {"constant_value": "a-literal-of-no-mark"}, "name": {"references": ["var.a"]}}}
    return plan_document([change], drift=[change]) | {
        "variables": {"password": {"value": SECRET}},
        "prior_state": {"values": {"root_module": {"resources": [resource]}}},
        "planned_values": {
            "outputs": {"token": {"sensitive": True, "value": SECRET}, "name": {"sensitive": False, "value": "web"}},
            "root_module": {"child_modules": [{"address": "module.a", "resources": [resource]}]},
        },
        "output_changes": {
            "token": {"actions": ["update"], "before": "old-token", "after": SECRET, "after_sensitive": True}
        },
        "configuration": {"root_module": {"resources": [{"address": "aws_ssm_parameter.token", **literal}]}},
    }


def test_a_secret_is_hidden_wherever_it_stands() -> None:
    seen = redacted(whole())
    text = json.dumps(seen)
    for secret in (SECRET, "12345678", "87654321", "a-literal-of-no-mark"):
        assert secret not in text
    change = seen["resource_changes"][0]["change"]
    assert change["before"] == {"value": "(sensitive)", "parts": [{"pin": 1}, {"pin": "(sensitive)"}], "gone": None}
    assert change["after"]["tags"] == {"(sensitive)": "is (sensitive)"}
    planned = seen["planned_values"]
    assert planned["outputs"]["name"]["value"] == "web"
    assert planned["root_module"]["child_modules"][0]["resources"][0]["values"] == {
        "value": "(sensitive)",
        "name": "/(sensitive)",
    }
    expressions = seen["configuration"]["root_module"]["resources"][0]["expressions"]
    assert expressions == {"value": {}, "name": {"references": ["var.a"]}}


def test_the_plan_itself_is_left_as_it_was() -> None:
    document = whole()
    redacted(document)
    assert document == whole()
