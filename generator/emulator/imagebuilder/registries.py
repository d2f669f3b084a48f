"""Amazon ECR as Docker on an instance meets it: who may pull and push, what is there, what a push leaves behind.

Words of refusals: ECR's answers to Docker, https://docs.aws.amazon.com/AmazonECR/latest/userguide/common-errors-docker.html
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from generator.emulator.imagebuilder.permissions import Principal
from generator.emulator.policies import Question, verdict

PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH = (
    "ecr:BatchCheckLayerAvailability",
    "ecr:InitiateLayerUpload",
    "ecr:UploadLayerPart",
    "ecr:CompleteLayerUpload",
    "ecr:PutImage",
)
MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"

_URI = re.compile(
    r"^(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[^.]+)\.amazonaws\.com(\.cn)?/(?P<name>[^:@]+)(?P<mark>[:@])(?P<id>.+)$"
)


class Refusal(Exception):
    """`str()` is what Docker prints."""


@dataclass(frozen=True)
class Reference:
    """An image in a registry of ECR, by its tag or digest."""

    account_id: str
    region: str
    name: str
    id: str


def reference_of(uri: str) -> Reference | None:
    """None for what is in no private registry of ECR."""
    parts = _URI.match(uri)
    return Reference(parts["account"], parts["region"], parts["name"], parts["id"]) if parts else None


def check_pull(reference: Reference, role: Principal, actions: Iterable[str]) -> None:
    """Raises Refusal where the image is not there, or the role may not pull it."""
    repository = _repository(reference.account_id, reference.region, reference.name)
    _check(repository, reference.account_id, role, actions)
    known = {each for image in repository.images for each in (*image.image_tags, image.get_image_digest())}
    if reference.id not in known:
        raise Refusal("not found")


def push(account_id: str, region: str, name: str, role: Principal, source: str, tags: Iterable[str]) -> None:
    """Leave an image under its tags; `source` is what it is made of, and the same again is the same image.

    Raises Refusal where the repository is not there, its tags are immutable, or the role may not push.
    """
    from moto.ecr.exceptions import ImageAlreadyExistsException
    from moto.ecr.models import ecr_backends

    repository = _repository(account_id, region, name)
    _check(repository, account_id, role, PUSH)
    manifest = _manifest(source)
    for tag in tags:
        holders = [image for image in repository.images if tag in image.image_tags]
        if any(image.image_manifest == manifest for image in holders):
            continue  # from an earlier try
        try:
            ecr_backends[account_id][region].put_image(name, manifest, tag, MANIFEST)
        except ImageAlreadyExistsException:
            raise Refusal(
                f"tag invalid: The image tag '{tag}' already exists in the '{name}' repository and cannot be "
                "overwritten because the tag is immutable."
            ) from None


def _repository(account_id: str, region: str, name: str) -> Any:
    from moto.ecr.models import ecr_backends

    found = ecr_backends[account_id][region].repositories.get(name)
    if found is None:
        raise Refusal(
            f"name unknown: The repository with name '{name}' does not exist in the registry with id '{account_id}'"
        )
    return found


def _check(repository: Any, account_id: str, role: Principal, actions: Iterable[str]) -> None:
    """The role has to be allowed to; for a repository of another account that one's policy has to allow it too."""
    for action in actions:
        if not role.may(action, repository.arn):
            raise Refusal(f"denied: {role.refusal(action, repository.arn)}")
        if role.role.account_id == account_id:
            continue
        question = Question(action, role.caller, resource=None)
        if repository.policy is None or verdict(repository.policy, question) != "allow":
            who = f"User: {role.session_arn} is not authorized to perform: {action} on resource: {repository.arn}"
            raise Refusal(f"denied: {who} because no resource-based policy allows the {action} action")


def _manifest(source: str) -> str:
    def digest(part: str) -> str:
        return f"sha256:{hashlib.sha256(f'{source}/{part}'.encode()).hexdigest()}"

    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 1024, "digest": digest("config")}
    layer = {"mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip", "size": 4096, "digest": digest("layer")}
    return json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer]})
