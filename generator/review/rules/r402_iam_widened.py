"""A policy that permits more than before.

What: a policy of a role, user or group that is there newly allows an action, or reaches a resource, or loses a
condition. An order, a Sid, or one text in place of a list of one is no change.
Why: rights are added in one line and never taken away. Who adds them, and what for, is worth a look.
Bad:
    # module.instance_profile.aws_iam_role_policy.logs: s3:DeleteObject joins s3:PutObject, and nothing deletes
Good:
    # what needs it is in the same change
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.rules.r401_iam_wildcard import is_wild
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "identity"):
        found = [grant for grant in change.grants if not is_wild(grant, is_new=False)]
        if found and change.subject.stays:
            actions, resources = (each.action for each in found), (each.resource for each in found)
            yield Finding(change.subject.address, f"newly allows {listed(actions)} on {listed(resources)}.")


RULE = RiskRule("R402", "iam-widened", "warn", __doc__, _find)
