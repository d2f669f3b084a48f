"""A check that fails.

What: a `check` block, a condition or a validation of the root says no in the plan. Terraform goes on all the same where
it is a `check`.
Why: somebody wrote down what must hold, and it does not hold.
Bad:
    check "key_is_there" { assert { condition = data.aws_kms_alias.shared.arn != "", error_message = "no key" } }
Good:
    # it holds, or it is gone
Source: https://developer.hashicorp.com/terraform/language/checks
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.model import PlannedRoot
from generator.review.rule import Finding, RiskRule


def _find(root: PlannedRoot) -> Iterator[Finding]:
    for check in root.plan.checks if root.plan else ():
        if check.status != "unknown":
            yield Finding(check.address, f"fails: {' '.join(check.messages) or check.status}")


RULE = RiskRule("R703", "check-failed", "warn", __doc__, find_in_root=_find)
