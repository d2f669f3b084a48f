"""What `goldsmith destroy` does with container images: refuses to take down what holds some, or deletes them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from generator.errors import GoldsmithError

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.render.roots import Root

MOST_AT_ONCE = 100  # botocore ecr BatchDeleteImage


def refuse_full_repositories(session: Session) -> None:
    """Raise GoldsmithError where a repository holds images, before anything is destroyed. Raises AwsError."""
    full = [f"{name} in {root.region} ({len(images)})" for root, _, name, images in _repositories(session) if images]
    if full:
        raise GoldsmithError(
            f"destroy: there are container images in {', '.join(full)}, and they would go with their repositories. "
            "Nothing was destroyed. Add --delete-containers to delete them, or delete them yourself."
        )


def empty_repositories(session: Session) -> None:
    """Delete every image in the repositories that Goldsmith made. Raises AwsError."""
    from generator.aws import aws_errors

    for root, ecr, name, images in _repositories(session):
        with aws_errors(f"{root.name}: repository {name}"):
            for start in range(0, len(images), MOST_AT_ONCE):
                ecr.batch_delete_image(repositoryName=name, imageIds=images[start : start + MOST_AT_ONCE])


def _repositories(session: Session) -> Iterator[tuple[Root, Any, str, list[dict[str, str]]]]:
    """Root, client, name and images, by their digests, of each; one that is not there holds none."""
    from generator.aws import AccountClients
    from generator.spec.container_places import repository_name

    organization = session.spec.organization
    clients = AccountClients(organization, organization.roles.apply, session.environment)
    for root in session.roots:
        made = [image for image in root.environment.containers if image.container.repository.is_made]
        for image in made if root.is_build_account else ():
            ecr, name = clients("ecr", root.account, root.region), repository_name(root.environment.name, image)
            yield root, ecr, name, _images(root, ecr, name)


def _images(root: Root, ecr: Any, name: str) -> list[dict[str, str]]:
    from generator.aws import aws_errors, error_code
    from generator.errors import AwsError

    try:
        with aws_errors(f"{root.name}: repository {name}"):
            pages = ecr.get_paginator("list_images").paginate(repositoryName=name)
            digests = {each["imageDigest"] for page in pages for each in page["imageIds"]}
    except AwsError as error:
        if error_code(error) != "RepositoryNotFoundException":
            raise
        return []
    return [{"imageDigest": digest} for digest in sorted(digests)]
