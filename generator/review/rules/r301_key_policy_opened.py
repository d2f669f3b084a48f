"""A key policy that lets in everybody, or others as administrators.

What: a policy newly permits the use of a KMS key to any principal without a condition on who that is, or permits all of
`kms:*` to a principal outside of the key's account; or the policy itself is taken away.
Why: who can use the key reads every image and volume that it encrypts. Who has `kms:*` can delete it, or lock its owner
out.
Bad:
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}
Good:
    {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*",
     "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}
Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.conditions import restricts_callers
from generator.review.policies import Grant, account_of, is_everybody, is_wild_action, listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def opens(grant: Grant, account_id: str) -> bool:
    """Whether a grant of a key lets in more than those who are named for something."""
    if is_everybody(grant.principal):
        return not restricts_callers(grant.conditions)
    return is_wild_action(grant.action) and account_of(grant.principal) not in (None, account_id)


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "key"):
        found = [grant for grant in change.grants if opens(grant, scene.place.account_id)]
        if found:
            who = listed("everybody" if is_everybody(each.principal) else each.principal for each in found)
            yield Finding(change.subject.address, f"{who} may {listed(each.action for each in found)}.")
    for subject in scene.changed_of("aws_kms_key_policy"):
        if subject.what == "delete":
            yield Finding(subject.address, "the key falls back to the policy that AWS gives to every key.")


RULE = RiskRule("R301", "key-policy-opened", "block", __doc__, _find)
