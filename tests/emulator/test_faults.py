"""Faults on request: what they strike, how often, and that clients take them for what AWS would answer."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aws_clients import SESSION, client_for
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from generator.emulator import process, snapshot
from generator.emulator.call_faults import operation_of
from generator.emulator.endpoint import Endpoint
from generator.emulator.faults import FAULTS, Faults
from generator.emulator.requests import Call
from generator.errors import EmulatorError

ACCOUNT = "722000000001"

CALLS: dict[str, tuple[str, Callable[[Any], Any]]] = {  # a service of each protocol, and a call of it
    "ec2": ("DescribeVpcs", lambda client: client.describe_vpcs()),
    "iam": ("ListRoles", lambda client: client.list_roles()),
    "ssm": ("DescribeParameters", lambda client: client.describe_parameters()),
    "imagebuilder": ("ListImages", lambda client: client.list_images()),
    "s3": ("ListObjectsV2", lambda client: client.list_objects_v2(Bucket="faults")),
}
THROTTLED = {
    "ec2": ("RequestLimitExceeded", 503),
    "iam": ("Throttling", 400),
    "ssm": ("ThrottlingException", 400),
    "imagebuilder": ("ThrottlingException", 400),
    "s3": ("SlowDown", 503),
}
UNAVAILABLE = {
    "ec2": "Unavailable",
    "iam": "ServiceUnavailable",
    "ssm": "ServiceUnavailable",
    "imagebuilder": "ServiceUnavailableException",
    "s3": "ServiceUnavailable",
}


@pytest.fixture
def faults(emulator: Endpoint) -> Iterator[Callable[..., dict[str, Any]]]:
    """Ask the worker's embedded AWS for a fault; all are forgotten in the end."""

    def add(kind: str, **wanted: Any) -> dict[str, Any]:
        added: dict[str, Any] = process.call(emulator, "faults", {"kind": kind, "account": ACCOUNT, **wanted})["fault"]
        return added

    yield add
    process.call(emulator, "faults", {}, "DELETE")


def waiting(emulator: Endpoint) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = process.call(emulator, "faults", {}, "GET")["faults"]
    return found


def prepared(emulator: Endpoint, service: str) -> Any:
    client = client_for(emulator, service, ACCOUNT)
    if service == "s3" and "faults" not in [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]:
        client.create_bucket(Bucket="faults")
    return client


