"""Clients for any account of an embedded AWS."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config

from generator.emulator.endpoint import CALLER_ACCOUNT, CALLER_REGION, Endpoint

# One session for all clients: it keeps the service models, whose loading costs more than most tests.
SESSION = boto3.session.Session(
    aws_access_key_id="AKIAGOLDSMITH0000000", aws_secret_access_key="made-up-secret-of-no-account"
)
CONFIG = Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, proxies={})


def client_for(endpoint: Endpoint, service: str, account_id: str = CALLER_ACCOUNT, region: str = CALLER_REGION) -> Any:
    """A boto3 client that acts as `account_id` without assuming a role, and never repeats a request."""
    client = SESSION.client(service, region, endpoint_url=endpoint.url, config=CONFIG)

    def name_account(request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = account_id

    client.meta.events.register("before-sign.*.*", name_account)
    return client
