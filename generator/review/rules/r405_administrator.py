"""A role that is given an administrator's rights.

What: one of AWS's policies that permit everything, everything of IAM, or everything of a service, is newly attached.
Why: the instances that build images run whatever components say. With these rights, a component is the account.
Bad:
    # aws_iam_role_policy_attachment: AdministratorAccess for goldsmith-prod-instance
Good:
    # a policy of one's own that names actions and resources
Source: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from generator.review.attachments import attached
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene

_STRONG = re.compile(r":aws:policy/(?:[\w-]+/)*(?:AdministratorAccess[\w-]*|PowerUserAccess|\w*FullAccess[\w-]*)$")


def is_strong(policy: str) -> bool:
    return _STRONG.search(policy) is not None


def _find(scene: Scene) -> Iterator[Finding]:
    for each in attached(scene):
        if is_strong(each.policy):
            yield Finding(each.address, f"{each.policy.rpartition('/')[2]} is attached to {each.to}.")


RULE = RiskRule("R405", "administrator", "block", __doc__, _find)
