"""`goldsmith plan`: what Terraform would do in every root."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands.fleet import fail_fast_option, jobs_option
from generator.commands.options import (
    account_option,
    emulator_option,
    environments_argument,
    image_option,
    json_option,
    region_option,
    rendered_option,
    spec_option,
    terraform_option,
)

if TYPE_CHECKING:
    from generator.terraform.plans import Plan
    from generator.terraform.root import Terraform

EXIT_CHANGES = 2


@click.command()
@environments_argument
@account_option
@region_option
@image_option
@spec_option
@rendered_option
@emulator_option
@terraform_option
@jobs_option
@fail_fast_option
@json_option
@click.option("--detailed-exitcode", is_flag=True, help="Exit code 2 when there are changes.")
@click.pass_context
def plan(
    context: click.Context,
    environments: tuple[str, ...],
    accounts: tuple[str, ...],
    regions: tuple[str, ...],
    images: tuple[str, ...],
    spec_directory: Path,
    rendered_directory: Path,
    use_emulator: bool,
    terraform_path: Path | None,
    jobs: int | None,
    fail_fast: bool,
    as_json: bool,
    detailed_exitcode: bool,
) -> None:
    """Plan every root, with the role that may only read. Nothing is changed, and no plan is kept."""
    from generator.commands import fleet
    from generator.commands.record import tell_missing
    from generator.commands.session import Selection, open_session

    session = open_session(
        spec_directory,
        rendered_directory,
        Selection(environments, accounts, regions, images),
        use_emulator=use_emulator,
        terraform_path=terraform_path,
        jobs=jobs,
    )
    outcomes = fleet.over_roots(
        session,
        plan_root,
        role=session.spec.organization.roles.plan,
        after={},
        summary=fleet.described,
        fail_fast=fail_fast,
        only_plans=True,
    )
    plans = [outcome.value for outcome in outcomes if outcome.value is not None]
    if as_json:
        click.echo(json.dumps(fleet.as_json(outcomes, lambda value: value), indent=2))
    else:
        _print(plans)
    tell_missing(session.roots)
    fleet.refuse_unfinished(outcomes, "plan")
    if detailed_exitcode and not all(each.is_empty for each in plans):
        context.exit(EXIT_CHANGES)


def plan_root(terraform: Terraform) -> Plan:
    """The plan of one root; its file is gone when this returns."""
    with terraform.planned() as (plan, _file):
        return plan


def _print(plans: list[Plan]) -> None:
    """The table, then what is more than an addition, with what forces a replacement."""
    from rich.console import Console

    from generator.commands.fleet import print_plans

    print_plans(plans, "Planned")
    console = Console(soft_wrap=True, highlight=False)
    for each in plans:
        for change in each.changes:
            if change.action != "create":
                forced = f" (because of {', '.join(change.replace_paths)})" if change.replace_paths else ""
                console.print(f"{each.root}: {change.action} {change.address}{forced}", markup=False)
