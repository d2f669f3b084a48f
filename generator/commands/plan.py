"""`goldsmith plan`: what Terraform would do in every root."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    from generator.commands.session import Session
    from generator.review.model import Planned, Risk
    from generator.terraform.fleet import Outcome
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
@click.option(
    "--save",
    "saved",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write what was planned, without anything sensitive, for `goldsmith review`.",
)
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
    saved: Path | None,
    detailed_exitcode: bool,
) -> None:
    """Plan every root, with the role that may only read. Nothing is changed, and no plan is kept.

    Each plan has a digest, and so has the fleet: the same plan has the same digest wherever it is made. What is
    sensitive is hashed with GOLDSMITH_DIGEST_KEY, where that is set.
    """
    from generator.commands import fleet
    from generator.commands.judging import Judge
    from generator.commands.record import tell_missing
    from generator.commands.session import Selection, open_session
    from generator.review.record import write_planned

    session = open_session(
        spec_directory,
        rendered_directory,
        Selection(environments, accounts, regions, images),
        use_emulator=use_emulator,
        terraform_path=terraform_path,
        jobs=jobs,
    )
    judge = Judge(session)
    outcomes = fleet.over_roots(
        session,
        plan_root,
        role=session.spec.organization.roles.plan,
        after={},
        summary=fleet.described,
        fail_fast=fail_fast,
        only_plans=True,
        on_document=judge.look,
    )
    plans = [outcome.value for outcome in outcomes if outcome.value is not None]
    planned = planned_of(session, outcomes, judge.findings)
    if saved is not None:
        write_planned(planned, saved)
    if as_json:
        click.echo(json.dumps(_as_json(outcomes, planned), indent=2))
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


def planned_of(
    session: Session, outcomes: Sequence[Outcome[Plan]], findings: Mapping[str, tuple[Risk, ...]]
) -> Planned:
    """What came of planning the session's roots, whose outcomes these are, in their order; `findings` by root."""
    from generator.review.commit import commit_of
    from generator.review.model import Planned
    from generator.review.planning import planned_root
    from generator.terraform.failures import without_log

    roots = [
        planned_root(
            root,
            session.root_directory(root).directory,
            outcome.value,
            without_log(outcome.message),
            findings.get(root.name, ()),
        )
        for root, outcome in zip(session.roots, outcomes, strict=True)
    ]
    return Planned(
        roots=tuple(sorted(roots, key=lambda root: root.name)),
        commit=commit_of(session.rendered),
        terraform=session.binary.version,
        key=session.key.name,
    )


def _as_json(outcomes: Sequence[Outcome[Plan]], planned: Planned) -> dict[str, Any]:
    """As of every command that runs Terraform, with the digests."""
    from generator.commands import fleet
    from generator.review.digest import fleet_digest

    document = fleet.as_json(outcomes, lambda value: value)
    digests = {root.name: root.digest for root in planned.roots if root.digest}
    roots = [
        each | {"digest": digests[each["root"]]} if each["root"] in digests else each for each in document["roots"]
    ]
    return document | {"digest": fleet_digest(planned.roots) or None, "roots": roots}


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
