"""A policy that is attached to somebody who is there.

What: a managed policy is newly attached to a role, user or group that this plan does not make.
Why: what it permits is in another place, may be somebody else's, and grows without a plan: AWS changes its own.
Bad:
    # aws_iam_role_policy_attachment: AmazonS3ReadOnlyAccess for goldsmith-prod-instance, to read one object
Good:
    # what is needed stands in a policy of the role's own
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.attachments import attached
from generator.review.rule import Finding, RiskRule
from generator.review.rules.r405_administrator import is_strong
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for each in attached(scene):
        if each.is_there and not is_strong(each.policy):
            yield Finding(each.address, f"{each.policy.rpartition('/')[2] or each.policy} is attached to {each.to}.")


RULE = RiskRule("R406", "policy-attached", "warn", __doc__, _find)
