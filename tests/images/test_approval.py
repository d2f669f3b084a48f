"""A build that waits for an approval says so once, and how to let it go on."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import workshop
from botocore.session import get_session
from botocore.stub import Stubber

from generator.aws import error_code
from generator.emulator.clock import CLOCK
from generator.errors import AwsError
from generator.images import report
from generator.images.approval import Waiting, waiting_steps
from generator.images.build import Build, read_build
from generator.images.follow import Progress, Stage
from generator.images.pipeline import Pipeline
from generator.spec.model import Account, BaseImage, Environment, Image, Placement, Volume
from generator.spec.model_pipeline import PipelineSettings, WorkflowUse

ARN = "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-web/1.0.0/2"
STEP = "step-11111111-2222-3333-4444-555555555555"
OURS = WorkflowUse("approve", "self", "TEST", "1.0.0")
AMAZONS = WorkflowUse("build-image", "aws", "BUILD", "x.x.x")
COMMAND = (
    "aws imagebuilder send-workflow-step-action --region us-east-1 "
    f"--image-build-version-arn {ARN} --step-execution-id {STEP} --action RESUME"
)


def pipeline_with(*workflows: WorkflowUse) -> Pipeline:
    base, volume = BaseImage("b", "Linux", ami="ami-12345678"), Volume("/dev/xvda", 20, "gp3", True)
    settings = PipelineSettings(workflows=workflows)
    image = Image("web", "", "1.0.0", base, (), (), ("t3.medium",), volume, None, {}, pipeline=settings)
    place = Placement(Account("images", "333333333333"), "us-east-1", "subnet-1", ("sg-1",))
    environment = Environment("prod", place, (image,), (), (), {})
    return Pipeline(environment, image, "arn:aws:imagebuilder:us-east-1:333333333333:image-pipeline/prod-web")


@pytest.fixture
def imagebuilder() -> Any:
    return get_session().create_client(
        "imagebuilder", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="y"
    )


@pytest.fixture
def stub(imagebuilder: Any) -> Iterator[Stubber]:
    with Stubber(imagebuilder) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def test_the_steps_of_this_build_are_found_on_any_page(imagebuilder: Any, stub: Stubber) -> None:
    other = {"stepExecutionId": STEP.replace("1", "9"), "imageBuildVersionArn": ARN + "0", "name": "Else"}
    mine = {"stepExecutionId": STEP, "imageBuildVersionArn": ARN, "name": "Approve"}
    stub.add_response("list_waiting_workflow_steps", {"steps": [other], "nextToken": "more"})
    stub.add_response("list_waiting_workflow_steps", {"steps": [mine]}, {"nextToken": "more"})
    assert waiting_steps(imagebuilder, pipeline_with(AMAZONS, OURS), ARN) == (Waiting("Approve", STEP, ARN),)


@pytest.mark.parametrize("workflows", [(), (AMAZONS,)])
def test_aws_is_not_asked_where_nothing_can_wait(
    imagebuilder: Any, stub: Stubber, workflows: tuple[WorkflowUse, ...]
) -> None:
    assert waiting_steps(imagebuilder, pipeline_with(*workflows), ARN) == ()


def test_a_refusal_names_the_build(imagebuilder: Any, stub: Stubber) -> None:
    stub.add_client_error("list_waiting_workflow_steps", "AccessDeniedException", "not authorized")
    with pytest.raises(AwsError, match="prod/web") as raised:
        waiting_steps(imagebuilder, pipeline_with(OURS), ARN)
    assert error_code(raised.value) == "AccessDeniedException"


def test_a_waiting_step_is_news_once_with_the_command_that_resumes_it() -> None:
    pipeline = pipeline_with(OURS)
    testing = Progress(Build(ARN, "TESTING"), (Stage("TESTING", 0),), 0)
    waits = replace(testing, build=Build(ARN, "TESTING", waiting=(Waiting("Approve", STEP, ARN),)))
    (line,) = report.news(pipeline, testing, waits)
    assert line == (
        "prod/web: waits for an approval in step Approve. As somebody of account images who may, let it go on "
        f"with: {COMMAND} (STOP instead of RESUME ends it)"
    )
    assert report.news(pipeline, waits, waits) == []


def test_a_build_in_the_embedded_aws_is_asked_about_and_goes_on_as_the_question_says() -> None:
    approve = "schemaVersion: 1.0\nsteps:\n- {name: Approve, action: WaitForAction}\n"
    with workshop.workshop():
        service = workshop.client("imagebuilder")
        made = service.create_workflow(name="approve", type="TEST", semanticVersion="1.0.0", data=approve)
        managed = f"arn:aws:imagebuilder:{workshop.HOME}:aws:workflow/build/build-image/x.x.x"
        arn = service.create_image(
            imageRecipeArn=workshop.make_recipe(),
            infrastructureConfigurationArn=workshop.make_infrastructure(workshop.make_profile()),
            executionRole=workshop.make_publisher(),
            workflows=[{"workflowArn": managed}, {"workflowArn": made["workflowBuildVersionArn"]}],
        )["imageBuildVersionArn"]
        CLOCK.advance(workshop.HOUR)
        pipeline = pipeline_with(AMAZONS, OURS)
        [waiting] = read_build(service, pipeline, arn).waiting
        words = shlex.split(report.question(pipeline, waiting).split(": ")[-1].split(" (")[0])
        given = {words[n].removeprefix("--"): words[n + 1] for n in range(3, len(words), 2)}
        service.send_workflow_step_action(
            imageBuildVersionArn=given["image-build-version-arn"],
            stepExecutionId=given["step-execution-id"],
            action=given["action"],
        )
        assert read_build(service, pipeline, arn).waiting == ()
        CLOCK.advance(workshop.HOUR)
        assert read_build(service, pipeline, arn).status == "AVAILABLE"
