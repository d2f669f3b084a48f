"""A role that anybody can take.

What: a trust policy newly lets in every principal, or all but some, without a condition on who they are; or an identity
provider without any condition.
Why: the role is the account to whoever takes it. An identity provider signs for everybody that it knows: every
repository of GitHub, where nothing says which.
Bad:
    {"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
     "Principal": {"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}}
Good:
    # the same, with
    "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:acme/images:environment:prod"}}
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.conditions import restricts_callers
from generator.review.policies import Grant, is_everybody, listed
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def is_open(grant: Grant) -> bool:
    if grant.principal.startswith("Federated: "):
        return not any(each.key.endswith(":sub") and not each.may_be_missing for each in grant.conditions)
    return is_everybody(grant.principal) and not restricts_callers(grant.conditions)


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "trust"):
        found = [grant for grant in change.grants if is_open(grant)]
        if found:
            who = listed("everybody" if is_everybody(each.principal) else each.principal for each in found)
            yield Finding(change.subject.address, f"{who} can take the role, and no condition says who that is.")


RULE = RiskRule("R403", "trust-opened", "block", __doc__, _find)
