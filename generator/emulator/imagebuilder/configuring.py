"""What happens to the AMIs of an image once they are distributed: ImageConfigurationStep of the model, in its order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.emulator.imagebuilder import exports, fast_launch, launch_templates, parameters
from generator.emulator.imagebuilder.builds import Build, RegionFailure
from generator.emulator.imagebuilder.copying import Destination, Refused
from generator.emulator.imagebuilder.delivery import ami_at, distributions_of, failed, failure
from generator.emulator.imagebuilder.distributions import target_accounts
from generator.emulator.imagebuilder.state import Record, State

Settings = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """`member`: of the distribution, one structure or a list of them; `owner`: which of its members names the account.

    `run` gets where the AMI is, the structure and the AMI's id, and raises Refused.
    """

    name: str
    member: str
    owner: str
    run: Callable[[Destination, Settings, str], object]


STEPS = (
    Step("ASSOCIATE_LICENSES", "licenses", "accountId", fast_launch.associate),
    Step("UPDATE_LAUNCH_TEMPLATES", "launchTemplateConfigurations", "accountId", launch_templates.update),
    Step("PUT_SSM_PARAMETERS", "ssmParameterConfigurations", "amiAccountId", parameters.put),
    Step("UPDATE_FAST_LAUNCH_CONFIGURATIONS", "fastLaunchConfigurations", "accountId", fast_launch.enable),
    Step("EXPORT_AMI", "s3ExportConfiguration", "accountId", exports.export),
)


def configure(state: State, image: Record, build: Build) -> None:
    """INTEGRATING ends: all that can be done is done; the image fails with the reasons of all that cannot."""
    failures: list[RegionFailure] = []
    for distribution in distributions_of(state, image):
        for step, settings in _work(state, distribution):
            place = Destination(state, image, distribution, settings.get(step.owner) or state.account_id)
            try:
                step.run(place, settings, ami_at(image, place))
            except Refused as refused:
                failures.append(failure(place, refused, step.name))
    if failures:
        raise failed(image, failures)


def _work(state: State, distribution: Settings) -> Iterator[tuple[Step, Settings]]:
    given = {**distribution, "licenses": _licenses(state, distribution)}
    for step in STEPS:
        found = given.get(step.member) or []
        for settings in [found] if isinstance(found, dict) else found:
            yield step, settings


def _licenses(state: State, distribution: Settings) -> Iterable[Settings]:
    """The licenses of a Region are those of each of its AMIs."""
    arns = distribution.get("licenseConfigurationArns")
    accounts = target_accounts(distribution, state.account_id) if arns else []
    return [{"accountId": account_id, "arns": arns} for account_id in accounts]
