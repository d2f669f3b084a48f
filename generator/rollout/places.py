"""The place of the rollouts' journal, as people name it: a folder, or `s3://bucket/prefix`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from generator.aws import caller_client
from generator.errors import UsageError
from generator.rollout.s3_store import S3Store
from generator.rollout.store import DirectoryStore, Store

VARIABLE = "GOLDSMITH_ROLLOUTS"
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"(/[A-Za-z0-9._=-]+)*/?")
_FOLDER = "rollouts"
_ID = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{6}")
_ASKED = {"region", "kms_key"}


def journal_url(place: str, id: str) -> str:
    """The address of one rollout of a place, for its workers: `s3://bucket/prefix/rollouts/ID?region=...`."""
    if "://" not in place:
        return str(Path(place).absolute() / _FOLDER / id)
    address, mark, query = place.partition("?")
    return f"{address.rstrip('/')}/{_FOLDER}/{id}{mark}{query}"


def of_journal_url(url: str) -> tuple[str, str]:
    """The place and the id that an address of a rollout has. Raises UsageError."""
    address, mark, query = url.partition("?") if "://" in url else (url, "", "")
    place, folder, id = address.rpartition(f"/{_FOLDER}/")
    if not folder or not place or not _ID.fullmatch(id):
        raise UsageError(
            f"--journal {url}: is no address of a rollout. `goldsmith rollout next` gives it: PLACE/rollouts/ID."
        )
    return f"{place}{mark}{query}", id


def open_store(place: str, environment: Mapping[str, str]) -> Store:
    """The store at a place; nothing is asked or made yet.

    A bucket is used with the caller's own credentials, as Terraform's state is. `?region=` names its Region, where that
    is not the caller's, and `&kms_key=` a key instead of S3's own. Raises UsageError, AwsError.
    """
    if "://" not in place:
        return DirectoryStore(Path(place).absolute())
    parts, asked = _address(place)
    client = caller_client("s3", environment, asked.get("region"), patient=True)
    return S3Store(client, parts.netloc, parts.path, asked.get("kms_key", ""))


def bucket_of(place: str) -> tuple[str, str]:
    """The bucket of a place that is in one, and its prefix there, empty or ending in a slash. Raises UsageError."""
    parts, _ = _address(place)
    prefix = parts.path.strip("/")
    return parts.netloc, f"{prefix}/" if prefix else ""


def _address(place: str) -> tuple[SplitResult, dict[str, str]]:
    """The parts of a place in a bucket, and what is asked of it. Raises UsageError."""
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
    return parts, asked
