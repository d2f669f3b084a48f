"""Runs of lifecycles: each takes its orders one by one on the embedded clock, a minute for each image.

A policy runs once a day; the first time a day after it was made, or when it is enabled later than that. AWS chooses the
time itself: https://docs.aws.amazon.com/imagebuilder/latest/userguide/lifecycle-policy-execution.html
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from generator.emulator.imagebuilder import lifecycle_actions
from generator.emulator.imagebuilder.lifecycle_rules import Order, orders_of
from generator.emulator.imagebuilder.lifecycle_work import Work
from generator.emulator.imagebuilder.state import Record, State, is_scheduled_by, timestamp

DAY = timedelta(days=1)
PER_IMAGE = timedelta(minutes=1)  # ours
KEPT = 100  # finished executions of a resource: ours, so that a server that runs for weeks does not fill up
UNDER_WAY = ("IN_PROGRESS", "PENDING", "CANCELLING")

Due = tuple[datetime, str, Callable[[], None]]


@dataclass
class Execution:
    """`due`: when the work on the first of `orders` ends, None once all is over; `parts`: by the image's ARN."""

    id: str
    resource_arn: str  # of the lifecycle policy, or of the image that StartResourceStateUpdate named
    role: str
    started: datetime
    due: datetime | None
    orders: list[Order]
    status: str = "IN_PROGRESS"
    reason: str = ""
    ended: datetime | None = None
    deprecate_at: datetime | None = None
    resources: list[Record] = field(default_factory=list)
    parts: dict[str, list[Record]] = field(default_factory=dict)

    @property
    def is_under_way(self) -> bool:
        return self.status in UNDER_WAY

    @property
    def has_impact(self) -> bool:
        return bool(self.orders or self.resources)

    def work(self, state: State, order: Order, moment: datetime) -> Work:
        return Work(state, order, self.role, moment, self.deprecate_at or moment)


def begin(state: State, resource_arn: str, role: str, orders: list[Order], moment: datetime) -> Execution:
    """A run with its orders; one that has none is over at once."""
    execution = Execution(f"lce-{uuid.uuid4()}", resource_arn, role, moment, moment + PER_IMAGE, orders)
    state.lifecycle_executions[execution.id] = execution
    for order in orders:
        if order.image_arn in state.images:
            state.images[order.image_arn]["lifecycleExecutionId"] = execution.id
    if not orders:
        _end(state, execution, moment)
    return execution


def due(state: State, now: datetime) -> Iterator[Due]:
    """The work that is due by `now`: when, a key that orders what is due at once, and how to do it."""
    for arn, policy in state.lifecycle_policies.items():
        moment = next_run(policy)
        if moment is not None and moment <= now:
            yield moment, arn, partial(_run_policy, state, policy, moment, now)
    for execution in state.lifecycle_executions.values():
        if execution.due is not None and execution.due <= now:
            yield execution.due, execution.id, partial(_end_order, state, execution, execution.due)


def next_run(policy: Record) -> datetime | None:
    """None while it is disabled."""
    if policy["status"] != "ENABLED":
        return None
    last: datetime = policy.get("dateLastRun") or policy["dateCreated"]
    return max(last + DAY, policy.get("dateUpdated") or last)


def cancel(state: State, execution: Execution, moment: datetime) -> None:
    """What is under way is finished first; what only waits for its time ends now."""
    if execution.status == "PENDING":
        _end(state, execution, moment, "CANCELLED")
        return
    execution.status = "CANCELLING"


def _run_policy(state: State, policy: Record, moment: datetime, now: datetime) -> None:
    """All runs up to the first that has work to do, or to one that builds might change: days of rest cost little."""
    while True:
        policy["dateLastRun"] = moment
        if _is_running(state, policy):
            return  # one run at a time: a day on which the last one still goes on is left out
        orders = orders_of(state, policy, moment)
        if orders or now - moment < KEPT * DAY:
            begin(state, policy["arn"], policy["executionRole"], orders, moment)
        moment += DAY
        if orders or moment > now or _is_building(state, now):
            return


def _is_building(state: State, now: datetime) -> bool:
    """Whether there are builds under way, or such as begin by `now` on schedule."""
    shown = timestamp(now)
    return any(build.due is not None for build in state.builds.values()) or any(
        is_scheduled_by(pipeline, shown) for pipeline in state.pipelines.values()
    )


def _is_running(state: State, policy: Record) -> bool:
    return any(run.resource_arn == policy["arn"] and run.is_under_way for run in state.lifecycle_executions.values())


def _end_order(state: State, execution: Execution, moment: datetime) -> None:
    if _is_stopped(state, execution):
        _end(state, execution, moment, "CANCELLED", "The lifecycle policy was disabled or deleted.")
        return
    order = execution.orders.pop(0)
    record, parts = lifecycle_actions.carry_out(execution.work(state, order, moment))
    execution.resources.append(record)
    execution.parts.setdefault(order.image_arn, []).extend(parts)
    if execution.status == "CANCELLING":
        _end(state, execution, moment, "CANCELLED")
    elif execution.orders:
        execution.due = moment + PER_IMAGE
    else:
        _end(state, execution, moment)


def _is_stopped(state: State, execution: Execution) -> bool:
    """Whether its policy was disabled meanwhile, which keeps it from touching further images."""
    if ":lifecycle-policy/" not in execution.resource_arn:
        return False
    policy = state.lifecycle_policies.get(execution.resource_arn)
    return policy is None or policy["status"] != "ENABLED"


def _end(state: State, execution: Execution, moment: datetime, status: str = "", reason: str = "") -> None:
    failed = any(record["state"]["status"] == "FAILED" for record in execution.resources)
    execution.status = status or ("FAILED" if failed else "SUCCESS")
    execution.reason = reason or ("One or more resource actions encountered an error." if failed else "")
    execution.orders.clear()
    execution.due, execution.ended = None, moment
    _forget_oldest(state, execution.resource_arn)


def _forget_oldest(state: State, resource_arn: str) -> None:
    over = [run.id for run in state.lifecycle_executions.values() if run.resource_arn == resource_arn and run.ended]
    for identifier in over[:-KEPT]:
        del state.lifecycle_executions[identifier]
