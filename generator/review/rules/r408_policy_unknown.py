"""A policy that nobody can read before it is applied.

What: a policy of something that is there becomes one that is known after apply only, or is a secret. Of what is newly
made, this is a note.
Why: no rule and no person can say what it will permit. It mostly holds the ARN of something that the same plan makes.
Bad:
    policy = jsonencode({ ... Resource = aws_kms_key.new.arn ... })  # beside a role that has rights today
Good:
    # names that are known beforehand: an alias, a name with a prefix
Source: https://developer.hashicorp.com/terraform/language/expressions/references#values-not-yet-known
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.model import Level
from generator.review.policy_places import policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene

# Where a policy may be left out, one that is not known is the one that AWS gives.
OWN_POLICIES = ("aws_s3_bucket", "aws_secretsmanager_secret", "aws_sns_topic", "aws_sqs_queue", "aws_kms_key")


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "identity", "trust", "key", "resource"):
        subject = change.subject
        if change.cannot_be_read and not (subject.what != "update" and subject.type in OWN_POLICIES):
            level: Level | None = "note" if subject.is_new else None
            yield Finding(subject.address, f"what {change.attribute} will permit cannot be read in the plan.", level)


RULE = RiskRule("R408", "policy-unknown", "warn", __doc__, _find)
