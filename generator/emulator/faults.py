"""Faults on request: what the embedded AWS is to get wrong, where, and how often.

A fault says by patterns (`*` and `?`, letters of either case) what it strikes. It strikes the next so many times, or
a share of all times, chosen by a seed so that a run can be repeated, or until a moment of the embedded clock.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from itertools import count
from typing import Any, Literal, get_args

from generator.emulator.clock import CLOCK

Kind = Literal["throttle", "unavailable", "outage", "build", "copy", "lifecycle"]

KINDS: tuple[Kind, ...] = get_args(Kind)
WHERE: Mapping[Kind, tuple[str, ...]] = {  # what the patterns of a fault are about
    "throttle": ("service", "operation", "account"),
    "unavailable": ("service", "operation", "account"),
    "outage": ("service", "operation", "account"),
    "build": ("stage", "image"),
    "copy": ("account", "region", "image"),
    "lifecycle": ("action", "account", "region", "image"),
}
OFTEN = ("next", "share", "seed", "seconds")
REST = ("kind", "reason", "code")


@dataclass
class Fault:
    """`left`: how many times it still strikes, None for one that goes by `share` or `until`."""

    id: int
    kind: Kind
    where: Mapping[str, str]
    reason: str = ""
    code: str = ""  # the error's name, where it is to be another than the service's usual one
    left: int | None = 1
    share: float | None = None
    until: datetime | None = None
    struck: int = 0
    dice: random.Random = field(default_factory=random.Random)

    @property
    def is_over(self) -> bool:
        return self.left == 0 or (self.until is not None and CLOCK.now() >= self.until)

    def strikes(self, facts: Mapping[str, str]) -> bool:
        """Whether it strikes here and now; every question that it fits is one throw of the dice."""
        if self.is_over or not all(_fits(pattern, facts.get(name, "")) for name, pattern in self.where.items()):
            return False
        if self.share is not None and self.dice.random() >= self.share:
            return False
        self.left = None if self.left is None else self.left - 1
        self.struck += 1
        return True

    def shown(self) -> dict[str, Any]:
        """As the control endpoint tells of it."""
        often = {"left": self.left, "share": self.share, "until": self.until and self.until.isoformat()}
        told = {"reason": self.reason, "code": self.code, **often}
        given = {name: value for name, value in told.items() if value not in (None, "")}
        return {"id": self.id, "kind": self.kind, **self.where, **given, "struck": self.struck}


class Faults:
    """All that wait to strike, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._all: list[Fault] = []

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Raises ValueError for a wish that cannot be understood."""
        fault = _parsed(wanted, next(self._numbers))
        self._all.append(fault)
        return fault

    def take(self, kind: Kind, **facts: str) -> Fault | None:
        """The first fault that strikes now, if any."""
        return next((fault for fault in self.waiting() if fault.kind == kind and fault.strikes(facts)), None)

    def has(self, *kinds: Kind) -> bool:
        return any(fault.kind in kinds for fault in self.waiting())

    def waiting(self) -> list[Fault]:
        return [fault for fault in self._all if not fault.is_over]

    def clear(self, identifier: int | None = None) -> int:
        """Forget one, or all; returns how many of those that waited."""
        gone = [fault for fault in self.waiting() if identifier in (None, fault.id)]
        self._all = [fault for fault in self.waiting() if fault not in gone]
        return len(gone)

    def kept(self) -> list[Fault]:
        """What a snapshot holds."""
        return self.waiting()

    def restore(self, kept: Iterable[Fault]) -> None:
        self._all = list(kept)
        self._numbers = count(1 + max((fault.id for fault in self._all), default=0))


FAULTS = Faults()


def _fits(pattern: str, value: str) -> bool:
    return fnmatchcase(value.lower(), pattern.lower())


def _parsed(wanted: Mapping[str, Any], number: int) -> Fault:
    kind = wanted.get("kind", "build")
    if kind not in KINDS:
        raise ValueError(f"kind {kind!r}: there is no such fault; there are {', '.join(KINDS)}")
    known = (*REST, *OFTEN, *WHERE[kind])
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(f"{unknown[0]!r}: a fault of kind {kind} has no such key; it has {', '.join(known)}")
    where = {name: str(wanted.get(name) or "*") for name in WHERE[kind]}
    fault = Fault(number, kind, where, str(wanted.get("reason") or ""), str(wanted.get("code") or ""))
    _say_how_often(fault, wanted)
    return fault


def _say_how_often(fault: Fault, wanted: Mapping[str, Any]) -> None:
    ways = [name for name in ("next", "share", "seconds") if wanted.get(name) is not None]
    if len(ways) > 1:
        raise ValueError(f"{' and '.join(ways)}: a fault goes by one of next, share and seconds")
    if "next" in ways:
        fault.left = int(wanted["next"])
        if fault.left < 1:
            raise ValueError(f"next {wanted['next']}: a fault strikes at least once")
    if "share" in ways:
        fault.left, fault.share = None, float(wanted["share"])
        if not 0 < fault.share <= 1:
            raise ValueError(f"share {wanted['share']}: a share lies between 0 and 1, as 0.2 for every fifth call")
        fault.dice = random.Random(int(wanted.get("seed") or 0))  # noqa: S311 (to be repeated, not to be secret)
    if "seconds" in ways:
        if float(wanted["seconds"]) <= 0:
            raise ValueError(f"seconds {wanted['seconds']}: a fault lasts longer than that")
        fault.left, fault.until = None, CLOCK.now() + timedelta(seconds=float(wanted["seconds"]))
