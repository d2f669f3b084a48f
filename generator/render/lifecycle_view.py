"""What a root says of old images: a policy for each image that has one, and the roles that the policies work with."""

from __future__ import annotations

from generator.render import hcl, names
from generator.render.hcl import Hcl, Value
from generator.render.root_view import distinct, in_order
from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.model_lifecycle import Exclusions, Lifecycle, LifecycleRule, Period


def lifecycle_view(root: Root) -> dict[str, object]:
    """For the policies of a build root."""
    environment = root.environment
    policies = [_policy(root, image, image.pipeline.lifecycle) for image in environment.images]
    return {
        "lifecycle_policies": [policy for policy in policies if policy],
        "lifecycle_role": hcl.encode(names.lifecycle_role(environment)),
        "lifecycle_source_accounts": hcl.encode([root.account.id], depth=1),
    }


def lifecycle_target_view(root: Root) -> dict[str, object]:
    """For the role of an account that owns copies: [] where no policy reaches AMIs, or another root has it.

    AWS's guide says to trust Image Builder where it acts for "the account where Image Builder distributed the
    resources", which can be read as the sender and as the receiver, so both are named:
    https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle-prerequisites.html
    """
    lifecycles = [image.pipeline.lifecycle for image in root.environment.images]
    if not root.is_home or not any(lifecycle and lifecycle.reaches_amis for lifecycle in lifecycles):
        return {"lifecycle_target_roles": []}
    accounts = distinct([root.account.id, root.environment.build.account.id])
    role = {"name": hcl.encode(names.LIFECYCLE_TARGET_ROLE), "source_accounts": hcl.encode(accounts, depth=1)}
    return {"lifecycle_target_roles": [role]}


def _policy(root: Root, image: Image, lifecycle: Lifecycle | None) -> dict[str, Hcl] | None:
    if lifecycle is None:
        return None
    environment = root.environment
    name = names.in_environment(environment, image.name)
    recipes: Value = {name: lifecycle.recipe_versions} if lifecycle.recipe_versions else {}
    rules: Value = {rule.action: _rule(rule) for rule in lifecycle.rules}
    return {
        "description": hcl.encode(f"What becomes of old images of {image.name} in {environment.name}."),
        "enabled": hcl.encode(lifecycle.enabled),
        "label": Hcl(hcl.label(image.name)),
        "name": hcl.encode(name),
        "recipes": hcl.encode(recipes, depth=1),
        "resource_type": hcl.encode(lifecycle.resource_type),
        "rules": hcl.encode(rules, depth=1),
        "selection_tags": hcl.encode(dict(lifecycle.tags), depth=1),
        "tags": hcl.encode(in_order(image.tags), depth=1),
    }


def _rule(rule: LifecycleRule) -> Value:
    settings: dict[str, Value] = {
        "after": _period(rule.after),
        "amis": rule.amis,
        "containers": rule.containers,
        "exclude": _exclusions(rule.exclusions),
        "keep": rule.keep,
        "snapshots": rule.snapshots,
    }
    return {name: value for name, value in settings.items() if value is not None}


def _exclusions(exclusions: Exclusions) -> Value:
    settings: dict[str, Value] = {
        "account_ids": exclusions.account_ids,
        "ami_tags": dict(exclusions.ami_tags),
        "image_tags": dict(exclusions.image_tags),
        "last_launched": _period(exclusions.last_launched),
        "public": exclusions.public,
        "regions": exclusions.regions,
    }
    return {name: value for name, value in settings.items() if value or name == "public"}


def _period(period: Period | None) -> Value:
    return {"unit": period.unit, "value": period.value} if period else None
