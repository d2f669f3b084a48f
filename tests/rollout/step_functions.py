"""The state machine of a rollout in moto's interpreter, with what that lacks: CodeBuild, and a tolerance.

The definition is the generated one, unchanged. Stand-ins, as AWS describes what they stand for:
- a build is a call of a function with the build's variables; False ends it as a failed build does
  https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
- a Map Run in which more items fail than may fails after its items; AWS may stop before that
  https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html#maprun-fail-threshold
- a file that is read is a text: moto leaves the stream that boto3 gives
- no retry waits, and an execution is run by the call that starts it
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partialmethod
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.error_name import ErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.retry import retrier_decl
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_unsupported import (
    StateTaskServiceUnsupported,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from generator.rollout.states import Surroundings, definition

BUCKET, PREFIX, REGION = "acme-rollouts", "goldsmith/", "us-east-1"
AROUND = Surroundings("aws", "GoldsmithRollout", BUCKET, PREFIX)
ROLE = "arn:aws:iam::123456789012:role/GoldsmithRollout-states"
BEYOND = "States.ExceedToleratedFailureThreshold"

Worker = Callable[[Mapping[str, str]], bool]  # does what a build with these variables does; False: the build fails


class StartError(Exception):
    """CodeBuild does not start the build; the message is the error's name, as Step Functions has it."""


@dataclass(frozen=True)
class Execution:
    status: str
    error: str
    cause: str
    states: tuple[str, ...]  # in the order in which they were entered; those of a wave's roots are not among them
    maps: tuple[Mapping[str, Any], ...]  # what DescribeMapRun says of each wave


@contextmanager
def interpreter(worker: Worker, **settings: Any) -> Iterator[None]:
    """moto, with its interpreter switched on; builds are given to the worker. `settings` are further ones of moto."""
    with ExitStack() as stack:
        stack.enter_context(mock_aws(config={"stepfunctions": {"execute_state_machine": True}, **settings}))
        build = partialmethod(_build, worker)
        stack.enter_context(patch.object(StateTaskServiceUnsupported, "_eval_service_task", build))
        stack.enter_context(patch.object(StateTaskServiceUnsupported, "_is_integration_pattern", lambda _: False))
        stack.enter_context(patch.object(StateTaskServiceAwsSdk, "_normalise_response", _as_text))
        original = DistributedIterationComponent._map_run
        stack.enter_context(patch.object(DistributedIterationComponent, "_map_run", _within_tolerance(original)))
        stack.enter_context(patch.object(retrier_decl, "time", SimpleNamespace(sleep=lambda _: None)))
        stack.enter_context(patch.object(ExecutionWorker, "start", ExecutionWorker._execution_logic))
        yield


def run(rollout: str, source: str, around: Surroundings = AROUND) -> Execution:
    """An execution of the generated definition, once it has ended."""
    client = boto3.client("stepfunctions", REGION, aws_access_key_id="ak", aws_secret_access_key="sk")
    machine = client.create_state_machine(
        name="GoldsmithRollout", definition=json.dumps(definition(around)), roleArn=ROLE
    )["stateMachineArn"]
    given = json.dumps({"rollout": rollout, "source": source})
    arn = client.start_execution(stateMachineArn=machine, name="first", input=given)["executionArn"]
    described = client.describe_execution(executionArn=arn)
    events = client.get_execution_history(executionArn=arn)["events"]
    runs = client.list_map_runs(executionArn=arn)["mapRuns"]
    return Execution(
        described["status"],
        described.get("error", ""),
        described.get("cause", ""),
        tuple(event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event),
        tuple(client.describe_map_run(mapRunArn=each["mapRunArn"]) for each in runs),
    )


def _build(_: Any, worker: Worker, env: Any, normalised_parameters: dict[str, Any], **__: Any) -> None:
    given = {name.lower(): value for name, value in normalised_parameters.items()}
    overrides = given["environmentvariablesoverride"]
    variables = {each["Name"]: each["Value"] for each in overrides}
    try:
        done = worker({**variables, "SOURCE": given["sourcelocationoverride"]})
    except StartError as error:
        raise _failure(env, str(error)) from error
    if not done:
        raise _failure(env, "States.TaskFailed")
    env.stack.append({"Build": {"Id": f"{given['projectname']}:1", "BuildStatus": "SUCCEEDED"}})


def _as_text(_: Any, response: Any, **__: Any) -> None:
    if "Body" in response:
        response["Body"] = response["Body"].read().decode()


def _failure(env: Any, error: str) -> FailureEventException:
    told = EventDetails(
        taskFailedEventDetails=TaskFailedEventDetails(error=error, cause="", resource="startBuild.sync")
    )
    return FailureEventException(FailureEvent(env, _name(error), HistoryEventType.TaskFailed, told))


def _name(error: str) -> ErrorName:
    if error.startswith("States."):
        return StatesErrorName(StatesErrorNameType.from_name(error))
    return CustomErrorName(error)


def _within_tolerance(original: Callable[..., None]) -> Callable[..., None]:
    def _map_run(self: Any, env: Any, eval_input: Any) -> None:
        original(self, env, eval_input)
        if eval_input.map_run_record.item_counter.failed.get() <= eval_input.tolerated_failure_count:
            return
        told = EventDetails(executionFailedEventDetails=ExecutionFailedEventDetails(error=BEYOND, cause=""))
        raise FailureEventException(FailureEvent(env, _name(BEYOND), HistoryEventType.MapRunFailed, told))

    return _map_run
