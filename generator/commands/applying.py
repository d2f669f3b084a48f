"""How roots are applied: each planned afresh, or all of them planned, held against an approval, and then applied."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.commands import fleet
from generator.commands.approved_plan import ApprovedPlan, UnlikeError
from generator.commands.plan import planned_of
from generator.commands.recording import StoppedError
from generator.commands.scribe import reason_of
from generator.errors import GoldsmithError, TerraformError, UsageError
from generator.review.approval import AGAIN, refuse_blocked, require_all_reviewed, require_approved, require_commit
from generator.review.digest import short
from generator.review.risks import find_risks
from generator.rollout.steps import UNLIKE
from generator.terraform.fleet import Outcome
from generator.terraform.plan_files import plan_directory
from generator.terraform.root import Applied

if TYPE_CHECKING:
    from generator.commands.asked import Asked
    from generator.commands.scribe import Scribe
    from generator.commands.session import Session
    from generator.review.model import Planned
    from generator.terraform.plans import Plan
    from generator.terraform.root import Terraform
    from generator.terraform.secrets import Secrets

# What a user's shell may add to every plan of Terraform's, and what then is a part of it or another.
_PARTIAL = ("-target", "-exclude", "-replace", "-refresh=false")


@dataclass(frozen=True)
class Approval:
    digest: str  # as it was given: whole, or its beginning
    reviewed: Planned | None = None  # what was reviewed, where that is known
    commit: str = ""  # that was reviewed, where that is known


def apply_fresh(session: Session, scribe: Scribe, *, fail_fast: bool) -> list[Outcome[Applied]]:
    """Plan each root when its turn comes, and apply that plan; both again where that fails passingly.

    Raises UsageError where a root would go as a whole.
    """
    removed = [root.name for root in session.roots if session.is_removed(root.name)]
    if removed:
        raise UsageError(
            f"{', '.join(removed[:3])}: the spec has it no more, so it would be destroyed. "
            "Have it reviewed, and add --approved DIGEST; or leave out --changed."
        )

    def work(terraform: Terraform) -> Applied:
        plan: Plan | None = None

        def attempt() -> Applied:
            nonlocal plan
            plan = None
            terraform.push_kept_state()
            with terraform.planned() as (fresh, file):
                plan = fresh
                scribe.planned(plan)
                if plan.is_empty:
                    return Applied(plan.root, plan, plan.seconds)
                scribe.applies(plan.root)
                result = terraform.apply(file)
                return Applied(plan.root, plan, plan.seconds + result.seconds)

        try:
            applied = terraform.retried(attempt)
        except StoppedError:
            raise
        except GoldsmithError as error:
            scribe.failed(terraform.root.name, plan, reason_of(error))
            raise
        scribe.did(applied)
        return applied

    outcomes = fleet.over_roots(
        session,
        work,
        role=session.spec.organization.roles.apply,
        after=fleet.apply_order(session),
        summary=applied_in_words,
        fail_fast=fail_fast,
    )
    scribe.skipped(outcomes)
    return outcomes


def apply_approved(session: Session, approval: Approval, scribe: Scribe, *, fail_fast: bool) -> list[Outcome[Applied]]:
    """Plan all roots; where that is what was approved, apply these very plans, else nothing.

    The plans lie in a directory for the owner alone, and are gone in the end. Raises ReviewError where the plan is
    another than the approved one or has a risk that blocks it, TerraformError where a root cannot be planned.
    """
    with plan_directory() as directory:
        files = {root.name: directory / f"{number}.tfplan" for number, root in enumerate(session.roots)}
        secrets: dict[str, Sequence[Secrets]] = {}  # of each root's plan, so that its apply does not tell them either
        planned, plans = _plan_all(session, files, secrets)
        for plan in plans:
            scribe.planned(plan)
        require_approved(approval.digest, planned, approval.reviewed)
        refuse_blocked(find_risks(planned, session.spec.allowances, datetime.now(UTC).date()))
        click.echo(f"The plan is the one that was approved: {short(approval.digest)}", err=True)
        apply_one = partial(_apply_file, session, scribe, {plan.root: plan for plan in plans}, files, secrets)
        return _apply_all(session, scribe, plans, apply_one, fail_fast=fail_fast)


def base_of(approval: Approval, asked: Asked, changed: str | None) -> str | None:
    """What to compare with: as asked for, or as it was for the review; None is nothing, so all roots are meant.

    Raises UsageError and ReviewError where what is here cannot be what was reviewed.
    """
    from generator.commands.earlier import require_tree_of

    refuse_partial(os.environ)
    require_tree_of(approval, asked.commit)
    if asked.commit:
        return changed
    refuse_moved(approval, [asked.spec_directory, asked.rendered_directory])
    if changed is None and approval.reviewed is not None:
        return approval.reviewed.base or None
    return changed


def refuse_partial(environment: Mapping[str, str]) -> None:
    """Raise UsageError where the shell would have Terraform plan a part, which is not what was reviewed."""
    for name, value in environment.items():
        if name.startswith("TF_CLI_ARGS") and any(word in value for word in _PARTIAL):
            raise UsageError(
                f"{name}: {value}: an approved plan is applied whole, as it was reviewed. Unset it: unset {name}"
            )


def narrowed(session: Session, approval: Approval) -> Session:
    """The session without what was not reviewed because nothing of it differs. Raises ReviewError for the rest."""
    if approval.reviewed is None:
        return session
    unaffected = set(approval.reviewed.unaffected)
    session = replace(session, roots=tuple(root for root in session.roots if root.name not in unaffected))
    require_all_reviewed(approval.reviewed, [root.name for root in session.roots])
    return session


def refuse_moved(approval: Approval, folders: Sequence[Path]) -> None:
    """Raise ReviewError where what is here is not what the reviewed commit has."""
    if approval.commit:
        told = require_commit(approval.commit, folders)
        if told:
            click.echo(told, err=True)


def applied_in_words(applied: Applied) -> str:
    """`2 added, 1 changed`, `no changes`."""
    past = {"add": "added", "change": "changed", "replace": "replaced", "destroy": "destroyed"}
    parts = [f"{count} {past[verb]}" for verb, count in applied.plan.counts.items() if count]
    return ", ".join(parts) or ("outputs changed" if applied.plan.outputs else "no changes")


def _plan_all(
    session: Session, files: Mapping[str, Path], secrets: dict[str, Sequence[Secrets]]
) -> tuple[Planned, list[Plan]]:
    """With the role that applies: what is planned by another is another's plan. Raises TerraformError."""
    from generator.commands.judging import Judge

    judge = Judge(session)

    def work(terraform: Terraform) -> Plan:
        name = terraform.root.name

        def attempt() -> Plan:
            terraform.push_kept_state()
            return terraform.plan(files[name], destroy=session.is_removed(name))

        plan = terraform.retried(attempt)
        secrets[name] = terraform.known_secrets
        return plan

    outcomes = fleet.over_roots(
        session,
        work,
        role=session.spec.organization.roles.apply,
        after={},
        summary=fleet.described,
        on_document=judge.look,
    )
    failed = [outcome.name for outcome in outcomes if outcome.state != "done"]
    if failed:
        more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
        raise TerraformError(f"{', '.join(failed[:3])}{more}: cannot be planned, as is told above. {AGAIN}")
    return planned_of(session, outcomes, judge.findings), [each.value for each in outcomes if each.value is not None]


