"""Who is told when an image enters another state: EventBridge of each, the SNS topic of the end of the build.

Sources: https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-eventbridge.html and
https://docs.aws.amazon.com/imagebuilder/latest/userguide/integ-sns.html. Both are best effort: what cannot be delivered
does not hold up the build.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any

from generator.emulator.imagebuilder.state import Record, State

log = logging.getLogger("goldsmith.emulator")

SOURCE = "aws.imagebuilder"
STATE_CHANGE = "EC2 Image Builder Image State Change"
Teller = Callable[[State, Record, Record], None]

TOLD_BY_SNS = ("AVAILABLE", "FAILED")


def enter(state: State, image: Record, new: Record) -> None:
    """Put the image into a state, ImageState of the model, and tell of it."""
    _enter(state, image, new, _put_event, _publish)


def change(state: State, image: Record, new: Record) -> None:
    """The same for an image whose build is long over: what becomes of it later, EventBridge alone is told."""
    _enter(state, image, new, _put_event)


def _enter(state: State, image: Record, new: Record, *tellers: Teller) -> None:
    previous, image["state"] = image["state"], new
    for tell in tellers:
        try:
            tell(state, image, previous)
        except Exception:
            log.exception("%s could not be announced as %s", image["arn"], new["status"])


def _put_event(state: State, image: Record, previous: Record) -> None:
    from moto.events.models import events_backends

    detail = {"previous-state": _told(previous), "state": _told(image["state"])}
    event = {
        "Source": SOURCE,
        "DetailType": STATE_CHANGE,
        "Resources": [image["arn"]],
        "Detail": json.dumps(detail),
    }
    events_backends[state.account_id][state.region_name].put_events([event])


def _told(image_state: Record) -> Record:
    return {name: image_state[name] for name in ("status", "reason") if name in image_state}


def _publish(state: State, image: Record, previous: Record) -> None:
    """The message is the image, as GetImage shows it, with its ARN taken apart."""
    topic = (image.get("infrastructureConfiguration") or {}).get("snsTopicArn")
    if not topic or image["state"]["status"] not in TOLD_BY_SNS:
        return
    backend: Any = _sns(topic)
    if topic not in backend.topics:
        log.warning("%s: the topic %s does not exist", image["arn"], topic)
        return
    version_arn, _, build = image["arn"].rpartition("/")
    stem, _, version = version_arn.rpartition("/")
    message = {"versionlessArn": stem, "semver": version, "buildVersion": int(build), **image}
    backend.publish(json.dumps(message, default=str), topic)


def _sns(topic: str) -> Any:
    from moto.sns.models import sns_backends

    _, _, _, region, account_id, _ = topic.split(":", 5)
    return sns_backends[account_id][region]
