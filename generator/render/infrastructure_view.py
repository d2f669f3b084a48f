"""What the call of the infrastructure module says beyond its network, for an image that asks for more."""

from __future__ import annotations

from dataclasses import asdict

from generator.render import hcl
from generator.render.hcl import Hcl, Value
from generator.spec.model import Image
from generator.spec.model_infrastructure import NOTIFY, Infrastructure


def infrastructure_settings(image: Image) -> list[dict[str, Hcl]]:
    """Name and value of each argument that differs from the module's default, by name."""
    settings, defaults = _arguments(image.infrastructure), _arguments(Infrastructure())
    return [
        {"name": Hcl(name), "value": hcl.encode(value, depth=1)}
        for name, value in settings.items()
        if value != defaults[name]
    ]


def _arguments(infrastructure: Infrastructure) -> dict[str, Value]:
    placement = asdict(infrastructure.placement) if infrastructure.placement else {}
    given: Value = {name: value for name, value in sorted(placement.items()) if value is not None}
    return {
        "http_put_response_hop_limit": infrastructure.hop_limit,
        "http_tokens": infrastructure.tokens,
        "key_pair": infrastructure.key_pair,
        "placement": given or None,
        "sns_topic_arn": _topic(infrastructure.sns_topic),
        "terminate_on_failure": infrastructure.terminate_on_failure,
    }


def _topic(topic: str | None) -> Value:
    return hcl.reference("module.events.topic_arn") if topic == NOTIFY else topic
