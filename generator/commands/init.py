"""`goldsmith init`: a spec to begin with, and the pipelines of the repository that holds one."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from generator.commands.options import offline_emulator_option, rendered_option, spec_option

if TYPE_CHECKING:
    from generator.ci.files import Standing
    from generator.ci.pipelines import Platform


@click.command()
@click.option(
    "--ci",
    "platform",
    type=click.Choice(["github", "gitlab", "atlantis"]),
    help="Whose pipelines to write, for the spec that is there.",
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("."),
    show_default=True,
    metavar="DIR",
    help="The root of the repository; the spec and the rendered tree lie inside of it.",
)
@spec_option
@rendered_option
@click.option("--branch", default="main", show_default=True, help="The branch that is applied.")
@click.option("--terraform-version", metavar="VERSION", help="The Terraform that plans and applies.")
@click.option("--organization", default="acme", show_default=True, metavar="NAME", help="Of a spec to begin with.")
@click.option(
    "--account",
    default="images-dev=111111111111",
    show_default=True,
    metavar="NAME=ID",
    help="Where a spec to begin with builds.",
)
@click.option("--region", default="us-east-1", show_default=True, help="Where a spec to begin with builds.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; exit with 2 and a diff when files differ.")
@click.option("--force", is_flag=True, help="Overwrite files that were changed by hand.")
@offline_emulator_option
def init(
    platform: str | None,
    directory: Path,
    spec_directory: Path,
    rendered_directory: Path,
    branch: str,
    terraform_version: str | None,
    organization: str,
    account: str,
    region: str,
    only_check: bool,
    force: bool,
) -> None:
    """Write a spec to begin with: one organization, one account, one image. With --ci, write pipelines instead.

    The pipelines check, plan and review a change, apply what was approved, and watch for drift; docs/ci.md describes
    the roles and variables that they need. Files that were changed by hand since are left alone, and nothing is
    written, unless with --force.
    """
    if platform is None:
        _begin(spec_directory, organization, account, region, only_check or force)
        return
    terraform = terraform_version or ""
    _write_pipelines(platform, directory, spec_directory, rendered_directory, branch, terraform, only_check, force)


def _begin(spec_directory: Path, organization: str, account: str, region: str, is_for_pipelines: bool) -> None:
    from generator.ci.start import spec_files, write_spec
    from generator.errors import UsageError

    if is_for_pipelines:
        raise UsageError("--check and --force are for pipelines; name whose with --ci.")
    files = spec_files(organization, account, region)
    write_spec(files, spec_directory)
    for path in files:
        click.echo(f"{spec_directory / path}: written.", err=True)
    click.echo("Next: goldsmith lock && goldsmith check && goldsmith render && goldsmith plan --emulator", err=True)


def _write_pipelines(
    platform: str,
    directory: Path,
    spec_directory: Path,
    rendered_directory: Path,
    branch: str,
    terraform_version: str,
    only_check: bool,
    force: bool,
) -> None:
    from generator.ci.files import headed, standing, write
    from generator.ci.pipelines import pipelines
    from generator.ci.settings import TERRAFORM, Settings, shards_for
    from generator.errors import OutOfDateError
    from generator.render.roots import roots_of
    from generator.spec import load
    from generator.spec.recorded import recorded_at

    spec = load(spec_directory)
    roots = roots_of(spec)
    records_rollouts = bool(recorded_at(spec_directory))
    settings = Settings(
        branch=branch,
        spec=_inside(spec_directory, directory),
        rendered=_inside(rendered_directory, directory),
        region=spec.organization.state.region,
        terraform=terraform_version or TERRAFORM,
        shards=shards_for(roots),
        records_rollouts=records_rollouts,
    )
    command = _command(platform, settings, TERRAFORM)
    texts = pipelines(cast("Platform", platform), settings, roots)
    files = {path: headed(text, command) for path, text in texts.items()}
    if not only_check:
        _tell(write(files, directory, force), directory)
        if not records_rollouts:
            _tell_that_rollouts_have_no_place(platform, spec_directory)
        return
    found = standing(files, directory)
    if found.differs:
        _show_diff(files, found, directory)
        names = ", ".join(found.differs)
        raise OutOfDateError(f"{names}: not what the spec and this Goldsmith make of it. Run: {command}")
    _tell(found, directory)


def _tell_that_rollouts_have_no_place(platform: str, spec_directory: Path) -> None:
    """A runner's own folder is none."""
    without = ", and rollouts have no workflow" if platform == "github" else ""
    click.echo(
        f"{spec_directory}: does not say where rollouts are recorded, and a runner's folder goes with it{without}. "
        "Add to organization.yaml: rollouts: s3://BUCKET/PREFIX",
        err=True,
    )


def _inside(path: Path, directory: Path) -> str:
    """A path as the repository sees it. Raises UsageError for one that lies outside."""
    from generator.errors import UsageError

    relative = os.path.relpath(path, directory)
    if relative.startswith(os.pardir):
        raise UsageError(f"{path}: is outside of {directory}; --directory names the root of the repository.")
    return Path(relative).as_posix()


def _command(platform: str, settings: Any, terraform: str) -> str:
    """How to make the same again from the root of the repository."""
    words = ["goldsmith", "init", "--ci", platform]
    usual = {"--spec": ("environments", settings.spec), "--rendered": ("rendered", settings.rendered)}
    usual |= {"--branch": ("main", settings.branch), "--terraform-version": (terraform, settings.terraform)}
    for option, (default, value) in usual.items():
        words += [option, value] if value != default else []
    return shlex.join(words)


def _show_diff(files: dict[str, str], found: Standing, directory: Path) -> None:
    from generator.render.diff import unified_diff
    from generator.render.writer import Difference

    difference = Difference(written=found.differs, removed=(), unchanged=len(found.current))
    click.echo("".join(unified_diff(files, difference, directory)), nl=False)


def _tell(found: Standing, directory: Path) -> None:
    for path in found.differs:
        click.echo(f"{directory / path}: {'written' if path in found.missing else 'written anew'}.", err=True)
    if not found.differs:
        click.echo(f"{directory}: {len(found.current)} files, all as they should be.", err=True)
