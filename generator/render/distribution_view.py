"""Where an image goes: by Region, the accounts that own a copy, those that may launch it, and who is told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.launch_view import launch_settings
from generator.render.root_view import default_tags, distinct, in_order
from generator.render.roots import Root
from generator.render.vm_view import s3_export
from generator.spec.chains import is_encrypted
from generator.spec.distribute import PUBLIC
from generator.spec.model import Image, Target
from generator.spec.model_distribution import OutputParameter


def distribution_regions(root: Root, image: Image) -> dict[str, Value]:
    """The `regions` of the module distribution, by Region."""
    regions = distinct(target.region for target in root.environment.targets)
    return {region: _region(root, image, region) for region in regions}


def _region(root: Root, image: Image, region: str) -> Value:
    targets = [target for target in root.environment.targets if target.region == region]
    delivery = image.delivery
    settings: dict[str, Value] = {
        "kms_key_id": names.image_key(root, region) if is_encrypted(image, root.environment.images) else None,
        "s3_export": s3_export(image) if region == root.region else None,
        "share_account_ids": distinct(target.account.id for target in targets if target.mode == "share"),
        "ssm_parameters": [
            *(_parameter(root, image, target) for target in targets if target.mode == "copy"),
            *(_own_parameter(root, each) for each in delivery.parameters if each.region == region),
        ],
        "target_account_ids": _owners(root, region, targets),
        **_audience(root, region),
        **_differences(root, image, region),
        **launch_settings(image, region),
    }
    return {name: settings[name] for name in sorted(settings) if settings[name]}


def _audience(root: Root, region: str) -> dict[str, Value]:
    """Who may launch the AMI without being named as an account."""
    return {
        name: value
        for audience in root.environment.audiences
        if audience.region == region
        for name, value in {
            "organization_arns": list(audience.organizations),
            "organizational_unit_arns": list(audience.organizational_units),
            "public": PUBLIC if audience.public else None,
        }.items()
    }


def _differences(root: Root, image: Image, region: str) -> dict[str, Value]:
    """What is not as in the other Regions."""
    settings = image.delivery.regions.get(region)
    if settings is None:
        return {}
    return {
        "ami_description": settings.ami.description,
        "ami_name": settings.ami.name,
        "ami_tags": ami_tags(root, image, settings.ami.tags) if settings.ami.tags else None,
        "license_arns": list(settings.licenses),
    }


def ami_settings(root: Root, image: Image) -> dict[str, Hcl | list[dict[str, Hcl]]]:
    """The arguments for AMIs of all Regions; a description where it is not the image's."""
    own = image.delivery.ami
    return {
        "ami_description": [{"value": hcl.encode(own.description)}] if own.description else [],
        "ami_name": hcl.encode(own.name or names.ami(root.environment, image)),
        "ami_tags": hcl.encode(ami_tags(root, image), depth=1),
    }


def ami_tags(root: Root, image: Image, more: Mapping[str, str] | None = None) -> dict[str, str]:
    return made_tags(root, image, {**image.delivery.ami.tags, **(more or {})})


def made_tags(root: Root, image: Image, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a build makes bears these tags; Image Builder takes none from the provider's default ones."""
    return in_order({**default_tags(root), **image.tags, **(more or {}), "Image": image.name})


def _owners(root: Root, region: str, targets: Sequence[Target]) -> list[str]:
    """The accounts that own a copy; the build account is named only beside others, and never in its Region.

    There it owns the image in any case; where no account is named, AWS copies to the build account.
    """
    own = root.account.id
    owners = distinct(target.account.id for target in targets if target.mode == "copy")
    if region == root.region or owners == [own]:
        return [account for account in owners if account != own]
    return owners


def _parameter(root: Root, image: Image, target: Target) -> Value:
    name = names.parameter(root.environment, image)
    return {"name": name} if target.account == root.account else {"account_id": target.account.id, "name": name}


def _own_parameter(root: Root, parameter: OutputParameter) -> Value:
    """One that the spec names."""
    settings: dict[str, Value] = {
        "account_id": None if parameter.account == root.account else parameter.account.id,
        "data_type": "text" if parameter.data_type == "text" else None,
        "name": parameter.name,
    }
    return {name: value for name, value in settings.items() if value}
