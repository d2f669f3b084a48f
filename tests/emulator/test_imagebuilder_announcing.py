"""Who hears of a build: rules on the event bus, subscribers of the topic of the infrastructure configuration."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from workshop import (
    BUILD,
    HOME,
    client,
    make_infrastructure,
    make_pipeline,
    make_profile,
    make_recipe,
    network,
    run,
    start,
    workshop,
)

from generator.emulator.imagebuilder import inject_fault

TOPIC = f"arn:aws:sns:{HOME}:{BUILD}:builds"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with workshop():
        yield


def make_queue(name: str) -> tuple[str, str]:
    """The URL and the ARN of a queue."""
    sqs = client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    return url, f"arn:aws:sqs:{HOME}:{BUILD}:{name}"


def received(url: str) -> list[dict[str, Any]]:
    sqs, found = client("sqs"), []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(json.loads(message["Body"]))
    return found


def listen(detail: dict[str, Any] | None = None) -> str:
    """A rule on state changes of images that sends to a queue. Returns the queue's URL."""
    url, arn = make_queue("events")
    pattern = {"source": ["aws.imagebuilder"], "detail-type": ["EC2 Image Builder Image State Change"]}
    events = client("events")
    events.put_rule(Name="builds", EventPattern=json.dumps({**pattern, **({"detail": detail} if detail else {})}))
    events.put_targets(Rule="builds", Targets=[{"Id": "queue", "Arn": arn}])
    return url


def subscribe() -> str:
    sns = client("sns")
    sns.create_topic(Name="builds")
    url, arn = make_queue("topic")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn)
    return url


def pipeline(**infrastructure: Any) -> str:
    return make_pipeline(make_recipe(), make_infrastructure(make_profile(), **network(), **infrastructure))


def test_the_event_bus_hears_of_each_state() -> None:
    url = listen()
    finished = run(pipeline())
    events = received(url)
    changes = [(event["detail"]["previous-state"]["status"], event["detail"]["state"]["status"]) for event in events]
    states = ["PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING", "AVAILABLE"]
    assert changes == list(pairwise(states))
    assert {event["resources"][0] for event in events} == {finished["arn"]}
    assert {event["region"] for event in events} == {HOME}


def test_a_rule_for_failures_hears_of_the_reason() -> None:
    url = listen({"state": {"status": ["FAILED"]}})
    inject_fault("TESTING", "httpd is not running")
    run(pipeline())
    [event] = received(url)
    assert event["detail"]["state"] == {"status": "FAILED", "reason": "httpd is not running"}


def test_the_event_bus_hears_of_a_cancelled_build() -> None:
    url = listen({"state": {"status": ["CANCELLED"]}})
    arn = start(pipeline())
    client("imagebuilder").cancel_image_creation(imageBuildVersionArn=arn)
    assert [event["resources"] for event in received(url)] == [[arn]]


def test_the_topic_is_told_of_the_finished_image_once() -> None:
    url = subscribe()
    finished = run(pipeline(snsTopicArn=TOPIC))
    [notification] = received(url)
    message = json.loads(notification["Message"])
    assert (message["arn"], message["semver"], message["buildVersion"]) == (finished["arn"], "1.0.0", 1)
    assert message["state"] == {"status": "AVAILABLE"}
    assert message["outputResources"]["amis"][0]["image"] == finished["outputResources"]["amis"][0]["image"]


def test_the_topic_is_told_of_a_failure() -> None:
    url = subscribe()
    inject_fault("BUILDING", "no space left on device")
    run(pipeline(snsTopicArn=TOPIC))
    [notification] = received(url)
    assert json.loads(notification["Message"])["state"]["reason"] == "no space left on device"


def test_a_topic_that_is_gone_does_not_hold_up_a_build() -> None:
    subscribe()
    infrastructure = pipeline(snsTopicArn=TOPIC)
    client("sns").delete_topic(TopicArn=TOPIC)
    assert run(infrastructure)["state"] == {"status": "AVAILABLE"}
