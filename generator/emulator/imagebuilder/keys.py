"""KMS keys, as image encryption refers to them: by id, ARN, alias or alias ARN, each in its own Region.

Which permissions a copy needs: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html and
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html. The account of the copy decrypts the
snapshot with the key of the source and encrypts its own with the key of the destination, by grants that EC2 asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from generator.emulator.imagebuilder.permissions import Principal, key_policy_allows
from generator.emulator.policies import Context

EBS_ALIAS = "alias/aws/ebs"
TO_READ = ("kms:DescribeKey", "kms:CreateGrant", "kms:Decrypt", "kms:ReEncryptFrom")
TO_WRITE = (
    "kms:DescribeKey",
    "kms:CreateGrant",
    "kms:Encrypt",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptTo",
)


@dataclass(frozen=True)
class KeyRefusal:
    action: str
    message: str


def find_key(key_id: str, account_id: str, region: str) -> Any | None:
    """moto's key for an identifier, as it is meant in an account and Region; None when it cannot be used there."""
    parts = key_id.split(":", 5)
    name = key_id
    if len(parts) == 6:
        if parts[3] != region:
            return None
        account_id, name = parts[4], parts[5]
    backend = _kms(account_id, region)
    if name.startswith("alias/"):
        name = backend.get_key_id_from_alias(name) or ""
    key = backend.keys.get(name.rsplit("/", 1)[-1])
    return key if key is not None and key.key_state == "Enabled" else None


def default_key(account_id: str, region: str) -> Any:
    """The key that AWS manages for EBS in an account and Region."""
    return find_key(EBS_ALIAS, account_id, region)


def is_aws_managed(key: Any) -> bool:
    return any(alias.startswith("alias/aws/") for alias in key.aliases)


def refusal(
    key: Any, principal: Principal, actions: tuple[str, ...], region: str, through: str = "ec2"
) -> KeyRefusal | None:
    """The first action on the key that a role may not do: its own policies and the key's have to allow each.

    `through`: the service that uses the key for the role.
    """
    context = _context(key, principal, f"{through}.{region}.amazonaws.com")
    for action in actions:
        if not principal.may(action, key.arn, context):
            return KeyRefusal(action, principal.refusal(action, key.arn))
        if not key_policy_allows(key, principal.caller, action, context):
            who = f"User: {principal.session_arn} is not authorized to perform: {action} on resource: {key.arn}"
            return KeyRefusal(action, f"{who} because no resource-based policy allows the {action} action")
    return None


def _context(key: Any, principal: Principal, service: str) -> Context:
    return {
        "kms:ResourceAliases": tuple(key.aliases),
        "kms:GrantIsForAWSResource": "true",
        "kms:ViaService": service,
        "kms:CallerAccount": principal.role.account_id,
        "aws:PrincipalAccount": principal.role.account_id,
    }


def _kms(account_id: str, region: str) -> Any:
    from moto.kms.models import kms_backends

    return kms_backends[account_id][region]
