"""Distribution configurations: to which Regions and accounts an image goes, under which name and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generator.emulator.imagebuilder.errors import (
    InvalidParameterCombination,
    InvalidParameterValue,
    ResourceDependency,
)
from generator.emulator.imagebuilder.listing import page, plain
from generator.emulator.imagebuilder.regions import is_region
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

TIMEOUT_MINUTES = 720  # the most that DistributionTimeoutMinutes allows, and what is answered where none was given
BUILD_DATE = "imagebuilder:buildDate"


def target_accounts(distribution: Mapping[str, Any], build_account: str) -> list[str]:
    """The accounts that get an AMI of their own in this Region: the listed ones, else the build account."""
    ami = distribution.get("amiDistributionConfiguration") or {}
    return list(ami.get("targetAccountIds") or [build_account])


class DistributionOperations(State):
    def create_distribution_configuration(self, request: Request) -> Record:
        arn = self.once("CreateDistributionConfiguration", request, lambda: self._new_distribution(request))
        return {"distributionConfigurationArn": arn}

    def _new_distribution(self, request: Request) -> str:
        self._check_distributions(request["distributions"])
        record = {
            **chosen(request, "name", "description"),
            "distributions": list(request["distributions"]),
            "timeoutMinutes": TIMEOUT_MINUTES,
            "dateCreated": timestamp(),
            "tags": dict(request.get("tags") or {}),
        }
        return add(self.distributions, self.arn("distribution-configuration", request["name"]), record, request)

    def _check_distributions(self, distributions: Iterable[Mapping[str, Any]]) -> None:
        seen = set()
        for index, distribution in enumerate(distributions):
            place, region = f"distributions[{index}]", distribution["region"]
            if not is_region(region, self.partition):
                raise InvalidParameterValue(f"{place}.region", f"The Region '{region}' does not exist.")
            if region in seen:
                raise InvalidParameterValue(f"{place}.region", f"The Region '{region}' is specified more than once.")
            seen.add(region)
            _check_ami(place, distribution.get("amiDistributionConfiguration") or {})
            self._check_parameters_have_amis(place, distribution)

    def _check_parameters_have_amis(self, place: str, distribution: Mapping[str, Any]) -> None:
        """A parameter belongs to a target account of its Region: SsmParameterConfiguration in the model."""
        owners = set(target_accounts(distribution, self.account_id))
        if distribution["region"] == self.region_name:
            owners.add(self.account_id)
        seen = set()
        for index, parameter in enumerate(distribution.get("ssmParameterConfigurations") or []):
            owner = parameter.get("amiAccountId") or self.account_id
            name = parameter["parameterName"]
            if (owner, name) in seen:
                raise InvalidParameterValue(
                    f"{place}.ssmParameterConfigurations[{index}].parameterName",
                    f"The parameter '{name}' of the account '{owner}' is specified more than once for the Region.",
                )
            seen.add((owner, name))
            if owner not in owners:
                raise InvalidParameterCombination(
                    f"The value supplied for parameter '{place}.ssmParameterConfigurations[{index}].amiAccountId' is "
                    f"not valid. The account '{owner}' is not a target account for the Region."
                )

    def get_distribution_configuration(self, request: Request) -> Record:
        found = find(self.distributions, request["distributionConfigurationArn"])
        return {"distributionConfiguration": found}

    def list_distribution_configurations(self, request: Request) -> Record:
        summaries = [
            {**record, "regions": [distribution["region"] for distribution in record["distributions"]]}
            for record in self.distributions.values()
        ]
        return page("distributionConfigurationSummaryList", summaries, request, plain("name"))

    def update_distribution_configuration(self, request: Request) -> Record:
        arn = self.once(
            "UpdateDistributionConfiguration",
            request,
            lambda: self._changed_distribution(request["distributionConfigurationArn"], request),
        )
        return {"distributionConfigurationArn": arn}

    def _changed_distribution(self, arn: str, request: Request) -> str:
        old = find(self.distributions, arn)
        self._check_distributions(request["distributions"])
        end_dry_run(request)
        self.distributions[arn] = {
            **chosen(old, "arn", "name", "dateCreated", "tags", "timeoutMinutes"),
            **chosen(request, "description"),
            "distributions": list(request["distributions"]),
            "dateUpdated": timestamp(),
        }
        return arn

    def delete_distribution_configuration(self, request: Request) -> Record:
        arn = request["distributionConfigurationArn"]
        find(self.distributions, arn)
        if any(pipeline.get("distributionConfigurationArn") == arn for pipeline in self.pipelines.values()):
            raise ResourceDependency(arn)
        del self.distributions[arn]
        return {"distributionConfigurationArn": arn}


def _check_ami(place: str, ami: Mapping[str, Any]) -> None:
    """AmiDistributionConfiguration.name and LaunchPermissionConfiguration.userGroups in the model."""
    name = ami.get("name")
    if name is not None and BUILD_DATE not in name:
        raise InvalidParameterValue(
            f"{place}.amiDistributionConfiguration.name", f"The name must include '{{{{ {BUILD_DATE} }}}}'."
        )
    groups = (ami.get("launchPermission") or {}).get("userGroups") or []
    if any(group != "all" for group in groups):
        raise InvalidParameterValue(
            f"{place}.amiDistributionConfiguration.launchPermission.userGroups",
            "The only group that is supported is 'all'.",
        )
