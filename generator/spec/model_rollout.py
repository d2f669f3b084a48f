"""How an environment is rolled out: canaries, waves, how fast, what may fail, what comes between, and when not.

Concurrency and tolerance are those of CloudFormation StackSets, with a root in the place of an account:
https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackSetOperationPreferences.html.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from generator.spec.model_accounts import Account

Mode = Literal["strict", "soft"]
GateKind = Literal["verify", "build", "command", "approval"]


@dataclass(frozen=True)
class Share:
    """A count, or a percentage of something."""

    number: int
    is_percentage: bool = False

    def of(self, total: int) -> int:
        """How many that are; a percentage is rounded down to the next whole number."""
        return total * self.number // 100 if self.is_percentage else self.number

    def __str__(self) -> str:
        return f"{self.number}%" if self.is_percentage else str(self.number)


@dataclass(frozen=True)
class Gate:
    """What must hold after a wave before the next one begins."""

    kind: GateKind
    images: tuple[str, ...] = ()  # of `build`: each is built, and must reach AVAILABLE
    command: tuple[str, ...] = ()  # of `command`: a program and its arguments, run without a shell; must end with 0
    approver: str = ""  # of `approval`: who is asked, in words for people
    timeout: timedelta | None = None  # after which it has failed; None: it waits


@dataclass(frozen=True)
class Pace:
    """How fast the roots of a wave are applied, how many of them may fail, and what comes after them."""

    max_concurrent: Share = Share(100, is_percentage=True)
    failure_tolerance: Share = Share(0)
    mode: Mode = "strict"
    bake: timedelta = timedelta()
    gates: tuple[Gate, ...] = (Gate("verify"),)


@dataclass(frozen=True)
class Selector:
    """Which target roots a wave takes of those that are left: all that fit every part of it, or the first of them."""

    accounts: tuple[str, ...] = ()  # names; () fits any
    ous: tuple[str, ...] = ()  # those of units below them too
    tags: Mapping[str, str] = field(default_factory=dict)  # all of them
    regions: tuple[str, ...] = ()
    size: Share | None = None  # None: as many as there are

    def fits(self, account: Account, region: str) -> bool:
        """Whether a root of the account in the Region does, of which there may be more than `size` takes."""
        return (
            (not self.accounts or account.name in self.accounts)
            and (not self.ous or any(account.is_in(ou) for ou in self.ous))
            and (not self.regions or region in self.regions)
            and all(account.tags.get(key) == value for key, value in self.tags.items())
        )


@dataclass(frozen=True)
class WaveRule:
    """A wave as the spec has it; with an order of Regions it is one after the other of each Region's roots."""

    name: str
    select: Selector = field(default_factory=Selector)
    pace: Pace = field(default_factory=Pace)
    region_order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Freeze:
    """A time in which no wave begins: each week, or once. Times are those of clocks in its time zone."""

    text: str  # as a spec says it
    timezone: str = "UTC"
    reason: str = ""
    spans: tuple[tuple[int, int], ...] = ()  # each week: minutes from Monday 00:00, and how many
    first: datetime | None = None  # once: from here
    end: datetime | None = None  # to before here


@dataclass(frozen=True)
class Rollout:
    """How one environment is rolled out."""

    after: tuple[str, ...] = ()  # the environments that are rolled out before it
    canaries: WaveRule | None = None
    waves: tuple[WaveRule, ...] = (WaveRule("targets"),)  # the last takes whatever the others leave
    build_root: Pace = field(default_factory=Pace)
    freezes: tuple[Freeze, ...] = ()
