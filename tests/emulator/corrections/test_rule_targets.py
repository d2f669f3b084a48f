from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT, REGION = "720000000032", "eu-central-1"
EVENT = {"Source": "aws.imagebuilder", "DetailType": "State", "Detail": json.dumps({"state": "AVAILABLE"})}
LAMBDA = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:absent"


def client(endpoint: Endpoint, service: str) -> Any:
    return client_for(endpoint, service, ACCOUNT, REGION)


def make_rule(endpoint: Endpoint, name: str, *targets: str, **members: Any) -> None:
    events = client(endpoint, "events")
    events.put_rule(Name=name, EventPattern=json.dumps({"source": ["aws.imagebuilder"]}))
    items = [{"Id": str(number), "Arn": arn, **members} for number, arn in enumerate(targets)]
    events.put_targets(Rule=name, Targets=items)


def make_queue(endpoint: Endpoint, name: str) -> tuple[str, str]:
    sqs = client(endpoint, "sqs")
    url = str(sqs.create_queue(QueueName=name)["QueueUrl"])
    return url, str(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"])


def make_topic(endpoint: Endpoint, name: str, *, open_to: str = "") -> tuple[str, str]:
    """The topic's ARN, and the URL of a queue that hears it."""
    sns = client(endpoint, "sns")
    topic = str(sns.create_topic(Name=name)["TopicArn"])
    if open_to:
        statement = {"Effect": "Allow", "Principal": {"Service": open_to}, "Action": "sns:Publish", "Resource": topic}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=policy)
    url, arn = make_queue(endpoint, name)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return topic, url


def heard(endpoint: Endpoint, url: str) -> list[Any]:
    found = client(endpoint, "sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(json.loads(message["Body"])["Message"]) for message in found]


def test_moto_fails_at_a_topic(plain_moto: Endpoint) -> None:
    topic, _ = make_topic(plain_moto, "topic", open_to="events.amazonaws.com")
    make_rule(plain_moto, "topic", topic)
    with pytest.raises(ClientError):
        client(plain_moto, "events").put_events(Entries=[EVENT])


def test_a_topic_that_lets_eventbridge_publish_hears_of_events(emulator: Endpoint) -> None:
    topic, url = make_topic(emulator, "open", open_to="events.amazonaws.com")
    make_rule(emulator, "open", LAMBDA, topic)
    client(emulator, "events").put_events(Entries=[EVENT])
    [event] = heard(emulator, url)
    assert (event["source"], event["detail"], event["account"]) == ("aws.imagebuilder", {"state": "AVAILABLE"}, ACCOUNT)
    assert event["time"].endswith("Z")


def test_a_topic_that_does_not_let_eventbridge_publish_hears_nothing(emulator: Endpoint) -> None:
    topic, url = make_topic(emulator, "closed", open_to="s3.amazonaws.com")
    make_rule(emulator, "closed", topic)
    client(emulator, "events").put_events(Entries=[EVENT])
    assert heard(emulator, url) == []


def test_a_topic_hears_what_the_rule_makes_of_the_event(emulator: Endpoint) -> None:
    topic, url = make_topic(emulator, "made", open_to="events.amazonaws.com")
    transformer = {"InputPathsMap": {"state": "$.detail.state"}, "InputTemplate": '{"it is": "<state>"}'}
    make_rule(emulator, "made", topic, InputTransformer=transformer)
    client(emulator, "events").put_events(Entries=[EVENT])
    assert heard(emulator, url) == [{"it is": "AVAILABLE"}]
