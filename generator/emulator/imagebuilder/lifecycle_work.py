"""An order of a lifecycle on its way: who carries it out in which account, whether they may, and what is told of it.

In the build account the execution role acts, in another one Ec2ImageBuilderCrossAccountLifecycleAccess, which Image
Builder assumes for that account's owner, with the distributing account as aws:SourceAccount. Source:
https://docs.aws.amazon.com/imagebuilder/latest/userguide/image-lifecycle-prerequisites.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from generator.emulator.imagebuilder.arns import Arn
from generator.emulator.imagebuilder.faults import take_lifecycle_fault
from generator.emulator.imagebuilder.lifecycle_rules import Order
from generator.emulator.imagebuilder.permissions import SERVICE, Principal, find_role
from generator.emulator.imagebuilder.state import Record, State
from generator.emulator.policies import Caller, Context, is_trusted

CROSS_ACCOUNT_ROLE = "Ec2ImageBuilderCrossAccountLifecycleAccess"  # the name must be this


class Denied(Exception):
    """An action that the account does not allow, or that fails; `str()` is the reason as AWS phrases it."""


@dataclass(frozen=True)
class Actor:
    principal: Principal

    def require(self, action: str, resource: str, context: Context | None = None) -> None:
        """Raises Denied where the role's policies do not allow it."""
        if not self.principal.may(action, resource, context):
            raise Denied(self.principal.refusal(action, resource))


@dataclass(frozen=True)
class Work:
    """`role`: name or ARN, empty where the image record alone changes; `deprecate_at`: now, or the time asked for."""

    state: State
    order: Order
    role: str
    moment: datetime
    deprecate_at: datetime

    def actor(self, account_id: str) -> Actor:
        """Who acts in an account. Raises Denied where there is no role that Image Builder may assume."""
        state = self.state
        name = self.role if account_id == state.account_id else CROSS_ACCOUNT_ROLE
        role = find_role(account_id, state.partition, name)
        context = {"aws:SourceAccount": state.account_id, "aws:SourceArn": self.order.image_arn}
        caller = Caller(SERVICE, account_id, service=SERVICE)
        if role is None or not is_trusted(role.role.assume_role_policy_document, caller, context):
            arn = name if name.startswith("arn:") else f"arn:{state.partition}:iam::{account_id}:role/{name}"
            raise Denied(f"{SERVICE} is not authorized to perform: sts:AssumeRole on resource: {arn}")
        return Actor(role)

    def strike(self, account_id: str, region: str) -> None:
        """Raises Denied where a fault was asked for."""
        arn = Arn.parse(self.order.image_arn)
        fault = take_lifecycle_fault(self.order.action, account_id, region, arn.slug if arn else "")
        if fault is not None:
            raise Denied(fault.reason or "An internal error occurred.")

    def record(self, status: str, reason: str = "", **members: Any) -> Record:
        """LifecycleExecutionResource of the model: of the image, unless `members` name another resource."""
        order, state = self.order, self.state
        return {
            "accountId": state.account_id,
            "resourceId": order.image_arn,
            "region": state.region_name,
            "state": {"status": status, **({"reason": reason} if reason else {})},
            "action": {"name": order.action, "reason": order.reason},
            "startTime": self.moment,
            **({} if status == "IN_PROGRESS" else {"endTime": self.moment}),
            **members,
        }
