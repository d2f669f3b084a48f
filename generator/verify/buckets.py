"""What has to hold of every bucket that Goldsmith makes."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from generator.verify.checks import Check, equal, text

_BLOCKS = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")


def closed_to_the_public(root: str, subject: str, s3: Any, bucket: str) -> Check:
    """The bucket is there, and closed to the public in all four ways."""
    try:
        access = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"NoSuchBucket", "NoSuchPublicAccessBlockConfiguration"}:
            raise
        actual = error.response["Error"]["Code"]
    else:
        actual = text(sorted(name for name in _BLOCKS if access.get(name)))
    return equal(root, f"{subject}.public_access", text(_BLOCKS), actual)
