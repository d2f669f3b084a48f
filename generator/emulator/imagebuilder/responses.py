"""Requests in, answers out: checks against botocore's model, which also serializes what the backend answers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from threading import RLock
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from generator.emulator.imagebuilder.errors import InvalidParameter, InvalidParameterValue
from generator.emulator.imagebuilder.execution import pump
from generator.emulator.imagebuilder.models import ImageBuilderBackend, imagebuilder_backends
from generator.emulator.imagebuilder.more_answers import MoreAnswers
from generator.emulator.imagebuilder.register import SERVICE
from generator.emulator.imagebuilder.state import Record, Request
from generator.emulator.imagebuilder.validation import validate

LOCK = RLock()  # one request at a time: build numbers and builds must not be seen half done
TAG_OPERATIONS = ("TagResource", "UntagResource", "ListTagsForResource")

Operation = Callable[[Request], Record]


class ImageBuilderResponse(MoreAnswers, BaseResponse):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> ImageBuilderBackend:
        backend: ImageBuilderBackend = imagebuilder_backends[self.current_account][self.region]
        return backend

    def call_action(self) -> Any:
        """As moto's; besides, time goes on first, and an operation that is not built is a client error, not a 500."""
        with LOCK:
            pump()
            try:
                self._check(self._get_action())
                return super().call_action()
            except ServiceException as error:
                return self._refused(error)
            except NotImplementedError:
                return self._unknown(self._get_action())

    def _check(self, action: str | None) -> None:
        if action is None:
            return
        shape = get_service_model(SERVICE).operation_model(action).input_shape
        try:
            if shape is not None:
                validate(shape, self.params)
        except InvalidParameterValue as error:
            if action in TAG_OPERATIONS:
                raise InvalidParameter(str(error.message)) from None
            raise

    def _refused(self, error: ServiceException) -> Any:
        status, headers, body = self.serialized(ActionResult(error))
        headers, body = self._enrich_response(headers, body)
        return status, headers, body

    def _unknown(self, operation: str) -> Any:
        """An operation of the model that is not built: a client error of its own name, which no SDK repeats.

        https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html: the error's name is in the head.
        """
        message = f"The embedded AWS does not have {SERVICE}:{operation}; docs/emulator.md lists what it has."
        headers = {**self.response_headers, "X-Amzn-ErrorType": "NotImplementedException", "status": "400"}
        return 400, headers, json.dumps({"message": message})

    def _answer(self, operation: Operation) -> ActionResult:
        answer = operation(self.params)
        token = self.params.get("clientToken")
        return ActionResult({"requestId": str(uuid.uuid4()), **({"clientToken": token} if token else {}), **answer})

    def create_component(self) -> ActionResult:
        return self._answer(self.backend.create_component)

    def get_component(self) -> ActionResult:
        return self._answer(self.backend.get_component)

    def list_components(self) -> ActionResult:
        return self._answer(self.backend.list_components)

    def list_component_build_versions(self) -> ActionResult:
        return self._answer(self.backend.list_component_build_versions)

    def delete_component(self) -> ActionResult:
        return self._answer(self.backend.delete_component)

    def create_image_recipe(self) -> ActionResult:
        return self._answer(self.backend.create_image_recipe)

    def get_image_recipe(self) -> ActionResult:
        return self._answer(self.backend.get_image_recipe)

    def list_image_recipes(self) -> ActionResult:
        return self._answer(self.backend.list_image_recipes)

    def delete_image_recipe(self) -> ActionResult:
        return self._answer(self.backend.delete_image_recipe)

    def create_container_recipe(self) -> ActionResult:
        return self._answer(self.backend.create_container_recipe)

    def get_container_recipe(self) -> ActionResult:
        return self._answer(self.backend.get_container_recipe)

    def list_container_recipes(self) -> ActionResult:
        return self._answer(self.backend.list_container_recipes)

    def delete_container_recipe(self) -> ActionResult:
        return self._answer(self.backend.delete_container_recipe)

    def get_container_recipe_policy(self) -> ActionResult:
        return self._answer(self.backend.get_container_recipe_policy)

    def put_container_recipe_policy(self) -> ActionResult:
        return self._answer(self.backend.put_container_recipe_policy)

    def create_workflow(self) -> ActionResult:
        return self._answer(self.backend.create_workflow)

    def get_workflow(self) -> ActionResult:
        return self._answer(self.backend.get_workflow)

    def list_workflows(self) -> ActionResult:
        return self._answer(self.backend.list_workflows)

    def list_workflow_build_versions(self) -> ActionResult:
        return self._answer(self.backend.list_workflow_build_versions)

    def delete_workflow(self) -> ActionResult:
        return self._answer(self.backend.delete_workflow)

    def create_lifecycle_policy(self) -> ActionResult:
        return self._answer(self.backend.create_lifecycle_policy)

    def get_lifecycle_policy(self) -> ActionResult:
        return self._answer(self.backend.get_lifecycle_policy)

    def list_lifecycle_policies(self) -> ActionResult:
        return self._answer(self.backend.list_lifecycle_policies)

    def update_lifecycle_policy(self) -> ActionResult:
        return self._answer(self.backend.update_lifecycle_policy)

    def delete_lifecycle_policy(self) -> ActionResult:
        return self._answer(self.backend.delete_lifecycle_policy)

    def create_infrastructure_configuration(self) -> ActionResult:
        return self._answer(self.backend.create_infrastructure_configuration)

    def get_infrastructure_configuration(self) -> ActionResult:
        return self._answer(self.backend.get_infrastructure_configuration)

    def list_infrastructure_configurations(self) -> ActionResult:
        return self._answer(self.backend.list_infrastructure_configurations)

    def update_infrastructure_configuration(self) -> ActionResult:
        return self._answer(self.backend.update_infrastructure_configuration)

    def delete_infrastructure_configuration(self) -> ActionResult:
        return self._answer(self.backend.delete_infrastructure_configuration)

    def create_distribution_configuration(self) -> ActionResult:
        return self._answer(self.backend.create_distribution_configuration)

    def get_distribution_configuration(self) -> ActionResult:
        return self._answer(self.backend.get_distribution_configuration)

    def list_distribution_configurations(self) -> ActionResult:
        return self._answer(self.backend.list_distribution_configurations)

    def update_distribution_configuration(self) -> ActionResult:
        return self._answer(self.backend.update_distribution_configuration)

    def delete_distribution_configuration(self) -> ActionResult:
        return self._answer(self.backend.delete_distribution_configuration)

    def create_image_pipeline(self) -> ActionResult:
        return self._answer(self.backend.create_image_pipeline)

    def get_image_pipeline(self) -> ActionResult:
        return self._answer(self.backend.get_image_pipeline)

    def list_image_pipelines(self) -> ActionResult:
        return self._answer(self.backend.list_image_pipelines)

    def update_image_pipeline(self) -> ActionResult:
        return self._answer(self.backend.update_image_pipeline)

    def delete_image_pipeline(self) -> ActionResult:
        return self._answer(self.backend.delete_image_pipeline)

    def start_image_pipeline_execution(self) -> ActionResult:
        return self._answer(self.backend.start_image_pipeline_execution)

    def list_image_pipeline_images(self) -> ActionResult:
        return self._answer(self.backend.list_image_pipeline_images)

    def create_image(self) -> ActionResult:
        return self._answer(self.backend.create_image)

    def get_image(self) -> ActionResult:
        return self._answer(self.backend.get_image)

    def list_images(self) -> ActionResult:
        return self._answer(self.backend.list_images)

    def list_image_build_versions(self) -> ActionResult:
        return self._answer(self.backend.list_image_build_versions)

    def cancel_image_creation(self) -> ActionResult:
        return self._answer(self.backend.cancel_image_creation)

    def retry_image(self) -> ActionResult:
        return self._answer(self.backend.retry_image)

    def delete_image(self) -> ActionResult:
        return self._answer(self.backend.delete_image)

    def list_workflow_executions(self) -> ActionResult:
        return self._answer(self.backend.list_workflow_executions)

    def list_workflow_step_executions(self) -> ActionResult:
        return self._answer(self.backend.list_workflow_step_executions)

    def tag_resource(self) -> ActionResult:
        return self._answer(self.backend.tag_resource)

    def untag_resource(self) -> ActionResult:
        return self._answer(self.backend.untag_resource)

    def list_tags_for_resource(self) -> ActionResult:
        return self._answer(self.backend.list_tags_for_resource)
