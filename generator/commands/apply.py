"""`goldsmith apply`: plan every root afresh, and apply that plan."""

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
    from generator.terraform.root import Applied


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
def apply(
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
) -> None:
    """Apply every root, with the role that may write: targets first, then the pipelines that ship to them.

    The ids of launch templates that are made go to launch_templates.lock.yaml.
    """
    from generator.commands import fleet
    from generator.commands.record import write_down
    from generator.commands.session import Selection, open_session
    from generator.images.launch_templates import made_here
    from generator.terraform.root import apply_root

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
        apply_root,
        role=session.spec.organization.roles.apply,
        after=fleet.targets_first(session.roots),
        summary=applied_in_words,
        fail_fast=fail_fast,
    )
    if as_json:
        click.echo(json.dumps(fleet.as_json(outcomes, lambda value: value.plan), indent=2))
    else:
        _print([outcome.value for outcome in outcomes if outcome.value is not None])
    applied = {outcome.name for outcome in outcomes if outcome.value is not None}
    made = [root for root in session.roots if root.name in applied and made_here(root)]
    if made:
        write_down(session.spec, spec_directory, made, session.environment)
    fleet.refuse_unfinished(outcomes, "apply")


def applied_in_words(applied: Applied) -> str:
    """`2 added, 1 changed`, `no changes`."""
    past = {"add": "added", "change": "changed", "replace": "replaced", "destroy": "destroyed"}
    parts = [f"{count} {past[verb]}" for verb, count in applied.plan.counts.items() if count]
    return ", ".join(parts) or ("outputs changed" if applied.plan.outputs else "no changes")


def _print(applied: list[Applied]) -> None:
    from generator.commands.fleet import print_plans

    print_plans([each.plan for each in applied], "Applied")
