"""What the service tells of the runs of lifecycles, and how one is cancelled."""

from __future__ import annotations

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder import lifecycle_runs
from generator.emulator.imagebuilder.errors import InvalidRequest, ResourceNotFound
from generator.emulator.imagebuilder.lifecycle_runs import Execution
from generator.emulator.imagebuilder.listing import page
from generator.emulator.imagebuilder.state import Record, Request, State

LISTED = (":lifecycle-policy/", ":image/")  # ListLifecycleExecutionsRequest.resourceArn in the model


class LifecycleExecutionOperations(State):
    def get_lifecycle_execution(self, request: Request) -> Record:
        return {"lifecycleExecution": _shown(self._execution(request))}

    def list_lifecycle_executions(self, request: Request) -> Record:
        """Newest first."""
        arn = request["resourceArn"]
        if not any(kind in arn for kind in LISTED):
            raise InvalidRequest(f"The resource '{arn}' is no lifecycle policy and no image build version.")
        runs = [_shown(run) for run in self.lifecycle_executions.values() if run.resource_arn == arn]
        return page("lifecycleExecutions", reversed(runs), request, {})

    def list_lifecycle_execution_resources(self, request: Request) -> Record:
        """The images, those still to come included; with parentResourceId what stands behind one of them."""
        execution = self._execution(request)
        parent = request.get("parentResourceId")
        records = execution.parts.get(parent, []) if parent else self._images_of(execution)
        head = {"lifecycleExecutionId": execution.id, "lifecycleExecutionState": _state_of(execution)}
        return {**head, **page("resources", records, request, {})}

    def _images_of(self, execution: Execution) -> list[Record]:
        coming = [execution.work(self, order, execution.started) for order in execution.orders]
        return [*execution.resources, *(work.record("IN_PROGRESS") for work in coming)]

    def cancel_lifecycle_execution(self, request: Request) -> Record:
        identifier = request["lifecycleExecutionId"]
        self.once("CancelLifecycleExecution", request, lambda: self._cancelled(request))
        return {"lifecycleExecutionId": identifier}

    def _cancelled(self, request: Request) -> str:
        execution = self._execution(request)
        if not execution.is_under_way:
            raise InvalidRequest(
                f"The lifecycle execution '{execution.id}' is {execution.status}, so it cannot be cancelled."
            )
        lifecycle_runs.cancel(self, execution, CLOCK.now())
        return execution.id

    def _execution(self, request: Request) -> Execution:
        identifier = request["lifecycleExecutionId"]
        if identifier not in self.lifecycle_executions:
            raise ResourceNotFound(identifier)
        return self.lifecycle_executions[identifier]


def _shown(execution: Execution) -> Record:
    """LifecycleExecution of the model."""
    of_policy = {"lifecyclePolicyArn": execution.resource_arn} if ":lifecycle-policy/" in execution.resource_arn else {}
    return {
        "lifecycleExecutionId": execution.id,
        **of_policy,
        "resourcesImpactedSummary": {"hasImpactedResources": execution.has_impact},
        "state": _state_of(execution),
        "startTime": execution.started,
        **({"endTime": execution.ended} if execution.ended else {}),
    }


def _state_of(execution: Execution) -> Record:
    return {"status": execution.status, **({"reason": execution.reason} if execution.reason else {})}
