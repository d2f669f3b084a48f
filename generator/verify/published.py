"""What builds have published: where copies go, a parameter with the id of an AMI that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generator.built import available, images_of
from generator.render.roots import Root
from generator.spec.model import Image
from generator.verify import names
from generator.verify.checks import MISSING, Check, equal, failed, skipped
from generator.verify.clients import Clients
from generator.verify.launching import check_launching

Amis = Mapping[tuple[str, str], str]  # (account id, Region) -> AMI id


def check_published(root: Root, clients: Clients) -> Iterator[Check]:
    """For every image and every place of the root; skipped where no image has been sent yet."""
    for image in root.environment.amis:
        amis = newest_amis(root, image, clients)
        for region in places(root):
            yield from _check_place(root, image, region, amis, clients)
            if root.is_build_account:
                yield from check_shared(root, image, region, amis, clients)


def places(root: Root) -> list[str]:
    """The Regions whose copies this root answers for: its own, or all where the account has no other.

    The build account has roots in other Regions for its keys, unless those are given.
    """
    regions = {
        target.region for target in root.environment.targets if target.account == root.account and target.mode == "copy"
    }
    if not root.is_build_account and not root.is_home:
        return []
    if root.is_build_account and root.environment.keys:
        return sorted(regions) if root.kind == "build" else []
    return sorted(regions & {root.region} if root.is_build_account else regions)


def newest_amis(root: Root, image: Image, clients: Clients) -> Amis:
    """The AMIs of the newest image that is AVAILABLE, whoever built it; empty before the first one."""
    amis = newest_output(root, image, clients).get("amis", [])
    return {(ami["accountId"], ami["region"]): ami["image"] for ami in amis}


def newest_output(root: Root, image: Image, clients: Clients) -> Mapping[str, Any]:
    """What the newest image that is AVAILABLE has put out; empty before the first one."""
    build = root.environment.build
    imagebuilder = clients("imagebuilder", build.account, build.region)
    home = Root(root.organization, root.environment, build.account, build.region, "build")
    arn = names.image_builder_arn(home, "image-pipeline", image.name)
    newest = next(iter(available(images_of(imagebuilder, arn))), {})
    output: Mapping[str, Any] = newest.get("outputResources", {})
    return output


def _check_place(root: Root, image: Image, region: str, amis: Amis, clients: Clients) -> Iterator[Check]:
    expected = amis.get((root.account.id, region))
    yield from check_parameters(root, image, region, expected, clients)
    yield from check_launching(root, image, region, expected, clients)
    name = f"parameter.{image.name}.{region}"
    actual = _parameter(root, names.parameter(root.environment, image), region, clients)
    if actual is None and expected is None:
        reason = "the newest image was not sent here" if amis else "no image built yet"
        yield skipped(root.name, name, "an AMI", reason)
        return
    if actual is None:
        yield failed(root.name, name, expected, MISSING)
        return
    yield equal(root.name, name, expected or actual, actual)
    yield equal(root.name, f"ami.{image.name}.{region}", "available", _state(root, actual, region, clients))


def check_shared(root: Root, image: Image, region: str, amis: Amis, clients: Clients) -> Iterator[Check]:
    """Whoever is to launch the build account's AMI of a Region may, and not everybody may unless the spec says so.

    Others may be among them: Image Builder lets an account that copies an AMI launch it too.
    """
    name, ami = f"shared.{image.name}.{region}", amis.get((root.account.id, region))
    receivers = [target for target in root.environment.targets if target.region == region]
    wanted = sorted(target.account.id for target in receivers if target.mode == "share")
    for audience in root.environment.audiences:
        if audience.region == region:
            wanted += [*audience.organizations, *audience.organizational_units, *(["all"] if audience.public else [])]
    if ami is None:
        if wanted:
            yield skipped(root.name, name, wanted, "no image built yet")
        return
    ec2 = clients("ec2", root.account, region)
    given = ec2.describe_image_attribute(ImageId=ami, Attribute="launchPermission")["LaunchPermissions"]
    who = {str(value) for entry in given for value in entry.values()}
    own = {one for one in who if not one.isdigit()}  # organizations, units and the public, whom nobody else lets in
    yield equal(root.name, name, sorted(wanted), sorted(who & {*wanted} | own))


def check_parameters(root: Root, image: Image, region: str, ami: str | None, clients: Clients) -> Iterator[Check]:
    """The parameters of the spec's own hold the same AMI as Goldsmith's."""
    for each in image.delivery.parameters:
        if (each.account, each.region) == (root.account, region) and ami is not None:
            actual = _parameter(root, each.name, region, clients)
            yield equal(root.name, f"parameter.{image.name}.{region}.{each.name}", ami, actual or MISSING)


def _parameter(root: Root, name: str, region: str, clients: Clients) -> str | None:
    ssm = clients("ssm", root.account, region)
    try:
        value: str = ssm.get_parameter(Name=name)["Parameter"]["Value"]
    except ssm.exceptions.ParameterNotFound:
        return None
    return value


def _state(root: Root, ami: str, region: str, clients: Clients) -> str:
    """State of an AMI that the account owns. A filter, as asking by id is an error where it is gone."""
    ec2 = clients("ec2", root.account, region)
    filters = [{"Name": "image-id", "Values": [ami]}]
    images = ec2.describe_images(Owners=["self"], Filters=filters)["Images"]
    return str(images[0]["State"]) if images else f"{ami} {MISSING}"
