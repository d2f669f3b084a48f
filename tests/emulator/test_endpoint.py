from __future__ import annotations

import subprocess
import sys

from generator.emulator.endpoint import Endpoint, environment_for, redirected
from tests.conftest import client_for

WHO = "import boto3; print(boto3.client('sts').get_caller_identity()['Account'], boto3.Session().region_name)"


def test_what_leads_elsewhere_is_removed() -> None:
    endpoint = Endpoint("http://127.0.0.1:4566", 1)
    leading_away = {
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "real",
        "AWS_ENDPOINT_URL_S3": "https://elsewhere.example",
        "AWS_CA_BUNDLE": "/etc/ssl/bundle.pem",
        "AWS_ACCESS_KEY_ID": "real",
    }
    assert redirected({**leading_away, "HOME": "/home/me", "NO_PROXY": "intranet"}, endpoint) == {
        "HOME": "/home/me",
        "NO_PROXY": "intranet,127.0.0.1",
        "no_proxy": "intranet,127.0.0.1",
        **environment_for(endpoint),
    }


def test_boto3_follows_the_environment_past_a_proxy(emulator: Endpoint) -> None:
    surroundings = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
    answer = subprocess.run(
        [sys.executable, "-c", WHO],
        env=redirected(surroundings, emulator),
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == "123456789012 us-east-1\n"


def test_a_client_of_an_account_acts_as_that_account(emulator: Endpoint) -> None:
    assert client_for(emulator, "sts", "770000000001").get_caller_identity()["Account"] == "770000000001"
