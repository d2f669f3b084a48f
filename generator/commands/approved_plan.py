"""A root's plan that was approved, on its way to being applied: the same for `apply --approved` and for a rollout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from generator.commands import fleet
from generator.errors import ReviewError
from generator.review.digest import short
from generator.terraform.root import Applied

if TYPE_CHECKING:
    from pathlib import Path

    from generator.commands.scribe import Scribe
    from generator.terraform.failures import RunFailedError
    from generator.terraform.plans import Plan
    from generator.terraform.root import Terraform


class UnlikeError(ReviewError):
    """A root's plan is another than the one that was approved."""


@dataclass
class ApprovedPlan:
    """`plan` is the newest, which tells more of a failure; None where that was one of planning."""

    terraform: Terraform
    scribe: Scribe
    file: Path  # where the plan is, or is to be
    approved: str  # the digest of the root's plan
    require: Callable[[], None] = lambda: None  # asked before anything is recorded or applied; raises what forbids it
    destroy: bool = False
    made: Plan | None = None  # that of the file, where it was planned and held against the approval already
    plan: Plan | None = None

    def apply(self) -> Applied:
        """Apply the plan, and that of the same digest again after a failure that passes and did nothing.

        Planned again too: an apply that did nothing may all the same have written the first, empty state, after which
        Terraform takes its plan for stale. Once something has begun, what is left to do is another plan, with a digest
        that nobody has approved. Raises UnlikeError, RunFailedError, and what `require` raises.
        """
        return self.terraform.retried(self._attempt, may=nothing_was_done)

    def _attempt(self) -> Applied:
        self.plan, self.made = self.made, None
        self.plan = plan = self.plan or self._planned()
        name = plan.root
        if plan.is_empty:
            return Applied(name, plan, plan.seconds)
        self.require()
        self.scribe.applies(name)
        result = self.terraform.apply(self.file)
        return Applied(name, plan, plan.seconds + result.seconds)

    def _planned(self) -> Plan:
        self.terraform.push_kept_state()
        plan = self.terraform.plan(self.file, destroy=self.destroy)
        self.plan = plan
        _require_approved(plan, self.scribe.digest(plan), self.approved)
        self.require()  # what another process has by now, it writes down
        self.scribe.planned(plan, self.approved)
        return plan


def nothing_was_done(error: RunFailedError) -> bool:
    """Neither begun nor kept: then what was approved is still to be done, all of it."""
    return not error.began and not error.kept_state


def _require_approved(plan: Plan, digest: str, approved: str) -> None:
    """What has nothing to do changes nothing that was not approved: another run of it may have been killed."""
    if not plan.is_empty and digest != approved:
        raise UnlikeError(
            f"{plan.root}: {short(approved)} was approved, and its plan is {short(digest)} now "
            f"({fleet.described(plan)}), so it was not applied. Plan and review again: goldsmith review"
        )
