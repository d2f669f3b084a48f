"""A role that somebody more can take.

What: the trust policy of a role that is there newly names a principal, or loses a condition.
Why: who is trusted acts with all that the role may do, from another account or service, and in its name.
Bad:
    # module.target_account.aws_iam_role.this: trusts 555555555555 too
Good:
    # the account that builds has moved, and the old one is gone from the policy in the same change
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.rules.r403_trust_opened import is_open
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "trust"):
        found = [grant for grant in change.grants if not is_open(grant)]
        if found and change.subject.stays:
            who = listed(each.principal for each in found)
            known = {principal for each in change.before.allowing for principal in each.principals}
            freed = " with a condition less" if {each.principal for each in found} <= known else ""
            yield Finding(change.subject.address, f"{who} can take the role{freed}.")


RULE = RiskRule("R404", "trust-widened", "warn", __doc__, _find)
