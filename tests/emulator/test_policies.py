from __future__ import annotations

from typing import Any

import pytest

from generator.emulator.policies import Caller, Question, is_permitted, is_trusted

ACCOUNT = "111111111111"
ROOT = Caller(f"arn:aws:iam::{ACCOUNT}:root", ACCOUNT)
SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/ci"
ROLE = Caller(SESSION, ACCOUNT, frozenset({SESSION, f"arn:aws:iam::{ACCOUNT}:role/deploy"}))
SERVICE = Caller("imagebuilder.amazonaws.com", ACCOUNT, service="imagebuilder.amazonaws.com")


def trust(principal: Any, **statement: Any) -> dict[str, Any]:
    return {"Statement": {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **statement}}


@pytest.mark.parametrize(
    ("document", "caller"),
    [
        (trust("*"), ROOT),
        (trust({"AWS": "*"}), ROLE),
        (trust({"AWS": ACCOUNT}), ROLE),
        (trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), ROLE),
        (trust({"AWS": ["222222222222", f"arn:aws:iam::{ACCOUNT}:role/deploy"]}), ROLE),
        (trust({"AWS": SESSION}), ROLE),
        (trust({"Service": ["ec2.amazonaws.com", "imagebuilder.amazonaws.com"]}), SERVICE),
        (trust({"AWS": ACCOUNT}, Action=["sts:TagSession", "sts:Assume*"]), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"StringEquals": {"sts:ExternalId": ["no", "secret"]}}), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"StringLike": {"STS:externalid": "sec*"}}), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"StringNotEquals": {"sts:ExternalId": "other"}}), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"StringEqualsIfExists": {"aws:Absent": "x"}}), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"Null": {"aws:Absent": "true"}}), ROOT),
    ],
)
def test_trusted(document: dict[str, Any], caller: Caller) -> None:
    assert is_trusted(document, caller, {"sts:ExternalId": "secret"})


@pytest.mark.parametrize(
    ("document", "caller"),
    [
        ({"Statement": []}, ROOT),
        (trust({"AWS": "222222222222"}), ROOT),
        (trust({"AWS": f"arn:aws:iam::{ACCOUNT}:role/other"}), ROLE),
        (trust({"AWS": f"arn:aws:iam::{ACCOUNT}:role/deploy"}), ROOT),
        (trust({"Service": "ec2.amazonaws.com"}), SERVICE),
        (trust({"Service": "imagebuilder.amazonaws.com"}), ROOT),
        (trust({"AWS": ACCOUNT}, Action="sts:TagSession"), ROOT),
        (trust({"AWS": ACCOUNT}, Effect="Deny"), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"StringEquals": {"sts:ExternalId": "other"}}), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), ROOT),
        (trust({"AWS": ACCOUNT}, Condition={"NoSuchOperator": {"sts:ExternalId": "secret"}}), ROOT),
    ],
)
def test_not_trusted(document: dict[str, Any], caller: Caller) -> None:
    assert not is_trusted(document, caller, {"sts:ExternalId": "secret"})


def test_a_denial_wins_over_every_other_policy() -> None:
    allow = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    deny = {"Statement": [{"Effect": "Deny", "Action": "kms:*", "Resource": "arn:aws:kms:*"}]}
    kms = Question("kms:Encrypt", resource="arn:aws:kms:us-east-1:111111111111:key/1")
    assert is_permitted([allow], kms)
    assert not is_permitted([allow, deny], kms)
    assert is_permitted([allow, deny], Question("ec2:CopyImage", resource="*"))
    assert not is_permitted([deny], Question("ec2:CopyImage", resource="*"))
