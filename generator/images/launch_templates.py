"""Which ids AWS gave to the launch templates that Goldsmith made: the accounts are asked, by the templates' names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from generator.aws import aws_errors, error_code
from generator.errors import AwsError
from generator.render.roots import Root
from generator.spec.model import Account

_NOT_THERE = frozenset({"InvalidLaunchTemplateName.NotFoundException", "InvalidLaunchTemplateId.NotFound"})


class Clients(Protocol):
    def __call__(self, service: str, account: Account, region: str) -> Any: ...


def made_here(root: Root) -> frozenset[str]:
    """The names of the launch templates that a root makes."""
    return frozenset(
        template.new.name
        for image in root.environment.images
        for template in image.delivery.launch_templates
        if template.new and (template.account, template.region) == (root.account, root.region)
    )


def ids_of(roots: Iterable[Root], clients: Clients) -> dict[str, dict[str, str]]:
    """Root -> name -> id, of those that are there. Raises AwsError where an account does not answer."""
    found: dict[str, dict[str, str]] = {}
    for root in roots:
        for name in sorted(made_here(root)):
            identifier = _id_of(root, name, clients)
            if identifier is not None:
                found.setdefault(root.name, {})[name] = identifier
    return found


def _id_of(root: Root, name: str, clients: Clients) -> str | None:
    ec2 = clients("ec2", root.account, root.region)
    try:
        with aws_errors(f"{root.name}: launch template {name}"):
            templates = ec2.describe_launch_templates(LaunchTemplateNames=[name])["LaunchTemplates"]
    except AwsError as error:
        if error_code(error) in _NOT_THERE:
            return None
        raise
    return str(templates[0]["LaunchTemplateId"]) if templates else None
