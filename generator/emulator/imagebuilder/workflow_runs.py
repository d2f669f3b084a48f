"""Stages of a build that run the workflows of its image: one after another, test workflows of a parallel group at once.

Sources: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-image-workflows.html,
https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-workflow-create-document.html (what a failure does) and
WorkflowConfiguration in the model. A guess: a workflow that fails ends those of its group that still run.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime

from generator.emulator.imagebuilder import building, delivery, workflow_steps
from generator.emulator.imagebuilder.amis import BuiltAmi
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import Build, BuildFailure, StepRun, Workflow, WorkflowKind, WorkflowUse
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.imagebuilder.step_effects import Scene
from generator.emulator.imagebuilder.workflow_variables import UnknownVariableError

MOST_PARALLEL = 5


def has(build: Build, kind: WorkflowKind) -> bool:
    return any(use.kind == kind for use in build.uses)


def begin(state: State, image: Record, build: Build, kind: WorkflowKind, moment: datetime) -> None:
    """Start the stage's first workflow, or group of them. Raises BuildFailure."""
    for use in build.uses:
        if use.kind == kind:
            build.workflows.append(_new_run(use, moment))
    _go_on(state, image, build, moment)


def advance(state: State, image: Record, build: Build, moment: datetime) -> bool:
    """Do what is due; whether all workflows of the stage have ended. Raises BuildFailure."""
    for run in [run for run in build.workflows if run.status == "RUNNING" and run.steps]:
        step = _running(run)
        if step is not None and step.due is not None and step.due <= moment:
            scene = Scene(state, image, build, run, step)
            _attempt(scene, moment, workflow_steps.end)
            _next_steps(state, image, build, run, moment)
    return _go_on(state, image, build, moment)


def act(scene: Scene, action: str, reason: str, moment: datetime) -> bool:
    """Let a waiting step go on, or stop it; whether all workflows of the stage have ended. Raises BuildFailure."""
    if action == "RESUME":
        workflow_steps.complete(scene, {"action": action, "reason": reason}, moment)
    else:
        _failed(scene, BuildFailure(f"The step was stopped. {reason}".strip()), moment)
    _next_steps(scene.state, scene.image, scene.build, scene.run, moment)
    return _go_on(scene.state, scene.image, scene.build, moment)


def cancel(state: State, image: Record, build: Build, moment: datetime) -> None:
    """End what runs; instances go."""
    for run in build.workflows:
        if run.status in ("PENDING", "RUNNING") and run.steps:
            _end(run, "CANCELLED", "", moment)
            step = _running(run)
            if step is not None:
                step.status, step.ended = "CANCELLED", moment
            _release(state, image, build, run)


def _release(state: State, image: Record, build: Build, run: Workflow) -> None:
    for instance_id in run.instances:
        workflow_steps.release(Scene(state, image, build, run, run.steps[0]), instance_id)


def _new_run(use: WorkflowUse, moment: datetime) -> Workflow:
    steps = tuple(StepRun(f"step-{uuid.uuid4()}", step) for step in use.document.steps)
    return Workflow(f"wf-{uuid.uuid4()}", use.kind, moment, "PENDING", use=use, steps=steps)


def _go_on(state: State, image: Record, build: Build, moment: datetime) -> bool:
    """Start the next workflows where none runs, and say when there is work again; whether all have ended."""
    while not _of(build, "RUNNING"):
        pending = _of(build, "PENDING")
        if not pending:
            build.due = moment
            return True
        for run in _group(pending):
            run.status, run.started = "RUNNING", moment
            _next_steps(state, image, build, run, moment)
    build.due = min(step.due for step in map(_running, _of(build, "RUNNING")) if step and step.due)
    return False


def _of(build: Build, status: str) -> list[Workflow]:
    return [run for run in build.workflows if run.steps and run.status == status]


def _group(pending: list[Workflow]) -> list[Workflow]:
    """The first one, and the others of its parallel group; only test workflows have one."""
    first = pending[0]
    group = first.use.group if first.use else ""
    together = [run for run in pending if run.use and group and run.use.group == group]
    return (together or [first])[:MOST_PARALLEL]


