"""Logs, objects or container images that are kept for less time.

What: a log group keeps its events for fewer days, a bucket expires objects sooner, or a repository of container images
gets another policy for what expires.
Why: what is older than the new time is gone within a day or two of the apply, with what it would have told of an
incident.
Bad:
    # module.log_bucket.aws_s3_bucket_lifecycle_configuration.this: expiration 30 days, it was 365
Good:
    # what must be kept has been copied
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-expire-general-considerations.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject, Tree, blocks, items


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_cloudwatch_log_group"):
        if subject.stays:
            yield from _shorter(subject, _retention(subject.before), _retention(subject.after))
    for subject in scene.changed_of("aws_s3_bucket_lifecycle_configuration"):
        if subject.what != "delete":
            yield from _shorter(subject, _expiration(subject.before), _expiration(subject.after))
    for subject in scene.changed_of("aws_ecr_lifecycle_policy"):
        if subject.stays and subject.before.get("policy") != subject.after.get("policy"):
            yield Finding(subject.address, "what expires in the repository is another policy's to say.")


def _shorter(subject: Subject, before: int | None, after: int | None) -> Iterator[Finding]:
    """None is for ever. What is made with it had no time before."""
    if after is not None and (before is None or after < before) and not subject.is_new:
        yield Finding(subject.address, f"kept for {after} days, not {'for ever' if before is None else before}.")


def _retention(tree: Tree) -> int | None:
    days = tree.get("retention_in_days")
    return days if isinstance(days, int) and days else None


def _expiration(tree: Tree) -> int | None:
    """The least that a rule gives that is on."""
    days = [
        each
        for rule in blocks(tree, "rule")
        if rule.get("status") == "Enabled"
        for each in items(rule, "expiration", "days")
        if isinstance(each, int) and each
    ]
    return min(days, default=None)


RULE = RiskRule("R602", "kept-shorter", "warn", __doc__, _find)
