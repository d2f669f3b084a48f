"""What a build root says of how its pipelines run: workflows, scans, images built by an apply, and who is told."""

from __future__ import annotations

from collections.abc import Mapping

from generator.render import hcl, names
from generator.render.document_view import document_arguments
from generator.render.hcl import Hcl, Value
from generator.render.root_view import in_order
from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.model_infrastructure import NOTIFY
from generator.spec.model_pipeline import Notifications, PipelineSettings, Workflow, WorkflowUse
from generator.spec.notifications import DEFAULT_SEVERITY
from generator.spec.scanning import DEFAULT_TYPES


def workflow_file(workflow: Workflow) -> str:
    """The document's place in the root."""
    return f"workflows/{workflow.name}.yaml"


def operations_view(root: Root) -> dict[str, object]:
    """What all pipelines of a build root share."""
    environment = root.environment
    return {
        "approval_keys": _optional(_approval_keys(root)),
        "approval_topics": _optional(_approval_topics(root)),
        "built_images": [_built_image(root, image) for image in environment.images if image.pipeline.build_timeout],
        "execution_policies": _optional(_execution_policies(root)),
        "inspectors": _inspectors(root),
        "notifications": _notifications(root),
        "registries": _registries(root),
        "workflows": [_workflow(root, workflow) for workflow in environment.operations.workflows],
    }


def pipeline_arguments(root: Root, image: Image) -> list[dict[str, Hcl]]:
    """What a pipeline is told besides what every pipeline is; nothing for settings that are Image Builder's own."""
    arguments: dict[str, Value] = {}
    if not image.pipeline.enabled:
        arguments["enabled"] = False
    return _named(arguments | _build_arguments(root, image.pipeline))


def _build_arguments(root: Root, settings: PipelineSettings) -> dict[str, Value]:
    """What pipelines and images that an apply builds have in common."""
    arguments: dict[str, Value] = {}
    if not settings.collect_metadata:
        arguments["collect_metadata"] = False
    if not settings.run_tests:
        arguments["run_tests"] = False
    if settings.tests_timeout is not None:
        arguments["test_timeout_minutes"] = settings.tests_timeout
    if settings.scanning is not None:
        scanning: dict[str, Value] = {
            "container_tags": settings.scanning.tags,
            "repository_name": settings.scanning.repository,
        }
        arguments["scanning"] = {name: value for name, value in scanning.items() if value}
    if settings.workflows:
        arguments["workflows"] = [_use(root, use) for use in settings.workflows]
    return arguments


def _named(arguments: Mapping[str, Value]) -> list[dict[str, Hcl]]:
    """For a template: each on lines of its own, so that nothing needs to be aligned."""
    return [{"name": Hcl(name), "value": hcl.encode(value, depth=1)} for name, value in sorted(arguments.items())]


def _optional(value: Value) -> list[Hcl]:
    """For a template: [] where there is nothing to say."""
    return [hcl.encode(value, depth=1)] if value else []


def _use(root: Root, use: WorkflowUse) -> Value:
    settings: dict[str, Value] = {
        "arn": hcl.reference(f"module.workflow_{hcl.label(use.name)}.arn")
        if use.owner == "self"
        else names.managed_workflow(root, use),
        "on_failure": use.on_failure,
        "parallel_group": use.parallel_group,
        "parameters": {
            each.name: hcl.reference("module.events.topic_arn") if each.value is None else each.value
            for each in use.parameters
        },
    }
    return {name: value for name, value in settings.items() if value}


def _workflow(root: Root, workflow: Workflow) -> dict[str, object]:
    document = hcl.interpolated(hcl.reference("path.module"), f"/{workflow_file(workflow)}")
    return {
        "arguments": document_arguments(root, workflow.document, workflow.settings),
        "description": hcl.encode(workflow.description or None),
        "document": Hcl(f"file({document})"),
        "label": Hcl(hcl.label(workflow.name)),
        "name": hcl.encode(names.in_environment(root.environment, workflow.name)),
        "type": hcl.encode(workflow.kind),
        "version": hcl.encode(workflow.version),
    }


