"""The place of the rollouts' journal, as people name it: a folder, or `s3://bucket/prefix`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from generator.aws import caller_client
from generator.errors import UsageError
from generator.rollout.s3_store import S3Store
from generator.rollout.store import DirectoryStore, Store

VARIABLE = "GOLDSMITH_ROLLOUTS"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(/[A-Za-z0-9._=-]+)*/?")
_ASKED = {"region", "kms_key"}


def open_store(place: str, environment: Mapping[str, str]) -> Store:
    """The store at a place; nothing is asked or made yet.

    A bucket is used with the caller's own credentials, as Terraform's state is. `?region=` names its Region, where that
    is not the caller's, and `&kms_key=` a key instead of S3's own. Raises UsageError, AwsError.
    """
    if "://" not in place:
        return DirectoryStore(Path(place).absolute())
    parts = urlsplit(place)
    asked = dict(parse_qsl(parts.query, keep_blank_values=True))
    if (
        parts.scheme != "s3"
        or not _BUCKET.fullmatch(parts.netloc)
        or not _PREFIX.fullmatch(parts.path)
        or parts.fragment
        or not asked.keys() <= _ASKED
    ):
        raise UsageError(
            f"--rollouts {place}: is no place of rollouts; a folder is, or s3://BUCKET/PREFIX with ?region=REGION and "
            "&kms_key=ARN where they are needed."
        )
    client = caller_client("s3", environment, asked.get("region"))
    return S3Store(client, parts.netloc, parts.path, asked.get("kms_key", ""))
