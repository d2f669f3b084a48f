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

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for address, problem in scene.failed_checks:
        yield Finding(address, f"fails: {problem}")


RULE = RiskRule("R703", "check-failed", "warn", __doc__, _find)
