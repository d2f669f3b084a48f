"""Images that are built on other images of their environment: whether those are there, and which come first."""

from __future__ import annotations

from typing import Any

from generator.aws import aws_errors
from generator.built import available, images_of
from generator.errors import AwsError
from generator.images.pipeline import Pipeline, pipeline_of
from generator.spec.chains import bases_of
from generator.spec.model import Spec


def base_pipelines(spec: Spec, pipeline: Pipeline) -> list[Pipeline]:
    """The pipelines of the images that an image is built on, the lowest first."""
    bases = bases_of(pipeline.image, pipeline.environment.images)
    return [pipeline_of(spec, pipeline.environment.name, base.name) for base in bases]


def built_on(pipeline: Pipeline) -> list[str]:
    """The names of the images of the environment whose base is the pipeline's image."""
    return [each.name for each in pipeline.environment.images if each.base.image == pipeline.image.name]


def require_base(imagebuilder: Any, spec: Spec, pipeline: Pipeline, options: str) -> None:
    """Raises AwsError, which says what to run first, where the image is built on one that has never been built."""
    bases = base_pipelines(spec, pipeline)
    if not bases or _has_image(imagebuilder, bases[-1]):
        return
    base, environment = bases[-1], pipeline.environment.name
    first = f"goldsmith build {environment} {base.image.name}{options}"
    if len(bases) > 1:
        first += " --with-bases"
    raise AwsError(
        f"{pipeline.place}: is built on {base.image.name}, which has no image in account {base.account.name}, "
        f"{base.region} yet. Run: {first}, then: goldsmith apply {environment}, then this again"
    )


def _has_image(imagebuilder: Any, pipeline: Pipeline) -> bool:
    """Whether a build of the image has ended well, by its pipeline or an apply, and its image is still there."""
    with aws_errors(pipeline.place):
        return bool(available(images_of(imagebuilder, pipeline.arn)))
