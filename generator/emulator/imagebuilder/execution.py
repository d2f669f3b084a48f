"""The life of an image: which stage follows which, when, and what each does to the account.

A build takes 20 minutes, as a small one does in AWS; the times of the stages are ours. Stages end on the clock and in
the order of time over all accounts, and what they do is done by `pump`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import (
    announcing,
    building,
    configuring,
    delivery,
    image_imports,
    lifecycle_runs,
    scheduled_runs,
    workflow_runs,
    workflows,
)
from generator.emulator.imagebuilder.builds import STAGES, Build, BuildFailure, Stage, WorkflowUse
from generator.emulator.imagebuilder.faults import take_fault
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.imagebuilder.step_effects import Scene

log = logging.getLogger("goldsmith.emulator")

SECONDS: Mapping[Stage, int] = {
    "PENDING": 20,
    "CREATING": 40,
    "BUILDING": 540,
    "TESTING": 300,
    "DISTRIBUTING": 270,
    "INTEGRATING": 30,
}

Effect = Callable[[State, Record, Build], None]

ON_ENTRY: Mapping[Stage, Effect] = {"BUILDING": building.launch_build, "TESTING": building.launch_test}
ON_EXIT: Mapping[Stage, Effect] = {
    "BUILDING": building.finish_build,
    "TESTING": building.finish_test,
    "DISTRIBUTING": delivery.distribute,
    "INTEGRATING": configuring.configure,
}


def start(
    image_arn: str, base_ami: str, uses: tuple[WorkflowUse, ...] = (), *, moment: datetime, is_container: bool = False
) -> Build:
    due = moment + timedelta(seconds=SECONDS["PENDING"])
    return Build(image_arn, "PENDING", due, base_ami=base_ami, uses=uses, is_container=is_container)


def pump() -> None:
    """Do all the work that is due in all accounts and Regions, in the order in which it fell due."""
    now = CLOCK.now()
    while True:
        due = [item for state in _states() for item in _all_due(state, now)]
        if not due:
            return
        _, _, do = min(due, key=lambda item: item[:2])
        do()


def _all_due(state: State, now: datetime) -> Iterator[lifecycle_runs.Due]:
    yield from _due(state, now)
    yield from lifecycle_runs.due(state, now)
    yield from scheduled_runs.due(state, now)
    yield from image_imports.due(state, now)


def _due(state: State, now: datetime) -> Iterator[lifecycle_runs.Due]:
    for build in state.builds.values():
        if build.due is not None and build.due <= now:
            yield build.due, build.image_arn, partial(_end_stage, state, build, build.due)


def cancel(state: State, build: Build) -> None:
    """AMIs that were made stay; instances go."""
    building.release(state, state.images[build.image_arn], build)
    workflow_runs.cancel(state, state.images[build.image_arn], build, CLOCK.now())
    workflows.end(build, "CANCELLED")
    build.due = None
    image = state.images[build.image_arn]
    announcing.enter(state, image, {"status": "CANCELLED", "reason": "Image creation was cancelled."})


def resume(state: State, build: Build) -> None:
    """A build that stopped after its AMI was made enters its test or distribution phase again."""
    image = state.images[build.image_arn]
    try:
        _enter(state, image, build, "TESTING" if build.stage == "TESTING" else "DISTRIBUTING", CLOCK.now())
    except BuildFailure as failure:
        _fail(state, image, build, failure)


def act(scene: Scene, action: str, reason: str) -> None:
    """A step that waits goes on or is stopped, and the build with it."""
    try:
        workflow_runs.act(scene, action, reason, CLOCK.now())
    except BuildFailure as failure:
        _fail(scene.state, scene.image, scene.build, failure)
    pump()


def _states() -> list[State]:
    from generator.emulator.imagebuilder.models import imagebuilder_backends

    return [state for account in list(imagebuilder_backends.values()) for state in list(account.values())]


def _end_stage(state: State, build: Build, moment: datetime) -> None:
    image = state.images[build.image_arn]
    try:
        if _work(state, image, build, moment):
            _next_stage(state, image, build, moment)
    except BuildFailure as failure:
        _fail(state, image, build, failure)
    except Exception as error:  # a defect of the emulator ends this image, and must not end every request after it
        log.exception("%s failed in %s", build.image_arn, build.stage)
        _fail(state, image, build, BuildFailure(f"The embedded AWS failed: {type(error).__name__}: {error}"))


def _work(state: State, image: Record, build: Build, moment: datetime) -> bool:
    """What has fallen due in the stage; whether the stage is over."""
    kind = workflows.KINDS.get(build.stage)
    if kind is not None and workflow_runs.has(build, kind):
        if not workflow_runs.advance(state, image, build, moment):
            return False
        workflow_runs.check_output(state, image, build, kind)
        return True
    fault = take_fault(build.stage, image["name"])
    if fault is not None:
        raise BuildFailure(fault.reason)
    _apply(ON_EXIT, build.stage, state, image, build)
    return True


def _apply(effects: Mapping[Stage, Effect], stage: Stage, state: State, image: Record, build: Build) -> None:
    if stage in effects:
        effects[stage](state, image, build)


def _next_stage(state: State, image: Record, build: Build, moment: datetime) -> None:
    following = _following(build, image)
    if following != "INTEGRATING":
        workflows.end(build, "COMPLETED")
    if following is None:
        build.due = None
        announcing.enter(state, image, {"status": "AVAILABLE"})
        return
    _enter(state, image, build, following, moment)


def _enter(state: State, image: Record, build: Build, following: Stage, moment: datetime) -> None:
    build.stage, build.due = following, moment + timedelta(seconds=SECONDS[following])
    announcing.enter(state, image, {"status": following})
    kind = workflows.KINDS.get(following)
    if kind in ("TEST", "DISTRIBUTION") and not build.ami_id:
        workflow_runs.skip_build(state, build)
    if kind is not None and workflow_runs.has(build, kind):
        building.check_execution_role(state, image)
        workflow_runs.begin(state, image, build, kind, moment)
        return
    workflows.begin(build, following)
    _apply(ON_ENTRY, following, state, image, build)


def _following(build: Build, image: Record) -> Stage | None:
    left_out = _left_out(build, image)
    return next((stage for stage in STAGES[STAGES.index(build.stage) + 1 :] if stage not in left_out), None)


def _left_out(build: Build, image: Record) -> set[Stage]:
    """Stages without work: workflows take the place of all that is done otherwise, but for the distribution."""
    left_out: set[Stage] = set()
    if not image["imageTestsConfiguration"]["imageTestsEnabled"]:
        left_out.add("TESTING")
    if build.uses:
        left_out |= {stage for stage in ("BUILDING", "TESTING") if not workflow_runs.has(build, workflows.KINDS[stage])}
        if workflow_runs.has(build, "DISTRIBUTION"):
            left_out.add("INTEGRATING")  # it is a step of the workflow
    return left_out


def _fail(state: State, image: Record, build: Build, failure: BuildFailure) -> None:
    if not build.uses:  # what their steps launched is rolled back
        building.release(state, image, build, failed=True)
    workflow_runs.cancel(state, image, build, CLOCK.now())  # nothing waits on for an image that has failed
    workflows.end(build, "FAILED", str(failure), failure.step)
    build.due = None
    reason = {"reason": str(failure)[:1024], "failureContext": _context(build, failure)}
    announcing.enter(state, image, {"status": "FAILED", **reason})


def _context(build: Build, failure: BuildFailure) -> dict[str, Any]:
    context: dict[str, Any] = {"imageStatus": build.stage}
    if build.workflows:
        run = next((run for run in reversed(build.workflows) if run.failed_step), build.workflows[-1])
        context |= {"workflowExecutionId": run.id, **({"failedStep": run.failed_step} if run.failed_step else {})}
    if failure.regions:
        context["distributionFailure"] = {
            "errorMessage": str(failure),
            "regionFailures": [
                {
                    "region": region.region,
                    "status": "FAILED",
                    "errorMessage": region.message,
                    "targetAccountId": region.account_id,
                    **({"imageConfigurationStep": region.configuration_step} if region.configuration_step else {}),
                }
                for region in failure.regions
            ],
        }
    return context
