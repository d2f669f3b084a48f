"""Container images at their places in environments: what only shows there."""

from __future__ import annotations

from collections.abc import Mapping

from generator.source.report import Report
from generator.source.yaml import Document, Path
from generator.spec.files import Source, Sources
from generator.spec.infrastructure import CONTAINER_HOPS, InfrastructureWritten
from generator.spec.model import Environment, Image
from generator.spec.written import ImageUseWritten, ImageWritten


def check_container_place(
    document: Document, path: Path, source: Source[ImageWritten], use: ImageUseWritten, image: Image, report: Report
) -> None:
    """Report what a container image cannot have at its place, which is at `path` of the environment's document."""
    if use.distribution is not None:
        message = "is for AMIs; container images have tags and a repository (`container`). Remove it."
        report.error(document, (*path, "distribution"), message, at_key=True)
    infrastructure = image.infrastructure
    if infrastructure.tokens != "required" or infrastructure.hop_limit >= CONTAINER_HOPS:
        return
    message = (
        f"{infrastructure.hop_limit} is too small for a container image; with tokens required the metadata is "
        f"{CONTAINER_HOPS} hops away from a container. Remove it."
    )
    here = ("infrastructure", "metadata", "hop_limit")
    if _says_hops(use.infrastructure):
        report.error(document, (*path, *here), message, code="G311")
    else:
        report.error(source.document, here, message, code="G311")


def _says_hops(written: InfrastructureWritten | None) -> bool:
    return written is not None and written.metadata is not None and written.metadata.hop_limit is not None


def check_managed_workflows(source: Source[ImageWritten], report: Report) -> None:
    """Report Amazon's workflows for AMIs in a container image, and the other way round."""
    is_container = source.written.container is not None
    for index, use in enumerate(source.written.workflows or ()):
        name: str | None = getattr(use, "aws", None)  # none where the short form names one of the spec's
        stage, _, kind = (name or "").partition("-")
        if kind.split("-")[0] == ("image" if is_container else "container"):
            wanted = f"{stage}-container" if is_container else f"{stage}-image"
            what = "AMIs; for container images there is" if is_container else "container images; for AMIs there is"
            report.error(source.document, ("workflows", index, "aws"), f"{name} is for {what} {wanted}.")


def check_repositories(sources: Sources, environments: Mapping[str, Environment], report: Report) -> None:
    """A repository is made once in an account and Region, by one image of one environment."""
    owners: dict[tuple[str, str, str], str] = {}
    for environment in environments.values():
        account = environment.build.account
        for image in environment.images:
            if not image.is_container or not image.container.repository.is_made:
                continue
            _check_keys(sources, environment, image, report)
            name = repository_name(environment.name, image)
            places = {(account.name, target.region, name) for target in environment.targets}
            taken = sorted(place for place in places if place in owners)
            if taken:
                message = (
                    f"{name} is made by {owners[taken[0]]} already, in {taken[0][0]} and {taken[0][1]}. Leave the name "
                    "out, so that each environment makes its own, or name another one."
                )
                report.error(sources.images[image.name].document, ("container", "repository"), message)
            owners |= dict.fromkeys(places - owners.keys(), f"{image.name} of {environment.name}")


def _check_keys(sources: Sources, environment: Environment, image: Image, report: Report) -> None:
    """ECR answers the id of the key that it was given by an alias, and the provider would replace the repository."""
    aliases = [arn for arn in environment.keys.values() if ":alias/" in arn]
    if image.container.repository.own_key and aliases:
        message = (
            f"is encrypted with the keys of {environment.name}, and {aliases[0]} is an alias, by which a repository "
            "would be replaced again and again. Give the key by its id (keys), or say `encryption: aes256`."
        )
        report.error(sources.images[image.name].document, ("container",), message)


def repository_name(environment: str, image: Image) -> str:
    """The repository of a container image."""
    return image.container.repository_name or default_repository(environment, image.name)


def default_repository(environment: str, image: str) -> str:
    return f"{environment}/{image}"
