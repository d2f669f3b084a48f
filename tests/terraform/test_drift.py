"""What others changed, read from real plans that refresh alone: all of it, and nothing that nobody did."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from generator.errors import TerraformError
from generator.terraform.drift import read_drift
from generator.terraform.plans import Plan

PLANS = Path(__file__).parents[1] / "plans" / "refreshed"
ROLE = "module.instance_profile.aws_iam_role.this"


def document(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((PLANS / f"{name}.json").read_text())
    return read


def drift(content: dict[str, Any]) -> Plan:
    return read_drift("prod/images-prod/us-east-1", content, 1.0)


def paths(plan: Plan) -> dict[str, list[str]]:
    return {change.address: [each.path for each in change.attributes] for change in plan.changes}


def test_what_an_apply_leaves_in_its_state_is_no_drift() -> None:
    content = document("nothing")
    assert {item["type"] for item in content["resource_drift"]} >= {"aws_iam_role", "aws_s3_bucket"}
    plan = drift(content)
    assert plan.is_empty
    assert plan.refresh_only


def test_all_that_was_done_by_hand_is_told_whether_a_plan_would_find_it_relevant_or_not() -> None:
    content = document("by-hand")
    content["relevant_attributes"] = []
    found = paths(drift(content))
    assert found.pop("module.image_key.aws_kms_alias.this")  # gone, with all that it had
    assert found == {
        ROLE: [
            *("inline_policy[0].name", "inline_policy[0].policy"),
            *("inline_policy[1].name", "inline_policy[1].policy"),
        ],
        "module.instance_profile.aws_iam_role_policies_exclusive.this": ["policy_names[1]"],
        "module.pipeline_web.aws_imagebuilder_image_pipeline.this": ["schedule[0].schedule_expression"],
        "module.recipe_web_1_0_0.aws_imagebuilder_image_recipe.this": ["tags.Owner", "tags_all.Owner"],
    }


@pytest.mark.parametrize(
    ("address", "is_drift"),
    [('module.output_parameters_web.aws_ssm_parameter.this["ami"]', False), ("aws_ssm_parameter.own", True)],
)
def test_what_a_build_writes_is_no_drift_of_the_module_that_leaves_it_to_it(address: str, is_drift: bool) -> None:
    parameter = {"id": "/images/web", "name": "/images/web", "version": 1, "value": "none"}
    content = document("nothing") | {
        "resource_drift": [
            {
                **{"address": address, "mode": "managed", "type": "aws_ssm_parameter", "name": "this"},
                "change": {
                    "actions": ["update"],
                    "before": parameter,
                    "after": parameter | {"version": 2, "value": "ami-0123456789abcdef0"},
                },
            }
        ]
    }
    assert bool(drift(content).changes) is is_drift


GROUP = "aws_security_group.this"


@pytest.mark.parametrize(
    ("sources", "rules", "is_drift"),
    [
        ({"cidr_blocks": ["10.0.0.0/8"]}, 1, False),
        ({"cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"]}, 1, True),
        ({"cidr_blocks": ["10.0.0.0/8"], "self": True}, 2, False),
        ({"cidr_blocks": [], "security_groups": ["sg-1"]}, 0, True),
    ],
)
def test_a_rule_that_no_resource_made_is_drift_of_its_security_group(
    sources: dict[str, Any], rules: int, is_drift: bool
) -> None:
    content = copy.deepcopy(document("nothing"))
    rule = {"from_port": 443, "to_port": 443, "protocol": "tcp", **sources}
    content["resource_drift"] = [
        {
            **{"address": GROUP, "mode": "managed", "type": "aws_security_group", "name": "this"},
            "change": {
                "actions": ["update"],
                "before": {"id": "sg-9", "ingress": []},
                "after": {"id": "sg-9", "ingress": [rule]},
            },
        }
    ]
    made = {"mode": "managed", "type": "aws_vpc_security_group_ingress_rule", "values": {"security_group_id": "sg-9"}}
    content["prior_state"]["values"]["root_module"]["resources"] = [made] * rules
    assert bool(drift(content).changes) is is_drift


def test_a_plan_that_is_not_complete_says_nothing() -> None:
    with pytest.raises(TerraformError, match="not complete"):
        drift(document("nothing") | {"complete": False})
