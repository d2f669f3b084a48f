"""An account that the spec does not know.

What: an account that is not in organization.yaml gets images, or something by a policy, a grant or a share.
Why: a digit that is wrong gives an image, a key or a role to a stranger. Who is trusted has a name in the spec.
Bad:
    # module.image_key.aws_kms_key.this: kms:Decrypt for 123456789012, which no file names
Good:
    accounts: {web-prod: "444444444444"}  # and from there by its name
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-findings.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from generator.review.policies import account_of, accounts_in, listed
from generator.review.policy_places import policy_changes
from generator.review.receivers import sharing
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Tree, texts

# Attributes that let somebody in without a policy.
_NAMING = {"aws_kms_grant": "grantee_principal", "aws_ram_principal_association": "principal"}


def _find(scene: Scene) -> Iterator[Finding]:
    if not scene.place.known_accounts:
        return
    for subject, before, after in sharing(scene):
        strangers = _strangers(scene, after.accounts - before.accounts)
        if strangers:
            yield Finding(
                subject.address, f"{listed(strangers)} will get images, and no account of the spec has that id."
            )
    for change in policy_changes(scene, "trust", "key", "resource"):
        strangers = _strangers(scene, accounts_in(change.grants))
        if strangers:
            message = f"{change.attribute} permits {listed(strangers)}, and no account of the spec has that id."
            yield Finding(change.subject.address, message)
    for subject in scene.changed_of(*_NAMING):
        key = _NAMING[subject.type]
        strangers = _strangers(scene, _accounts(subject.after, key) - _accounts(subject.before, key))
        if strangers:
            yield Finding(subject.address, f"{key} is {listed(strangers)}, and no account of the spec has that id.")


def _accounts(tree: Tree, key: str) -> frozenset[str]:
    return frozenset(filter(None, map(account_of, texts(tree, key))))


def _strangers(scene: Scene, accounts: Iterable[str]) -> frozenset[str]:
    return frozenset(accounts) - scene.place.known_accounts - {scene.place.account_id}


RULE = RiskRule("R204", "foreign-account", "block", __doc__, _find)
