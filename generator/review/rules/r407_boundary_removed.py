"""A role or user that loses its permissions boundary.

What: `permissions_boundary` goes, or names another policy.
Why: the boundary is what a role may do at most, whatever policies it gets. Without it, whoever may attach a policy
to it decides.
Bad:
    # aws_iam_role.deploy: permissions_boundary = null
Good:
    # it stays, and the policy it names is changed where that is what is meant
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_iam_role", "aws_iam_user"):
        before, after = (each.get("permissions_boundary") or "" for each in (subject.before, subject.after))
        if subject.stays and before and before != after:
            now = f"is {after}" if isinstance(after, str) and after else "is gone" if not after else "will be another"
            yield Finding(subject.address, f"permissions_boundary {now}.")


RULE = RiskRule("R407", "boundary-removed", "block", __doc__, _find)
