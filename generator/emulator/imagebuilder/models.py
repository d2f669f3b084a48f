"""The backends: the state of Image Builder by account and Region."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

from generator.emulator.clock import CLOCK
from generator.emulator.imagebuilder.distributions import DistributionOperations
from generator.emulator.imagebuilder.faults import clear_faults
from generator.emulator.imagebuilder.images import ImageOperations
from generator.emulator.imagebuilder.infrastructures import InfrastructureOperations
from generator.emulator.imagebuilder.regions import ec2_regions
from generator.emulator.imagebuilder.tagging import TagOperations


class Operations(ImageOperations, InfrastructureOperations, DistributionOperations, TagOperations):
    """All operations of the service."""


class ImageBuilderBackend(Operations, BaseBackend):  # type: ignore[misc]
    """One account in one Region. Each operation takes a request and gives an answer in the shapes of the model."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._empty()

    def reset(self) -> None:
        clear_faults()
        super().reset()

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "saved_at": CLOCK.now()}

    def __setstate__(self, state: dict[str, Any]) -> None:
        saved_at: datetime = state.pop("saved_at")
        CLOCK.not_before(saved_at)  # builds that wait must not meet an earlier time than they knew
        self.__dict__.update(state)


imagebuilder_backends = BackendDict(
    ImageBuilderBackend, "imagebuilder", use_boto3_regions=False, additional_regions=list(ec2_regions())
)
