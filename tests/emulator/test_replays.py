"""A call whose answer got lost is repeated by an SDK; the embedded AWS does its work once."""

from __future__ import annotations

from typing import Any

import pytest

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT = "780000000055"


@pytest.fixture
def kms(emulator: Endpoint) -> Any:
    return client_for(emulator, "kms", ACCOUNT)


def make_alias(client: Any, name: str, key: str, invocation: str, number: int) -> None:
    """One attempt of an invocation, marked as an SDK marks it."""

    def mark(request: Any, **_: Any) -> None:
        for header, value in {"amz-sdk-invocation-id": invocation, "amz-sdk-request": f"attempt={number}"}.items():
            del request.headers[header]
            request.headers[header] = value

    client.meta.events.register("before-send.kms.CreateAlias", mark, unique_id="attempt")
    try:
        client.create_alias(AliasName=name, TargetKeyId=key)
    finally:
        client.meta.events.unregister("before-send.kms.CreateAlias", unique_id="attempt")


def test_the_second_attempt_of_a_call_has_the_answer_of_the_first(kms: Any) -> None:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    make_alias(kms, "alias/repeated", key, "7f0a-first", 1)
    make_alias(kms, "alias/repeated", key, "7f0a-first", 2)
    aliases = [alias["AliasName"] for alias in kms.list_aliases(KeyId=key)["Aliases"]]
    assert aliases == ["alias/repeated"]


@pytest.mark.parametrize(("invocation", "number"), [("7f0a-other", 2), ("7f0a-again", 1)])
def test_another_call_is_refused_what_is_there(kms: Any, invocation: str, number: int) -> None:
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    make_alias(kms, f"alias/taken-{number}", key, "7f0a-again", 1)
    with pytest.raises(kms.exceptions.AlreadyExistsException):
        make_alias(kms, f"alias/taken-{number}", key, invocation, number)


def test_an_attempt_that_failed_is_made_again(kms: Any) -> None:
    missing, key = "0" * 8 + "-0000-0000-0000-" + "0" * 12, kms.create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(kms.exceptions.NotFoundException):
        make_alias(kms, "alias/later", missing, "7f0a-failed", 1)
    make_alias(kms, "alias/later", key, "7f0a-failed", 2)
