"""What a recipe holds: base image, components, tests and volume, resolved from an image as written.

None of it depends on an account, a Region or an environment, so a recipe has one version everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, get_type_hints

from generator.spec.bases import KNOWN_BASES, KNOWN_MANAGED_IMAGES, KnownBase
from generator.spec.component_uses import ComponentUses
from generator.spec.container_bases import known_of_container
from generator.spec.container_recipes import resolve_container_base, resolve_container_of
from generator.spec.containers import OWN
from generator.spec.contents import Content, decoded, digest_of_content, is_same_content
from generator.spec.files import Source, Sources
from generator.spec.imports import ROOT_DEVICE, imported_base
from generator.spec.instance_settings import resolve_settings
from generator.spec.keys import build_keys
from generator.spec.model import BaseImage, ComponentUse, Image, Volume
from generator.spec.model_container import Container, ContainerRecipe
from generator.spec.model_recipe import Device, InstanceSettings
from generator.spec.report import Report, did_you_mean, quoted, shown
from generator.spec.values import AMI_PATTERN, IMAGE_ARN_PATTERN, IMAGE_ARN_RULE
from generator.spec.volumes import VolumeWritten, check_root, resolve_devices
from generator.spec.written import BaseWritten, ImageWritten
from generator.spec.yaml import Document

COMPONENTS_QUOTA = 20  # in a recipe, build and test together

_MANAGED_ARN = re.compile(r"arn:[^:]+:imagebuilder:[^:]+:aws:image/([^/]+)/")
_DEFAULT_SIZE = {"Linux": 20, "Windows": 50, "macOS": 100}


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
    base = content["base"]
    names = [base.get(key) for key in ("managed_image", "ami", "ssm_parameter", "image_arn")]
    names += [base["container"].get(key) for key in ("reference", "ecr") if base.get("container")]
    name = next(each for each in names if each)
    members = {key: decoded(hints[key], value) for key, value in content.items() if key != "base"}
    found = decoded(BaseImage, {**base, "name": name})
    known = known_of_container(found.container) if found.container else KNOWN_MANAGED_IMAGES.get(name)
    recipe = Recipe(base=found, known=known, **members)
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
    report: Report,
    today: date,
) -> Recipe | None:
    """The recipe of an image, or None after what is wrong has been reported.

    A component without a version in `component_versions` leaves nothing to report here: its own file says so.
    """
    findings = sum(each.severity == "error" for each in report.diagnostics)
    base, known = _resolve_base(sources, image, report, today)
    is_container = image.written.container is not None
    volume = _resolve_volume(image, base, known, report) if base and not is_container else None
    container = resolve_container_of(sources.directory, image, base, report) if base and is_container else None
    resolver = ComponentUses(sources, image.document, base, component_versions, report)
    components = resolver.uses("components", image.written.components)
    tests = resolver.uses("tests", image.written.tests or [])
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


def _resolve_base(
    sources: Sources, image: Source[ImageWritten], report: Report, today: date
) -> tuple[BaseImage | None, KnownBase | None]:
    written = image.written.base
    if image.written.container is not None:
        base, known = resolve_container_base(image, report)
        if base and known:
            _warn_of_end_of_support(image.document, base.name, known, report, today)
        return base, known
    if isinstance(written, BaseWritten) and written.import_ is not None:
        return imported_base(image.document, written, sources.names["imports"], sources.imports, report), None
    if isinstance(written, BaseWritten):
        return _described_base(image.document, written, report)
    if re.match(AMI_PATTERN, written):
        return BaseImage(written, "Linux", ami=written), None
    if written.startswith("arn:"):
        return _described_base(image.document, _base_of_arn(image.document, written, report), report)
    known = KNOWN_BASES.get(written)
    if known is None:
        message = (
            f"{shown(written)} is no known base image; known are {quoted(KNOWN_BASES, 'and')}. Others go "
            f"by AMI id, by image ARN, or as `ssm: /name`.{did_you_mean(written, KNOWN_BASES)}"
        )
        report.error(image.document, ("base",), message)
        return None, None
    _warn_of_end_of_support(image.document, written, known, report, today)
    base = BaseImage(written, known.platform, managed_image=known.managed_image, ssm_parameter=known.ssm_parameter)
    return base, known


def _base_of_arn(document: Document, arn: str, report: Report) -> BaseWritten | None:
    """The long form of an ARN that is written as text."""
    if re.match(IMAGE_ARN_PATTERN, arn):
        return BaseWritten(arn=arn)
    report.error(document, ("base",), f"{shown(arn)} is not allowed; {IMAGE_ARN_RULE}.")
    return None


def _described_base(
    document: Document, written: BaseWritten | None, report: Report
) -> tuple[BaseImage | None, KnownBase | None]:
    if written is None:
        return None, None
    if written.reference or written.ecr:
        key = "reference" if written.reference else "ecr"
        message = "is for container images only. Remove it, or make the image one with `container: {}`."
        report.error(document, ("base", key), message)
        return None, None
    references = [reference for reference in (written.ami, written.ssm, written.arn) if reference]
    if len(references) != 1:
        report.error(document, ("base",), f"has {len(references)} of ami, ssm, arn and import; exactly one is needed.")
        return None, None
    managed = _MANAGED_ARN.match(written.arn or "")
    known = KNOWN_MANAGED_IMAGES.get(managed.group(1)) if managed else None
    platform = written.platform or (known.platform if known else "Linux")
    base = BaseImage(references[0], platform, ami=written.ami, ssm_parameter=written.ssm, image_arn=written.arn)
    return base, known


def _warn_of_end_of_support(document: Document, name: str, known: KnownBase, report: Report, today: date) -> None:
    if (known.end_of_support - today).days > 90:
        return
    when = "is out of support since" if known.end_of_support <= today else "goes out of support on"
    successor = f" Its successor is {known.successor}." if known.successor else ""
    report.warning(document, ("base",), f"{name} {when} {known.end_of_support}.{successor}")


def _resolve_volume(
    image: Source[ImageWritten], base: BaseImage, known: KnownBase | None, report: Report
) -> Volume | None:
    written = image.written.volume or VolumeWritten()
    device = written.device or (known.root_device if known else ROOT_DEVICE if base.imported_image else None)
    if device is None:
        report.error(
            image.document,
            ("volume", "device"),
            f"is missing; the root device of {base.name} is not known here, and a wrong one would leave "
            "the root volume as the base image has it. "
            "Add it (`aws ec2 describe-images` calls it RootDeviceName).",
        )
        return None
    volume = Volume(
        device=device,
        size=written.size or _DEFAULT_SIZE[base.platform],
        type=written.type or "gp3",
        encrypted=True if written.encrypted is None else written.encrypted,
        iops=written.iops,
        throughput=written.throughput,
        delete_on_termination=written.delete_on_termination is not False,
    )
    check_root(image.document, volume, report)
    return volume


def _check_quota(image: Source[ImageWritten], report: Report) -> None:
    count = len(image.written.components) + len(image.written.tests or [])
    if count > COMPONENTS_QUOTA:
        message = (
            f"{count} components and tests are more than the {COMPONENTS_QUOTA} that a recipe may hold. "
            "Merge some, or build on an image that holds the first ones."
        )
        report.error(image.document, ("components",), message)