def _next_steps(state: State, image: Record, build: Build, run: Workflow, moment: datetime) -> None:
    """Begin steps until one runs, or the workflow has ended."""
    while run.status == "RUNNING" and _running(run) is None:
        step = next((step for step in run.steps if step.status == "PENDING"), None)
        if step is None:
            _finish(state, image, build, run, moment)
            return
        _attempt(Scene(state, image, build, run, step), moment, workflow_steps.begin)


def _running(run: Workflow) -> StepRun | None:
    return next((step for step in run.steps if step.status == "RUNNING"), None)


def _attempt(scene: Scene, moment: datetime, work: Callable[[Scene, datetime], None]) -> None:
    try:
        work(scene, moment)
    except BuildFailure as failure:
        _failed(scene, failure, moment)


def _failed(scene: Scene, failure: BuildFailure, moment: datetime) -> None:
    """The step fails, and its workflow with it unless it goes on. Raises BuildFailure where the image fails too."""
    step, run = scene.step, scene.run
    workflow_steps.fail(scene, str(failure), moment)
    if step.written.on_failure == "Continue" and not isinstance(failure, workflow_steps.Faulted):
        return
    run.failed_step = step.written.name
    for ran in _rolled_back(scene):
        workflow_steps.roll_back(ran)
    undone = any(step.rollback == "COMPLETED" for step in run.steps)
    _end(run, "ROLLBACK_COMPLETED" if undone else "FAILED", str(failure), moment)
    if run.use and run.use.goes_on and not isinstance(failure, workflow_steps.Faulted):
        return
    cancel(scene.state, scene.image, scene.build, moment)
    reason = str(failure) if isinstance(failure, workflow_steps.Faulted) else _reason(run, failure)
    raise BuildFailure(reason, step.written.name, failure.regions)


def _reason(run: Workflow, failure: BuildFailure) -> str:
    return f"Workflow Execution ID: '{run.id}' failed with reason: {failure}"


def _rolled_back(scene: Scene) -> Iterator[Scene]:
    """The steps that have run, the last one first."""
    for step in reversed(scene.run.steps):
        if step.status in ("COMPLETED", "FAILED"):
            yield Scene(scene.state, scene.image, scene.build, scene.run, step)


def _finish(state: State, image: Record, build: Build, run: Workflow, moment: datetime) -> None:
    """All steps are done: what the workflow puts out is there for those that follow."""
    variables = workflow_steps.variables_of(Scene(state, image, build, run, run.steps[-1]))
    for name, value in (run.use.document.outputs if run.use else {}).items():
        try:
            build.outputs[name] = variables.value(variables.text(value) if isinstance(value, str) else value)
        except UnknownVariableError:
            continue  # of a step that was skipped
    _end(run, "COMPLETED", "", moment)


def _end(run: Workflow, status: str, message: str, moment: datetime) -> None:
    run.status, run.message, run.ended = status, message[:500], moment


def check_output(state: State, image: Record, build: Build, kind: WorkflowKind) -> None:
    """What a stage has to leave behind: an AMI, and that AMI among the outputs. Raises BuildFailure."""
    if kind == "BUILD" and build.is_container:
        building.create_output(state, image, build)  # it is in Docker, with no step of its own
    if kind == "BUILD" and not build.ami_id:
        raise BuildFailure("The build workflows created no image.")
    if kind == "DISTRIBUTION":
        here = {"distributions": [{"region": state.region_name}]}
        delivery.distribute(state, {**image, "distributionConfiguration": here}, build)


def skip_build(state: State, build: Build) -> None:
    """An image without a build workflow is its base. Raises BuildFailure for one that the emulation cannot copy."""
    if build.is_container:
        raise BuildFailure("The build workflows created no image.")
    if not isinstance(ec2_of(state).amis.get(build.base_ami), BuiltAmi):
        raise BuildFailure("The embedded AWS distributes only AMIs that Image Builder made.")
    build.ami_id = build.base_ami