def recipe_argument(image: Image) -> Hcl:
    """By which argument pipelines, and images that an apply builds, are given their recipe."""
    return Hcl("container_recipe_arn" if image.is_container else "recipe_arn")


def _built_image(root: Root, image: Image) -> dict[str, object]:
    return {
        "arguments": _named(_build_arguments(root, image.pipeline)),
        "label": Hcl(hcl.label(image.name)),
        "recipe": Hcl(names.recipe_module(image)),
        "recipe_argument": recipe_argument(image),
        "tags": hcl.encode(in_order(image.tags), depth=1),
        "timeout": hcl.encode(image.pipeline.build_timeout),
    }


def _inspectors(root: Root) -> list[dict[str, object]]:
    types = root.environment.operations.inspector_types
    if not types:
        return []
    settings: dict[str, Value] = {} if types == DEFAULT_TYPES else {"resource_types": types}
    return [{"account_id": hcl.encode(root.account.id), "settings": _named(settings)}]


def _registries(root: Root) -> list[dict[str, object]]:
    """The settings of ECR's registry. Enhanced scans are Inspector's: where it is activated here, it comes first."""
    registry = root.environment.operations.registry
    if registry is None:
        return []
    settings: dict[str, Value] = {"continuous": registry.continuous, "on_push": registry.on_push}
    view: dict[str, object] = {
        "enhanced": hcl.encode(registry.is_enhanced),
        "settings": _named({name: value for name, value in settings.items() if value}),
        "waits": [hcl.reference("module.scanning")] if root.environment.operations.inspector_types else [],
    }
    return [view]


def _notifications(root: Root) -> list[dict[str, object]]:
    environment = root.environment
    notifications = environment.operations.notifications
    if notifications is None:
        return []
    view: dict[str, object] = {
        "account_id": hcl.encode(root.account.id),
        "events": hcl.encode(notifications.events, depth=1),
        "image_arn_prefixes": hcl.encode([names.image_arn(root, image) + "/" for image in environment.images], depth=1),
        "name": hcl.encode(names.notifications(environment)),
        "settings": _named(_notification_settings(root, notifications)),
        "topic_arn": hcl.encode(notifications.topic_arn),
    }
    return [view]


def _notification_settings(root: Root, notifications: Notifications) -> dict[str, Value]:
    settings: dict[str, Value] = {}
    if notifications.severity != DEFAULT_SEVERITY:
        settings["least_severity"] = notifications.severity
    if _is_told_by_image_builder(root):
        settings["image_builder_publishes"] = True
    return settings


def _is_told_by_image_builder(root: Root) -> bool:
    """Whether the environment's own topic is that of an infrastructure too."""
    notifications = root.environment.operations.notifications
    is_own = notifications is not None and notifications.topic_arn is None
    return is_own and any(image.infrastructure.sns_topic == NOTIFY for image in root.environment.images)


def _execution_policies(root: Root) -> Value:
    """The ARNs by their names, as the module takes them."""
    policies = root.environment.operations.execution_policies
    return {name.rsplit("/", 1)[-1]: names.policy_arn(root, name) for name in policies}


def _approval_topics(root: Root) -> list[str]:
    """The topics that a waiting step tells as the execution role."""
    images = root.environment.images
    others = {arn for image in images for arn in image.pipeline.waits_on}
    notifications = root.environment.operations.notifications
    if notifications and _asks_the_environments_topic(root):
        others.add(notifications.topic_arn or names.topic_arn(root))
    return sorted(others)


def _approval_keys(root: Root) -> list[str]:
    """The key of the environment's own topic. Whose topic it is else decides on its key."""
    notifications = root.environment.operations.notifications
    own = notifications is not None and notifications.topic_arn is None
    return [names.topic_key_alias_arn(root)] if own and _asks_the_environments_topic(root) else []


def _asks_the_environments_topic(root: Root) -> bool:
    uses = [use for image in root.environment.images for use in image.pipeline.workflows]
    return any(parameter.value is None for use in uses for parameter in use.parameters)
