"""A policy that lets somebody more at a bucket, a topic, a queue, a secret or a repository.

What: the policy of a thing that is there newly allows something to a principal that it names, or loses a condition.
Why: whoever is added reads, or writes, what only those before could.
Bad:
    # module.repository_jobs.aws_ecr_repository_policy: ecr:PutImage for an account that only pulls
Good:
    # the account is named in the spec in the same change, for what it does there
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.rules.r502_resource_policy_opened import is_public
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "resource"):
        found = [grant for grant in change.grants if not is_public(grant)]
        if found and change.subject.stays:
            who = listed(each.principal for each in found)
            yield Finding(change.subject.address, f"{who} may {listed(each.action for each in found)} from now on.")


RULE = RiskRule("R503", "resource-policy-widened", "warn", __doc__, _find)