def _apply_all(
    session: Session,
    scribe: Scribe,
    plans: Sequence[Plan],
    apply_one: Callable[[Terraform], Applied],
    *,
    fail_fast: bool,
) -> list[Outcome[Applied]]:
    """The outcomes of all roots, in their order; one with nothing to do starts no Terraform."""
    idle = {plan.root: Applied(plan.root, plan, plan.seconds) for plan in plans if plan.is_empty}
    for plan in plans:
        scribe.approved(plan.root)
    for applied in idle.values():
        scribe.did(applied)
    busy = replace(session, roots=tuple(root for root in session.roots if root.name not in idle))
    outcomes = fleet.over_roots(
        busy,
        apply_one,
        role=session.spec.organization.roles.apply,
        after=fleet.apply_order(busy),
        summary=applied_in_words,
        fail_fast=fail_fast,
    )
    scribe.skipped(outcomes)
    found = {outcome.name: outcome for outcome in outcomes}
    return [found.get(root.name) or Outcome(root.name, "done", idle[root.name]) for root in session.roots]


def _apply_file(
    session: Session,
    scribe: Scribe,
    plans: Mapping[str, Plan],
    files: Mapping[str, Path],
    secrets: Mapping[str, Sequence[Secrets]],
    terraform: Terraform,
) -> Applied:
    """Apply the approved plan, and one of the same digest where that failed passingly before it changed anything."""
    name = terraform.root.name
    for each in secrets[name]:
        terraform.hide(each)
    made, destroy = plans[name], session.is_removed(name)
    plan = ApprovedPlan(terraform, scribe, files[name], scribe.digest(made), destroy=destroy, made=made)
    try:
        applied = plan.apply()
    except StoppedError:
        raise
    except GoldsmithError as error:
        scribe.failed(name, plan.plan, UNLIKE if isinstance(error, UnlikeError) else reason_of(error))
        raise
    finally:
        files[name].unlink(missing_ok=True)
    scribe.did(applied)
    return applied
