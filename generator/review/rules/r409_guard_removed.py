"""A statement that denies, and is gone.

What: a policy loses a statement with the effect Deny, or is destroyed with it.
Why: a denial is there to hold whatever else is allowed: no access without TLS, none from outside. What it held back is
allowed at once where anything allows it.
Bad:
    # module.log_bucket.aws_s3_bucket_policy.this: the statement TlsOnly is gone
Good:
    # it is there still, in other words: with more resources, or fewer exceptions
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import Statement, listed, read_policy
from generator.review.policy_places import PLACES, policy_changes
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, texts


def _find(scene: Scene) -> Iterator[Finding]:
    for change in policy_changes(scene, "identity", "trust", "key", "resource"):
        lost = change.before.denying - change.after.denying
        if lost and not change.cannot_be_read:
            yield Finding(change.subject.address, _message(lost))
    going = {
        name
        for subject in scene.changed_of("aws_s3_bucket", "aws_ecr_repository", "aws_sns_topic", "aws_sqs_queue")
        if subject.what == "delete"
        for key in ("bucket", "name", "arn", "id")
        for name in texts(subject.before, key)
    }
    for subject in scene.changed_of(*(type_ for type_ in PLACES["resource"] if type_.endswith("_policy"))):
        policy = read_policy(subject.before.get("policy")) if subject.what == "delete" else None
        guarded = {name for key in ("bucket", "repository", "arn", "queue_url") for name in texts(subject.before, key)}
        if policy and policy.denying and not guarded & going:
            yield Finding(subject.address, _message(policy.denying))


def _message(lost: frozenset[Statement]) -> str:
    actions = listed(action for each in lost for action in each.actions)
    return f"{actions} {'are' if ',' in actions else 'is'} no longer denied as before."


RULE = RiskRule("R409", "guard-removed", "warn", __doc__, _find)
