"""Terraform's locks of the states of a rollout's roots: found beside the states, and removed on request."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from generator.aws import aws_errors, error_code
from generator.errors import AwsError, JournalError
from generator.render.roots import state_key_of
from generator.rollout.leases import each
from generator.terraform.locks import SUFFIX, StateLock, lock_of_text

_NOT_THERE = frozenset({"NoSuchKey", "404"})
_ANOTHER = frozenset({"PreconditionFailed", "NoSuchKey", "404"})


@dataclass(frozen=True)
class RootLock:
    root: str
    lock: StateLock
    etag: str  # of the object that it is


class StateLocks:
    """Those of one bucket of states. `client` is S3's, with the caller's own credentials, as Terraform's backend."""

    def __init__(self, client: Any, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, root: str) -> RootLock | None:
        """The lock of a root's state; None where nobody has one. Raises AwsError."""
        key = _key(root)
        try:
            with aws_errors(f"s3://{self._bucket}/{key}"):
                found = self._client.get_object(Bucket=self._bucket, Key=key)
                text = found["Body"].read()
        except AwsError as error:
            if error_code(error) in _NOT_THERE:
                return None
            raise
        return RootLock(root, lock_of_text(text.decode("utf-8", "replace")), found["ETag"])

    def of(self, roots: Iterable[str]) -> list[RootLock]:
        """In the order of the roots. Raises AwsError."""
        return [found for found in each(self.read, roots) if found is not None]

    def remove(self, held: RootLock) -> None:
        """The very lock that was read. Raises JournalError where it is another by now, AwsError.

        By a conditional delete (https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html), which
        S3 judges itself: `terraform force-unlock` compares the id and then deletes what is there by then, and needs an
        initialized root and its provider, which a machine that clears up after another may not have.
        """
        key = _key(held.root)
        try:
            with aws_errors(f"s3://{self._bucket}/{key}"):
                self._client.delete_object(Bucket=self._bucket, Key=key, IfMatch=held.etag)
        except AwsError as error:
            if error_code(error) in _ANOTHER:
                raise JournalError(
                    f"{held.root}: its state's lock is another by now: somebody works on it. Nothing was removed there."
                ) from error
            raise


def _key(root: str) -> str:
    return f"{state_key_of(root)}{SUFFIX}"
