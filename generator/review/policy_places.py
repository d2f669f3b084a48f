"""Where a plan has policies: of identities, who may take a role, and of things that others may be let at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from generator.review.policies import NOTHING, Grant, Policy, read_policy, widened
from generator.review.subjects import Scene, Subject, Tree, items
from generator.terraform.values import Value

Kind = Literal["identity", "trust", "resource", "key"]

# The attribute that holds the policy, by type of resource.
PLACES: dict[Kind, dict[str, str]] = {
    "identity": {
        "aws_iam_group_policy": "policy",
        "aws_iam_policy": "policy",
        "aws_iam_role": "inline_policy.policy",
        "aws_iam_role_policy": "policy",
        "aws_iam_user_policy": "policy",
    },
    "trust": {"aws_iam_role": "assume_role_policy"},
    "key": {"aws_kms_external_key": "policy", "aws_kms_key": "policy", "aws_kms_key_policy": "policy"},
    "resource": {
        "aws_backup_vault_policy": "policy",
        "aws_cloudwatch_event_bus_policy": "policy",
        "aws_ecr_registry_policy": "policy",
        "aws_ecr_repository_policy": "policy",
        "aws_s3_bucket": "policy",
        "aws_s3_bucket_policy": "policy",
        "aws_secretsmanager_secret": "policy",
        "aws_secretsmanager_secret_policy": "policy",
        "aws_sns_topic": "policy",
        "aws_sns_topic_policy": "policy",
        "aws_sqs_queue": "policy",
        "aws_sqs_queue_policy": "policy",
        "aws_ssm_resource_policy": "policy",
    },
}


@dataclass(frozen=True)
class PolicyChange:
    """A policy of a resource that changes. A side that is not there permits nothing."""

    subject: Subject
    attribute: str
    before: Policy
    after: Policy
    cannot_be_read: bool  # known after apply only, a secret, or no JSON: `after` is then nothing

    @property
    def grants(self) -> tuple[Grant, ...]:
        """What is permitted and was not."""
        return widened(self.before, self.after)


def policy_changes(scene: Scene, *kinds: Kind) -> Iterator[PolicyChange]:
    """The policies of these kinds whose resource changes and still is there afterwards."""
    for kind in kinds:
        for type_, attribute in PLACES[kind].items():
            for subject in scene.changed_of(type_):
                if subject.what in ("create", "update", "replace"):
                    yield _change(subject, attribute)


def _change(subject: Subject, attribute: str) -> PolicyChange:
    before, _ = _policy(subject.before, attribute)
    after, is_read = _policy(subject.after, attribute)
    return PolicyChange(subject, attribute, before, after, not is_read)


def _policy(tree: Tree, attribute: str) -> tuple[Policy, bool]:
    """The statements of all the policies there, and whether each of them could be read."""
    found: list[Policy] = []
    for text in items(tree, *attribute.split(".")):
        policy = None if isinstance(text, Value) else read_policy(text) if text else NOTHING
        if policy is None:
            return NOTHING, False
        found.append(policy)
    return Policy(tuple(statement for policy in found for statement in policy.statements)), True
