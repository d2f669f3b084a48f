"""One build of an image: started, and looked at.

API: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_GetImage.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from generator.aws import aws_errors, error_code
from generator.errors import AwsError
from generator.images.approval import Waiting, waiting_steps
from generator.images.containers import ContainerImage, containers_of
from generator.images.pipeline import Pipeline

RUNNING = ("PENDING", "CREATING", "BUILDING", "TESTING", "DISTRIBUTING", "INTEGRATING")


@dataclass(frozen=True, order=True)
class Ami:
    account_id: str
    region: str
    id: str
    name: str


@dataclass(frozen=True)
class Build:
    """What AWS says of a build at one moment."""

    arn: str
    status: str
    reason: str | None = None
    failed_in: str | None = None  # the status that it failed in, where AWS says so
    amis: tuple[Ami, ...] = ()
    containers: tuple[ContainerImage, ...] = ()
    logs: tuple[str, ...] = field(default=())  # where its logs are, best first
    waiting: tuple[Waiting, ...] = ()  # steps that wait for an approval

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING

    @property
    def version(self) -> str:
        """Recipe version and build number: `1.0.0/2`."""
        return self.arn.split("/", 2)[2]


def start_build(imagebuilder: Any, pipeline: Pipeline, options: str = "") -> str:
    """Start the pipeline; returns the ARN of the build. Raises AwsError: no pipeline, or one busy."""
    running = running_build(imagebuilder, pipeline)
    if running:
        raise AwsError(
            f"{pipeline.place}: a build runs already: {running}; one at a time is allowed. "
            f"Follow it with: {follow_command(pipeline, running, options)}"
        )
    return execute(imagebuilder, pipeline)


def execute(imagebuilder: Any, pipeline: Pipeline, token: str | None = None) -> str:
    """Ask for a build; returns its ARN. A token asks for the same build each time that it is given.

    https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_StartImagePipelineExecution.html
    """
    asked = {"imagePipelineArn": pipeline.arn, **({"clientToken": token} if token else {})}
    with _pipeline_errors(pipeline):
        return str(imagebuilder.start_image_pipeline_execution(**asked)["imageBuildVersionArn"])


def applied_recipe_version(imagebuilder: Any, pipeline: Pipeline) -> str:
    """The version of the recipe that the pipeline builds now. Raises AwsError where there is no pipeline."""
    with _pipeline_errors(pipeline):
        applied = imagebuilder.get_image_pipeline(imagePipelineArn=pipeline.arn)["imagePipeline"]
    recipe = applied.get("containerRecipeArn") or applied["imageRecipeArn"]
    return str(recipe).rsplit("/", 1)[1]


def running_build(imagebuilder: Any, pipeline: Pipeline) -> str | None:
    """The ARN of the pipeline's build that runs, if one does."""
    with _pipeline_errors(pipeline):
        pages = imagebuilder.get_paginator("list_image_pipeline_images").paginate(imagePipelineArn=pipeline.arn)
        builds = [summary for page in pages for summary in page["imageSummaryList"]]
    return next((str(each["arn"]) for each in builds if each["state"]["status"] in RUNNING), None)


def read_build(imagebuilder: Any, pipeline: Pipeline, arn: str) -> Build:
    """The build as it is now. Raises AwsError where AWS knows no such build."""
    with aws_errors(f"{pipeline.place}: {arn}"):
        image = imagebuilder.get_image(imageBuildVersionArn=arn)["image"]
    state = image["state"]
    failure = state.get("failureContext", {})
    return Build(
        arn=arn,
        status=state["status"],
        reason=_reason(state.get("reason"), failure),
        failed_in=failure.get("imageStatus"),
        amis=tuple(sorted(amis_of(image))),
        containers=tuple(sorted(containers_of(image))),
        logs=_logs(pipeline, arn, image),
        waiting=waiting_steps(imagebuilder, pipeline, arn) if state["status"] in RUNNING else (),
    )


def _reason(reason: str | None, failure: Mapping[str, Any]) -> str | None:
    """AWS's reason, which often names an SSM command only, and the step of a component where one failed."""
    component = failure.get("componentFailure")
    if not component:
        return reason
    name = component.get("componentArn", "").rsplit(":component/", 1)[-1]
    message = component.get("errorMessage", "no message")
    return f"{reason or 'A component failed'} ({name}, step {component.get('stepName', '?')}: {message})"


def amis_of(image: Mapping[str, Any]) -> list[Ami]:
    """Of the AMIs of an image, those that are there: a copy under way has no id yet."""
    return [
        Ami(ami["accountId"], ami["region"], ami["image"], ami.get("name", ""))
        for ami in image.get("outputResources", {}).get("amis", [])
        if ami.get("image")
    ]


def _logs(pipeline: Pipeline, arn: str, image: Mapping[str, Any]) -> tuple[str, ...]:
    """The bucket that the infrastructure names, and the log stream that Image Builder writes in any case.

    https://docs.aws.amazon.com/imagebuilder/latest/userguide/monitor-cwlogs.html
    """
    group = image.get("loggingConfiguration", {}).get("logGroupName") or f"/aws/imagebuilder/{pipeline.name}"
    stream = f"CloudWatch Logs {group}, stream {arn.split('/', 2)[2]}"
    s3 = image.get("infrastructureConfiguration", {}).get("logging", {}).get("s3Logs", {})
    if not s3.get("s3BucketName"):
        return (stream,)
    prefix = s3.get("s3KeyPrefix", "").strip("/")
    return (f"s3://{s3['s3BucketName']}/{prefix + '/' if prefix else ''}", stream)


def follow_command(pipeline: Pipeline, arn: str, options: str = "") -> str:
    """What a person types to follow a build; `options` such as ` --emulator` are those of the first command."""
    return f"goldsmith build {pipeline.environment.name} {pipeline.image.name}{options} --follow {arn}"


@contextmanager
def _pipeline_errors(pipeline: Pipeline) -> Iterator[None]:
    """As aws_errors, and knows what a missing and a busy pipeline are."""
    try:
        with aws_errors(pipeline.place):
            yield
    except AwsError as error:
        code = error_code(error)
        account = f"account {pipeline.account.name}, {pipeline.region}"
        if code == "ResourceNotFoundException":
            raise AwsError(
                f"{pipeline.place}: there is no pipeline {pipeline.name} in {account} yet. "
                f"Run: goldsmith apply {pipeline.environment.name}"
            ) from error
        if code == "ResourceInUseException":
            raise AwsError(f"{error} A build runs already; wait until it has ended.") from error
        raise
