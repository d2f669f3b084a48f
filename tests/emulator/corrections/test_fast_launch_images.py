from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT, REGION = "720000000004", "eu-central-1"


def test_moto_cannot_tell_of_fast_launch(plain_moto: Endpoint) -> None:
    with pytest.raises((ClientError, ResponseParserError)):
        client_for(plain_moto, "ec2", ACCOUNT, REGION).describe_fast_launch_images()


def test_an_account_without_fast_launch_is_told_of_none(emulator: Endpoint) -> None:
    found = client_for(emulator, "ec2", ACCOUNT, REGION).describe_fast_launch_images()
    assert found["FastLaunchImages"] == []
