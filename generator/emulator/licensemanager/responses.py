"""Requests in, answers out: checks against botocore's model, which also serializes what the backend answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from generator.emulator.imagebuilder.validation import validate
from generator.emulator.licensemanager.models import LicenseManagerBackend, Record, licensemanager_backends
from generator.emulator.licensemanager.register import SERVICE


class LicenseManagerResponse(BaseResponse):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__(service_name=SERVICE)
        self.automated_parameter_parsing = True

    @property
    def backend(self) -> LicenseManagerBackend:
        backend: LicenseManagerBackend = licensemanager_backends[self.current_account][self.region]
        return backend

    def call_action(self) -> Any:
        try:
            shape = get_service_model(SERVICE).operation_model(self._get_action()).input_shape
            validate(shape, self.params)
            return super().call_action()
        except ServiceException as error:
            return self.serialized(ActionResult(error))

    def _answer(self, operation: Callable[[Record], Record]) -> ActionResult:
        return ActionResult(operation(self.params))

    def create_license_configuration(self) -> ActionResult:
        return self._answer(self.backend.create_license_configuration)

    def get_license_configuration(self) -> ActionResult:
        return self._answer(self.backend.get_license_configuration)

    def list_license_configurations(self) -> ActionResult:
        return self._answer(self.backend.list_license_configurations)

    def update_license_configuration(self) -> ActionResult:
        return self._answer(self.backend.update_license_configuration)

    def delete_license_configuration(self) -> ActionResult:
        return self._answer(self.backend.delete_license_configuration)

    def list_associations_for_license_configuration(self) -> ActionResult:
        return self._answer(self.backend.list_associations_for_license_configuration)

    def list_tags_for_resource(self) -> ActionResult:
        return self._answer(self.backend.list_tags_for_resource)

    def tag_resource(self) -> ActionResult:
        return self._answer(self.backend.tag_resource)

    def untag_resource(self) -> ActionResult:
        return self._answer(self.backend.untag_resource)
