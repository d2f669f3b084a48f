"""A bucket that may become public.

What: one of the four settings that block public access to a bucket, or to all of an account's, is off or goes.
Why: they hold whatever a policy or an ACL says later. Without them one statement gives the build logs and exported
disks to everybody.
Bad:
    block_public_policy = false
Good:
    block_public_policy = true
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, is_false, is_true, texts

SETTINGS = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def _find(scene: Scene) -> Iterator[Finding]:
    going = {
        name
        for subject in scene.changed_of("aws_s3_bucket")
        if subject.what == "delete"
        for name in texts(subject.before, "bucket")
    }
    for subject in scene.changed_of("aws_s3_bucket_public_access_block", "aws_s3_account_public_access_block"):
        if subject.what == "delete":
            if not texts(subject.before, "bucket") & going:
                yield Finding(subject.address, "nothing blocks public access any more.")
            continue
        off = [
            key
            for key in SETTINGS
            if is_false(subject.after.get(key, False)) and (not subject.stays or is_true(subject.before.get(key)))
        ]
        if off:
            yield Finding(subject.address, f"{listed(off, most=4)} {'is' if len(off) == 1 else 'are'} off.")


RULE = RiskRule("R501", "public-access-unblocked", "block", __doc__, _find)
