"""Managed policies that a plan attaches, however it says so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generator.review.subjects import Scene, Subject, texts

_ATTACHMENTS = {
    "aws_iam_group_policy_attachment": "group",
    "aws_iam_role_policy_attachment": "role",
    "aws_iam_user_policy_attachment": "user",
}
_LISTS = {
    "aws_iam_policy_attachment": ("policy_arn", "name"),
    "aws_iam_role": ("managed_policy_arns", "name"),
    "aws_iam_role_policy_attachments_exclusive": ("policy_arns", "role_name"),
}


@dataclass(frozen=True)
class Attachment:
    address: str
    policy: str  # its ARN
    to: str  # name of the role, user or group
    is_there: bool  # whether that one is there already


def attached(scene: Scene) -> Iterator[Attachment]:
    """Each policy that comes to somebody, once. An ARN that is known after apply only cannot be told."""
    made = {
        name
        for subject in scene.changed_of("aws_iam_group", "aws_iam_role", "aws_iam_user")
        if subject.is_new
        for name in texts(subject.after, "name")
    }
    seen: set[tuple[str, str]] = set()
    for subject, policy, to in _found(scene):
        if (policy, to) not in seen:
            seen.add((policy, to))
            yield Attachment(subject.address, policy, to, to not in made)


def _found(scene: Scene) -> Iterator[tuple[Subject, str, str]]:
    for type_, key in _ATTACHMENTS.items():
        yield from _of(scene, type_, "policy_arn", key)
    for type_, (policies, key) in _LISTS.items():
        yield from _of(scene, type_, policies, key)


def _of(scene: Scene, type_: str, policies: str, key: str) -> Iterator[tuple[Subject, str, str]]:
    for subject in scene.changed_of(type_):
        to = subject.after.get(key)
        name = to if isinstance(to, str) else "it"
        for policy in sorted(texts(subject.after, policies) - texts(subject.before, policies)):
            yield subject, policy, name
