"""EventBridge rules tell SNS topics, and a target that is not there does not stop the others.

Why: moto delivers to queues, logs, archives and buses alone, and fails PutEvents at any other target. What comes after
it, the rules of other names among it, is then never told.
Sources: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions (the
topic's policy has to let events.amazonaws.com publish) and
https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html (delivery is none of its answer).
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from generator.emulator.policies import Caller, Question, verdict

log = logging.getLogger("goldsmith.emulator")

SERVICE = "events.amazonaws.com"
DELIVERED_BY_MOTO = ("events", "logs", "sqs")


def apply() -> None:
    from moto.events.models import Rule

    original = Rule.send_to_targets

    def send_to_targets(self: Any, original_event: Any, transform_input: bool = True) -> None:
        targets = self.targets
        self.targets = [target for target in targets if _service(target) in DELIVERED_BY_MOTO]
        try:
            original(self, original_event, transform_input)
        finally:
            self.targets = targets
        if self.event_pattern.matches_event(original_event):
            for target in targets:
                _deliver(self, target, original_event)

    Rule.send_to_targets = send_to_targets


def _service(target: dict[str, Any]) -> str:
    return str(target["Arn"]).split(":")[2]


def _deliver(rule: Any, target: dict[str, Any], event: Any) -> None:
    if _service(target) == "sns":
        _publish(rule, target, event)
    elif _service(target) not in DELIVERED_BY_MOTO:
        log.info("%s: events do not reach %s in the embedded AWS", rule.name, target["Arn"])


def _publish(rule: Any, target: dict[str, Any], event: Any) -> None:
    from moto.events.utils import EventTemplateParser
    from moto.sns.models import sns_backends

    arn = str(target["Arn"])
    backend: Any = sns_backends[arn.split(":")[4]][arn.split(":")[3]]
    topic = backend.topics.get(arn)
    context = {"aws:SourceArn": rule.arn, "aws:SourceAccount": rule.account_id}
    question = Question("sns:Publish", Caller(SERVICE, rule.account_id, service=SERVICE), arn, context)
    if topic is None or verdict(topic.policy, question) != "allow":
        log.info("%s: events may not be published to %s", rule.name, arn)
        return
    made = target.get("InputTransformer")
    if made:
        message = EventTemplateParser.parse(made.get("InputTemplate"), made.get("InputPathsMap", {}), event)
    else:
        moment = datetime.fromtimestamp(float(event["time"]), UTC)
        message = {**event, "time": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    backend.publish(message if isinstance(message, str) else json.dumps(message), arn)
