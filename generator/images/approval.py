"""Steps of a build's workflows that wait until somebody resumes or stops them.

API: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_ListWaitingWorkflowSteps.html
"""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Any

from generator.aws import aws_errors
from generator.images.pipeline import Pipeline


@dataclass(frozen=True, order=True)
class Waiting:
    step: str  # its name in the workflow document
    execution_id: str
    build_arn: str


def waiting_steps(imagebuilder: Any, pipeline: Pipeline, arn: str) -> tuple[Waiting, ...]:
    """The steps of a build that wait; asks AWS only where the image has workflows that could.

    Raises AwsError where AWS refuses to answer.
    """
    if all(use.owner == "aws" for use in pipeline.image.pipeline.workflows):
        return ()
    with aws_errors(f"{pipeline.place}: {arn}"):
        pages = imagebuilder.get_paginator("list_waiting_workflow_steps").paginate()
        steps = [step for page in pages for step in page.get("steps", []) if step.get("imageBuildVersionArn") == arn]
    return tuple(sorted(Waiting(step.get("name", "?"), step["stepExecutionId"], arn) for step in steps))


def question(pipeline: Pipeline, waiting: Waiting) -> str:
    """That a build waits, and the command that lets it go on."""
    command = shlex.join(
        [
            *("aws", "imagebuilder", "send-workflow-step-action"),
            *("--region", pipeline.region),
            *("--image-build-version-arn", waiting.build_arn),
            *("--step-execution-id", waiting.execution_id),
            *("--action", "RESUME"),
        ]
    )
    return (
        f"{pipeline.place}: waits for an approval in step {waiting.step}. As somebody of account "
        f"{pipeline.account.name} who may, let it go on with: {command} (STOP instead of RESUME ends it)"
    )
