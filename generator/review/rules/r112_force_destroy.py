"""Deletion that no longer stops at what is inside.

What: `force_destroy`, `force_delete` or `skip_final_snapshot` comes on, or a secret gets no time to be recovered in.
Why: AWS refuses to delete what is not empty. With these, the next destroy empties it first, whoever asks for it and
whatever is inside by then.
Bad:
    force_destroy = true
Good:
    force_destroy = false  # and it is emptied by hand on the day when it goes
Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Tree, is_true

SWITCHES = ("force_delete", "force_destroy", "force_destroy_all", "skip_final_snapshot")
WINDOW = "recovery_window_in_days"


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed:
        for key in _new(subject.before, subject.after):
            yield Finding(subject.address, f"{key} {'is 0' if key == WINDOW else 'comes on'}.")


def _new(before: Tree, after: Tree) -> Iterator[str]:
    for key in SWITCHES:
        if is_true(after.get(key)) and not is_true(before.get(key)):
            yield key
    if after.get(WINDOW) == 0 and before.get(WINDOW) != 0:
        yield WINDOW


RULE = RiskRule("R112", "force-destroy", "warn", __doc__, _find)
