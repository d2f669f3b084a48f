"""The tags of a bucket go with it.

Why: moto keeps tags by the bucket's ARN beyond its end, so that the next bucket of that name is born with the tags of
the last one. The provider then sees a change at every plan.
Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html (a name can be used again; what the
bucket had is gone)
"""

from __future__ import annotations

from typing import Any


def apply() -> None:
    from moto.s3.models import S3Backend

    original = S3Backend.delete_bucket

    def delete_bucket(self: Any, bucket_name: str) -> Any:
        deleted = original(self, bucket_name)
        if deleted is not None:
            self.tagger.delete_all_tags_for_resource(deleted.arn)
        return deleted

    S3Backend.delete_bucket = delete_bucket
