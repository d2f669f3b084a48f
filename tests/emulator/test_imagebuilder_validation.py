"""Requests that botocore's model does not allow, from a client that lets everything through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from workshop import DOCUMENT, HOME, client, workshop

from generator.emulator.imagebuilder.responses import ImageBuilderResponse

COMPONENT = {"name": "abc", "semanticVersion": "1.0.0", "platform": "Linux", "data": DOCUMENT}


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


@pytest.fixture
def ib() -> Any:
    return client("imagebuilder", config=Config(parameter_validation=False))


def refusal(call: Any, code: str = "InvalidParameterValueException", **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**members)
    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, 400)
    return str(error["Error"]["Message"])


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"name": None}, "'name' must not be null."),
        ({"name": "ab"}, "'name' must match pattern"),
        ({"name": "abc\n"}, "'name' must match pattern"),
        ({"semanticVersion": "1.0"}, "'semanticVersion' must match pattern ^[0-9]+\\.[0-9]+\\.[0-9]+$"),
        ({"semanticVersion": "1.0.x"}, "'semanticVersion' must match pattern"),
        ({"platform": "BeOS"}, "'platform' must be one of [Windows, Linux, macOS]."),
        ({"data": "x" * 16001}, "'data' must have length less than or equal to 16000."),
        ({"data": ""}, "'data' must have length greater than or equal to 1."),
        ({"description": "x" * 1025}, "'description' must have length less than or equal to 1024."),
        ({"description": 1}, "'description' must be of type string."),
        ({"supportedOsVersions": []}, "'supportedOsVersions' must have length greater than or equal to 1."),
        ({"supportedOsVersions": [""]}, "'supportedOsVersions[0]' must have length greater than or equal to 1."),
        ({"tags": {"aws:name": "x"}}, "'tags.aws:name' must match pattern"),
        ({"tags": {"a": "x" * 257}}, "'tags.a' must have length less than or equal to 256."),
        ({"clientToken": "x" * 65}, "'clientToken' must have length less than or equal to 64."),
    ],
)
def test_a_component_request_outside_its_shape_is_refused(ib: Any, changed: dict[str, Any], problem: str) -> None:
    request = {name: value for name, value in {**COMPONENT, **changed}.items() if value is not None}
    message = refusal(ib.create_component, **request)
    assert message.startswith("The value supplied for parameter '")
    assert problem in message


@pytest.mark.parametrize(
    ("ebs", "problem"),
    [
        ({"volumeSize": 0}, "volumeSize' must have a value greater than or equal to 1."),
        ({"volumeSize": 16001}, "volumeSize' must have a value less than or equal to 16000."),
        ({"volumeType": "gp9"}, "volumeType' must be one of ["),
    ],
)
def test_the_path_of_a_nested_member_is_named(ib: Any, ebs: dict[str, Any], problem: str) -> None:
    mappings = [{"deviceName": "/dev/xvda", "ebs": ebs}]
    message = refusal(
        ib.create_image_recipe,
        name="web",
        semanticVersion="1.0.0",
        parentImage="ami-1",
        blockDeviceMappings=mappings,
    )
    assert f"'blockDeviceMappings[0].ebs.{problem}" in message


def test_an_arn_of_another_kind_is_refused(ib: Any) -> None:
    arn = f"arn:aws:imagebuilder:{HOME}:123456789012:component/web/1.0.0/1"
    assert "must match pattern" in refusal(ib.get_image_pipeline, imagePipelineArn=arn)


def test_the_tag_operations_have_an_error_of_their_own(ib: Any) -> None:
    arn = f"arn:aws:imagebuilder:{HOME}:123456789012:image-pipeline/web"
    message = refusal(ib.tag_resource, "InvalidParameterException", resourceArn=arn, tags={})
    assert "'tags' must have length greater than or equal to 1." in message


def test_an_operation_that_is_not_built_is_refused_at_once(ib: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(ImageBuilderResponse, "list_images")
    message = refusal(ib.list_images, "NotImplementedException")
    assert message.startswith("The embedded AWS does not have imagebuilder:ListImages; ")
