"""What a review is made of. Nothing in here holds a secret: all of it may be shown, posted and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Literal

from generator.affected.reason import Reason as Reason
from generator.terraform.plans import Plan

Level = Literal["block", "warn", "note"]
LEVELS: tuple[Level, ...] = ("block", "warn", "note")  # the worst first


@dataclass(frozen=True)
class Allowance:
    """An entry of the spec that lets a risk through until a day."""

    reason: str
    until: date


@dataclass(frozen=True)
class Risk:
    """What a rule finds in one root's plan."""

    code: str  # R101
    name: str  # replaced-recipe
    level: Level
    root: str
    address: str  # of the resource; empty where it is about the root as a whole
    message: str
    allowed: Allowance | None = None

    @property
    def blocks(self) -> bool:
        return self.level == "block" and self.allowed is None


@dataclass(frozen=True)
class PlannedRoot:
    """One root and what came of its plan: a plan with its digest, or a failure. Never both, never neither."""

    name: str  # prod/web-prod/us-east-1
    environment: str
    account: str  # its name in the spec
    account_id: str
    region: str
    kind: Literal["build", "target"]
    state_key: str
    plan: Plan | None = None
    digest: str = ""  # of the plan: sha256, in hexadecimal
    failure: str = ""  # Terraform's first error, or why it was not planned
    reasons: tuple[Reason, ...] = ()
    removed: bool = False  # the spec has it no more: its plan destroys
    build_account_id: str = ""  # of its environment
    lock: str = ""  # sha256 of its .terraform.lock.hcl: which providers, by hash
    rendered: str = ""  # sha256 of what Terraform reads in its folder and in the modules that it calls
    findings: tuple[Risk, ...] = ()  # of rules that read the whole plan, which only its worker has; none is allowed yet

    @property
    def state(self) -> Literal["failed", "changed", "unchanged"]:
        if self.plan is None:
            return "failed"
        return "unchanged" if self.plan.is_empty else "changed"


@dataclass(frozen=True)
class Planned:
    """What was planned, of which commit: the result of one `goldsmith plan`, or of its shards together."""

    roots: tuple[PlannedRoot, ...]
    commit: str = ""  # of the tree that was planned; empty outside a repository
    base: str = ""  # the commit that it was compared with; empty where all roots were planned
    terraform: str = ""  # 1.11.4
    unaffected: tuple[str, ...] = ()  # names of roots that were not planned, since nothing of theirs differs
    key: str = ""  # which key hashed what is sensitive: a name that gives nothing away; empty without one
    shard: tuple[int, int] = (1, 1)  # which of how many parts of the fleet it is
    chosen: tuple[str, ...] = ()  # options that left roots out: ("--account", "web-prod"); an apply needs them too
    to_commit: bool = False  # whether `commit` was named to go to, instead of being what was checked out
    kind: Literal["plan", "drift"] = "plan"  # drift: what others changed, which nobody applies


@dataclass(frozen=True)
class Group:
    """Roots whose plans are the same once account, Region and ARNs are masked."""

    name: str  # how the review calls it: A, B, ... in the order of the review
    digest: str  # of the masked changes
    roots: tuple[PlannedRoot, ...]  # all in the state `changed`; the first is the one whose diff is shown
    risks: tuple[Risk, ...] = ()  # of all its roots
    odd: str = ""  # what makes it differ from its nearest, larger neighbour; empty where nothing does

    @property
    def plan(self) -> Plan:
        """The plan that stands for all of them."""
        plan = self.roots[0].plan
        if plan is None:
            raise ValueError(f"group {self.name} holds a root without a plan")
        return plan

    @property
    def environments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(root.environment for root in self.roots))

    @property
    def counts(self) -> Mapping[str, int]:
        """Of one root of it: add, change, replace, destroy."""
        return self.plan.counts

    @property
    def level(self) -> Level | None:
        """The worst risk that nobody allowed."""
        open_risks = {risk.level for risk in self.risks if risk.allowed is None}
        return next((level for level in LEVELS if level in open_risks), None)


@dataclass(frozen=True)
class Review:
    """The fleet's plans, ready to be shown."""

    planned: Planned
    digest: str  # of the fleet: what an approval names
    groups: tuple[Group, ...]  # the odd ones first, then by risk and size
    risks: tuple[Risk, ...] = ()

    @cached_property
    def failed(self) -> tuple[PlannedRoot, ...]:
        return tuple(root for root in self.planned.roots if root.state == "failed")

    @cached_property
    def unchanged(self) -> tuple[PlannedRoot, ...]:
        return tuple(root for root in self.planned.roots if root.state == "unchanged")

    @cached_property
    def changed(self) -> tuple[PlannedRoot, ...]:
        return tuple(root for root in self.planned.roots if root.state == "changed")

    @property
    def blocked(self) -> bool:
        """Whether it may not be applied as it is: a root failed, or a risk blocks."""
        return bool(self.failed) or any(risk.blocks for risk in self.risks)
