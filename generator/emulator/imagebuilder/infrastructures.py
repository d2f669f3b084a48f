"""Infrastructure configurations: where and as whom images are built."""

from __future__ import annotations

from generator.emulator.imagebuilder.errors import InvalidParameterValue, InvalidRequest, ResourceDependency
from generator.emulator.imagebuilder.listing import page, plain
from generator.emulator.imagebuilder.permissions import instance_profile_role
from generator.emulator.imagebuilder.state import (
    Record,
    Request,
    State,
    add,
    chosen,
    end_dry_run,
    find,
    timestamp,
)

SETTINGS = (
    "description",
    "instanceTypes",
    "instanceProfileName",
    "securityGroupIds",
    "subnetId",
    "logging",
    "keyPair",
    "snsTopicArn",
    "resourceTags",
    "instanceMetadataOptions",
    "placement",
    "parentInstance",
)
RESERVED_TAGS = ("CreatedBy", "Ec2ImageBuilderArn", "Name", "Tags")


class InfrastructureOperations(State):
    def create_infrastructure_configuration(self, request: Request) -> Record:
        arn = self.once("CreateInfrastructureConfiguration", request, lambda: self._new_infrastructure(request))
        return {"infrastructureConfigurationArn": arn}

    def _new_infrastructure(self, request: Request) -> str:
        record = {
            "name": request["name"],
            **self._infrastructure_settings(request),
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        return add(self.infrastructures, self.arn("infrastructure-configuration", request["name"]), record, request)

    def _infrastructure_settings(self, request: Request) -> Record:
        self._check_infrastructure(request)
        settings = chosen(request, *SETTINGS)
        for name in ("terminateInstanceOnFailure", "terminateInstanceOnCompletion"):
            given = request.get(name)
            settings[name] = True if given is None else given
        return settings

    def _check_infrastructure(self, request: Request) -> None:
        name = request["instanceProfileName"]
        if instance_profile_role(self.account_id, self.partition, name) is None:
            # The words of https://github.com/rhythmictech/terraform-aws-imagebuilder-pipeline/issues/16.
            raise InvalidParameterValue(
                "instanceProfileName",
                "The provided instance profile does not exist. "
                "Please specify a different instance profile and try again.",
            )
        if request.get("subnetId") and not request.get("securityGroupIds"):
            raise InvalidRequest("When you specify a subnetId, you must also specify securityGroupIds.")
        for key in request.get("resourceTags") or {}:
            if key in RESERVED_TAGS:
                raise InvalidParameterValue("resourceTags", f"The tag key '{key}' is reserved.")

    def get_infrastructure_configuration(self, request: Request) -> Record:
        found = find(self.infrastructures, request["infrastructureConfigurationArn"])
        return {"infrastructureConfiguration": found}

    def list_infrastructure_configurations(self, request: Request) -> Record:
        records = self.infrastructures.values()
        return page("infrastructureConfigurationSummaryList", records, request, plain("name"))

    def update_infrastructure_configuration(self, request: Request) -> Record:
        arn = self.once(
            "UpdateInfrastructureConfiguration",
            request,
            lambda: self._changed_infrastructure(request["infrastructureConfigurationArn"], request),
        )
        return {"infrastructureConfigurationArn": arn}

    def _changed_infrastructure(self, arn: str, request: Request) -> str:
        old = find(self.infrastructures, arn)
        settings = self._infrastructure_settings(request)
        end_dry_run(request)
        self.infrastructures[arn] = {
            **chosen(old, "arn", "name", "dateCreated", "tags"),
            **settings,
            "dateUpdated": timestamp(),
        }
        return arn

    def delete_infrastructure_configuration(self, request: Request) -> Record:
        arn = request["infrastructureConfigurationArn"]
        find(self.infrastructures, arn)
        if any(pipeline["infrastructureConfigurationArn"] == arn for pipeline in self.pipelines.values()):
            raise ResourceDependency(arn)
        del self.infrastructures[arn]
        return {"infrastructureConfigurationArn": arn}
