"""Documents that a request names by an S3 URL instead of holding them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from generator.emulator.imagebuilder.errors import InvalidParameterCombination, InvalidParameterValue
from generator.emulator.imagebuilder.state import Request, State
from generator.emulator.policies import Caller, Question, verdict

LARGEST_DOCUMENT = 64 * 1024  # bytes, fetched from S3: the default quota for component size


def given_document(state: State, request: Request, data: str, uri: str) -> str:
    """The text of the member `data`, or of the S3 object that the member `uri` names; exactly one has to be there."""
    if (data in request) == (uri in request):
        raise InvalidParameterCombination(f"Exactly one of the parameters '{data}' and '{uri}' must be specified.")
    return str(request[data]) if data in request else _fetched(state, request[uri], uri)


def _fetched(state: State, url: str, parameter: str) -> str:
    from moto.s3.exceptions import S3ClientError
    from moto.s3.models import s3_backends

    parts = urlsplit(url)
    if parts.scheme != "s3" or not parts.netloc or len(parts.path) < 2:
        raise InvalidParameterValue(parameter, f"'{parameter}' must be an S3 URL such as s3://bucket/key.")
    bucket, key = parts.netloc, parts.path[1:]
    partition, owner = s3_backends.bucket_accounts.get(bucket, (state.partition, state.account_id))
    try:
        found = s3_backends[owner][partition].get_object(bucket, key)
        if owner != state.account_id and not _is_let_in(state, s3_backends[owner][partition].get_bucket(bucket), key):
            found = None
    except S3ClientError:
        found = None
    if found is None:
        raise InvalidParameterValue(parameter, "The object does not exist or you do not have access to it.")
    content: bytes = found.value
    if len(content) > LARGEST_DOCUMENT:
        raise InvalidParameterValue(parameter, f"The document must have at most {LARGEST_DOCUMENT} bytes.")
    return content.decode("utf-8")


def _is_let_in(state: State, bucket: Any, key: str) -> bool:
    """Whether the policy of another account's bucket lets this account read the object."""
    name = f"arn:{state.partition}:iam::{state.account_id}:root"
    caller = Caller(name, state.account_id, frozenset({name}))
    question = Question("s3:GetObject", caller, resource=f"arn:{state.partition}:s3:::{bucket.name}/{key}")
    policy = bucket.policy
    return policy is not None and verdict(policy.decode() if isinstance(policy, bytes) else policy, question) == "allow"
