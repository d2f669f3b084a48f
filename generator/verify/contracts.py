"""A root's outputs are a contract: their values are known from the model, and compared exactly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generator.render.roots import Root
from generator.spec.model import Component, Image
from generator.verify import names
from generator.verify.checks import MISSING, Check, equal, failed

# AWS numbers the builds of a component version by itself: the spec decides everything before the number.
_BUILD_NUMBER = re.compile(r"/[0-9]+$")


@dataclass(frozen=True)
class Expectation:
    """The value at a path of the outputs, such as ("pipelines", "web", "recipe_version")."""

    path: tuple[str, ...]
    value: object

    @property
    def name(self) -> str:
        return ".".join(self.path)


def check_outputs(root: Root, outputs: Mapping[str, Any]) -> list[Check]:
    """Compare the outputs (name -> value, as Terraform's JSON has them) with what the model says.

    One failed check when nothing is there at all: a root that was never applied is not fifty findings.
    """
    if not outputs:
        return [failed(root.name, "outputs", "applied", f"none; run: goldsmith apply {root.environment.name}")]
    return [_compare(root, expectation, outputs) for expectation in expectations(root)]


def expectations(root: Root) -> list[Expectation]:
    """What the outputs of this root must be."""
    return list(_build(root) if root.kind == "build" else _target(root))


def _build(root: Root) -> Iterator[Expectation]:
    environment = root.environment
    yield Expectation(("pipelines",), sorted(image.name for image in environment.images))
    for image in environment.images:
        yield from _pipeline(root, image)
    yield Expectation(("components",), sorted(component.full_name for component in environment.components))
    for component in environment.components:
        yield from _component(root, component)
    yield from _kept(root)
    yield Expectation(("log_bucket",), names.log_bucket(root))
    yield Expectation(("instance_profile",), names.instance_profile(environment))
    yield Expectation(("key_alias_arn",), names.image_key_arn(root, root.region))
    yield from _launch_templates(root)


def _pipeline(root: Root, image: Image) -> Iterator[Expectation]:
    values: dict[str, object] = {
        "pipeline_arn": names.image_builder_arn(root, "image-pipeline", image.name),
        "recipe_arn": names.image_builder_arn(root, names.recipe_kind(image), image.name, image.version),
        "recipe_version": image.version,
        "infrastructure_arn": names.image_builder_arn(root, "infrastructure-configuration", image.name),
        "distribution_arn": names.image_builder_arn(root, "distribution-configuration", image.name),
        "regions": sorted({target.region for target in root.environment.targets}),
    }
    if image.is_container:
        values["repository_name"] = names.repository(root.environment, image)
    for key, value in values.items():
        yield Expectation(("pipelines", image.name, key), value)


def _component(root: Root, component: Component) -> Iterator[Expectation]:
    arn = names.image_builder_arn(root, "component", component.full_name, component.version)
    yield Expectation(("components", component.full_name, "arn"), f"{arn}/*")
    yield Expectation(("components", component.full_name, "version"), component.version)


def _kept(root: Root) -> Iterator[Expectation]:
    """What stays alive beside the newest, by name and version. Where nothing does, there is no such output."""
    sections = _kept_arns(root)
    if not any(sections.values()):
        yield Expectation(("kept",), None)
        return
    for section, by_name in sections.items():
        yield Expectation(("kept", section), sorted(by_name))
        for name, versions in by_name.items():
            yield Expectation(("kept", section, name), sorted(versions))
            for version, arn in versions.items():
                yield Expectation(("kept", section, name, version), arn)


def _kept_arns(root: Root) -> dict[str, dict[str, dict[str, str]]]:
    components: dict[str, dict[str, str]] = {}
    for each in root.environment.kept_components:
        arn = names.image_builder_arn(root, "component", each.full_name, each.version)
        components.setdefault(each.full_name, {})[each.version] = f"{arn}/*"
    recipes = {
        image.name: {
            each.version: names.image_builder_arn(root, names.recipe_kind(each), image.name, each.version)
            for each in image.kept
        }
        for image in root.environment.images
        if image.kept
    }
    return {"components": components, "recipes": recipes}


def _target(root: Root) -> Iterator[Expectation]:
    own = root.is_build_account
    yield Expectation(("key_alias_arn",), names.image_key_arn(root, root.region) if own else None)
    yield Expectation(("distribution_role_arn",), names.distribution_role_arn(root) if root.is_home else None)
    yield from _launch_templates(root)


def _launch_templates(root: Root) -> Iterator[Expectation]:
    """Those made here; an id that is on record has to be the one that AWS gave."""
    made = {
        template.new.name: template.id
        for image in root.environment.images
        for template in image.delivery.launch_templates
        if template.new and (template.account, template.region) == (root.account, root.region)
    }
    if made:
        yield Expectation(("launch_templates",), sorted(made))
    for name, identifier in sorted(made.items()):
        if identifier is not None:
            yield Expectation(("launch_templates", name), identifier)


def _compare(root: Root, expectation: Expectation, outputs: Mapping[str, Any]) -> Check:
    actual = _at(outputs, expectation.path)
    if isinstance(expectation.value, list) and isinstance(actual, Mapping | list):
        actual = sorted(actual, key=str)  # Terraform gives maps and sets in an order of its own
    if isinstance(expectation.value, str) and expectation.value.endswith("/*") and isinstance(actual, str):
        actual = _BUILD_NUMBER.sub("/*", actual)
    return equal(root.name, expectation.name, expectation.value, actual)


def _at(outputs: Mapping[str, Any], path: tuple[str, ...]) -> object:
    """The value at the path. Terraform leaves null outputs out, so a missing one at the top is None."""
    value: Any = outputs
    for depth, key in enumerate(path):
        if not isinstance(value, Mapping) or key not in value:
            return None if depth == 0 and len(path) == 1 else MISSING
        value = value[key]
    return value
