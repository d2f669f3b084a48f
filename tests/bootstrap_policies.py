"""The policies that modules/bootstrap gives its roles, as the plan of an example in its README has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

PLANNED = Path(__file__).parent / "modules" / "policies.json"
ACCOUNT = "111111111111"  # of the example
EXAMPLE = "bootstrap-3"  # which may make networks as well

Policies = dict[str, dict[str, Any]]  # by name

# Terraform that stands beside the modules in an example of its own.
SUBSCRIBE = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["sns:GetSubscriptionAttributes", "sns:Subscribe", "sns:Unsubscribe"],
            "Resource": "*",
        }
    ],
}
READ_SUBSCRIPTIONS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sns:GetSubscriptionAttributes", "Resource": "*"}],
}


def attach(account_id: str) -> dict[str, Any]:
    """What attachable_policy_arns gives for the policies that the examples name: they are all under one path."""
    policies = f"arn:aws:iam::{account_id}:policy/images/*"
    statement = {
        "Effect": "Allow",
        "Action": ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
        "Resource": f"arn:aws:iam::{account_id}:role/goldsmith-*",
        "Condition": {"ArnLike": {"iam:PolicyARN": policies}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def plan_policies(account_id: str = ACCOUNT) -> Policies:
    return {"read": planned("aws_iam_role_policy.plan", account_id), "own": READ_SUBSCRIPTIONS}


def apply_policies(account_id: str = ACCOUNT) -> Policies:
    return {
        "read": planned("aws_iam_role_policy.apply_read", account_id),
        "write": planned("aws_iam_role_policy.apply_write", account_id),
        "network": planned('aws_iam_policy.apply_network["this"]', account_id),
        "own": SUBSCRIBE,
        "attach": attach(account_id),
    }


def boundary(account_id: str = ACCOUNT) -> dict[str, Any]:
    """What no role of a build goes beyond."""
    return planned('aws_iam_policy.boundary["this"]', account_id)


def boundary_of_examples(account_id: str) -> dict[str, Any]:
    """With the parameters that an example names, which `goldsmith bootstrap` takes from the spec."""
    text = json.dumps(boundary(account_id))
    policy: dict[str, Any] = json.loads(text.replace(":parameter/golden/*", ":parameter/shop/*"))
    return policy


def planned(address: str, account_id: str = ACCOUNT) -> dict[str, Any]:
    """One policy, for another account."""
    policies = json.loads(PLANNED.read_text(encoding="utf-8"))
    text = json.dumps(policies[f"{EXAMPLE} {address} policy"])
    policy: dict[str, Any] = json.loads(
        text.replace(f":{ACCOUNT}:", f":{account_id}:").replace(f"-{ACCOUNT}-", f"-{account_id}-")
    )
    return policy
