"""Which pipeline builds an image: found by names known beforehand, with no state to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from generator.errors import UsageError
from generator.source.report import did_you_mean, quoted
from generator.spec.model import Account, Environment, Image, Spec


@dataclass(frozen=True)
class Pipeline:
    environment: Environment
    image: Image
    arn: str

    @property
    def account(self) -> Account:
        return self.environment.build.account

    @property
    def region(self) -> str:
        return self.environment.build.region

    @property
    def name(self) -> str:
        """What Image Builder calls the pipeline, its recipe and its images: `prod-web`."""
        return f"{self.environment.name}-{self.image.name}"

    @property
    def place(self) -> str:
        """How messages name it: `prod/web`."""
        return f"{self.environment.name}/{self.image.name}"


def pipeline_of(spec: Spec, environment: str, image: str) -> Pipeline:
    """The pipeline of an image. Raises UsageError for an environment or image that the spec has not."""
    require("environment", environment, spec.environments)
    found = spec.environments[environment]
    images = {each.name: each for each in found.images}
    require(f"image in {environment}", image, images)
    build = found.build
    arn = (
        f"arn:{spec.organization.partition}:imagebuilder:{build.region}:{build.account.id}"
        f":image-pipeline/{environment}-{image}"
    )
    return Pipeline(found, images[image], arn)


def require(kind: str, name: str, known: Iterable[str]) -> None:
    """Raise UsageError for a name that the spec does not know."""
    allowed = list(known)
    if name not in allowed:
        raise UsageError(
            f"{name}: the spec has no such {kind}; there are {quoted(allowed, 'and')}.{did_you_mean(name, allowed)}"
        )
