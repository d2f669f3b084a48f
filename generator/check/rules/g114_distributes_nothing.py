"""Distribution workflows without a step that distributes.

What: the `workflows` of an image have one for the distribution, and none of them has a step DistributeImage, or
DistributeContainerImage for a container image.
Why: such a workflow takes the place of Image Builder's own, and what it does not do is not done: the build ends well,
and no account and Region of `distribute` has received anything.
Bad:
    # workflows/announce.yaml
    type: distribution
    steps:
      - {name: Announce, action: ExecuteStateMachine, inputs: {stateMachineArn: ...}}
Good:
    type: distribution
    steps:
      - {name: Distribute, action: DistributeImage}
      - {name: Announce, action: ExecuteStateMachine, inputs: {stateMachineArn: ...}}
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.check.rule import Context, Finding, Rule
from generator.spec.workflow_documents import WorkflowDocument


def _find(context: Context) -> Iterator[Finding]:
    told = set()
    for _, image in context.images():
        uses = [use for use in image.pipeline.workflows if use.kind == "DISTRIBUTION"]
        wanted = "DistributeContainerImage" if image.is_container else "DistributeImage"
        documents = [context.sources.workflows.get(use.name) if use.owner == "self" else None for use in uses]
        if not uses or image.name in told or any(each is None or wanted in _actions(each) for each in documents):
            continue
        told.add(image.name)
        message = (
            f"{uses[0].name} takes the place of Image Builder's distribution, and has no step {wanted}: nobody gets "
            f"{image.name}. Add the step, or make it a test workflow."
        )
        path = ("workflows", image.pipeline.workflows.index(uses[0]))
        yield Finding(context.sources.images[image.name].document, path, message, image=image.name)


def _actions(workflow: WorkflowDocument) -> set[str]:
    data = workflow.source.data
    steps = data.get("steps", []) if isinstance(data, dict) else []
    return {str(step.get("action")) for step in steps}


RULE = Rule("G114", "distributes-nothing", "warning", __doc__, _find)
