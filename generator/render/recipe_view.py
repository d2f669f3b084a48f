"""What the call of the recipe module says: components, volumes, and what few images ask for."""

from __future__ import annotations

from collections.abc import Sequence

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.roots import Root
from generator.spec.model import Component, ComponentUse, Image, Volume
from generator.spec.model_recipe import Device


def user_data_file(image: Image, *, is_kept: bool = False) -> str:
    """The place of an image's user data in the root: readable, where the recipe holds base64.

    Of a version that is kept beside the one that builds, it has its number.
    """
    return f"user-data/{hcl.label(image.name)}{f'/{image.version}' if is_kept else ''}.txt"


def recipe_arguments(root: Root, image: Image, *, is_kept: bool = False) -> list[dict[str, Hcl]]:
    """What a recipe is told besides what every recipe is; nothing where Image Builder's own way is kept."""
    settings = image.settings
    arguments: dict[str, Value] = {
        "block_devices": block_devices(root, image, image.devices) or None,
        "uninstall_ssm_agent": settings.uninstall_agent,
        "user_data": None if settings.user_data is None else _file(user_data_file(image, is_kept=is_kept)),
        "working_directory": settings.working_directory,
    }
    return [
        {"name": Hcl(name), "value": hcl.encode(value, depth=1)}
        for name, value in arguments.items()
        if value is not None
    ]


def built_before(root: Root, image: Image) -> list[Hcl]:
    """The module that builds the image's base within the apply: AWS takes a recipe once its base is there."""
    bases = (each for each in root.environment.images if each.name == image.base.image)
    return [hcl.reference(f"module.image_{hcl.label(each.name)}") for each in bases if each.pipeline.build_timeout]


def component_use(root: Root, image: Image, use: ComponentUse) -> Value:
    """A component at its place in a recipe, with the values of its parameters."""
    arn: Value = (
        hcl.reference(f"module.{names.component_module(_own(root, image, use))}.arn")
        if use.owner == "self"
        else names.component_of_others(root, use)
    )
    parameters = dict(sorted(use.parameters))
    return {"arn": arn, "parameters": parameters} if parameters else {"arn": arn}


def _own(root: Root, image: Image, use: ComponentUse) -> Component:
    """The component of the spec, on the platform of the image."""
    wanted = (use.name, use.version, image.base.platform)
    there = (*root.environment.components, *root.environment.kept_components)
    own = [each for each in there if (each.name, each.version, each.platform) == wanted]
    if not own:
        raise ValueError(f"image {image.name} uses component {use.name} {use.version}, which is not there")
    return own[0]


def block_devices(root: Root, image: Image, devices: Sequence[Device]) -> dict[str, Value]:
    """Devices by name, as modules of recipes take them."""
    return {device.name: _device(root, image, device) for device in devices}


def root_volume(root: Root, image: Image) -> Value:
    volume = image.volume
    if volume is None:
        return None
    return dict(sorted({"device": volume.device, **_volume(root, image, volume, volume.size)}.items()))


def _device(root: Root, image: Image, device: Device) -> Value:
    if device.is_removed:
        return {"no_device": True}
    if device.virtual_name is not None:
        return {"virtual_name": device.virtual_name}
    settings = _volume(root, image, device, device.size)
    snapshot = device.snapshot_in(root.region)
    return dict(sorted({**settings, "snapshot_id": snapshot}.items())) if snapshot else settings


def _volume(root: Root, image: Image, volume: Volume | Device, size: int | None) -> dict[str, Value]:
    settings: dict[str, Value] = {
        "delete_on_termination": None if volume.delete_on_termination else False,
        "encrypted": volume.encrypted,
        "iops": volume.iops,
        "kms_key_id": recipe_key(root, image) if volume.encrypted else None,
        "size": size,
        "throughput": volume.throughput,
        "type": volume.type,
    }
    return {name: value for name, value in settings.items() if value is not None}


def _file(path: str) -> Hcl:
    return Hcl(f"file({hcl.interpolated(hcl.reference('path.module'), f'/{path}')})")


def recipe_key(root: Root, image: Image) -> Value:
    """The key that the recipe was made with: a version that is kept may be older than the keys of the environment."""
    given = image.keys.get(root.environment.name)
    if given is not None:
        return given
    return names.key_alias_arn(root, root.region) if root.environment.keys else names.image_key(root, root.region)
