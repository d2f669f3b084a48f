"""What a build root says: keys, logs and roles, a module for each component, four for each image."""

from __future__ import annotations

from generator.render import hcl, names
from generator.render.container_view import (
    container_recipe_view,
    container_regions,
    container_view,
    containers_view,
    repositories_view,
)
from generator.render.distribution_view import ami_settings, distribution_regions, made_tags
from generator.render.document_view import document_arguments, documents_view
from generator.render.hcl import Hcl, Value
from generator.render.infrastructure_view import infrastructure_settings
from generator.render.launch_view import has_recorded_templates, launch_view, parameters_view
from generator.render.lifecycle_view import lifecycle_view
from generator.render.network_view import network_view, subnet_of
from generator.render.pipeline_view import operations_view, pipeline_arguments, workflow_file
from generator.render.recipe_view import built_before, component_use, recipe_arguments, root_volume
from generator.render.root_view import View, distinct, heading, in_order
from generator.render.roots import Root
from generator.render.target_view import boundaries, image_keys
from generator.render.vm_view import vm_view
from generator.spec.model import Component, Environment, Image


def component_file(component: Component) -> str:
    """The document's place in the root. That of the newest version has no number, so that a diff shows what changed."""
    return f"components/{component.name}.yaml"


def component_files(environment: Environment) -> list[tuple[str, Component]]:
    """Every component of the root with the place of its document, which is that of all platforms that it is for."""
    newest = [(component_file(component), component) for component in environment.components]
    return newest + [(f"components/{each.name}/{each.version}.yaml", each) for each in environment.kept_components]


def build_view(root: Root) -> View:
    """For main.tf of a build root."""
    environment = root.environment
    shared = lifecycle_view(root) | operations_view(root) | vm_view(root) | documents_view(root) | network_view(root)
    shared |= launch_view(root) | parameters_view(root)
    head = heading(*_sources(environment)) | shared
    head |= repositories_view(root) | containers_view(root)
    return head | {
        "components": [_component(root, file, component) for file, component in component_files(environment)],
        "execution_role": hcl.encode(names.execution_role(environment)),
        "images": [_image(root, image) for image in environment.images],
        "instance_profile": hcl.encode(names.instance_profile(environment)),
        "keys": image_keys(root),
        "log_bucket": hcl.encode(names.log_bucket(root)),
        "parameter_arns": hcl.encode(_parameter_arns(root), depth=1),
        "partition": hcl.encode(root.organization.partition),
        "permissions_boundaries": boundaries(root),
        "region": hcl.encode(root.region),
    }


def build_outputs_view(root: Root) -> View:
    """For outputs.tf of a build root."""
    environment = root.environment
    components: Value = {each.full_name: _component_output(each) for each in environment.components}
    pipelines: Value = {image.name: _pipeline_output(image) for image in environment.images}
    shared = heading(*_sources(environment)) | network_view(root) | launch_view(root)
    return shared | {
        "key_alias_arn": hcl.encode(names.image_key(root, root.region)),
        "components": hcl.encode(components, depth=1),
        "kept": _kept_output(environment),
        "pipelines": hcl.encode(pipelines, depth=1),
    }


def _sources(environment: Environment) -> list[str]:
    return [
        "organization.yaml",
        f"{environment.name}.yaml",
        *(f"images/{image.name}.yaml" for image in environment.images),
        *dict.fromkeys(component_file(component) for component in environment.components),
        *(workflow_file(workflow) for workflow in environment.operations.workflows),
        *(f"imports/{each.name}.yaml" for each in environment.operations.imports),
        "versions.lock.yaml",
        *(["launch_templates.lock.yaml"] if has_recorded_templates(environment) else []),
    ]


def _component(root: Root, file: str, component: Component) -> View:
    document = hcl.interpolated(hcl.reference("path.module"), f"/{file}")
    return {
        "arguments": document_arguments(root, component.document, component.settings),
        "description": hcl.encode(component.description or None),
        "document": Hcl(f"file({document})"),
        "module": Hcl(names.component_module(component)),
        "name": hcl.encode(names.in_environment(root.environment, component.full_name)),
        "platform": hcl.encode(component.platform),
        "version": hcl.encode(component.version),
    }


