"""A store in S3, by conditional writes: the primitive of Terraform's own lock files.

A write names what it expects: `If-None-Match: *` that there is no such key, `If-Match` the etag that was read. 412 is a
no, 404 that what was to be replaced is gone. 409 says that another write was under way, and that ours is to be sent
again. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from generator.aws import aws_errors, error_code
from generator.errors import AwsError, JournalError
from generator.rollout.store import ConflictError, Stored, require_key

_ATTEMPTS = 5  # of a write that meets others; each of those has ended when ours is answered
_CONFLICTS = frozenset({"PreconditionFailed", "NoSuchKey", "ConditionalRequestConflict"})
_DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


class S3Store:
    """Keys below a prefix of a bucket, encrypted by S3 or by a KMS key. Needs s3:GetObject, PutObject and ListBucket.

    `client` is a boto3 client of the bucket's Region. The etag is S3's. It says the same for the same text, so a text
    that comes again after another would be taken for the first; what is written here has times and never comes again.
    """

    def __init__(self, client: Any, bucket: str, prefix: str = "", kms_key: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._encryption = (
            {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms_key}
            if kms_key
            else {"ServerSideEncryption": "AES256"}
        )

    @property
    def place(self) -> str:
        return f"s3://{self._bucket}/{self._prefix}".rstrip("/")

    def read(self, key: str) -> Stored | None:
        place = self._place(key)
        try:
            with aws_errors(place):
                found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + key)
                content: bytes = found["Body"].read()
        except AwsError as error:
            if error_code(error) == "NoSuchKey":
                return None
            raise self._refused(error) from error
        try:
            return Stored(content.decode(), found["ETag"])
        except UnicodeDecodeError as error:
            raise JournalError(f"{place}: is damaged, as it is no text ({error.reason}). Put its copy back.") from error

    def create(self, key: str, text: str) -> str:
        return self._put(key, text, {"IfNoneMatch": "*"})

    def replace(self, key: str, text: str, etag: str) -> str:
        return self._put(key, text, {"IfMatch": etag})

    def list(self, prefix: str) -> list[str]:
        start = len(self._prefix)
        try:
            with aws_errors(self.place):
                pages = self._client.get_paginator("list_objects_v2").paginate(
                    Bucket=self._bucket, Prefix=self._prefix + prefix
                )
                keys = [each["Key"][start:] for page in pages for each in page.get("Contents", [])]
        except AwsError as error:
            raise self._refused(error) from error
        return sorted(key for key in keys if key.endswith(".json"))

    def _put(self, key: str, text: str, expected: dict[str, str]) -> str:
        place = self._place(key)
        try:
            return self._put_among_others(place, key, text, expected)
        except AwsError as error:
            if error_code(error) not in _CONFLICTS:
                raise self._refused(error) from error
            written = self._written_before(error, key, text)
            if written is None:
                raise ConflictError(f"{place}: is not what it was; somebody else wrote it meanwhile.") from error
            return written

    def _put_among_others(self, place: str, key: str, text: str, expected: dict[str, str]) -> str:
        for _ in range(_ATTEMPTS - 1):
            try:
                return self._put_once(place, key, text, expected)
            except AwsError as error:
                if error_code(error) != "ConditionalRequestConflict":
                    raise
        return self._put_once(place, key, text, expected)

    def _put_once(self, place: str, key: str, text: str, expected: dict[str, str]) -> str:
        with aws_errors(place):
            written = self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + key,
                Body=text.encode(),
                ContentType="application/json",
                **self._encryption,
                **expected,
            )
        etag: str = written["ETag"]
        return etag

    def _written_before(self, error: AwsError, key: str, text: str) -> str | None:
        """The etag of our own text, where botocore sent it twice because the first answer got lost."""
        cause = error.__cause__
        if not isinstance(cause, ClientError) or not cause.response["ResponseMetadata"].get("RetryAttempts"):
            return None
        found = self.read(key)
        return found.etag if found is not None and found.text == text else None

    def _place(self, key: str) -> str:
        return f"s3://{self._bucket}/{self._prefix}{require_key(key)}"

    def _refused(self, error: AwsError) -> AwsError | JournalError:
        """What a person can do about it; an AWS that does not answer stays what it is."""
        code = error_code(error)
        if code == "NoSuchBucket":
            return JournalError(
                f"{self.place}: there is no bucket {self._bucket}. Make it, or name another place with --rollouts."
            )
        if code in _DENIED:
            return JournalError(
                f"{error} It takes s3:GetObject and s3:PutObject there, and s3:ListBucket, without which S3 denies "
                "what is not there yet."
            )
        if code in ("PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"):
            return JournalError(f"{error} The bucket is in another Region: name it, as in {self.place}?region=REGION")
        return error
