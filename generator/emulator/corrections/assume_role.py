"""AssumeRole succeeds only where the role exists and its trust policy allows the caller.

Why: moto lets anybody assume any role, existing or not, so that a forgotten or wrong cross-account role
goes unseen. AWS answers both alike, with AccessDenied (403), not to tell strangers which roles exist.
Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_roles.html
Not judged: whether the caller's own policies permit sts:AssumeRole, and session policies.
"""

from __future__ import annotations

import re
from typing import Any
from xml.sax.saxutils import escape

from werkzeug.exceptions import HTTPException

from generator.emulator.policies import Caller, is_trusted

ROLE_ARN = re.compile(r"^arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):role/(?:.+/)?(?P<name>[^/]+)$")


class AccessDenied(HTTPException):  # type: ignore[misc]
    code = 403

    def __init__(self, message: str) -> None:
        super().__init__(
            "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>"
            f"<Message>{escape(message)}</Message></Error><RequestId></RequestId></ErrorResponse>"
        )

    def get_headers(self, *_: Any) -> list[tuple[str, str]]:
        return [("Content-Type", "text/xml")]


def apply() -> None:
    from moto.sts.responses import TokenResponse

    original = TokenResponse.assume_role

    def assume_role(self: Any) -> Any:
        role_arn = self._get_param("RoleArn") or ""
        caller = caller_of(self.access_key, self.current_account, self.partition)
        if not _trusts(role_arn, caller, self._get_param("ExternalId"), self._get_param("RoleSessionName")):
            raise AccessDenied(
                f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
            )
        return original(self)

    TokenResponse.assume_role = assume_role


def caller_of(access_key: str, account_id: str, partition: str) -> Caller:
    """Who an access key belongs to: a role's session, a user, or else the root of the account."""
    from moto.iam.models import iam_backends
    from moto.sts.models import sts_backends

    session = sts_backends[account_id][partition].get_assumed_role_from_access_key(access_key)
    if session is not None:
        return Caller(session.arn, account_id, frozenset({session.arn, session.role_arn}))
    user = iam_backends[account_id][partition].get_user_from_access_key_id(access_key)
    if user is not None:
        return Caller(user.arn, account_id, frozenset({user.arn}))
    return Caller(f"arn:{partition}:iam::{account_id}:root", account_id)


def _trusts(role_arn: str, caller: Caller, external_id: str | None, session_name: str | None) -> bool:
    from moto.iam.models import iam_backends

    parts = ROLE_ARN.match(role_arn)
    if parts is None or parts["account"] not in iam_backends:
        return False
    backend = iam_backends[parts["account"]][parts["partition"]]
    role = next((role for role in backend.roles.values() if role.arn == role_arn), None)
    if role is None:
        return False
    role_of_caller = next((name for name in caller.names if ":role/" in name), caller.arn)
    context = {
        "aws:PrincipalAccount": caller.account_id,
        "aws:PrincipalArn": role_of_caller,
        "sts:RoleSessionName": session_name or "",
    }
    if external_id is not None:
        context["sts:ExternalId"] = external_id
    return is_trusted(role.assume_role_policy_document, caller, context)
