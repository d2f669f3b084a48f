"""What the root of a bootstrap says: who may plan and apply in an account, and what the spec needs there besides."""

from __future__ import annotations

from collections.abc import Mapping

from generator.render import hcl
from generator.render.bootstrap_roots import BootstrapRoot
from generator.render.boundary_view import boundary_arguments
from generator.render.hcl import Hcl, Value
from generator.render.root_view import View, distinct, heading, in_order
from generator.spec.model import Environment

PARAMETERS = "/goldsmith/"  # what the names of Goldsmith's own parameters begin with


def bootstrap_view(root: BootstrapRoot) -> View:
    """For all files of the root."""
    organization = root.organization
    role = hcl.interpolated(f"arn:{organization.partition}:iam::{root.account.id}:role/", Hcl("assume_role.value"))
    return heading("organization.yaml", *(f"{each.name}.yaml" for each in root.environments)) | {
        "account_id": hcl.encode(root.account.id),
        "arguments": _arguments(root),
        "bucket": hcl.encode(organization.state.bucket),
        "key": hcl.encode(root.state_key),
        "pipelines": [Hcl(kind) for kind in ("apply", "plan") if root.is_home and root.bootstrap.has_pipelines],
        "region": hcl.encode(organization.state.region),
        "role_arn": role,
        "state_region": hcl.encode(organization.state.region),
        "tags": hcl.encode(in_order({**organization.tags, "ManagedBy": "goldsmith"}), depth=2),
    }


def _arguments(root: BootstrapRoot) -> list[dict[str, Hcl]]:
    """The arguments of the module that differ from its defaults."""
    given = {**_of_roles(root), **_of_pipelines(root), **_of_account(root), **boundary_arguments(root)}
    return [
        {"name": Hcl(name), "value": hcl.encode(value, depth=1)}
        for name, value in sorted(given.items())
        if value is not None and value != []
    ]


def _of_roles(root: BootstrapRoot) -> dict[str, Value]:
    bootstrap, organization = root.bootstrap, root.organization
    ours = bootstrap.has_pipelines and not root.is_home
    home = f"arn:{organization.partition}:iam::{bootstrap.account.id}:role/"
    roles = organization.roles
    return {
        "apply_principals": [*bootstrap.apply_principals, *([f"{home}{roles.apply}-ci"] if ours else [])],
        "apply_role_name": roles.apply,
        "partition": organization.partition,
        "plan_principals": [*bootstrap.plan_principals, *([f"{home}{roles.plan}-ci"] if ours else [])],
        "plan_role_name": roles.plan,
    }


def _of_pipelines(root: BootstrapRoot) -> dict[str, Value]:
    """The bucket, and the trust in those who begin: in the account that both are in."""
    bootstrap = root.bootstrap
    if not root.is_home:
        return {}
    state = {
        "bucket": root.organization.state.bucket,
        "makes_bucket": None if bootstrap.makes_bucket else False,
        "old_versions_days": bootstrap.old_versions_days,
    }
    return {
        "account_ids": sorted(each.id for each in root.accounts) if bootstrap.has_pipelines else [],
        "github": _github(root),
        "gitlab": _gitlab(root),
        "state": _said(state),
    }


def _github(root: BootstrapRoot) -> Value:
    github = root.bootstrap.github
    if github is None:
        return None
    said: dict[str, Value] = {
        "branch": github.branch,
        "environment": github.environment,
        "makes_provider": None if github.makes_provider else False,
        "repository": github.repository,
        "rollout_environment": github.rollout_environment,
        "workflow_refs": github.workflow_refs or None,
    }
    return _said(said)


def _gitlab(root: BootstrapRoot) -> Value:
    gitlab = root.bootstrap.gitlab
    if gitlab is None:
        return None
    said: dict[str, Value] = {
        "branch": gitlab.branch,
        "makes_provider": None if gitlab.makes_provider else False,
        "project": gitlab.project,
        "url": gitlab.url,
    }
    return _said(said)


def _of_account(root: BootstrapRoot) -> dict[str, Value]:
    """What the environments need in this account beyond what every one needs."""
    building = [each for each in root.environments if each.build.account == root.account]
    place = f"arn:{root.organization.partition}:iam::{root.account.id}"
    own = {path.rpartition("/")[2]: f"{place}:policy/{path}" for path in root.bootstrap.additional_policies}
    policies = distinct(name for each in building for name in each.operations.execution_policies)
    roles = distinct(found.role for each in building for found in each.operations.imports if found.role)
    return {
        "account_id": root.account.id,
        "additional_policy_arns": own or None,
        "attachable_policy_arns": [f"{place}:policy/{name}" for name in policies],
        "manages_network": True if any(each.build.network for each in building) else None,
        "parameter_paths": _parameter_paths(root),
        "passed_role_arns": [f"{place}:role/{name}" for name in roles],
    }


def _parameter_paths(root: BootstrapRoot) -> Value:
    """Parameters of the spec's own names, beside Goldsmith's; None where there are none of those here."""
    named = distinct(
        f"/{name.removeprefix('/')}" for environment in root.environments for name in _parameters(root, environment)
    )
    return [PARAMETERS, *named] if named else None


def _parameters(root: BootstrapRoot, environment: Environment) -> list[str]:
    named = [each for image in environment.images for each in image.delivery.parameters]
    return [each.name for each in named if each.account == root.account]


def _said(values: Mapping[str, Value]) -> dict[str, Value]:
    """Without what is left to the module."""
    return {name: value for name, value in values.items() if value is not None}
