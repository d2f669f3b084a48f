"""`goldsmith build`: one image, built now and followed until its AMIs are there."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.following import (
    EXIT_INTERRUPTED,
    aws_variables,
    interval_option,
    interval_or_default,
    options_as_typed,
    shown,
    timeout_option,
)
from generator.commands.options import emulator_option, json_option, spec_option

if TYPE_CHECKING:
    from generator.aws import AccountClients
    from generator.images.build import Build
    from generator.images.follow import Progress
    from generator.images.pipeline import Pipeline
    from generator.spec.model import Spec


@click.command()
@click.argument("environment", metavar="ENVIRONMENT")
@click.argument("image", metavar="IMAGE")
@spec_option
@emulator_option
@json_option
@click.option("--no-wait", is_flag=True, help="Start the build and end; it goes on by itself.")
@click.option(
    "--with-bases", is_flag=True, help="Build the images of the spec that it is built on before it, the lowest first."
)
@click.option("--follow", "arn", metavar="ARN", help="Follow this build, started before, and start none.")
@timeout_option
@interval_option
def build(
    environment: str,
    image: str,
    spec_directory: Path,
    use_emulator: bool,
    as_json: bool,
    no_wait: bool,
    with_bases: bool,
    arn: str | None,
    timeout: float,
    interval: float | None,
) -> None:
    """Build an image now, and follow it until its AMIs are in every account and Region.

    The pipeline must be there: `goldsmith apply` makes it. An interrupt leaves the build running.
    """
    from generator.aws import AccountClients
    from generator.errors import UsageError
    from generator.images.pipeline import pipeline_of
    from generator.spec import load

    if no_wait and arn:
        raise UsageError("--no-wait starts a build and --follow follows one that was started. Leave one out.")
    if with_bases and (no_wait or arn):
        raise UsageError("--with-bases waits for each build before the next begins. Leave out --no-wait and --follow.")
    spec = load(spec_directory)
    pipeline = pipeline_of(spec, environment, image)
    if arn is not None:
        _require_build_of(pipeline, arn)
    variables = aws_variables(spec, use_emulator)
    clients = AccountClients(spec.organization, spec.organization.roles.apply, variables)
    imagebuilder = clients("imagebuilder", pipeline.account, pipeline.region)
    job = _Job(spec, pipeline, imagebuilder, as_json, options_as_typed(spec_directory), clients)
    every = interval_or_default(interval, variables)
    if with_bases:
        _build_bases(job, every, timeout * 60)
    started = arn or _start(job)
    if no_wait:
        _tell_started(job, started)
        return
    _tell_end(job, _followed(job, started, every, timeout * 60))


@dataclass(frozen=True)
class _Job:
    """What every step of the command needs."""

    spec: Spec
    pipeline: Pipeline
    imagebuilder: Any
    as_json: bool
    options: str  # as typed, for the commands that messages name
    clients: AccountClients

    def goes_on(self, arn: str) -> str:
        from generator.images.report import goes_on

        return goes_on(self.pipeline, arn, self.options)

    def read(self, arn: str) -> Build:
        from generator.images.build import read_build

        return read_build(self.imagebuilder, self.pipeline, arn)

    def disk_images(self, build: Build) -> list[dict[str, str]]:
        from generator.images.exports import disk_images

        if self.pipeline.image.pipeline.export is None or build.status != "AVAILABLE":
            return []
        return disk_images(self.clients("ec2", self.pipeline.account, self.pipeline.region), self.pipeline, build)


def _require_build_of(pipeline: Pipeline, arn: str) -> None:
    from generator.errors import UsageError

    wanted = pipeline.arn.replace(":image-pipeline/", ":image/") + "/"
    if not arn.startswith(wanted) or len(arn.removeprefix(wanted).split("/")) != 2:
        raise UsageError(
            f"--follow {arn}: is no build of {pipeline.place}; {wanted}1.0.0/1 would be one. "
            "Take the ARN that the build was started with."
        )


def _require_import(job: _Job) -> None:
    """Raise AwsError where the image is based on an import that is not there yet."""
    from generator.images.import_job import job_of
    from generator.images.imports import Importer, require_import

    pipeline = job.pipeline
    if pipeline.image.base.imported_image is None:
        return
    imported = job_of(job.spec, pipeline.environment.name, pipeline.image.base.name)
    importer = Importer(imported, lambda service: job.clients(service, pipeline.account, pipeline.region))
    require_import(importer, pipeline.place, job.options)


def _start(job: _Job) -> str:
    from generator.images.build import applied_recipe_version, start_build
    from generator.images.chain import require_base

    pipeline = job.pipeline
    _require_import(job)
    require_base(job.imagebuilder, job.spec, pipeline, job.options)
    applied = applied_recipe_version(job.imagebuilder, pipeline)
    if applied != pipeline.image.version:
        click.echo(
            f"{pipeline.place}: warning: the pipeline builds recipe {applied}, the spec says "
            f"{pipeline.image.version}. Run: goldsmith apply {pipeline.environment.name}",
            err=True,
        )
    arn = start_build(job.imagebuilder, pipeline, job.options)
    click.echo(f"{pipeline.place}: started {arn}", err=True)
    return arn


def _build_bases(job: _Job, interval: float, timeout: float) -> None:
    """Build what the image is built on, one after the other. Raises BuildFailed with the first that fails."""
    from generator.images.chain import base_pipelines

    for pipeline in base_pipelines(job.spec, job.pipeline):
        base = replace(job, pipeline=pipeline)
        _require_available(base, _followed(base, _start(base), interval, timeout))


def _followed(job: _Job, arn: str, interval: float, timeout: float) -> Progress:
    from generator.aws import error_code
    from generator.errors import AwsError
    from generator.images import report
    from generator.images.follow import follow

    try:
        return shown(
            follow(lambda: job.read(arn), interval, timeout),
            live=lambda first: report.LiveProgress(job.pipeline, first),
            news=lambda before, now: report.news(job.pipeline, before, now),
        )
    except KeyboardInterrupt:
        click.echo(f"\n{job.goes_on(arn)}", err=True)
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
    except AwsError as error:
        if error_code(error) == "ResourceNotFoundException":
            raise
        raise AwsError(f"{error}\n{job.goes_on(arn)}") from error


def _tell_started(job: _Job, arn: str) -> None:
    from generator.images.follow import follow

    if job.as_json:
        _echo_json(job, next(follow(lambda: job.read(arn), 0, 0)))
    click.echo(job.goes_on(arn), err=True)


def _tell_end(job: _Job, progress: Progress) -> None:
    from generator.images import report

    pipeline, build = job.pipeline, progress.build
    if job.as_json:
        _echo_json(job, progress)
    _require_available(job, progress)
    rows = report.image_rows(job.spec.organization, pipeline, build)
    if not job.as_json:
        disks = [f"DISK IMAGE  {disk['uri']}" for disk in job.disk_images(build)]
        click.echo("\n".join([*report.image_table(rows), *disks]))
    _tell_what_is_built_on_it(job)
    missing = report.missing_targets(pipeline, rows)
    if missing:
        click.echo(
            f"{pipeline.place}: warning: not sent to {', '.join(missing)}: the pipeline does not know them. "
            f"Run: goldsmith apply {pipeline.environment.name}",
            err=True,
        )


def _tell_what_is_built_on_it(job: _Job) -> None:
    from generator.images.chain import built_on

    environment = job.pipeline.environment.name
    for name in built_on(job.pipeline):
        click.echo(
            f"{job.pipeline.place}: {name} is built on it. To build it on the new image now: "
            f"goldsmith build {environment} {name}{job.options}",
            err=True,
        )


def _require_available(job: _Job, progress: Progress) -> None:
    from generator.errors import BuildFailed
    from generator.images import report

    pipeline, build = job.pipeline, progress.build
    if build.is_running:
        raise BuildFailed(
            f"{pipeline.place}: build {build.version} is still {build.status}, and the time for it is over. "
            + job.goes_on(build.arn)
        )
    if build.status != "AVAILABLE":
        raise BuildFailed(report.failure(pipeline, progress))


def _echo_json(job: _Job, progress: Progress) -> None:
    from generator.images.report import as_json

    told = as_json(job.spec.organization, job.pipeline, progress)
    click.echo(json.dumps({**told, "disk_images": job.disk_images(progress.build)}, indent=2))
