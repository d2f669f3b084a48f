"""What an organization has before Goldsmith comes: roles, the state bucket, networks to build in.

On AWS these are somebody's account factory; here one request makes them, under the names and ids that the
spec gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from generator.emulator import process
from generator.emulator.endpoint import CALLER_ACCOUNT, Endpoint
from generator.spec.model import Environment, Image, Organization, Spec


def prepare(endpoint: Endpoint, spec: Spec) -> tuple[str, ...]:
    """Make what is missing, and return what was made, in words; cheap and empty when all is there.

    Raises EmulatorError when the server does not answer, or cannot make it.
    """
    answer = process.call(endpoint, "landing-zone", landing_zone_of(spec))
    return tuple(answer["made"])


def prepare_administrators(endpoint: Endpoint, organization: Organization, role: str) -> tuple[str, ...]:
    """Make the role that a caller administers each account by, and nothing else: accounts as they are when they join.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html. Raises EmulatorError.
    """
    accounts = organization.accounts.values()
    roles = [{"account": each.id, "name": role, "policy": "AdministratorAccess"} for each in accounts]
    wanted = {"partition": organization.partition, "caller": CALLER_ACCOUNT, "roles": roles}
    return tuple(process.call(endpoint, "landing-zone", wanted)["made"])


def landing_zone_of(spec: Spec) -> dict[str, Any]:
    """The request: roles in each account, the caller's state bucket, and what environments name and do not make."""
    organization = spec.organization

    def of_all(given: Callable[[Environment], Iterator[dict[str, Any]]]) -> list[dict[str, Any]]:
        return [thing for each in spec.environments.values() for thing in given(each)]

    return {
        "partition": organization.partition,
        "caller": CALLER_ACCOUNT,
        "roles": _roles(organization),
        "bucket": {"name": organization.state.bucket, "region": organization.state.region},
        "networks": [_network(each) for each in spec.environments.values() if each.build.subnet],
        "launch_templates": [*of_all(_launch_templates), *of_all(_fast_launch_templates)],
        "keys": of_all(_keys),
        "key_pairs": of_all(_key_pairs),
        "policies": [policy | {"partition": organization.partition} for policy in of_all(_policies)],
        "repositories": of_all(_repositories),
        "snapshots": of_all(_snapshots),
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


def _keys(environment: Environment) -> Iterator[dict[str, Any]]:
    """Keys that the spec has by ARN, for all accounts that receive; AWS makes its own ones by itself."""
    users = sorted({target.account.id for target in environment.targets})
    yield from ({"arn": arn, "users": users} for arn in environment.keys.values() if ":alias/aws/" not in arn)


def _launch_templates(environment: Environment) -> Iterator[dict[str, Any]]:
    """Those that the spec has an id for: by name where Goldsmith makes it, None where it was there before."""
    for image in environment.images:
        for template in image.delivery.launch_templates:
            if template.id is not None:
                name = template.new.name if template.new else None
                yield _in_account(template.account.id, template.region, id=template.id, name=name)


def _fast_launch_templates(environment: Environment) -> Iterator[dict[str, Any]]:
    """Those that go by an id. A name may be that of a template which Goldsmith makes."""
    for image in environment.images:
        for place in image.delivery.fast_launch:
            if identifier := dict(place.template).get("id"):
                yield _in_account(place.account.id, place.region, id=identifier, name=None)


def _key_pairs(environment: Environment) -> Iterator[dict[str, Any]]:
    for name in sorted({each.infrastructure.key_pair for each in environment.images if each.infrastructure.key_pair}):
        yield _in_build_account(environment, name=name)


def _policies(environment: Environment) -> Iterator[dict[str, Any]]:
    for path in environment.operations.execution_policies:
        yield _in_build_account(environment, path=path)
    if environment.permissions_boundary:
        for account in sorted({environment.build.account.id, *(each.account.id for each in environment.targets)}):
            yield _in_account(account, environment.build.region, path=environment.permissions_boundary, action="*")


def _repositories(environment: Environment) -> Iterator[dict[str, Any]]:
    """Existing ones that images go to, in each Region that receives, and those that images are scanned in."""
    account = environment.build.account.id
    regions = {target.region for target in environment.targets}
    for image in environment.containers:
        if not image.container.repository.is_made:
            yield from (_in_account(account, each, name=image.container.repository_name) for each in sorted(regions))
        if image.pipeline.scanning and image.pipeline.scanning.repository:
            yield _in_build_account(environment, name=image.pipeline.scanning.repository)


def _snapshots(environment: Environment) -> Iterator[dict[str, Any]]:
    for image in environment.images:
        for identifier in _snapshot_ids(image, environment.build.region):
            yield _in_build_account(environment, id=identifier)


def _snapshot_ids(image: Image, region: str) -> list[str]:
    recipe = image.container_recipe
    devices = (*image.devices, *(recipe.instance_devices if recipe else ()))
    return [identifier for device in devices if (identifier := device.snapshot_in(region))]


def _in_build_account(environment: Environment, **what: str) -> dict[str, Any]:
    return _in_account(environment.build.account.id, environment.build.region, **what)


def _in_account(account: str, region: str, **what: str | None) -> dict[str, Any]:
    return {"account": account, "region": region, **what}
