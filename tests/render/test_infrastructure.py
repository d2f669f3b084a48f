"""What the infrastructure of an image says in its root."""

from __future__ import annotations

from generator.render.infrastructure_view import infrastructure_settings
from generator.spec.infrastructure import (
    HostPlacement,
    Infrastructure,
    InfrastructureWritten,
    resolve_infrastructure,
)
from generator.spec.model import Image
from generator.spec.written import ImageUseWritten


def _rendered(infrastructure: Infrastructure) -> dict[str, str]:
    image = Image.__new__(Image)
    object.__setattr__(image, "infrastructure", infrastructure)
    return {str(each["name"]): str(each["value"]) for each in infrastructure_settings(image)}


def test_an_image_that_asks_for_nothing_says_nothing() -> None:
    assert _rendered(Infrastructure()) == {}


def test_each_setting_that_is_asked_for_is_said() -> None:
    placement = HostPlacement(None, "host", "h-0123456789abcdef0", None)
    asked = Infrastructure("a${b}", "arn:aws:sns:us-east-1:111111111111:x", False, "optional", 2, placement)
    assert _rendered(asked) == {
        "http_put_response_hop_limit": "2",
        "http_tokens": '"optional"',
        "key_pair": '"a$${b}"',
        "placement": '{\n    host_id = "h-0123456789abcdef0"\n    tenancy = "host"\n  }',
        "sns_topic_arn": '"arn:aws:sns:us-east-1:111111111111:x"',
        "terminate_on_failure": "false",
    }


def test_the_environments_topic_is_told_by_the_module_that_has_it() -> None:
    assert _rendered(Infrastructure(sns_topic="notify")) == {"sns_topic_arn": "module.events.topic_arn"}


def test_a_key_of_the_environment_replaces_the_images_whole() -> None:
    image = ImageUseWritten(
        image="web",
        infrastructure=InfrastructureWritten.model_validate(
            {"key_pair": "old", "terminate_on_failure": False, "metadata": {"tokens": "optional"}}
        ),
    )
    use = ImageUseWritten(
        image="web",
        infrastructure=InfrastructureWritten.model_validate({"key_pair": "new", "metadata": {"hop_limit": 2}}),
    )
    assert resolve_infrastructure(image, use) == Infrastructure(
        key_pair="new", terminate_on_failure=False, tokens="required", hop_limit=2
    )
