"""A policy that permits everything of a service, or anything on everything.

What: a policy of a role, user or group newly allows `*`, `service:*` or all but some actions; or it was there before,
and now reaches every resource with actions that change something.
Why: what an instance or a pipeline may do is what whoever takes it over may do. `iam:*` on one role is the account.
Bad:
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
Good:
    {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::acme-packages/*"}
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import Grant, is_wild_action, listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene

READS = ("describe", "get", "list", "batchget", "lookup")


def is_wild(grant: Grant, is_new: bool) -> bool:
    """Whether it is more than one thing that one needs. What reads only reaches all of an account in most services."""
    if is_wild_action(grant.action):
        return True
    reaches_all = grant.resource == "*" or grant.resource.startswith("not: ")
    reads = grant.action.partition(":")[2].startswith(READS)
    return reaches_all and not reads and not grant.conditions and not is_new


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "identity"):
        found = [grant for grant in change.grants if is_wild(grant, change.subject.is_new)]
        if found:
            actions, resources = (each.action for each in found), (each.resource for each in found)
            yield Finding(change.subject.address, f"allows {listed(actions)} on {listed(resources)}.")


RULE = RiskRule("R401", "iam-wildcard", "block", __doc__, _find)
