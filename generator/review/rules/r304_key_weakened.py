"""A key that is guarded less.

What: the rotation of a KMS key stops, or its deletion leaves less time to be cancelled.
Why: without rotation, one material encrypts years of images. The days before a deletion are the last in which a mistake
can be undone.
Bad:
    enable_key_rotation = false
Good:
    enable_key_rotation = true
Source: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, is_false, is_true

WINDOW = "deletion_window_in_days"


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_kms_external_key", "aws_kms_key", "aws_kms_replica_key"):
        before, after = subject.before, subject.after
        if is_true(before.get("enable_key_rotation")) and is_false(after.get("enable_key_rotation")):
            yield Finding(subject.address, "the key is no longer rotated.")
        old, new = before.get(WINDOW), after.get(WINDOW)
        if isinstance(old, int) and isinstance(new, int) and new < old:
            yield Finding(subject.address, f"a deletion can be cancelled for {new} days, not {old}.")


RULE = RiskRule("R304", "key-weakened", "warn", __doc__, _find)
