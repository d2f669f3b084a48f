"""A workflow that waits for somebody whom nobody tells.

What: a step of a workflow waits for an action, names neither a topic nor a function, and the environment notifies
nobody of it.
Why: the build stands still, three days if the step says nothing else, and then fails: whoever could approve it does not
know that it waits.
Bad:
    # workflows/approve.yaml, of an image in prod.yaml, which has no notify
    steps:
      - {name: Approve, action: WaitForAction}
Good:
    # prod.yaml
    notify: {topic: own, events: [waiting]}
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.source.yaml import Document
from generator.spec.model import Environment

_TELLS = ("snsTopicArn", "snsTopicArn.$", "lambdaFunctionName", "lambdaFunctionName.$")


def _find(context: Context) -> Iterator[Finding]:
    silent = {name: _silent_step(workflow.source) for name, workflow in context.sources.workflows.items()}
    for environment, image in context.images():
        if _is_told(environment):
            continue
        for use in image.pipeline.workflows:
            step = silent.get(use.name) if use.owner == "self" else None
            if step:
                document, path = context.place(environment.name, image.name)
                message = (
                    f"each build of {image.name} waits at {step} of {use.name}, and nobody is told. Add `waiting` to "
                    f"the events of notify in {environment.name}, or snsTopicArn to the step."
                )
                yield Finding(document, path, message, environment.name, image.name)


def _is_told(environment: Environment) -> bool:
    notifications = environment.operations.notifications
    return notifications is not None and "waiting" in notifications.events


def _silent_step(document: Document) -> str:
    """The name of the first step that waits and tells nobody; empty where there is none."""
    data = document.data
    for step in data.get("steps", []) if isinstance(data, dict) else ():
        inputs = step.get("inputs") or {}
        if step.get("action") == "WaitForAction" and not any(key in inputs for key in _TELLS):
            return str(step.get("name"))
    return ""


RULE = Rule("G112", "wait-unheard", "warning", __doc__, _find)
