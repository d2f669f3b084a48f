"""Something that was changed by others than Terraform.

What: Terraform finds a resource other than it left it, or gone.
Why: an apply takes the change back, or takes it up. Whoever made it had a reason, in the console at night, and may not
have told it.
Bad:
    # module.instance_profile.aws_iam_role.this: a policy was attached by hand
Good:
    # what is meant stands in the spec, and the drift ends with the apply
Source: https://developer.hashicorp.com/terraform/tutorials/state/resource-drift
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.review.model import PlannedRoot
from generator.review.policies import listed
from generator.review.rule import Finding, RiskRule

# What resources of their own set: a role is read anew with the policies that the same apply attached to it.
ELSEWHERE = {
    "aws_default_security_group": {"egress", "ingress"},
    "aws_iam_role": {"inline_policy", "managed_policy_arns"},
    "aws_route_table": {"route"},
    "aws_s3_bucket": {
        *("grant", "lifecycle_rule", "logging", "policy", "replication_configuration"),
        *("server_side_encryption_configuration", "versioning", "website"),
    },
    "aws_security_group": {"egress", "ingress"},
    "aws_sns_topic": {"policy"},
}
_TOP = re.compile(r"[^.\[]+")


def _find(root: PlannedRoot) -> Iterator[Finding]:
    for change in root.plan.drift if root.plan else ():
        if change.action == "delete":
            yield Finding(change.address, "was destroyed outside Terraform.")
            continue
        paths = {match.group() for each in change.attributes if (match := _TOP.match(each.path))}
        told = paths - ELSEWHERE.get(change.type, set())
        if told:
            yield Finding(change.address, f"was changed outside Terraform: {listed(told)}.")


RULE = RiskRule("R702", "drift", "warn", __doc__, find_in_root=_find)
