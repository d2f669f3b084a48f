"""A key that somebody more may use.

What: the policy of a KMS key that is there newly permits something to a principal that it names, or a grant does.
Why: whoever is added can read what the key encrypts: all images of an environment, and all volumes made of them.
Bad:
    # module.image_key.aws_kms_key.this: kms:Decrypt for 555555555555, which receives no image
Good:
    # the account is named under `distribute` in the same change
Source: https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.rules.r301_key_policy_opened import opens
from generator.review.subjects import Scene, Tree, texts


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "key"):
        found = [grant for grant in change.grants if not opens(grant, scene.place.account_id)]
        if found and change.subject.stays:
            who = listed(each.principal for each in found)
            yield Finding(change.subject.address, f"{who} may {listed(each.action for each in found)} from now on.")
    for subject in scene.changed_of("aws_kms_grant"):
        operations, grantees = _grant(subject.after)
        before, others = _grant(subject.before)
        if grantees and (operations - before or grantees != others):
            yield Finding(subject.address, f"{listed(grantees)} may {listed(operations)} from now on, by a grant.")


def _grant(tree: Tree) -> tuple[frozenset[str], frozenset[str]]:
    """What is permitted, and to whom."""
    return texts(tree, "operations"), texts(tree, "grantee_principal")


RULE = RiskRule("R302", "key-shared", "warn", __doc__, _find)
