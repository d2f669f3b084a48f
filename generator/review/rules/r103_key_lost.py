"""A KMS key that is deleted, replaced or disabled.

What: the plan destroys a key, makes another in its place, or turns it off.
Why: whatever is encrypted with a deleted key is lost for good: each AMI's snapshots and each volume made of them, in
every account that the images went to. A disabled key stops launches at once. A deletion waits for 7 to 30 days, in
which it can be cancelled.
Bad:
    # aws_kms_key.this will be destroyed, with AMIs still encrypted by it
Good:
    # images are copied under a new key first; the old key goes when nothing is encrypted with it
Source: https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject, is_false

TYPES = ("aws_kms_external_key", "aws_kms_key", "aws_kms_replica_external_key", "aws_kms_replica_key")


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of(*TYPES):
        message = _message(subject)
        if message:
            yield Finding(subject.address, message)


def _message(subject: Subject) -> str:
    if subject.ends:
        verb = "deleted" if subject.what == "delete" else "deleted, and another takes its place"
        window = subject.before.get("deletion_window_in_days")
        wait = f" after {window} days" if isinstance(window, int) else ""
        return f"the key is {verb}{wait}: what is encrypted with it is lost for good."
    if subject.what == "update" and _is_off(subject.after) and not _is_off(subject.before):
        return "the key is disabled: nothing that is encrypted with it can be launched or read."
    return ""


def _is_off(tree: object) -> bool:
    enabled = tree.get("is_enabled", tree.get("enabled")) if hasattr(tree, "get") else None
    return is_false(enabled)


RULE = RiskRule("R103", "key-lost", "block", __doc__, _find)
