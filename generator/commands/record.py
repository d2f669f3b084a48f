"""`goldsmith record`: write down the ids that AWS gave to launch templates."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.options import (
    account_option,
    emulator_option,
    environments_argument,
    json_option,
    region_option,
    spec_option,
)

if TYPE_CHECKING:
    from generator.check.template_ids import Recording
    from generator.render.roots import Root
    from generator.spec.model import Spec


@click.command()
@environments_argument
@account_option
@region_option
@spec_option
@json_option
@emulator_option
def record(
    environments: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    spec_directory: Path,
    as_json: bool,
    use_emulator: bool,
) -> None:
    """Write the ids of launch templates that Goldsmith made to launch_templates.lock.yaml.

    `goldsmith apply` does so by itself; this is for a spec that another machine has applied. The accounts are asked
    with the role that plans are made with. Changes nothing in them.
    """
    from generator.commands.asked import Selection
    from generator.commands.session import aws_environment, select_roots, start_emulator, state_directory_of
    from generator.spec import load
    from generator.terraform.endpoint import require_endpoint

    spec = load(spec_directory)
    roots = select_roots(spec, Selection(environments, accounts, regions))
    endpoint = start_emulator(state_directory_of(os.environ), spec) if use_emulator else None
    variables = aws_environment(os.environ, endpoint)
    require_endpoint(variables)
    recording = write_down(spec, spec_directory, roots, variables)
    if as_json:
        click.echo(json.dumps({"version": 1, "launch_templates": recording.ids}, indent=2))
    elif not recording.changed:
        click.echo(f"{recording.path}: every launch template that is there stands in it.", err=True)


def write_down(spec: Spec, spec_directory: Path, roots: Sequence[Root], variables: Mapping[str, str]) -> Recording:
    """Ask the accounts of `roots`, write what is new, and tell it on standard error with what to run next."""
    from generator.aws import AccountClients
    from generator.check.template_ids import plan_recording
    from generator.images.launch_templates import ids_of, made_here
    from generator.render.roots import roots_of

    clients = AccountClients(spec.organization, spec.organization.roles.plan, variables)
    known = {root.name: made_here(root) for root in roots_of(spec)}
    recording = plan_recording(spec_directory, ids_of(roots, clients), known)
    if recording.is_needed:
        recording.write()
    if recording.changed:
        for root, name, identifier in recording.changed:
            click.echo(f"{root}: launch template {name} is {identifier}", err=True)
        environments = " ".join(sorted({root.split("/")[0] for root, _, _ in recording.changed}))
        click.echo(
            f"{recording.path}: {len(recording.changed)} written. For images to reach them, commit it and run: "
            f"goldsmith render && goldsmith apply {environments}",
            err=True,
        )
    return recording


def tell_missing(roots: Sequence[Root]) -> None:
    """What a plan cannot ship to yet: launch templates of the roots' environments whose id nobody has written down."""
    environments = {root.environment.name: root.environment for root in roots}
    for name, environment in environments.items():
        for image in environment.images:
            for template in image.delivery.launch_templates:
                if template.id is None and template.new:
                    click.echo(
                        f"{name}/{image.name}: the launch template {template.new.name} of {template.account.name} in "
                        f"{template.region} has no id on record yet, so it gets no AMIs. Run: goldsmith apply {name} "
                        f"(which writes it down), then goldsmith render, and goldsmith apply {name} again.",
                        err=True,
                    )
