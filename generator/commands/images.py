"""`goldsmith images`: images that are there, and disk images of elsewhere that become base images."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
    from generator.images.follow import Progress
    from generator.images.import_job import Begun, ImportJob
    from generator.images.imports import Importer


@click.group()
def images() -> None:
    """List images, and import disk images as base images."""


@images.command("import")
@click.argument("environment", metavar="ENVIRONMENT")
@click.argument("name", metavar="IMPORT")
@spec_option
@emulator_option
@json_option
@click.option("--no-wait", is_flag=True, help="Start the import and end; it goes on by itself.")
@timeout_option
@interval_option
def import_(
    environment: str,
    name: str,
    spec_directory: Path,
    use_emulator: bool,
    as_json: bool,
    no_wait: bool,
    timeout: float,
    interval: float | None,
) -> None:
    """Import a disk image of the spec's imports/, and follow it until it is a base image.

    An import that runs is found again and followed; a version that is there already is left alone.
    An interrupt leaves it running.
    """
    from generator.aws import AccountClients
    from generator.images.import_job import job_of
    from generator.images.imports import Importer
    from generator.spec import load

    spec = load(spec_directory)
    job = job_of(spec, environment, name)
    variables = aws_variables(spec, use_emulator)
    clients = AccountClients(spec.organization, spec.organization.roles.apply, variables)
    importer = Importer(job, client_in(clients, job))
    run = _Run(job, importer, as_json, options_as_typed(spec_directory))
    if _is_there(run):
        return
    begun = importer.begin()
    told = f"started {begun.task_id or begun.image_arn}" if begun.is_new else "was started before and goes on"
    click.echo(f"{job.place}: {told}", err=True)
    every = 0.0 if no_wait else interval_or_default(interval, variables)
    _tell_end(run, _followed(run, begun, every, 0 if no_wait else timeout * 60), no_wait)


def client_in(clients: AccountClients, job: ImportJob) -> Callable[[str], object]:
    """Clients of the build account and Region by service, each made once."""
    made: dict[str, object] = {}

    def client(service: str) -> object:
        if service not in made:
            made[service] = clients(service, job.account, job.region)
        return made[service]

    return client


@dataclass(frozen=True)
class _Run:
    """What every step of the command needs."""

    job: ImportJob
    importer: Importer
    as_json: bool
    options: str  # as typed, for the commands that messages name

    def goes_on(self) -> str:
        from generator.images.import_report import goes_on

        return goes_on(self.job, self.options)


def _is_there(run: _Run) -> bool:
    """Whether the version is there already, which is then told."""
    from generator.images.follow import follow

    available = run.importer.available()
    if available is None:
        return False
    version = run.job.import_.version
    click.echo(
        f"{run.job.place}: version {version} is there already, so nothing is imported. To import anew, raise version "
        f"in imports/{run.job.import_.name}.yaml.",
        err=True,
    )
    _tell_result(run, next(follow(lambda: available, 0, 0)))
    return True


def _followed(run: _Run, begun: Begun, interval: float, timeout: float) -> Progress:
    from generator.errors import AwsError
    from generator.images import import_report
    from generator.images.follow import follow

    looks: Iterator[Progress] = follow(lambda: run.importer.read(begun), interval, timeout)
    try:
        return shown(
            looks,
            live=lambda first: import_report.LiveImport(run.job, first),
            news=lambda before, now: import_report.news(run.job, before, now),
        )
    except KeyboardInterrupt:
        click.echo(f"\n{run.goes_on()}", err=True)
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
    except AwsError as error:
        raise AwsError(f"{error}\n{run.goes_on()}") from error


def _tell_end(run: _Run, progress: Progress, no_wait: bool) -> None:
    from generator.errors import BuildFailed
    from generator.images import import_report

    state = progress.build
    if state.status == "AVAILABLE":
        _tell_result(run, progress)
        click.echo(f"{run.job.place}: make recipes on it with: goldsmith apply {run.job.environment.name}", err=True)
        return
    if run.as_json:
        _echo_json(run, progress)
    if not state.is_running:
        raise BuildFailed(import_report.failure(run.job, progress, run.options))
    if not no_wait:
        raise BuildFailed(f"{run.job.place}: is still {state.status}, and the time for it is over. {run.goes_on()}")
    click.echo(run.goes_on(), err=True)


def _tell_result(run: _Run, progress: Progress) -> None:
    from generator.images.import_report import result

    if run.as_json:
        _echo_json(run, progress)
    else:
        click.echo("\n".join(result(run.job, progress)))


def _echo_json(run: _Run, progress: Progress) -> None:
    from generator.images.import_report import as_json

    click.echo(json.dumps(as_json(run.job, progress, time.monotonic()), indent=2))


@images.command("list")
@click.argument("environment", metavar="ENVIRONMENT")
@click.argument("name", metavar="[IMAGE]", required=False)
@spec_option
@emulator_option
@json_option
def list_(environment: str, name: str | None, spec_directory: Path, use_emulator: bool, as_json: bool) -> None:
    """List the builds of an environment's images and imports, the newest of each first."""
    from generator.aws import AccountClients
    from generator.images import listing
    from generator.images.pipeline import require
    from generator.spec import load

    spec = load(spec_directory)
    require("environment", environment, spec.environments)
    build = spec.environments[environment].build
    variables = aws_variables(spec, use_emulator)
    clients = AccountClients(spec.organization, spec.organization.roles.plan, variables)
    found = listing.list_images(clients("imagebuilder", build.account, build.region), spec, environment, name)
    if as_json:
        click.echo(json.dumps(listing.as_json(spec.organization, environment, found), indent=2))
    elif found:
        click.echo("\n".join(listing.table(found, build.region)))
    else:
        click.echo(f"{environment}: no image has been built yet. Run: goldsmith build {environment} IMAGE", err=True)