def _image(root: Root, image: Image) -> View:
    environment = root.environment
    return container_view(root, image) | {
        "ami": ami_settings(root, image),
        "arguments": pipeline_arguments(root, image),
        "description": hcl.encode(image.description or None),
        "infrastructure": infrastructure_settings(image),
        "instance_types": hcl.encode(image.instance_types, depth=1),
        "label": Hcl(hcl.label(image.name)),
        "log_prefix": hcl.encode(image.infrastructure.log_prefix or image.name),
        "made_tags": hcl.encode(made_tags(root, image), depth=1),
        "name": hcl.encode(names.in_environment(environment, image.name)),
        "recipe": Hcl(names.recipe_module(image)),
        "recipes": [_recipe(root, image), *(_recipe(root, each, is_kept=True) for each in image.kept)],
        "regions": hcl.encode(_regions(root, image), depth=1),
        "schedule": hcl.encode(_schedule(image), depth=1),
        "subnet": hcl.encode(subnet_of(root, image)),
        "tags": hcl.encode(in_order(image.tags), depth=1),
    }


def _recipe(root: Root, image: Image, *, is_kept: bool = False) -> View:
    """The recipe that an image is built by, or one that stays alive beside it."""
    container = container_recipe_view(root, image, is_kept=is_kept)
    arguments = {"arguments": recipe_arguments(root, image, is_kept=is_kept), "is_container": False}
    return (container or arguments) | {
        "built_before": built_before(root, image),
        "components": hcl.encode(
            [component_use(root, image, use) for use in (*image.components, *image.tests)], depth=1
        ),
        "description": hcl.encode(image.description or None),
        "module": Hcl(names.recipe_module(image)),
        "name": hcl.encode(names.in_environment(root.environment, image.name)),
        "parent_image": hcl.encode(names.parent_image(root, image.base)),
        "tags": hcl.encode(in_order(image.tags), depth=1),
        "version": hcl.encode(image.version),
        "volume": hcl.encode(root_volume(root, image), depth=1),
    }


def _regions(root: Root, image: Image) -> Value:
    return distribution_regions(root, image) if not image.is_container else container_regions(root)


def _schedule(image: Image) -> Value:
    schedule = image.schedule
    if schedule is None:
        return None
    return {
        "expression": schedule.expression,
        "start_condition": schedule.start_condition,
        "timezone": schedule.timezone,
    }


def _parameter_arns(root: Root) -> list[str]:
    """The output parameters of the build account itself, which the execution role writes."""
    account, environment = root.account, root.environment
    regions = [target.region for target in environment.targets if target.account == account]
    named = [
        names.ssm_parameter_arn(root, account, each.region, each.name)
        for image in environment.images
        for each in image.delivery.parameters
        if each.account == account
    ]
    published = [names.parameter_arn(root, account, region, image) for image in environment.amis for region in regions]
    return distinct([*named, *published])


def _component_output(component: Component) -> Value:
    module = f"module.{names.component_module(component)}"
    return {"arn": hcl.reference(f"{module}.arn"), "version": hcl.reference(f"{module}.version")}


def _kept_output(environment: Environment) -> list[Hcl]:
    """The ARNs of what stays alive beside the newest, by name and version; [] where nothing does."""
    components: dict[str, dict[str, Value]] = {}
    for each in environment.kept_components:
        arn = hcl.reference(f"module.{names.component_module(each)}.arn")
        components.setdefault(each.full_name, {})[each.version] = arn
    recipes: dict[str, dict[str, Value]] = {
        image.name: {each.version: hcl.reference(f"module.{names.recipe_module(each)}.arn") for each in image.kept}
        for image in environment.images
        if image.kept
    }
    if not components and not recipes:
        return []
    return [hcl.encode({"components": components, "recipes": recipes}, depth=1)]


def _pipeline_output(image: Image) -> Value:
    label = hcl.label(image.name)
    repository: dict[str, Value] = {"repository_name": hcl.reference(f"module.distribution_{label}.repository_name")}
    return (repository if image.is_container else {}) | {
        "distribution_arn": hcl.reference(f"module.distribution_{label}.arn"),
        "infrastructure_arn": hcl.reference(f"module.infrastructure_{label}.arn"),
        "pipeline_arn": hcl.reference(f"module.pipeline_{label}.arn"),
        "recipe_arn": hcl.reference(f"module.{names.recipe_module(image)}.arn"),
        "recipe_version": hcl.reference(f"module.{names.recipe_module(image)}.version"),
        "regions": hcl.reference(f"module.distribution_{label}.regions"),
    }
