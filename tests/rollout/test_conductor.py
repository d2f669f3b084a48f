"""The waves of a rollout, their order, what stops them, and how one that stopped goes on: with an engine of no AWS."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from generator.errors import RolloutError
from generator.render.roots import Root
from generator.rollout.conductor import (
    GateWaitsError,
    RolloutStoppedError,
    conduct,
    require_same_waves,
    settled_step,
)
from generator.rollout.journal import Actor
from generator.rollout.plan import RolloutPlan, Wave
from generator.rollout.record import RootRecord, RootState, moved, pending
from generator.rollout.steps import UNLIKE, Skip, gate_mark
from generator.spec.model_rollout import Freeze, Gate, Pace, Rollout, Share, WaveRule
from tests.rollout.clocks import StillClock
from tests.rollout.test_plan import accounts_of, fleet, planned

COUNT = 6
ADA = Actor("ada")
STOP = "1 of 2 roots failed, and 0 may"
PACE = Pace(bake=timedelta(minutes=10), failure_tolerance=Share(1), gates=(Gate("verify"), Gate("approval")))


class KilledError(Exception):
    """The process is no more; nothing of it is run after this."""


@dataclass
class Fake:
    """A rollout and an engine of it whose records outlive it, as those of a store do."""

    clock: StillClock
    roots: dict[str, RootRecord]
    behind: list[str] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)
    gates_failing: set[str] = field(default_factory=set)
    busy: set[str] = field(default_factory=set)  # another process has them
    kill_in: int = -1  # steps
    applies: Counter[str] = field(default_factory=Counter)
    gates: list[str] = field(default_factory=list)
    slept: float = 0.0
    looks: int = 0  # for which a build is under way

    @property
    def states(self) -> dict[str, RootState]:
        return {root.root: root.state for root in self.roots.values()}

    def step(self) -> None:
        if self.kill_in == 0:
            raise KilledError
        self.kill_in -= 1

    def bring(self, root: str, state: RootState, **facts: str) -> None:
        record = moved(self.roots[root], state, ADA, self.clock(), **facts)
        self.step()
        self.roots[root] = record

    def take_up(self) -> None:
        """As a rollout is that goes on."""
        for wave in [*self.behind]:
            if any(self.roots[root].state == "failed" for root in self.roots if root in self.roots_of(wave)):
                self.behind.remove(wave)
        for root, state in self.states.items():
            if state in ("failed", "skipped"):
                self.bring(root, "planned")
                self.bring(root, "approved")

    def roots_of(self, wave: str) -> list[str]:
        return [root.name for each in plan_of().waves if each.id == wave for root in each.roots]

    def records(self) -> dict[str, RootRecord]:
        return dict(self.roots)

    def passed(self) -> list[str]:
        return self.behind

    def passes(self, wave: Wave) -> None:
        self.step()
        self.behind.append(wave.id)

    def passes_gate(self, wave: Wave, number: int) -> None:
        self.behind.append(gate_mark(wave.id, number))

    def apply(self, wave: Wave, roots: Sequence[Root]) -> None:
        failed = 0
        for root in roots:
            if wave.concurrency(failed) == 0:
                break
            if root.name in self.busy:
                continue
            self.bring(root.name, "planned")
            self.bring(root.name, "applying")
            if root.name in self.failing:
                failed += 1
                self.bring(root.name, "failed")
                continue
            self.applies[root.name] += 1
            self.clock.advance(seconds=20)
            self.bring(root.name, "applied")

    def skip(self, skip: Skip) -> None:
        self.bring(skip.root, "skipped", reason=skip.reason, cause=skip.cause)

    def pass_gate(self, wave: Wave, gate: Gate) -> None:
        self.step()
        if gate.kind == "build" and self.looks:
            self.looks -= 1
            raise GateWaitsError(self.clock() + timedelta(minutes=5), "prod/web: BUILDING")
        if wave.id in self.gates_failing:
            raise RolloutStoppedError("it does not hold", "gate")
        if gate.kind == "verify":
            for root in wave.roots:
                if self.roots[root.name].state == "applied":
                    self.bring(root.name, "verified")
        self.gates.append(f"{wave.id} {gate.kind}")

    def require_running(self) -> None:
        self.step()

    def sleep(self, seconds: float) -> None:
        self.step()
        self.slept += seconds
        self.clock.advance(seconds=seconds)


def plan_of(pace: Pace = PACE, freezes: tuple[Freeze, ...] = ()) -> RolloutPlan:
    waves = (WaveRule("early", pace=pace), WaveRule("rest", pace=pace))
    canaries = WaveRule("canaries", pace=pace)
    rollout = Rollout(
        canaries=_first(canaries, 1), waves=(_first(waves[0], 2), waves[1]), build_root=pace, freezes=freezes
    )
    return planned({"prod": rollout}, fleet(["prod"], accounts_of(COUNT), ["us-east-1"]))


def _first(rule: WaveRule, count: int) -> WaveRule:
    return replace(rule, select=replace(rule.select, size=Share(count)))


def engine_of(plan: RolloutPlan) -> Fake:
    clock = StillClock()
    roots = {root.name: pending(root.name, ADA, clock()) for wave in plan.waves for root in wave.roots}
    engine = Fake(clock, roots)
    for root in roots:
        engine.bring(root, "planned")
        engine.bring(root, "approved")
    return engine


def run(plan: RolloutPlan, engine: Fake) -> None:
    engine.take_up()
    conduct(plan, engine, engine, engine.clock, engine.sleep)


def test_waves_come_in_their_order_with_bake_and_gates_between_them() -> None:
    plan = plan_of()
    engine = engine_of(plan)
    run(plan, engine)
    assert set(engine.states.values()) == {"verified"}
    assert list(engine.applies) == [root.name for wave in plan.waves for root in wave.roots]
    assert engine.gates == [f"{wave.id} {kind}" for wave in plan.waves for kind in ("verify", "approval")]
    assert engine.slept == 600 * len(plan.waves)


def test_failures_within_the_tolerance_let_the_rollout_go_on() -> None:
    plan = plan_of()
    engine = engine_of(plan)
    failing = plan.waves[1].roots[0].name
    engine.failing = {failing}
    run(plan, engine)
    assert engine.states[failing] == "failed"
    assert {state for root, state in engine.states.items() if root != failing} == {"verified"}
    engine.failing, engine.gates = set(), []
    run(plan, engine)
    assert engine.states[failing] == "verified"
    assert engine.gates == [f"{plan.waves[1].id} verify", f"{plan.waves[1].id} approval"]
    assert max(engine.applies.values()) == 1


def test_more_failures_skip_all_later_waves() -> None:
    plan = plan_of(Pace(gates=()))
    engine = engine_of(plan)
    engine.failing = {plan.waves[1].roots[0].name}
    with pytest.raises(RolloutStoppedError, match=f"prod/early: {STOP}, so no further wave begins"):
        run(plan, engine)
    told = [(engine.roots[root.name].state, engine.roots[root.name].reason) for root in plan.waves[1].roots]
    assert told == [("failed", ""), ("skipped", "more failed than may fail")]
    later = {engine.roots[root.name] for wave in plan.waves[2:] for root in wave.roots}
    assert {(root.state, root.reason, root.cause) for root in later} == {("skipped", STOP, "prod/early")}
    engine.failing = set()
    run(plan, engine)
    assert set(engine.states.values()) == {"applied"}
    assert max(engine.applies.values()) == 1


def test_a_gate_that_does_not_hold_keeps_the_next_wave_back_until_it_does() -> None:
    plan = plan_of()
    engine = engine_of(plan)
    engine.gates_failing = {plan.waves[0].id}
    for _ in range(2):
        with pytest.raises(RolloutStoppedError):
            run(plan, engine)
    assert sum(engine.applies.values()) == 1
    assert engine.slept == 600  # time that has passed counts
    engine.gates_failing = set()
    run(plan, engine)
    assert set(engine.states.values()) == {"verified"}


def test_a_gate_that_waits_is_looked_at_again_and_those_before_it_are_not() -> None:
    plan = plan_of(Pace(gates=(Gate("verify"), Gate("build"), Gate("approval"))))
    engine = engine_of(plan)
    engine.looks = 3
    first, second = plan.waves[:2]
    engine.apply(first, first.roots)
    for _ in range(3):
        step = settled_step(plan, engine, engine.clock)
        assert (step.do, step.wave, step.reason) == ("gate", first, "prod/web: BUILDING")
        assert step.until == engine.clock() + timedelta(minutes=5)
    step = settled_step(plan, engine, engine.clock)
    assert (step.do, step.wave) == ("apply", second)
    assert engine.gates == [f"{first.id} {kind}" for kind in ("verify", "build", "approval")]


def test_no_wave_begins_in_a_freeze_and_one_under_way_is_finished() -> None:
    start = StillClock().now.replace(tzinfo=None)
    freeze = Freeze("the fair", reason="nobody is there", first=start, end=start + timedelta(hours=2))
    plan = plan_of(freezes=(freeze,))
    engine = engine_of(plan)
    with pytest.raises(
        RolloutStoppedError, match=r"frozen by the fair \(nobody is there\)\. It can begin from .* 14:00"
    ):
        run(plan, engine)
    assert set(engine.states.values()) == {"approved"}
    engine.bring(plan.waves[0].roots[0].name, "applying")  # its run was killed
    with pytest.raises(RolloutStoppedError, match="prod/early: frozen"):
        run(plan, engine)
    assert sum(engine.applies.values()) == 1
    engine.clock.advance(hours=2)
    run(plan, engine)
    assert set(engine.states.values()) == {"verified"}


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_any_step_it_goes_on_until_every_root_is_verified(seed: int) -> None:
    """A root whose run died while it applied may be applied again, which its plan then tells; no other ever is."""
    choose = random.Random(seed)  # noqa: S311 the moments of a test
    plan = plan_of()
    engine = engine_of(plan)
    died_applying: Counter[str] = Counter()
    for _ in range(1000):
        engine.kill_in = choose.randrange(1, 25)
        try:
            run(plan, engine)
        except KilledError:
            died_applying.update(root for root, state in engine.states.items() if state == "applying")
        else:
            break
    assert set(engine.states.values()) == {"verified"}
    assert all(1 <= count <= 1 + died_applying[root] for root, count in engine.applies.items())
    assert len(engine.applies) == len(engine.states)


def test_a_root_that_another_process_is_at_stops_the_rollout_until_it_is_done() -> None:
    plan = plan_of()
    engine = engine_of(plan)
    engine.busy = {plan.waves[1].roots[1].name}
    with pytest.raises(RolloutStoppedError, match=r"prod/early: prod/\S+: not done, and not on record as failed"):
        run(plan, engine)
    assert engine.states[plan.waves[1].roots[1].name] == "approved"
    engine.busy = set()
    run(plan, engine)
    assert set(engine.states.values()) == {"verified"}


def test_a_plan_that_is_another_stops_all_whatever_may_fail() -> None:
    plan = plan_of()
    engine = engine_of(plan)
    engine.bring(plan.waves[0].roots[0].name, "failed", reason=UNLIKE)
    with pytest.raises(RolloutStoppedError, match="a plan is not the approved one, so no further wave begins"):
        conduct(plan, engine, engine, engine.clock, engine.sleep)
    assert not engine.applies
    assert sorted(set(engine.states.values())) == ["failed", "skipped"]


def test_other_waves_than_those_it_began_with_are_refused() -> None:
    plan = plan_of()
    recorded = [(wave.id, [root.name for root in wave.roots]) for wave in plan.waves]
    require_same_waves(plan, recorded)
    with pytest.raises(RolloutError, match="the spec makes other waves"):
        require_same_waves(plan, recorded[1:])
