"""Launch templates that follow an image, and fast launch: what is made where, and what the distribution says of it."""

from __future__ import annotations

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.roots import Root
from generator.spec.model import Account, Environment, Image
from generator.spec.model_distribution import FastLaunch, LaunchTemplate, OutputParameter


def launch_view(root: Root) -> dict[str, object]:
    """The templates that this root makes, for main.tf and outputs.tf."""
    made = [
        (image, template)
        for image in root.environment.images
        for template in image.delivery.launch_templates
        if template.new and (template.account, template.region) == (root.account, root.region)
    ]
    ids: Value = {
        template.new.name: hcl.reference(f"module.{_module(template)}.id") for _, template in made if template.new
    }
    return {
        "launch_template_ids": [hcl.encode(ids, depth=1)] if made else [],
        "launch_templates": [_template(root, image, template) for image, template in made],
    }


def parameters_view(root: Root) -> dict[str, object]:
    """The SSM parameters that this root makes, by image."""
    here = (root.account, root.region)
    made = [
        (image, sorted(each.name for each in image.delivery.parameters if each.is_made and _place(each) == here))
        for image in root.environment.images
    ]
    return {"output_parameters": [_parameters(root, image, found) for image, found in made if found]}


def _place(parameter: OutputParameter) -> tuple[Account, str]:
    return parameter.account, parameter.region


def _parameters(root: Root, image: Image, parameters: list[str]) -> dict[str, Hcl]:
    return {
        "description": hcl.encode(f"Id of the newest image {image.name} of {root.environment.name}."),
        "module": Hcl(f"output_parameters_{hcl.label(image.name)}"),
        "names": hcl.encode(parameters, depth=1),
        "tags": hcl.encode(dict(sorted(image.tags.items())), depth=1),
    }


def launch_settings(image: Image, region: str) -> dict[str, Value]:
    """What the distribution of an image says for a Region. A template without an id is left out until it has one."""
    delivery = image.delivery
    return {
        "fast_launch": [_fast_launch(each) for each in delivery.fast_launch if each.region == region],
        "launch_templates": [
            _use(each) for each in delivery.launch_templates if each.region == region and each.id is not None
        ],
    }


def _template(root: Root, image: Image, template: LaunchTemplate) -> dict[str, object]:
    new = template.new
    if new is None:
        raise ValueError(f"the launch template {template.id} is not ours to make")
    arguments: dict[str, Value] = {
        "instance_profile_name": new.instance_profile,
        "instance_type": new.instance_type,
        "security_group_ids": list(new.security_groups) or None,
    }
    return {
        "arguments": [
            {"name": Hcl(name), "value": hcl.encode(value, depth=1)} for name, value in arguments.items() if value
        ],
        "description": hcl.encode(f"Launches the newest image {image.name} of {root.environment.name}."),
        "module": Hcl(_module(template)),
        "name": hcl.encode(new.name),
        "tags": hcl.encode(dict(sorted(image.tags.items())), depth=1),
    }


def _module(template: LaunchTemplate) -> str:
    return names.launch_template_module(template.new.name if template.new else "")


def _use(template: LaunchTemplate) -> Value:
    settings: dict[str, Value] = {"account_id": template.account.id, "id": template.id}
    return settings if template.becomes_default else {"account_id": template.account.id, "default": False, **settings}


def _fast_launch(launch: FastLaunch) -> Value:
    settings: dict[str, Value] = {
        "account_id": launch.account.id,
        "enabled": None if launch.enabled else False,
        "launch_template": dict(launch.template) or None,
        "max_parallel_launches": launch.max_parallel_launches,
        "snapshots": launch.snapshots,
    }
    return {name: value for name, value in settings.items() if value is not None}


def has_recorded_templates(environment: Environment) -> bool:
    """Whether an id comes from launch_templates.lock.yaml."""
    templates = [each for image in environment.images for each in image.delivery.launch_templates]
    return any(each.new is not None and each.id is not None for each in templates)
