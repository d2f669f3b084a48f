"""Whom an environment tells what its pipelines do."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec import values as v
from generator.spec.model_pipeline import Notifications, Severity
from generator.spec.shape import Written, text_or

EVENTS: tuple[Literal["failure", "findings", "success", "waiting"], ...] = (
    "failure",
    "findings",
    "success",
    "waiting",
)
OWN = "own"
DEFAULT_SEVERITY: Severity = "medium"  # the lowest that Image Builder counts

_ARN = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}"
_RULE = "the ARN of a topic reads like arn:aws:sns:us-east-1:111111111111:images"
TopicText = Annotated[str, v.matching(f"^({OWN}|{_ARN})$", f"allowed are {OWN} and the ARN of a topic; {_RULE}")]


class NotifyWritten(Written):
    """Whom the environment tells of builds, findings and waiting approvals."""

    topic: TopicText | None = Field(
        default=None, description="`own`: a topic that is made for the environment, or the ARN of one [default: own]"
    )
    events: (
        Annotated[
            list[Literal["failure", "findings", "success", "waiting"]],
            Field(min_length=1),
            AfterValidator(v.unique("events")),
        ]
        | None
    ) = Field(
        default=None,
        description="`success` and `failure` of builds, `findings` of scans, `waiting` for an approval [default: all]",
    )
    severity: Literal["critical", "high", "medium"] | None = Field(
        default=None, description="the least severity of findings that is worth telling [default: medium]"
    )


NotifyValue = text_or(NotifyWritten, TopicText)


def resolve_notify(written: str | NotifyWritten, document: Document, region: str, report: Report) -> Notifications:
    """The notifications; a topic elsewhere than in the build Region is reported."""
    long = NotifyWritten(topic=written) if isinstance(written, str) else written
    topic = None if long.topic in (None, OWN) else long.topic
    if topic and topic.split(":")[3] != region:
        path: Path = ("notify",) if isinstance(written, str) else ("notify", "topic")
        message = f"is in {topic.split(':')[3]}; rules of {region}, where images are built, reach a topic there only."
        report.error(document, path, message)
    events = tuple(sorted(long.events or EVENTS))
    if long.severity and "findings" not in events:
        report.error(document, ("notify", "severity"), "is of findings, which events leaves out. Remove it.")
    return Notifications(topic, events, long.severity or DEFAULT_SEVERITY)
