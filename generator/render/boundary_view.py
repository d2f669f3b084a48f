"""What a bootstrap says of the permissions boundary in an account: which one roles have, and what it leaves to them."""

from __future__ import annotations

from generator.render.bootstrap_roots import BootstrapRoot
from generator.render.hcl import Value
from generator.render.root_view import distinct
from generator.spec.model import Environment
from generator.spec.model_bootstrap import BOUNDARY

# What workflows ask for that call Lambda or Step Functions:
# https://docs.aws.amazon.com/imagebuilder/latest/userguide/wfdoc-step-actions.html
OF_WORKFLOWS = ("lambda:InvokeFunction", "states:DescribeExecution", "states:StartExecution")


def boundary_arguments(root: BootstrapRoot) -> dict[str, Value]:
    """Arguments of the module; none where no role of the account has a boundary."""
    here = [each for each in root.environments if _is_in(each, root)]
    names = {each.permissions_boundary for each in here} or {root.bootstrap.permissions_boundary}
    place = f"arn:{root.organization.partition}:iam::{root.account.id}:policy/"
    others = [f"{place}{name}" for name in distinct(name for name in names if name not in (None, BOUNDARY))]
    return {
        "boundary": _made(root, here) if BOUNDARY in names else None,
        "boundary_arns": others,
        "requires_boundary": False if None in names and names != {None} else None,
    }


def _is_in(environment: Environment, root: BootstrapRoot) -> bool:
    return root.account in {environment.build.account, *(target.account for target in environment.targets)}


def _made(root: BootstrapRoot, here: list[Environment]) -> Value:
    """What the environments need in the account of buckets and keys that are not Goldsmith's, and of policies."""
    building = [each for each in here if each.build.account == root.account]
    calls = OF_WORKFLOWS if any(each.operations.execution_policies for each in building) else ()
    keys = [arn.split(":", 5) for each in here for arn in each.keys.values()]
    said: dict[str, list[str]] = {
        "actions": distinct([*root.bootstrap.boundary_actions, *calls]),
        "buckets": distinct(name for each in building for name in _buckets(each)),
        "key_aliases": distinct(parts[5] for parts in keys if parts[5].startswith("alias/")),
        "key_arns": distinct(":".join(parts) for parts in keys if not parts[5].startswith("alias/")),
    }
    return {name: values for name, values in said.items() if values}


def _buckets(environment: Environment) -> list[str]:
    """Of disk images that are imported and exported."""
    sources = [each.source(environment.build.region) or "" for each in environment.operations.imports]
    exports = [image.pipeline.export.bucket for image in environment.images if image.pipeline.export]
    return [source.removeprefix("s3://").partition("/")[0] for source in sources if source] + [
        bucket for bucket in exports if bucket
    ]
