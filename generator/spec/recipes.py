"""What a recipe holds: base image, components, tests and volume, resolved from an image as written.

None of it depends on an account, a Region or an environment, so a recipe has one version everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, get_type_hints

from generator.source.report import Report
from generator.spec.base_images import chained_on, known_by_reference, named, resolve_base
from generator.spec.bases import KnownBase
from generator.spec.component_uses import ComponentUses, check_once
from generator.spec.container_bases import known_of_container
from generator.spec.container_recipes import resolve_container_of
from generator.spec.containers import OWN
from generator.spec.contents import Content, decoded, digest_of_content, is_same_content
from generator.spec.files import Source, Sources
from generator.spec.imports import check_volume
from generator.spec.instance_settings import resolve_settings
from generator.spec.keys import build_keys
from generator.spec.model import BaseImage, ComponentUse, Image, Volume
from generator.spec.model_container import Container, ContainerRecipe
from generator.spec.model_recipe import Device, InstanceSettings
from generator.spec.systems import ground_of
from generator.spec.volumes import resolve_devices, resolve_root
from generator.spec.written import ImageWritten

COMPONENTS_QUOTA = 20  # in a recipe, build and test together


@dataclass(frozen=True)
class Recipe:
    """A recipe without its version. `known` says more about the base image where it is a known one."""

    description: str
    base: BaseImage
    known: KnownBase | None
    components: tuple[ComponentUse, ...]
    tests: tuple[ComponentUse, ...]
    volume: Volume | None = None  # None: a container image
    devices: tuple[Device, ...] = ()
    settings: InstanceSettings = field(default_factory=InstanceSettings)
    keys: Mapping[str, str] = field(default_factory=dict)  # given ones that encrypt its volumes, by environment
    container_recipe: ContainerRecipe | None = None
    container_settings: Container = field(default_factory=Container)  # which no version depends on

    @property
    def content(self) -> Content:
        """What AWS holds immutably under the recipe's version; a base counts by its reference.

        It is what the version is made from, and what is kept of an old one: each key is a member of this class, and
        one that came later stands here only where it is set.
        """
        base = set_members(self.base)
        del base["name"]
        content: dict[str, Any] = {
            "description": self.description,
            "base": base,
            "components": [set_members(use) for use in self.components],
            "tests": [set_members(use) for use in self.tests],
        }
        if self.volume is not None:
            content["volume"] = set_members(self.volume)
        if self.base.container is not None:
            base["container"] = asdict(self.base.container)
        if self.container_recipe is not None:
            content["container_recipe"] = asdict(self.container_recipe)
        if self.devices:
            content["devices"] = [asdict(device) for device in self.devices]
        if self.settings != InstanceSettings():
            content["settings"] = asdict(self.settings)
        if self.keys:
            content["keys"] = dict(self.keys)
        return content

    @property
    def digest(self) -> str:
        return digest_of_content(self.content)

    @property
    def members(self) -> dict[str, Any]:
        """What an image has of its recipe, by name."""
        names = {field.name for field in fields(Image)}
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name in names}


def recipe_of(content: Content) -> Recipe:
    """The recipe whose content this is. Raises ValueError or TypeError where it is none that this Goldsmith knows."""
    hints = get_type_hints(Recipe)
    if not content.keys() <= hints.keys():
        raise ValueError(f"{sorted(content.keys() - hints.keys())} are no members of a recipe")
    base = named(decoded(BaseImage, {**content["base"], "name": ""}))
    members = {key: decoded(hints[key], value) for key, value in content.items() if key != "base"}
    known = known_of_container(base.container) if base.container else known_by_reference(base)
    recipe = Recipe(base=base, known=known, **members)
    if not is_same_content(recipe.content, content):
        raise ValueError("it says more than a recipe can")
    return recipe


# Members that the first versions of recipes knew: they count in a digest whatever they are.
_FIRST_MEMBERS = frozenset(
    {
        *("name", "platform", "managed_image", "ami", "ssm_parameter", "image_arn"),  # BaseImage
        *("owner", "version", "parameters"),  # ComponentUse
        *("device", "size", "type", "encrypted", "iops", "throughput"),  # Volume
    }
)


def set_members(value: BaseImage | ComponentUse | Volume) -> dict[str, object]:
    """The members as a mapping; later ones only where they say something, so that no digest of before changes."""
    return {
        each.name: getattr(value, each.name)
        for each in fields(value)
        if each.name in _FIRST_MEMBERS or getattr(value, each.name) != each.default
    }


def resolve_recipe(
    sources: Sources,
    image: Source[ImageWritten],
    component_versions: Mapping[str, str],
    parents: Mapping[str, Recipe],
    report: Report,
) -> Recipe | None:
    """The recipe of an image, or None after what is wrong has been reported.

    `parents` are the recipes of images that it may be built on: one that is missing has been reported. A component
    without a version in `component_versions` leaves nothing to report here: its own file says so.
    """
    findings = sum(each.severity == "error" for each in report.diagnostics)
    parent = parents.get(chained_on(image.written) or "")
    base, known = resolve_base(sources, image, parents, report)
    is_container = image.written.container is not None
    volume = None if is_container else resolve_root(image.document, image.written.volume, base, known, parent, report)
    if volume is not None and base is not None and base.imported_image is not None:
        check_volume(image.document, volume, sources.imports[base.name].written, report)
    container = resolve_container_of(sources.directory, image, base, report) if base and is_container else None
    ground = ground_of(base, known, is_container) if base else None
    resolver = ComponentUses(sources, image.document, ground, component_versions, report)
    components = resolver.uses("components", image.written.components)
    tests = resolver.uses("tests", image.written.tests or [])
    check_once(image.document, image.written, report)
    _check_quota(image, report)
    devices = resolve_devices(image.document, image.written.devices or (), volume.device if volume else None, report)
    settings = resolve_settings(image.document, image.written, sources.directory, base, known, report) if base else None
    if base is None or (volume or container) is None or settings is None or components is None or tests is None:
        return None
    if sum(each.severity == "error" for each in report.diagnostics) > findings:
        return None
    description = image.written.description or image.written.image
    container_recipe, container_settings = container or (None, Container())
    recipe = Recipe(
        description, base, known, components, tests, volume, devices, settings, {}, container_recipe, container_settings
    )
    return replace(recipe, keys=_keys(sources, image.written.image)) if _encrypts(recipe) else recipe


def _encrypts(recipe: Recipe) -> bool:
    """Whether it says anything of the environment's keys."""
    container = recipe.container_recipe
    volumes = recipe.devices if container is None else container.instance_devices
    is_template = container is not None and container.kms_key == OWN
    is_root = recipe.volume is not None and recipe.volume.encrypted
    return is_template or is_root or any(device.is_volume and device.encrypted for device in volumes)


def _keys(sources: Sources, name: str) -> dict[str, str]:
    """The keys that environments give for the Region that they build the image in."""
    written = {each: source.written for each, source in sources.environments.items()}
    return build_keys(
        {
            each: (environment.build.region, environment.keys)
            for each, environment in written.items()
            if name in {use if isinstance(use, str) else use.image for use in environment.images}
        }
    )


def _check_quota(image: Source[ImageWritten], report: Report) -> None:
    count = len(image.written.components) + len(image.written.tests or [])
    if count > COMPONENTS_QUOTA:
        message = (
            f"{count} components and tests are more than the {COMPONENTS_QUOTA} that a recipe may hold. "
            "Merge some, or build on an image that holds the first ones."
        )
        report.error(image.document, ("components",), message, code="G312")
