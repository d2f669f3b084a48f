"""The name of a KMS key that goes, or comes to mean another key.

What: an alias is destroyed or replaced, or its target is another key.
Why: image recipes and distribution configurations name keys by alias, in accounts and Regions of their own. Builds fail
where the alias is gone. Where it means another key, new images are encrypted with one that receivers may not use.
Bad:
    # aws_kms_alias.this: target_key_id is another key, whose policy has no receiver
Good:
    # the new key's policy lets the same accounts use it before the alias moves
Source: https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, word


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_kms_alias"):
        name = word(subject.before, "name")
        if subject.ends:
            again = ", and made again" if subject.what == "replace" else ""
            yield Finding(subject.address, f"{name} is destroyed{again}: builds that name it fail meanwhile.")
        elif subject.what == "update" and subject.before.get("target_key_id") != subject.after.get("target_key_id"):
            yield Finding(subject.address, f"{name} comes to mean another key.")


RULE = RiskRule("R104", "key-alias-moved", "warn", __doc__, _find)
