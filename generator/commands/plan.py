"""`goldsmith plan`: what Terraform would do in every root."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from generator.commands.asked import Asked, asks
from generator.commands.changed import changed_option, shard_option
from generator.commands.earlier import at_commit, to_option
from generator.commands.fleet import fail_fast_option, retries_option
from generator.commands.options import (
    account_option,
    environments_argument,
    image_option,
    json_option,
    region_option,
)

if TYPE_CHECKING:
    from generator.commands.session import Session
    from generator.review.model import Planned, PlannedRoot, Risk
    from generator.terraform.fleet import Outcome
    from generator.terraform.plans import Plan
    from generator.terraform.root import Terraform

EXIT_CHANGES = 2


@click.command()
@asks(environments_argument, account_option, region_option, image_option)
@changed_option
@to_option
@shard_option
@retries_option
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
    asked: Asked,
    changed: str | None,
    to: str | None,
    shard: str | None,
    retries: int,
    fail_fast: bool,
    as_json: bool,
    saved: Path | None,
    detailed_exitcode: bool,
) -> None:
    """Plan every root, with the role that may only read. Nothing is changed, and no plan is kept.

    With --changed, only the roots that a change touches are planned. A root that it removes is planned as a destroy,
    from the tree that it had. With --to, the way to another commit is planned.

    Each plan has a digest, and so has the fleet: the same plan has the same digest wherever it is made. What is
    sensitive is hashed with GOLDSMITH_DIGEST_KEY, where that is set.
    """
    from generator.commands import fleet
    from generator.commands.changed import session_of
    from generator.commands.record import tell_missing
    from generator.review.record import write_planned

    with (
        at_commit(asked, to, changed) as there,
        session_of(there, changed=changed, shard=shard, retries=retries) as session,
    ):
        outcomes, planned = plan_fleet(session, fail_fast=fail_fast)
    plans = [outcome.value for outcome in outcomes if outcome.value is not None]
    if saved is not None:
        write_planned(planned, saved)
    if as_json:
        click.echo(json.dumps(_as_json(outcomes, planned), indent=2))
    else:
        _print(plans)
        _print_digest(planned)
    tell_missing([root for root in session.roots if not session.is_removed(root.name)])
    fleet.refuse_unfinished(outcomes, "plan")
    if detailed_exitcode and not all(each.is_empty for each in plans):
        context.exit(EXIT_CHANGES)


def plan_fleet(session: Session, *, fail_fast: bool) -> tuple[list[Outcome[Plan]], Planned]:
    """Plan every root of a session; what failed is told on standard error."""
    from generator.commands import fleet
    from generator.commands.judging import Judge

    judge = Judge(session)
    outcomes = fleet.over_roots(
        session,
        partial(plan_root, session),
        role=session.spec.organization.roles.plan,
        after={},
        summary=fleet.described,
        fail_fast=fail_fast,
        only_plans=True,
        on_document=judge.look,
    )
    return outcomes, planned_of(session, outcomes, judge.findings)


def plan_root(session: Session, terraform: Terraform) -> Plan:
    """The plan of one root, a destroy where the root is removed; its file is gone when this returns."""

    def attempt() -> Plan:
        with terraform.planned(destroy=session.is_removed(terraform.root.name)) as (plan, _file):
            return plan

    return terraform.retried(attempt)


def planned_of(
    session: Session, outcomes: Sequence[Outcome[Plan]], findings: Mapping[str, tuple[Risk, ...]]
) -> Planned:
    """What came of planning the session's roots, whose outcomes these are, in their order; `findings` by root."""
    from generator.review.commit import commit_of
    from generator.review.model import Planned
    from generator.review.planning import planned_root, with_digest
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
    affected = session.affected
    if affected is not None:
        roots = [
            with_digest(replace(root, reasons=affected.reasons(root.name), removed=session.is_removed(root.name)))
            for root in roots
        ]
    return Planned(
        roots=tuple(sorted(roots, key=lambda root: root.name)),
        commit=session.commit or commit_of(session.rendered),
        base=(affected and affected.base.commit) or "",
        terraform=session.binary.version,
        unaffected=tuple(sorted(affected.unaffected)) if affected else (),
        key=session.key.name,
        chosen=session.selection.options,
        shard=(session.shard.index, session.shard.count),
        to_commit=bool(session.commit),
    )


def _as_json(outcomes: Sequence[Outcome[Plan]], planned: Planned) -> dict[str, Any]:
    """As of every command that runs Terraform, with the digests."""
    from generator.commands import fleet
    from generator.review.digest import fleet_digest

    document = fleet.as_json(outcomes, lambda value: value)
    facts = {root.name: _facts(root) for root in planned.roots}
    roots = [each | facts[each["root"]] for each in document["roots"]]
    return document | {"digest": fleet_digest(planned.roots) or None, "roots": roots} | _comparison(planned)


def _facts(root: PlannedRoot) -> dict[str, Any]:
    """What of a root is told where there is something to tell: its digest, why it is planned, that it is removed."""
    reasons = [{"kind": reason.kind, "text": reason.text} for reason in root.reasons]
    facts = {"digest": root.digest, "removed": root.removed, "reasons": reasons}
    return {name: value for name, value in facts.items() if value}


def _comparison(planned: Planned) -> dict[str, Any]:
    """What was compared, where roots were chosen by a change."""
    return {"base": planned.base, "unaffected": [*planned.unaffected]} if planned.base else {}


def _print(plans: list[Plan]) -> None:
    """The table, then what is more than an addition, with what forces a replacement."""
    from rich.console import Console

    from generator.commands.fleet import print_plans
    from generator.review.visible import visible

    print_plans(plans, "Planned")
    console = Console(soft_wrap=True, highlight=False)
    for each in plans:
        for change in each.changes:
            if change.action != "create":
                forced = f" (because of {', '.join(change.replace_paths)})" if change.replace_paths else ""
                console.print(f"{each.root}: {change.action} {change.address}{forced}", markup=False)
        for check in each.checks:
            said = visible(" ".join(check.messages)) or "nothing is known of it before apply"
            console.print(f"{each.root}: {visible(check.address)} does not hold: {said}", markup=False)


def _print_digest(planned: Planned) -> None:
    """What an approval would name; there is none where a root failed."""
    from generator.review.digest import fleet_digest, short

    digest = fleet_digest(planned.roots)
    if digest and planned.shard == (1, 1):
        click.echo(f"Digest: {short(digest)}")
