"""The rollout plan: a fleet's roots in waves, by the spec alone. The same spec and roots give the same plan.

Environments come in the order of their `after`, and where that leaves it open in the spec's. Within one, canaries come
first, then the waves of target roots, then the build root, which ships to all of them. Waves wait for each other as
`Wave.after` says; that is one line unless environments come after the same one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from generator.render.roots import Root
from generator.spec.model import Spec
from generator.spec.model_rollout import Freeze, Gate, Mode, Pace, Rollout, WaveRule

WaveKind = Literal["canaries", "targets", "build"]
OTHER_REGIONS = "others"


@dataclass(frozen=True)
class Wave:
    """Roots that are rolled out together; never none.

    Concurrency as StackSets has it, with roots for accounts: `strict` keeps it at what may still fail, plus one, so
    that never more than tolerance + 1 roots fail; `soft` leaves it where it is.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/concurrency-mode.html
    """

    id: str  # prod/canaries, prod/early/eu-central-1; one of each in a plan
    environment: str
    kind: WaveKind
    roots: tuple[Root, ...]
    after: tuple[str, ...]  # ids of the waves that have passed before it begins
    max_concurrent: int  # at least one, at most all
    failure_tolerance: int  # roots
    mode: Mode
    bake: timedelta  # after its last root, before its gates
    gates: tuple[Gate, ...]  # in this order
    freezes: tuple[Freeze, ...] = ()

    def concurrency(self, failures: int = 0) -> int:
        """How many roots may be under way once so many have failed; 0 where the tolerance is exceeded."""
        if failures > self.failure_tolerance:
            return 0
        if self.mode == "soft":
            return self.max_concurrent
        return min(self.max_concurrent, self.failure_tolerance + 1 - failures)


@dataclass(frozen=True)
class Emptied:
    """A wave of the spec that takes no root of this rollout."""

    environment: str
    wave: str
    reason: str


@dataclass(frozen=True)
class RolloutPlan:
    waves: tuple[Wave, ...]  # each after all that it waits for; every root is in exactly one
    emptied: tuple[Emptied, ...] = ()

    @property
    def environments(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(wave.environment for wave in self.waves))

    @property
    def last(self) -> tuple[Wave, ...]:
        """The waves that none waits for: with their gates the rollout is done."""
        awaited = {each for wave in self.waves for each in wave.after}
        return tuple(wave for wave in self.waves if wave.id not in awaited)


def plan_rollout(spec: Spec, roots: Sequence[Root]) -> RolloutPlan:
    """The waves of these roots of the spec. An environment waits for those before it that have a root here."""
    waves: list[Wave] = []
    emptied: list[Emptied] = []
    ends: dict[str, tuple[str, ...]] = {}  # of each environment: what one after it waits for
    for name in in_order(spec.rollouts):
        rollout = spec.rollouts[name]
        ends[name] = tuple(dict.fromkeys(end for before in rollout.after for end in ends[before]))
        for rule, kind, taken in _taken(rollout, [root for root in roots if root.environment.name == name], emptied):
            for suffix, part in _by_region(taken, rule.region_order):
                wave = _wave(f"{name}/{rule.name}{suffix}", kind, part, rule.pace, ends[name], rollout)
                waves.append(wave)
                ends[name] = (wave.id,)
    return RolloutPlan(tuple(waves), tuple(emptied))


def in_order(rollouts: Mapping[str, Rollout]) -> list[str]:
    """The environments, each behind all that it comes after, else as they stand in the spec."""
    order: list[str] = []
    while len(order) < len(rollouts):
        order.append(next(name for name, each in rollouts.items() if name not in order and set(each.after) <= {*order}))
    return order


def _taken(
    rollout: Rollout, roots: Sequence[Root], emptied: list[Emptied]
) -> Iterator[tuple[WaveRule, WaveKind, list[Root]]]:
    """The rules of an environment that take roots, with what they take; the others are noted where a spec has them."""
    targets = sorted((root for root in roots if root.kind == "target"), key=_rank)
    left = list(targets)
    *named, rest = rollout.waves
    for rule in [rollout.canaries, *named, rest] if rollout.canaries else [*named, rest]:
        taken = _select(rule, targets, left)
        gone = {root.name for root in taken}
        left = [root for root in left if root.name not in gone]
        if taken:
            yield rule, "canaries" if rule is rollout.canaries else "targets", taken
        elif targets and rule is not rest:
            fit = any(rule.select.fits(root.account, root.region) for root in targets)
            reason = "waves before it take all that fit" if fit else "no target root fits"
            emptied.append(Emptied(targets[0].environment.name, rule.name, reason))
    builds = [root for root in roots if root.kind == "build"]
    if builds:
        yield WaveRule("build", pace=rollout.build_root), "build", builds


def _rank(root: Root) -> tuple[bool, str, str]:
    """Receivers before the build account's own roots in other Regions: a canary is to be one of them."""
    return root.is_build_account, root.account.name, root.region


def _select(rule: WaveRule, targets: Sequence[Root], left: Sequence[Root]) -> list[Root]:
    """A percentage is of all that fit, also of those that are taken already."""
    fitting = [root for root in targets if rule.select.fits(root.account, root.region)]
    size = len(fitting) if rule.select.size is None else max(1, rule.select.size.of(len(fitting)))
    names = {root.name for root in left}
    return [root for root in fitting if root.name in names][:size]


def _by_region(roots: Sequence[Root], order: Sequence[str]) -> Iterator[tuple[str, list[Root]]]:
    """Parts of a wave, with what follows its name; the Regions that the order does not name are one part."""
    if not order:
        yield "", list(roots)
        return
    for region in order:
        part = [root for root in roots if root.region == region]
        if part:
            yield f"/{region}", part
    others = [root for root in roots if root.region not in order]
    if others:
        yield f"/{OTHER_REGIONS}", others


def _wave(
    name: str, kind: WaveKind, roots: Sequence[Root], pace: Pace, after: tuple[str, ...], rollout: Rollout
) -> Wave:
    """Percentages as StackSets counts them: rounded down, and of what may run at once never less than one.

    botocore cloudformation StackSetOperationPreferences, MaxConcurrentPercentage and FailureTolerancePercentage
    """
    count = len(roots)
    return Wave(
        id=name,
        environment=roots[0].environment.name,
        kind=kind,
        roots=tuple(roots),
        after=after,
        max_concurrent=min(count, max(1, pace.max_concurrent.of(count))),
        failure_tolerance=min(count, pace.failure_tolerance.of(count)),
        mode=pace.mode,
        bake=pace.bake,
        gates=pace.gates,
        freezes=rollout.freezes,
    )
