"""The next step and its roots, written where an engine reads them, such as a state machine and its Distributed Map."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from generator.aws import aws_errors, caller_client
from generator.errors import JournalError, UsageError


def write_manifest(option: str, target: str, text: str, environment: Mapping[str, str]) -> None:
    """To a file, or to an object of S3, encrypted by its bucket's rule: `s3://BUCKET/KEY?region=REGION`.

    `option` is what the target was given by. Raises UsageError, AwsError, JournalError.
    """
    if "://" not in target:
        try:
            Path(target).write_text(text, encoding="ascii")
        except OSError as error:
            raise JournalError(
                f"{option} {target}: cannot be written ({error.strerror}). Name another file."
            ) from error
        return
    parts = urlsplit(target)
    asked = dict(parse_qsl(parts.query))
    if parts.scheme != "s3" or not parts.netloc or len(parts.path) < 2 or not asked.keys() <= {"region"}:
        raise UsageError(f"{option} {target}: is neither a file nor s3://BUCKET/KEY, with ?region=REGION if needed.")
    client = caller_client("s3", environment, asked.get("region"))
    with aws_errors(f"s3://{parts.netloc}{parts.path}"):
        client.put_object(
            Bucket=parts.netloc, Key=parts.path[1:], Body=text.encode("ascii"), ContentType="application/json"
        )
