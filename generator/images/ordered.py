"""Builds that somebody waits for: found where they are under way or done already, else started, once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.aws import aws_errors
from generator.built import Summary, images_of, of_pipeline
from generator.images.build import RUNNING, Build, applied_recipe_version, execute, read_build, running_build
from generator.images.pipeline import Pipeline


@dataclass(frozen=True)
class Since:
    """When what an image is built by was applied, by a clock that AWS shares."""

    began: datetime
    ended: datetime


@dataclass(frozen=True)
class PipelineBuilds:
    """The builds of one pipeline. Each method raises AwsError."""

    imagebuilder: Any
    pipeline: Pipeline
    since: Since | None = None  # None: builds that others started do not count

    def found(self) -> str | None:
        """A build of what was applied that others started since, and that is under way or AVAILABLE; the newest."""
        if self.since is None:
            return None
        version = applied_recipe_version(self.imagebuilder, self.pipeline)
        with aws_errors(self.pipeline.place):
            own = {each["arn"] for each in of_pipeline(self.imagebuilder, self.pipeline.arn)}
            builds = images_of(self.imagebuilder, self.pipeline.arn)
        for each in builds:
            # One that the apply itself started (CreateImage) is older than the end of that apply.
            earliest = self.since.ended if each["arn"] in own else self.since.began
            if _counts(each, version) and datetime.fromisoformat(each["dateCreated"]) >= earliest:
                return str(each["arn"])
        return None

    def start(self, token: str) -> str | None:
        """The build that this token asks for; None where the pipeline is busy, which has one build at a time.

        What keeps it busy may be the build of this very token; asked again when it has ended, AWS names that.
        """
        if running_build(self.imagebuilder, self.pipeline):
            return None
        return execute(self.imagebuilder, self.pipeline, token)

    def read(self, arn: str) -> Build:
        return read_build(self.imagebuilder, self.pipeline, arn)


def _counts(build: Summary, version: str) -> bool:
    return build["arn"].split("/")[-2] == version and build["state"]["status"] in (*RUNNING, "AVAILABLE")