def error_of(call: Callable[[Any], Any], client: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as refused:
        call(client)
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize("service", CALLS)
def test_a_call_is_throttled_in_its_own_protocol(emulator: Endpoint, faults: Any, service: str) -> None:
    operation, call = CALLS[service]
    client = prepared(emulator, service)
    faults("throttle", service=service, operation=operation, next=2)
    assert [error_of(call, client) for _ in range(2)] == [THROTTLED[service]] * 2
    call(client)
    assert waiting(emulator) == []


@pytest.mark.parametrize("service", CALLS)
def test_a_service_is_unavailable_in_its_own_protocol(emulator: Endpoint, faults: Any, service: str) -> None:
    _, call = CALLS[service]
    client = prepared(emulator, service)
    faults("unavailable", service=service)
    assert error_of(call, client) == (UNAVAILABLE[service], 503)
    call(client)


@pytest.mark.parametrize("mode", ["legacy", "standard"])
@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("kind", ["throttle", "unavailable", "outage"])
def test_boto3_repeats_what_a_fault_strikes(
    emulator: Endpoint, faults: Any, mode: str, service: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)  # between two tries
    prepared(emulator, service)
    config = Config(retries={"total_max_attempts": 3, "mode": mode}, s3={"addressing_style": "path"}, proxies={})
    client = SESSION.client(service, "us-east-1", endpoint_url=emulator.url, config=config)
    name = lambda request, **_: request.headers.__setitem__("x-moto-account-id", ACCOUNT)  # noqa: E731
    client.meta.events.register("before-sign.*.*", name)
    faults(kind, service=service, next=2)
    answer = CALLS[service][1](client)
    assert answer["ResponseMetadata"]["RetryAttempts"] == 2


def test_a_fault_strikes_its_operation_and_account_alone(emulator: Endpoint, faults: Any) -> None:
    faults("throttle", service="imagebuilder", operation="Create*", next=1)
    client_for(emulator, "imagebuilder", ACCOUNT).list_images()
    arn = f"arn:aws:imagebuilder:us-east-1:{ACCOUNT}:component/absent/1.0.0/1"
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        client_for(emulator, "imagebuilder", ACCOUNT).list_tags_for_resource(resourceArn=arn)
    other = client_for(emulator, "imagebuilder", "722000000002")
    with pytest.raises(ClientError, match="InvalidParameterValueException"):
        other.create_component(name="none", semanticVersion="1.0.0", platform="Linux", data="none")
    assert len(waiting(emulator)) == 1


@pytest.mark.parametrize("service", ["imagebuilder", "no-service"])
def test_what_has_no_name_is_told_by_its_path(service: str) -> None:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/nowhere", "wsgi.input": io.BytesIO(), "SERVER_NAME": "localhost"}
    environ |= {"SERVER_PORT": "80", "wsgi.url_scheme": "http"}
    call = Call(service, "us-east-1", "GET /nowhere", "rest-json", "AKIA")
    assert operation_of(call, environ) == "GET /nowhere"


def test_a_code_of_the_services_model_has_its_own_status(emulator: Endpoint, faults: Any) -> None:
    faults("throttle", service="imagebuilder", code="CallRateLimitExceededException", reason="Slowly.")
    client = client_for(emulator, "imagebuilder", ACCOUNT)
    with pytest.raises(client.exceptions.CallRateLimitExceededException, match="Slowly") as refused:
        client.list_images()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 429


def test_an_outage_ends_by_the_embedded_clock(emulator: Endpoint, faults: Any) -> None:
    faults("unavailable", service="ssm", seconds=36000)
    client = client_for(emulator, "ssm", ACCOUNT)
    assert [error_of(CALLS["ssm"][1], client)[1] for _ in range(3)] == [503] * 3
    process.call(emulator, "clock", {"advance": 36000})
    client.describe_parameters()
    assert waiting(emulator) == []


@pytest.mark.parametrize("service", CALLS)
def test_in_an_outage_nobody_answers(emulator: Endpoint, faults: Any, service: str) -> None:
    client = prepared(emulator, service)
    faults("outage", service=service, next=2)
    for _ in range(2):
        with pytest.raises(ConnectionClosedError):
            CALLS[service][1](client)
    CALLS[service][1](client)
    assert waiting(emulator) == []


def test_a_share_of_calls_is_the_same_for_a_seed() -> None:
    def pattern(seed: int) -> str:
        some = Faults()
        some.add({"kind": "throttle", "share": 0.25, "seed": seed})
        return "".join("x" if some.take("throttle", service="ec2") else "." for _ in range(400))

    assert pattern(7) == pattern(7) != pattern(8)
    assert 70 < pattern(7).count("x") < 130


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (
            {"kind": "flood"},
            "kind 'flood': there is no such fault; there are throttle, unavailable, ",
        ),
        ({"kind": "copy", "service": "ec2"}, "'service': a fault of kind copy has no such key"),
        ({"kind": "throttle", "next": 0}, "next 0: a fault strikes at least once"),
        ({"kind": "throttle", "share": 2}, "share 2: a share lies between 0 and 1"),
        ({"kind": "throttle", "next": 1, "share": 0.5}, "next and share: a fault goes by one of"),
        ({"kind": "unavailable", "seconds": -1}, "seconds -1: a fault lasts longer"),
        ({"kind": "build", "stage": "BUILDING"}, "reason: a fault needs one"),
    ],
)
def test_a_wish_that_cannot_be_understood_is_refused(emulator: Endpoint, wanted: dict[str, Any], reason: str) -> None:
    with pytest.raises(EmulatorError, match=reason):
        process.call(emulator, "faults", wanted)
    assert waiting(emulator) == []


def test_faults_are_listed_and_forgotten_one_by_one(emulator: Endpoint, faults: Any) -> None:
    first, second = faults("copy", region="eu-*"), faults("throttle", share=0.5, seed=3)
    assert waiting(emulator) == [first, second]
    assert (first["left"], first["region"], first["image"], first["struck"]) == (1, "eu-*", "*", 0)
    assert process.call(emulator, "faults", {"id": first["id"]}, "DELETE") == {"cleared": 1}
    assert waiting(emulator) == [second]


def test_faults_survive_in_a_snapshot(tmp_path: Path) -> None:
    FAULTS.add({"kind": "throttle", "service": "ec2", "share": 0.5, "seed": 4})
    try:
        expected = [fault.shown() for fault in FAULTS.waiting()]
        assert snapshot.save(tmp_path / "state") == ""
        FAULTS.clear()
        snapshot.load(tmp_path / "state")
        assert [fault.shown() for fault in FAULTS.waiting()] == expected
    finally:
        FAULTS.clear()
