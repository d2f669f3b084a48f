"""A Deny with a Condition in a bucket policy does not deny every request.

Why: moto reads no Condition in a bucket policy, so that the customary `Deny` for `aws:SecureTransport: false` denies
all there is (403). In AWS the condition is not met over TLS, which is what the embedded AWS stands for. moto cannot
tell any other condition either, so that no conditional Deny is applied.
Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html (enforce encryption in transit)
"""  # noqa: E501

from __future__ import annotations

import copy
import json
from typing import Any


def apply() -> None:
    from moto.s3.models import FakeBucket

    original = FakeBucket.get_permission

    def get_permission(self: Any, action: str, resource: str) -> Any:
        if self.policy is None:
            return original(self, action, resource)
        judged = copy.copy(self)
        judged.policy = _without_conditional_denials(self.policy)
        return original(judged, action, resource)

    FakeBucket.get_permission = get_permission


def _without_conditional_denials(policy: bytes) -> bytes:
    document = json.loads(policy)
    statements = document.get("Statement", [])
    statements = statements if isinstance(statements, list) else [statements]
    document["Statement"] = [
        statement for statement in statements if not (statement.get("Effect") == "Deny" and statement.get("Condition"))
    ]
    return json.dumps(document).encode()
