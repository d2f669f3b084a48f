"""An import of the spec at its place in an environment, and what AWS says of it at one moment."""

from __future__ import annotations

from dataclasses import dataclass

from generator.errors import UsageError
from generator.images.build import Build
from generator.images.pipeline import require
from generator.render import names
from generator.render.roots import Root
from generator.spec.model import Account, Environment, Spec
from generator.spec.model_vm import Import

OVER = ("AVAILABLE", "CANCELLED", "DELETED", "DEPRECATED", "DISABLED", "FAILED")


@dataclass(frozen=True)
class ImportJob:
    """An import at its place in an environment."""

    spec: Spec
    environment: Environment
    import_: Import

    @property
    def account(self) -> Account:
        return self.environment.build.account

    @property
    def region(self) -> str:
        return self.environment.build.region

    @property
    def name(self) -> str:
        """What Image Builder calls the image: `prod-erp`."""
        return names.in_environment(self.environment, self.import_.name)

    @property
    def place(self) -> str:
        """How messages name it: `prod/erp`."""
        return f"{self.environment.name}/{self.import_.name}"

    @property
    def root(self) -> Root:
        return Root(self.spec.organization, self.environment, self.account, self.region, "build")

    @property
    def version_arn(self) -> str:
        return names.imported_image_arn(self.root, f"{self.import_.name}/{self.import_.version}")

    @property
    def tag(self) -> str:
        return f"{self.place}/{self.import_.version}"

    @property
    def source(self) -> tuple[str, str]:
        """Bucket and key of the file, which a checked spec has for the Region that builds."""
        bucket, _, key = str(self.import_.source(self.region)).removeprefix("s3://").partition("/")
        return bucket, key


@dataclass(frozen=True)
class ImportState(Build):
    """What AWS says of an import at one moment; `arn` is the image's. Stages of the task are in EC2's own words."""

    task_id: str | None = None

    @property
    def is_running(self) -> bool:
        return self.status not in OVER


@dataclass(frozen=True)
class Begun:
    """What is followed: an image, and the task that it comes from unless it comes from an ISO."""

    image_arn: str
    task_id: str | None
    is_new: bool  # whether this run has started it


def job_of(spec: Spec, environment: str, name: str) -> ImportJob:
    """Raises UsageError for an environment that the spec has not, and for an import that none of its images uses."""
    require("environment", environment, spec.environments)
    found = spec.environments[environment]
    imports = {each.name: each for each in found.operations.imports}
    if not imports:
        raise UsageError(
            f"{name}: no image of {environment} is based on an import. Add one with base: {{import: NAME}}."
        )
    require(f"import in {environment}", name, imports)
    return ImportJob(spec, found, imports[name])


def import_command(environment: str, name: str, options: str = "") -> str:
    return f"goldsmith images import {environment} {name}{options}"
