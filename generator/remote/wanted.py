"""What a build root will make under versions, each as AWS answers for what is there: see `held`."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from generator.remote.documents import document_of
from generator.render import names
from generator.render.hcl import Hcl
from generator.render.recipe_view import recipe_key
from generator.render.roots import Root
from generator.spec.container_places import default_repository
from generator.spec.containers import OWN
from generator.spec.model import Component, ComponentUse, Image, Volume
from generator.spec.model_container import ContainerRecipe
from generator.spec.model_pipeline import Workflow
from generator.spec.model_recipe import Device

Kind = Literal["component", "workflow", "image-recipe", "container-recipe"]
Content = Mapping[str, Any]

SECTIONS: Mapping[Kind, str] = {
    "component": "components",
    "workflow": "workflows",
    "image-recipe": "recipes",
    "container-recipe": "recipes",
}
_BUILD = re.compile(r"(/[0-9]+\.[0-9]+\.[0-9]+)/[0-9]+\Z")


@dataclass(frozen=True)
class Wanted:
    """`name` and `version` are those of the lock; `arn` is the version's, without the number of a build."""

    kind: Kind
    name: str
    version: str
    arn: str
    content: Content

    @property
    def stem(self) -> str:
        """The ARN without the version."""
        return self.arn.rsplit("/", 1)[0]


def wanted(root: Root) -> Iterator[Wanted]:
    """Everything of a build root that is immutable under its version."""
    environment = root.environment
    for component in (*environment.components, *environment.kept_components):
        arn = _arn(root, "component", component.full_name, component.version)
        yield Wanted("component", component.name, component.version, arn, _component(component))
    for workflow in environment.operations.workflows:
        arn = _arn(root, f"workflow/{workflow.kind.lower()}", workflow.name, workflow.version)
        yield Wanted("workflow", workflow.name, workflow.version, arn, _document(workflow))
    for image in environment.images:
        for each in (image, *image.kept):
            kind: Kind = "container-recipe" if each.is_container else "image-recipe"
            arn = _arn(root, kind, image.name, each.version)
            yield Wanted(kind, image.name, each.version, arn, _recipe(root, each))


def without_build(arn: str) -> str:
    """The ARN of a component's version: a recipe may name the build of it."""
    return _BUILD.sub(r"\1", arn)


def _arn(root: Root, resource: str, name: str, version: str) -> str:
    place = f"arn:{root.organization.partition}:imagebuilder:{root.region}:{root.account.id}"
    return f"{place}:{resource}/{names.in_environment(root.environment, name)}/{version}"


def _document(document: Component | Workflow) -> dict[str, Any]:
    return {"data": document_of(document.document), "changeDescription": document.settings.change_description}


def _component(component: Component) -> Content:
    systems = sorted(component.settings.os_versions)
    return {**_document(component), "platform": component.platform, "supportedOsVersions": systems}


def _recipe(root: Root, image: Image) -> Content:
    own = {
        "description": image.description or None,
        "parentImage": names.parent_image(root, image.base),
        "components": [_use(root, image, use) for use in (*image.components, *image.tests)],
        "workingDirectory": image.settings.working_directory,
    }
    return own | (_ami(root, image) if image.container_recipe is None else _container(root, image))


def _use(root: Root, image: Image, use: ComponentUse) -> dict[str, Any]:
    return {"componentArn": _component_arn(root, image, use), "parameters": dict(use.parameters)}


def _component_arn(root: Root, image: Image, use: ComponentUse) -> str:
    if use.owner != "self":
        return without_build(names.component_of_others(root, use))
    there = (*root.environment.components, *root.environment.kept_components)
    wanted_one = (use.name, use.version, image.base.platform)
    component = next(each for each in there if (each.name, each.version, each.platform) == wanted_one)
    return _arn(root, "component", component.full_name, use.version)


def _ami(root: Root, image: Image) -> dict[str, Any]:
    """User data and the agent's removal are left out where a recipe says nothing of them: AWS has defaults for both."""
    settings, volume = image.settings, image.volume
    devices: dict[str, Any] = {} if volume is None else {volume.device: _volume(root, image, volume, volume.size)}
    told: dict[str, Any] = {"blockDeviceMappings": devices | _devices(root, image, image.devices)}
    if settings.user_data is not None:
        told["userDataOverride"] = base64.b64encode(settings.user_data.encode()).decode()
    if settings.uninstall_agent is not None:
        told["uninstallAfterBuild"] = settings.uninstall_agent
    return told


def _container(root: Root, image: Image) -> dict[str, Any]:
    """A template that lies in S3 is not read: its place is what the spec says of it."""
    recipe = image.container_recipe or ContainerRecipe(None)
    instance = recipe.instance_ami or (f"ssm:{recipe.instance_ssm}" if recipe.instance_ssm else None)
    told: dict[str, Any] = {
        "targetRepository": recipe.repository or default_repository(root.environment.name, image.name),
        "kmsKeyId": _key(root, image) if recipe.kms_key == OWN else recipe.kms_key,
        "instanceImage": instance,
        "blockDeviceMappings": _devices(root, image, recipe.instance_devices),
    }
    return told if recipe.dockerfile is None else told | {"dockerfileTemplateData": recipe.dockerfile}


def _devices(root: Root, image: Image, devices: tuple[Device, ...]) -> dict[str, Any]:
    return {device.name: _device(root, image, device) for device in devices}


def _device(root: Root, image: Image, device: Device) -> dict[str, Any]:
    if device.is_removed:
        return {"noDevice": True}
    if device.virtual_name is not None:
        return {"virtualName": device.virtual_name}
    snapshot = device.snapshot_in(root.region)
    return _volume(root, image, device, device.size) | ({"snapshotId": snapshot} if snapshot else {})


def _volume(root: Root, image: Image, volume: Volume | Device, size: int | None) -> dict[str, Any]:
    members = {
        "deleteOnTermination": volume.delete_on_termination,
        "encrypted": volume.encrypted,
        "iops": volume.iops,
        "kmsKeyId": _key(root, image) if volume.encrypted else None,
        "throughput": volume.throughput,
        "volumeSize": size,
        "volumeType": volume.type,
    }
    return {name: value for name, value in members.items() if value is not None}


def _key(root: Root, image: Image) -> str:
    """By its alias, as modules pass it on, where the root makes it."""
    key = recipe_key(root, image)
    return names.key_alias_arn(root, root.region) if isinstance(key, Hcl) else str(key)
