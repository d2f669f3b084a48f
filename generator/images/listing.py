"""The images of an environment that are there: built by its pipelines or by an apply, and what was imported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from generator.aws import aws_errors
from generator.built import Summary, builds_of, images_of, newest_first
from generator.images.build import Ami, amis_of
from generator.images.import_job import job_of
from generator.images.pipeline import pipeline_of, require
from generator.spec.model import Environment, Organization, Spec

JSON_VERSION = 1


@dataclass(frozen=True)
class Listed:
    """One build of an image, or of an import."""

    name: str  # as the spec names it
    is_import: bool
    version: str  # with the build's number: 1.0.0/2
    status: str
    created: str  # ISO 8601
    arn: str
    amis: tuple[Ami, ...]
    containers: tuple[str, ...] = ()  # URIs


def names_of(environment: Environment) -> list[str]:
    """The images and the imports of an environment, in the order in which they are listed."""
    imports = [each.name for each in environment.operations.imports]
    return [*imports, *(image.name for image in environment.images)]


def list_images(imagebuilder: Any, spec: Spec, environment: str, name: str | None) -> list[Listed]:
    """All builds of an environment, or those of one image or import; the newest of each first.

    An image without a pipeline yet has none. Raises UsageError for names that the spec has not, and AwsError.
    """
    require("environment", environment, spec.environments)
    known = names_of(spec.environments[environment])
    if name is not None:
        require(f"image or import in {environment}", name, known)
    return [listed for each in ([name] if name else known) for listed in _builds(imagebuilder, spec, environment, each)]


def _builds(imagebuilder: Any, spec: Spec, environment: str, name: str) -> Iterator[Listed]:
    imports = {each.name for each in spec.environments[environment].operations.imports}
    with aws_errors(f"{environment}/{name}"):
        found = _summaries(imagebuilder, spec, environment, name, is_import=name in imports)
    for each in found:
        yield Listed(
            name=name,
            is_import=name in imports,
            version=each["arn"].split("/", 2)[2],
            status=each["state"]["status"],
            created=str(each.get("dateCreated", "")),
            arn=each["arn"],
            amis=tuple(sorted(amis_of(each))),
            containers=tuple(_uris(each)),
        )


def _uris(summary: Summary) -> Iterator[str]:
    for container in summary.get("outputResources", {}).get("containers", []):
        yield from container.get("imageUris", [])


def _summaries(imagebuilder: Any, spec: Spec, environment: str, name: str, *, is_import: bool) -> list[Summary]:
    if is_import:
        return newest_first(builds_of(imagebuilder, job_of(spec, environment, name).version_arn))
    return images_of(imagebuilder, pipeline_of(spec, environment, name).arn)


def table(listed: list[Listed], region: str) -> list[str]:
    """In columns: each build, its AMI in the build Region or its container, and in how many more places it is."""
    cells = [("IMAGE", "VERSION", "STATUS", "CREATED", "WHERE")]
    cells += [(each.name, each.version, each.status, each.created[:16], _where(each, region)) for each in listed]
    widths = [max(len(cell[column]) for cell in cells) for column in range(4)]
    return [
        "  ".join([*(text.ljust(width) for text, width in zip(cell[:4], widths, strict=True)), cell[4]]).rstrip()
        for cell in cells
    ]


def _where(each: Listed, region: str) -> str:
    home = [ami.id for ami in each.amis if ami.region == region]
    places = [*home, *(ami.id for ami in each.amis if ami.region != region), *each.containers]
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    return f"{places[0]}{more}" if places else ""


def as_json(organization: Organization, environment: str, listed: list[Listed]) -> dict[str, Any]:
    names = {account.id: account.name for account in organization.accounts.values()}
    return {
        "version": JSON_VERSION,
        "environment": environment,
        "images": [
            {
                "image": each.name,
                "import": each.is_import,
                "version": each.version,
                "status": each.status,
                "created": each.created,
                "arn": each.arn,
                "amis": [
                    {
                        "account": names.get(ami.account_id, ami.account_id),
                        "account_id": ami.account_id,
                        "region": ami.region,
                        "ami": ami.id,
                        "name": ami.name,
                    }
                    for ami in each.amis
                ],
                "containers": list(each.containers),
            }
            for each in listed
        ],
    }
