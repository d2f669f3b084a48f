"""Which of Terraform's states a root was left with: its serial and lineage. All else in it may be secret."""

from __future__ import annotations

import json
from typing import Any

from generator.aws import aws_errors


def state_identity(client: Any, bucket: str, key: str) -> tuple[int | None, str]:
    """Serial and lineage; None and empty where the object is no state. Raises AwsError."""
    with aws_errors(f"s3://{bucket}/{key}"):
        content = client.get_object(Bucket=bucket, Key=key)["Body"].read()
    try:
        state = json.loads(content)
    except ValueError:
        return None, ""
    serial, lineage = (state.get("serial"), state.get("lineage")) if isinstance(state, dict) else (None, "")
    return serial if isinstance(serial, int) else None, lineage if isinstance(lineage, str) else ""
