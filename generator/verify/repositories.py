"""The ECR repositories of container images: that they are there as the spec says, and hold what was built."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from generator.render.roots import Root
from generator.spec.model import Image
from generator.spec.model_container import Repository
from generator.verify import names
from generator.verify.checks import MISSING, Check, equal, failed, skipped
from generator.verify.clients import Clients
from generator.verify.policies import principals
from generator.verify.published import newest_output


def check_repositories(root: Root, clients: Clients) -> Iterator[Check]:
    """For every container image, the repository of the root's Region."""
    for image in root.environment.containers:
        yield from _check_repository(root, image, clients)


def _check_repository(root: Root, image: Image, clients: Clients) -> Iterator[Check]:
    ecr = clients("ecr", root.account, root.region)
    name, subject = names.repository(root.environment, image), f"repository.{image.name}"
    try:
        found = ecr.describe_repositories(repositoryNames=[name])["repositories"][0]
    except ecr.exceptions.RepositoryNotFoundException:
        yield failed(root.name, subject, name, MISSING)
        return
    yield equal(root.name, subject, name, found["repositoryName"])
    if image.container.repository.is_made:
        yield from _check_settings(root, subject, image.container.repository, found)
        yield equal(root.name, f"{subject}.pull", _receivers(root), _pullers(ecr, name))
    yield from _check_newest(root, image, clients)


def _check_settings(root: Root, subject: str, wanted: Repository, found: Mapping[str, Any]) -> Iterator[Check]:
    tags = "IMMUTABLE" if wanted.immutable_tags else "MUTABLE"
    yield equal(root.name, f"{subject}.tags", tags, found["imageTagMutability"])
    scanned = found.get("imageScanningConfiguration", {}).get("scanOnPush", False)
    yield equal(root.name, f"{subject}.scan_on_push", wanted.scan_on_push, scanned)
    encryption = found.get("encryptionConfiguration", {}).get("encryptionType")
    yield equal(root.name, f"{subject}.encryption", "KMS" if wanted.own_key else "AES256", encryption)


def _receivers(root: Root) -> list[str]:
    """Accounts by id, organizations by theirs, units by what their accounts' paths are like."""
    targets = root.environment.targets
    found = {each.account.id for each in targets if each.region == root.region} - {root.account.id}
    for audience in root.environment.audiences:
        if audience.region == root.region:
            found |= {arn.rsplit("/", 1)[1] for arn in audience.organizations}
            found |= {"{1}/*/{2}/*".format(*arn.rsplit("/", 2)) for arn in audience.organizational_units}
    return sorted(found)


def _pullers(ecr: Any, name: str) -> list[str]:
    try:
        policy = json.loads(ecr.get_repository_policy(repositoryName=name)["policyText"])
    except ecr.exceptions.RepositoryPolicyNotFoundException:
        return []
    return sorted(who for statement in policy["Statement"] for who in _of_statement(statement))


def _of_statement(statement: Mapping[str, Any]) -> list[str]:
    """Everybody of an organization or unit is no account: the condition says who."""
    condition = statement.get("Condition", {})
    within = condition.get("StringEquals", {}).get("aws:PrincipalOrgID")
    within = within or condition.get("ForAnyValue:StringLike", {}).get("aws:PrincipalOrgPaths")
    if within:
        return [within] if isinstance(within, str) else list(within)
    return principals({"Statement": [statement]})


def _check_newest(root: Root, image: Image, clients: Clients) -> Iterator[Check]:
    """The newest image is in the repository, under the tags that Image Builder says."""
    subject = f"container.{image.name}.{root.region}"
    containers = newest_output(root, image, clients).get("containers", [])
    tags = {uri.rsplit(":", 1)[1] for each in containers if each["region"] == root.region for uri in each["imageUris"]}
    if not tags:
        reason = "the newest image was not sent here" if containers else "no image built yet"
        yield skipped(root.name, subject, "an image", reason)
        return
    ecr = clients("ecr", root.account, root.region)
    pages = ecr.get_paginator("list_images").paginate(repositoryName=names.repository(root.environment, image))
    there = {each.get("imageTag") for page in pages for each in page["imageIds"]}
    yield equal(root.name, subject, sorted(tags), sorted(tags & there))
