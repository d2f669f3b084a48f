"""What the service tells of the runs that made an image, and answers to steps that wait."""

from __future__ import annotations

from collections.abc import Iterator

from generator.emulator.imagebuilder import execution, workflows
from generator.emulator.imagebuilder.builds import Workflow
from generator.emulator.imagebuilder.errors import InvalidParameterValue, InvalidRequest, ResourceNotFound
from generator.emulator.imagebuilder.listing import page
from generator.emulator.imagebuilder.state import Record, Request, State, timestamp
from generator.emulator.imagebuilder.step_effects import Scene


class InspectionOperations(State):
    def get_workflow_execution(self, request: Request) -> Record:
        wanted = request["workflowExecutionId"]
        for image, run in self._runs():
            if run.id == wanted:
                return {"imageBuildVersionArn": image["arn"], **workflows.execution_of(self, image, run)}
        raise ResourceNotFound(wanted)

    def get_workflow_step_execution(self, request: Request) -> Record:
        wanted = request["stepExecutionId"]
        for image, run in self._runs():
            for step in workflows.steps_of(run):
                if step["stepExecutionId"] == wanted:
                    head = {
                        "imageBuildVersionArn": image["arn"],
                        "workflowExecutionId": run.id,
                        "workflowBuildVersionArn": workflows.arn_of(self, run),
                    }
                    return {**head, **step}
        raise ResourceNotFound(wanted)

    def _runs(self) -> Iterator[tuple[Record, Workflow]]:
        for arn, build in self.builds.items():
            for run in build.workflows:
                yield self.images[arn], run

    def list_waiting_workflow_steps(self, request: Request) -> Record:
        waiting = [
            {
                "stepExecutionId": step.id,
                "imageBuildVersionArn": image["arn"],
                "workflowExecutionId": run.id,
                "workflowBuildVersionArn": workflows.arn_of(self, run),
                "name": step.written.name,
                "action": step.written.action,
                "startTime": timestamp(step.started),
            }
            for image, run in self._runs()
            for step in run.steps
            if step.is_waiting
        ]
        return page("steps", waiting, request, {})

    def send_workflow_step_action(self, request: Request) -> Record:
        step_id = self.once("SendWorkflowStepAction", request, lambda: self._sent_action(request))
        return {"stepExecutionId": step_id, "imageBuildVersionArn": request["imageBuildVersionArn"]}

    def _sent_action(self, request: Request) -> str:
        wanted, arn = request["stepExecutionId"], request["imageBuildVersionArn"]
        found = [(image, run, step) for image, run in self._runs() for step in run.steps if step.id == wanted]
        if not found:
            raise ResourceNotFound(wanted)
        image, run, step = found[0]
        if image["arn"] != arn:
            raise InvalidParameterValue("imageBuildVersionArn", f"The image '{arn}' does not run the step '{wanted}'.")
        if not step.is_waiting:
            raise InvalidRequest(f"The workflow step '{wanted}' is not waiting for an action.")
        scene = Scene(self, image, self.builds[arn], run, step)
        execution.act(scene, request["action"], request.get("reason") or "")
        return str(wanted)
