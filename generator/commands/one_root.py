"""One root of a rollout at its turn, the same in every engine: planned, held against what was approved, applied."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from generator.commands.approved_plan import ApprovedPlan, UnlikeError
from generator.commands.recording import StoppedError
from generator.commands.scribe import reason_of
from generator.commands.state_locks import wait_for_state
from generator.errors import GoldsmithError
from generator.rollout.leases import HeldError, LostError, renewed
from generator.rollout.steps import DONE, UNLIKE
from generator.rollout.work import BusyError
from generator.terraform.plan_files import plan_directory
from generator.terraform.plans import Plan
from generator.terraform.root import Applied

if TYPE_CHECKING:
    from generator.commands.recording import Recording
    from generator.commands.scribe import Scribe
    from generator.commands.session import Session
    from generator.rollout.work import Work
    from generator.terraform.root import Terraform


def roll_root(session: Session, terraform: Terraform, scribe: Scribe, recording: Recording, approved: str) -> Applied:
    """Apply the plan that was approved, if that is its plan; `approved` is its digest. All of it is on record.

    Nothing is done where another process of this rollout has done it meanwhile. Raises BusyError, with nothing on
    record, where one is at it; UnlikeError, HeldError, RunFailedError.
    """
    name = terraform.root.name
    work = recording.work(name)
    try:
        work.take()
    except BusyError:
        raise
    except HeldError:
        scribe.failed(name, None, "held by another rollout")
        raise
    with renewed(work):
        state = recording.read(name).state
        if state in DONE:
            return Applied(name, Plan(name), 0.0)
        settle = partial(wait_for_state, session, terraform) if state == "applying" else terraform.wait_for_outliving
        return _apply(terraform, scribe, work, approved, settle)


def _apply(terraform: Terraform, scribe: Scribe, work: Work, approved: str, settle: Callable[[], None]) -> Applied:
    """`settle` waits for what a run that died has left running."""
    name = terraform.root.name
    with plan_directory() as directory:
        plan = ApprovedPlan(terraform, scribe, directory / "tfplan", approved, partial(work.require, name))
        try:
            settle()
            applied = plan.apply()
        except StoppedError:
            raise
        except LostError as error:
            if not work.is_superseded():
                scribe.failed(name, plan.plan, _reason(error))
            raise
        except GoldsmithError as error:
            scribe.failed(name, plan.plan, _reason(error))
            raise
    scribe.did(applied)
    return applied


def _reason(error: GoldsmithError) -> str:
    """In the words of the record; empty for a failure of Terraform's, which tells itself which step it was."""
    if isinstance(error, UnlikeError):
        return UNLIKE
    return "not held any more" if isinstance(error, HeldError | LostError) else reason_of(error)
