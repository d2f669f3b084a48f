"""What an organization has before Goldsmith comes: roles, the state bucket, networks to build in.

On AWS these are somebody's account factory; here one request makes them, under the names and ids that the
spec gives.
"""

from __future__ import annotations

from typing import Any

from generator.emulator import process
from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint
from generator.spec.model import Environment, Organization, Spec


def prepare(endpoint: Endpoint, spec: Spec) -> tuple[str, ...]:
    """Make what is missing, and return what was made, in words; cheap and empty when all is there.

    Raises EmulatorError when the server does not answer, or cannot make it.
    """
    answer = process.call(endpoint, "landing-zone", landing_zone_of(spec))
    return tuple(answer["made"])


def landing_zone_of(spec: Spec) -> dict[str, Any]:
    """The request: roles in each account, the caller's state bucket, and the networks and keys that are given."""
    organization = spec.organization
    return {
        "partition": organization.partition,
        "caller": CALLER_ACCOUNT,
        "roles": _roles(organization),
        "bucket": {"name": organization.state.bucket, "region": organization.state.region},
        "networks": [_network(each) for each in spec.environments.values() if each.build.subnet],
        "launch_templates": [template for each in spec.environments.values() for template in _launch_templates(each)],
        "keys": [key for each in spec.environments.values() for key in _keys(each)],
    }


def _roles(organization: Organization) -> list[dict[str, str]]:
    """The apply role comes last: where one role serves both, it is an administrator."""
    return [
        {"account": account.id, "name": name, "policy": policy}
        for account in organization.accounts.values()
        for name, policy in (
            {organization.roles.plan: "ReadOnlyAccess"} | {organization.roles.apply: "AdministratorAccess"}
        ).items()
    ]


def _network(environment: Environment) -> dict[str, Any]:
    build = environment.build
    return {
        "account": build.account.id,
        "region": build.region,
        "subnet": build.subnet,
        "security_groups": list(build.security_groups),
    }


def _keys(environment: Environment) -> list[dict[str, Any]]:
    """Keys that the spec has by ARN, for all accounts that receive; AWS makes its own ones by itself."""
    users = sorted({target.account.id for target in environment.targets})
    return [{"arn": arn, "users": users} for arn in environment.keys.values() if ":alias/aws/" not in arn]


def _launch_templates(environment: Environment) -> list[dict[str, Any]]:
    """Those that the spec has an id for: by name where Goldsmith makes it, None where it was there before."""
    return [
        {
            "account": template.account.id,
            "region": template.region,
            "id": template.id,
            "name": template.new.name if template.new else None,
        }
        for image in environment.images
        for template in image.delivery.launch_templates
        if template.id is not None
    ]
