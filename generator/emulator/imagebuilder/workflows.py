"""The workflows that a build runs through, and how the service tells of them: Amazon's, and those of documents.

Names of workflows and steps: Amazon's build-image, test-image and distribute-image
(https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-workflows.html).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.arns import AMAZON, Arn
from generator.emulator.imagebuilder.builds import Build, Stage, StepRun, Workflow, WorkflowKind
from generator.emulator.imagebuilder.state import Record, State, timestamp

KINDS: Mapping[Stage, WorkflowKind] = {"BUILDING": "BUILD", "TESTING": "TEST", "DISTRIBUTING": "DISTRIBUTION"}
NAMES = {
    "BUILD": "build/build-image",
    "TEST": "test/test-image",
    "DISTRIBUTION": "distribution/distribute-image",
}
STEPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "BUILD": (
        ("LaunchBuildInstance", "LaunchInstance"),
        ("ApplyBuildComponents", "ExecuteComponents"),
        ("InventoryCollection", "CollectImageMetadata"),
        ("RunSanitizeScript", "SanitizeInstance"),
        ("CreateOutputAMI", "CreateImage"),
        ("TerminateBuildInstance", "TerminateInstance"),
    ),
    "TEST": (
        ("LaunchTestInstance", "LaunchInstance"),
        ("ApplyTestComponents", "ExecuteComponents"),
        ("TerminateTestInstance", "TerminateInstance"),
    ),
    "DISTRIBUTION": (("DistributeImage", "DistributeImage"), ("ConfigureImage", "ModifyImageAttributes")),
}


CONTAINER_NAMES = {
    "BUILD": "build/build-container",
    "TEST": "test/test-container",
    "DISTRIBUTION": "distribution/distribute-container",
}
CONTAINER_STEPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "BUILD": (
        ("LaunchBuildInstance", "LaunchInstance"),
        ("BootstrapBuildInstance", "BootstrapInstanceForContainer"),
        ("ApplyBuildComponents", "ExecuteComponents"),
    ),
    "TEST": (
        ("LaunchTestInstance", "LaunchInstance"),
        ("BootstrapTestInstance", "BootstrapInstanceForContainer"),
        ("ApplyTestComponents", "ExecuteComponents"),
        ("TerminateTestInstance", "TerminateInstance"),
    ),
    "DISTRIBUTION": (("DistributeImage", "DistributeImage"),),
}


def _steps(run: Workflow) -> tuple[tuple[str, str], ...]:
    """The steps of Amazon's workflow: name and action of each."""
    return (CONTAINER_STEPS if run.is_container else STEPS)[run.kind]


def begin(build: Build, stage: Stage) -> None:
    """A stage that has a workflow of its own starts it; INTEGRATING goes on with that of DISTRIBUTING."""
    if stage in KINDS:
        run = Workflow(f"wf-{uuid.uuid4()}", KINDS[stage], CLOCK.now(), is_container=build.is_container)
        build.workflows.append(run)


def end(build: Build, status: str, message: str = "", failed_step: str = "") -> None:
    """The workflow that runs, if one does, ends."""
    if build.workflows and build.workflows[-1].status == "RUNNING":
        run = build.workflows[-1]
        run.status, run.ended, run.message = status, CLOCK.now(), message[:500]
        run.failed_step = failed_step or (_steps(run)[0][0] if status == "FAILED" else "")


def arn_of(state: State, run: Workflow) -> str:
    if run.use is not None:
        return run.use.arn
    names = CONTAINER_NAMES if run.is_container else NAMES
    return str(Arn(state.partition, state.region_name, AMAZON, "workflow", names[run.kind], "1.0.0", 1))


def execution_of(state: State, image: Record, run: Workflow) -> Record:
    """WorkflowExecutionMetadata."""
    steps = steps_of(run)
    counts = {status: sum(step["status"] == status for step in steps) for status in ("COMPLETED", "FAILED", "SKIPPED")}
    return {
        "workflowBuildVersionArn": arn_of(state, run),
        "workflowExecutionId": run.id,
        "type": run.kind,
        "status": run.status,
        "message": run.message,
        "totalStepCount": len(steps),
        "totalStepsSucceeded": counts["COMPLETED"],
        "totalStepsFailed": counts["FAILED"],
        "totalStepsSkipped": counts["SKIPPED"],
        **({"parallelGroup": run.use.group} if run.use and run.use.group else {}),
        **_times(run),
    }


def steps_of(run: Workflow) -> list[Record]:
    """WorkflowStepMetadata of each step: done up to the one that failed, pending after it."""
    if run.use is not None:
        return [_told(step) for step in run.steps]
    records, failed = [], False
    for name, action in _steps(run):
        status = _step_status(run, name, failed)
        failed = failed or status == "FAILED"
        step_id = f"step-{uuid.uuid5(uuid.NAMESPACE_URL, run.id + name)}"
        records.append({"stepExecutionId": step_id, "name": name, "action": action, "status": status, **_times(run)})
    return records


def _told(step: StepRun) -> Record:
    """A step of a document; `onFailure` and `timeoutSeconds` are for GetWorkflowStepExecution alone."""
    record = {
        "stepExecutionId": step.id,
        "name": step.written.name,
        "description": step.written.description,
        "action": step.written.action,
        "status": step.status,
        "rollbackStatus": step.rollback,
        "message": step.message,
        "inputs": json.dumps(step.inputs, default=str) if step.inputs is not None else "",
        "outputs": json.dumps(step.outputs, default=str) if step.outputs else "",
        "startTime": timestamp(step.started) if step.started else "",
        "endTime": timestamp(step.ended) if step.ended else "",
        "onFailure": step.written.on_failure,
        "timeoutSeconds": step.written.timeout,
    }
    return {name: value for name, value in record.items() if value != ""}


def _step_status(run: Workflow, name: str, failed: bool) -> str:
    if run.status == "COMPLETED":
        return "COMPLETED"
    if run.status == "FAILED":
        return "FAILED" if name == run.failed_step else "PENDING" if failed else "COMPLETED"
    first = name == _steps(run)[0][0]
    return run.status if first else "PENDING"


def _times(run: Workflow) -> Record:
    if run.status == "PENDING":
        return {}
    return {"startTime": timestamp(run.started), **({"endTime": timestamp(run.ended)} if run.ended else {})}
