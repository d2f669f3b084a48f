"""The backends: the state of Image Builder by account and Region."""

from __future__ import annotations

from typing import Any

from moto.core.base_backend import BackendDict, BaseBackend

from generator.emulator.imagebuilder.distributions import DistributionOperations
from generator.emulator.imagebuilder.faults import clear_faults
from generator.emulator.imagebuilder.findings import FindingOperations
from generator.emulator.imagebuilder.image_imports import ImageImportOperations
from generator.emulator.imagebuilder.images import ImageOperations
from generator.emulator.imagebuilder.importing import ImportOperations
from generator.emulator.imagebuilder.infrastructures import InfrastructureOperations
from generator.emulator.imagebuilder.inspections import InspectionOperations
from generator.emulator.imagebuilder.lifecycle_executions import LifecycleExecutionOperations
from generator.emulator.imagebuilder.lifecycle_policies import LifecyclePolicyOperations
from generator.emulator.imagebuilder.marketplace_resources import MarketplaceOperations
from generator.emulator.imagebuilder.redistribution import RedistributionOperations
from generator.emulator.imagebuilder.regions import ec2_regions
from generator.emulator.imagebuilder.resource_policies import ResourcePolicyOperations
from generator.emulator.imagebuilder.resource_states import ResourceStateOperations
from generator.emulator.imagebuilder.retrying import RetryOperations
from generator.emulator.imagebuilder.tagging import TagOperations
from generator.emulator.vulnerabilities import VULNERABILITIES


class Operations(
    ImportOperations,
    ImageOperations,
    RedistributionOperations,
    MarketplaceOperations,
    ImageImportOperations,
    InfrastructureOperations,
    DistributionOperations,
    LifecyclePolicyOperations,
    LifecycleExecutionOperations,
    ResourceStateOperations,
    ResourcePolicyOperations,
    InspectionOperations,
    FindingOperations,
    RetryOperations,
    TagOperations,
):
    """All operations of the service."""


class ImageBuilderBackend(Operations, BaseBackend):  # type: ignore[misc]
    """One account in one Region. Each operation takes a request and gives an answer in the shapes of the model."""

    def __init__(self, region_name: str, account_id: str) -> None:
        super().__init__(region_name, account_id)
        self._empty()

    def __setstate__(self, kept: dict[str, Any]) -> None:
        """A state that was kept before a kind of resource was known here has none of that kind."""
        self._empty()
        self.__dict__.update(kept)

    def reset(self) -> None:
        clear_faults()
        VULNERABILITIES.clear()
        super().reset()


imagebuilder_backends = BackendDict(
    ImageBuilderBackend, "imagebuilder", use_boto3_regions=False, additional_regions=list(ec2_regions())
)
