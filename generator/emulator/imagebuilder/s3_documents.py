"""Documents that a request names by an S3 URL instead of holding them."""

from __future__ import annotations

from urllib.parse import urlsplit

from generator.emulator.imagebuilder.errors import InvalidParameterCombination, InvalidParameterValue
from generator.emulator.imagebuilder.state import Request, State

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
    try:
        found = s3_backends[state.account_id][state.partition].get_object(parts.netloc, parts.path[1:])
    except S3ClientError:
        found = None
    if found is None:
        raise InvalidParameterValue(parameter, "The object does not exist or you do not have access to it.")
    content: bytes = found.value
    if len(content) > LARGEST_DOCUMENT:
        raise InvalidParameterValue(parameter, f"The document must have at most {LARGEST_DOCUMENT} bytes.")
    return content.decode("utf-8")
