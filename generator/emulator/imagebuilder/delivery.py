"""The way of an AMI into Regions and accounts, each copy as the distribution configuration says.

The account that receives a copy makes it, as EC2ImageBuilderDistributionCrossAccountRole, which Image Builder assumes.
So a copy comes about only where that role exists, trusts the build account, and may do each step.
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html
Reasons read as in https://repost.aws/knowledge-center/image-builder-distr-error-encrypted-ami.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from generator.emulator.imagebuilder.amis import BuiltAmi
from generator.emulator.imagebuilder.bases import ec2_of
from generator.emulator.imagebuilder.builds import Build, BuildFailure, RegionFailure
from generator.emulator.imagebuilder.container_builds import is_container
from generator.emulator.imagebuilder.container_delivery import push_all
from generator.emulator.imagebuilder.copying import Destination, Refused, copy_to, re_encrypted, share
from generator.emulator.imagebuilder.distributions import target_accounts
from generator.emulator.imagebuilder.faults import take_copy_fault
from generator.emulator.imagebuilder.state import Record, State

DOING = {
    "ASSOCIATE_LICENSES": "associating licenses",
    "UPDATE_LAUNCH_TEMPLATES": "updating the launch template",
    "PUT_SSM_PARAMETERS": "putting the SSM parameter",
    "UPDATE_FAST_LAUNCH_CONFIGURATIONS": "enabling fast launch",
    "EXPORT_AMI": "exporting the image",
}


def distribute(state: State, image: Record, build: Build) -> None:
    """DISTRIBUTING ends: every copy is there, or the image fails with the reasons of all that are not."""
    if is_container(image):
        _distribute_container(state, image)
        return
    source: BuiltAmi = ec2_of(state).amis[build.ami_id]
    failures: list[RegionFailure] = []
    amis = image["outputResources"]["amis"]
    for distribution in distributions_of(state, image):
        for account_id in _accounts(state, distribution):
            place = Destination(state, image, distribution, account_id)
            if _is_there(image, place):
                continue  # from an earlier try
            try:
                ami = _delivered(place, source)
                build.ami_id = ami.id if place.is_source else build.ami_id  # another one where it was re-encrypted
                amis.append(_as_output(place, ami))
            except Refused as refused:
                failures.append(failure(place, refused))
    if failures:
        raise failed(image, failures)


def _distribute_container(state: State, image: Record) -> None:
    failures = push_all(state, image, distributions_of(state, image))
    if failures:
        raise failed(image, failures)


def distributions_of(state: State, image: Record) -> list[Mapping[str, Any]]:
    """The blocks of the configuration; the build Region comes first, and receives the AMI in any case."""
    given = (image.get("distributionConfiguration") or {}).get("distributions") or []
    here: list[Mapping[str, Any]] = [item for item in given if item["region"] == state.region_name]
    there = [item for item in given if item["region"] != state.region_name]
    return [*(here or [{"region": state.region_name}]), *there]


def _accounts(state: State, distribution: Mapping[str, Any]) -> Iterable[str]:
    accounts = target_accounts(distribution, state.account_id)
    if distribution["region"] != state.region_name:
        return accounts
    return [state.account_id, *(account for account in accounts if account != state.account_id)]


def _delivered(place: Destination, source: BuiltAmi) -> BuiltAmi:
    fault = take_copy_fault(place.account_id, place.region, place.image["name"])
    if fault is not None:
        raise Refused(fault.reason or f"AMI Copy Reported Failure For '{source.id}'")
    ami = re_encrypted(place, source) if place.is_source else _copied_before(place) or copy_to(place, source)
    share(place, ami)
    return ami


def _copied_before(place: Destination) -> BuiltAmi | None:
    """The copy of an earlier try that could not be shared."""
    arn = place.image["arn"]
    for ami in place.ec2.amis.values():
        tags = {tag["key"]: tag["value"] for tag in ami.get_tags()}
        if isinstance(ami, BuiltAmi) and tags.get("Ec2ImageBuilderArn") == arn:
            return ami
    return None


def _as_output(place: Destination, ami: BuiltAmi) -> Record:
    """Ami of the model."""
    output: Record = {
        "region": place.region,
        "image": ami.id,
        "name": ami.name,
        "state": {"status": "AVAILABLE"},
        "accountId": place.account_id,
    }
    return {**output, "description": ami.description} if ami.description else output


def _is_there(image: Record, place: Destination) -> bool:
    here = (place.region, place.account_id)
    return any((ami["region"], ami["accountId"]) == here for ami in image["outputResources"]["amis"])


def ami_at(image: Record, place: Destination) -> str:
    """The id of the AMI there; Refused where distribution made none."""
    for ami in image["outputResources"]["amis"]:
        if (ami["region"], ami["accountId"]) == (place.region, place.account_id):
            return str(ami["image"])
    raise Refused("Image Builder Client Error: 'The account has no AMI of this image in the Region.'")


def failure(place: Destination, refused: Refused, step: str | None = None) -> RegionFailure:
    doing = "distributing the image" if step is None else DOING[step]
    message = (
        f"{refused} when {doing} from the source account (ID: {place.state.account_id}) "
        f"to the destination account (ID: {place.account_id}) in Region {place.region}."
    )
    return RegionFailure(place.region, place.account_id, message, step)


def failed(image: Record, failures: list[RegionFailure]) -> BuildFailure:
    listed = " ".join(f"{number}) {item.message}" for number, item in enumerate(failures, 1))
    step = "ConfigureImage" if failures[0].configuration_step else "DistributeImage"
    return BuildFailure(
        f"Distribution failed with JobId '{uuid.uuid4()}', status = 'Failed' for ARN '{image['arn']}'. "
        f"'Not all distribution jobs are completed. {listed}'",
        step,
        tuple(failures),
    )
