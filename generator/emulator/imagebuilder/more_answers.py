"""Further operations of the service, one method each, as moto finds them: policies, inspections, lifecycles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from moto.core.responses import ActionResult

if TYPE_CHECKING:
    from generator.emulator.imagebuilder.models import ImageBuilderBackend


class MoreAnswers:
    """Part of ImageBuilderResponse, which has the backend and answers."""

    _answer: Callable[[Any], ActionResult]
    uri: str

    @property
    def backend(self) -> ImageBuilderBackend:
        raise NotImplementedError

    def get_component_policy(self) -> ActionResult:
        return self._answer(self.backend.get_component_policy)

    def put_component_policy(self) -> ActionResult:
        return self._answer(self.backend.put_component_policy)

    def get_image_policy(self) -> ActionResult:
        return self._answer(self.backend.get_image_policy)

    def put_image_policy(self) -> ActionResult:
        return self._answer(self.backend.put_image_policy)

    def get_image_recipe_policy(self) -> ActionResult:
        return self._answer(self.backend.get_image_recipe_policy)

    def put_image_recipe_policy(self) -> ActionResult:
        return self._answer(self.backend.put_image_recipe_policy)

    def get_workflow_execution(self) -> ActionResult:
        return self._answer(self.backend.get_workflow_execution)

    def get_workflow_step_execution(self) -> ActionResult:
        return self._answer(self.backend.get_workflow_step_execution)

    def list_waiting_workflow_steps(self) -> ActionResult:
        return self._answer(self.backend.list_waiting_workflow_steps)

    def send_workflow_step_action(self) -> ActionResult:
        return self._answer(self.backend.send_workflow_step_action)

    def list_image_packages(self) -> ActionResult:
        return self._answer(self.backend.list_image_packages)

    def list_image_scan_findings(self) -> ActionResult:
        return self._answer(self.backend.list_image_scan_findings)

    def list_image_scan_finding_aggregations(self) -> ActionResult:
        return self._answer(self.backend.list_image_scan_finding_aggregations)

    def get_lifecycle_execution(self) -> ActionResult:
        return self._answer(self.backend.get_lifecycle_execution)

    def list_lifecycle_executions(self) -> ActionResult:
        return self._answer(self.backend.list_lifecycle_executions)

    def list_lifecycle_execution_resources(self) -> ActionResult:
        return self._answer(self.backend.list_lifecycle_execution_resources)

    def cancel_lifecycle_execution(self) -> ActionResult:
        return self._answer(self.backend.cancel_lifecycle_execution)

    def start_resource_state_update(self) -> ActionResult:
        return self._answer(self.backend.start_resource_state_update)

    def import_component(self) -> ActionResult:
        return self._answer(self.backend.import_component)

    def distribute_image(self) -> ActionResult:
        return self._answer(self.backend.distribute_image)

    def get_marketplace_resource(self) -> ActionResult:
        place = urlsplit(self.uri)
        server = f"{place.scheme}://{place.netloc}"
        return self._answer(lambda request: self.backend.get_marketplace_resource(request, server))

    def import_vm_image(self) -> ActionResult:
        return self._answer(self.backend.import_vm_image)

    def import_disk_image(self) -> ActionResult:
        return self._answer(self.backend.import_disk_image)
