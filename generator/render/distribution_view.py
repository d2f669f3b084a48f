"""Where an image goes: by Region, the accounts that own a copy, those that may launch it, and who is told."""

from __future__ import annotations

from collections.abc import Sequence

from generator.render import hcl, names
from generator.render.hcl import Value
from generator.render.root_view import distinct
from generator.render.roots import Root
from generator.render.vm_view import s3_export
from generator.spec.model import Image, Target


def distribution_regions(root: Root, image: Image) -> dict[str, Value]:
    """The `regions` of the module distribution, by Region."""
    regions = distinct(target.region for target in root.environment.targets)
    return {region: _region(root, image, region) for region in regions}


def _region(root: Root, image: Image, region: str) -> Value:
    targets = [target for target in root.environment.targets if target.region == region]
    settings: dict[str, Value] = {
        "kms_key_id": _key(root, region) if image.volume.encrypted else None,
        "s3_export": s3_export(image) if region == root.region else None,
        "share_account_ids": distinct(target.account.id for target in targets if target.mode == "share"),
        "ssm_parameters": [_parameter(root, image, target) for target in targets if target.mode == "copy"],
        "target_account_ids": _owners(root, region, targets),
    }
    return {name: value for name, value in settings.items() if value}


def _key(root: Root, region: str) -> Value:
    """The build Region's key is this root's own, and waited for; the others are known by name."""
    if region == root.region:
        return hcl.reference("module.image_key.alias_arn")
    return names.key_alias_arn(root, region)


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
