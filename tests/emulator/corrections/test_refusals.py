from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

from generator.emulator.endpoint import Endpoint, environment_for
from tests.conftest import client_for

CALLS: dict[str, tuple[str, str, dict[str, str], str]] = {
    "ec2": (
        "ec2",
        "enable_image_block_public_access",
        {"ImageBlockPublicAccessState": "block-new-sharing"},
        "InvalidAction",
    ),
    "query": (
        "iam",
        "generate_organizations_access_report",
        {"EntityPath": "o-1234567890/r-ab12"},
        "InvalidAction",
    ),
    "json": ("ssm", "describe_sessions", {"State": "Active"}, "UnknownOperationException"),
    "rest-json": (
        "ram",
        "list_resource_share_permissions",
        {"resourceShareArn": "arn:aws:ram:us-east-1:123456789012:resource-share/1"},
        "UnknownOperationException",
    ),
    "rest-xml": ("route53", "list_traffic_policies", {}, "NotImplemented"),
    "a service that is not there": ("healthlake", "list_fhir_datastores", {}, "UnknownOperationException"),
}


def refused(client: Any, operation: str, request: dict[str, str]) -> dict[str, Any]:
    with pytest.raises(ClientError) as error:
        getattr(client, operation)(**request)
    response: dict[str, Any] = error.value.response
    return response


@pytest.mark.parametrize("protocol", ["ec2", "query", "json"])
def test_moto_answers_what_it_lacks_as_a_server_error(plain_moto: Endpoint, protocol: str) -> None:
    service, operation, request, _ = CALLS[protocol]
    client = client_for(plain_moto, service)
    statuses: list[int] = []
    client.meta.events.register(
        "before-parse", lambda response_dict, **_: statuses.append(response_dict["status_code"])
    )
    with pytest.raises((ClientError, ResponseParserError)):
        getattr(client, operation)(**request)
    assert statuses == [500]


@pytest.mark.parametrize("protocol", CALLS)
def test_what_is_lacking_is_a_client_error_in_the_services_protocol(emulator: Endpoint, protocol: str) -> None:
    service, operation, request, code = CALLS[protocol]
    response = refused(client_for(emulator, service), operation, request)
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert response["Error"]["Code"] == code
    assert response["Error"]["Message"].startswith("The embedded AWS does not have ")


def test_an_sdk_with_its_usual_retries_asks_once(emulator: Endpoint) -> None:
    environment = environment_for(emulator)
    client = boto3.client(
        "ec2",
        endpoint_url=emulator.url,
        region_name="us-east-1",
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )
    service, operation, request, _ = CALLS["ec2"]
    assert service == "ec2"
    assert refused(client, operation, request)["ResponseMetadata"]["RetryAttempts"] == 0
