"""The gate `build`: nothing is built twice, whenever a run dies, and what failed is built again by one that goes on."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from generator.images.build import Build
from generator.rollout.build_gate import BuildGate
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.record import BuildRecord
from generator.rollout.store import DirectoryStore
from generator.spec.model_rollout import Gate
from tests.rollout.clocks import StillClock

ID, WAVE = "20260301-120000-3f9a1c", "prod/build"


class KilledError(Exception):
    """The process is no more."""


@dataclass
class Aws:
    """A pipeline, which has one build at a time and starts one for each token."""

    image: str
    takes: int = 3  # looks
    ends: str = "AVAILABLE"
    others: str | None = None  # a build that others started since the apply
    is_busy: bool = False
    statuses: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    left: dict[str, int] = field(default_factory=dict)
    kill_in: int = -1  # calls

    def step(self) -> None:
        if self.kill_in == 0:
            self.kill_in = -1
            raise KilledError
        self.kill_in -= 1

    def found(self) -> str | None:
        return self.others

    def start(self, token: str) -> str | None:
        self.step()
        if self.is_busy or "BUILDING" in self.statuses.values():
            return None
        if token not in self.tokens:
            arn = f"arn:aws:imagebuilder:us-east-1:1:image/prod-{self.image}/1.0.0/{len(self.tokens) + 1}"
            self.tokens[token], self.statuses[arn], self.left[arn] = arn, "BUILDING", self.takes
        self.step()  # killed before it is known what AWS calls it
        return self.tokens[token]

    def read(self, arn: str) -> Build:
        self.step()
        return Build(arn, self.statuses[arn])

    def turn(self) -> None:
        for arn in [arn for arn, status in self.statuses.items() if status == "BUILDING"]:
            self.left[arn] -= 1
            if not self.left[arn]:
                self.statuses[arn] = self.ends


@dataclass
class Scene:
    store: DirectoryStore
    clock: StillClock = field(default_factory=StillClock)
    web: Aws = field(default_factory=lambda: Aws("web"))
    base: Aws = field(default_factory=lambda: Aws("base"))

    def gate(self) -> BuildGate:
        """As another process makes it."""
        records = Ledger(self.store, Actor("ada"), self.clock).builds(ID, "prod")
        gate = Gate("build", ("base", "web"), timeout=timedelta(hours=3))
        return BuildGate(gate, WAVE, records, {"base": self.base, "web": self.web}, {"web": ["base"]})

    def told(self, *, again: bool = False) -> dict[str, str]:
        return {each.image: each.state for each in self.gate().advance(again=again)}

    def turn(self) -> None:
        self.base.turn()
        self.web.turn()
        self.clock.advance(minutes=20)

    def record(self, image: str) -> BuildRecord:
        kept = Ledger(self.store, Actor("ada")).builds(ID, "prod").read(image)
        assert kept is not None
        return kept.record


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(DirectoryStore(tmp_path / "rollouts"))


def test_an_image_is_built_when_what_it_is_built_on_is_there(scene: Scene) -> None:
    assert scene.told() == {"base": "building", "web": "waiting"}
    seen = []
    while (told := scene.told()) != {"base": "available", "web": "available"}:
        seen.append(told)
        scene.turn()
    assert seen == [{"base": "building", "web": "waiting"}] * 3 + [{"base": "available", "web": "building"}] * 3
    assert (len(scene.base.tokens), len(scene.web.tokens)) == (1, 1)
    assert scene.record("web").wave == WAVE


def test_asked_again_a_gate_that_failed_says_the_same_until_the_rollout_goes_on(scene: Scene) -> None:
    scene.base.ends = "FAILED"
    scene.told()
    for _ in range(3):
        scene.turn()
    for _ in range(2):
        assert scene.told() == {"base": "failed", "web": "waiting"}
    assert scene.record("base").reason == "build 1.0.0/1 is FAILED"
    scene.base.ends = "AVAILABLE"
    assert scene.told(again=True)["base"] == "building"
    assert scene.told(again=True)["base"] == "building"
    for _ in range(3):
        scene.turn()
    assert scene.told() == {"base": "available", "web": "building"}
    assert (scene.record("base").attempt, len(scene.base.tokens)) == (2, 2)


def test_a_build_that_is_too_slow_fails_and_counts_when_it_ended_well_since(scene: Scene) -> None:
    scene.base.takes = 12
    while scene.told()["base"] == "building":
        scene.turn()
    assert scene.record("base").reason == "build 1.0.0/1 was not AVAILABLE within 3 hours"
    assert scene.told(again=True)["base"] == "building"
    for _ in range(3):
        scene.turn()
    assert scene.told()["base"] == "available"
    assert len(scene.base.tokens) == 1


def test_what_others_build_since_the_apply_is_not_built_again(scene: Scene) -> None:
    arn = "arn:aws:imagebuilder:us-east-1:1:image/prod-base/1.0.0/7"
    scene.base.others, scene.base.statuses = arn, {arn: "AVAILABLE"}
    assert scene.told() == {"base": "available", "web": "building"}
    assert scene.base.tokens == {}


def test_a_pipeline_that_is_busy_with_a_build_of_before_is_waited_for(scene: Scene) -> None:
    scene.base.is_busy = True
    assert scene.told()["base"] == "waiting"
    scene.base.is_busy = False
    assert scene.told()["base"] == "building"


def test_a_pipeline_is_not_waited_for_longer_than_a_build_may_take(scene: Scene) -> None:
    scene.base.is_busy = True
    for _ in range(11):
        scene.told()
        scene.turn()
    assert scene.told()["base"] == "failed"
    assert scene.record("base").reason == "its pipeline was busy for 3 hours, with a build of before"


@pytest.mark.parametrize("seed", range(20))
def test_killed_at_any_call_it_builds_each_image_once(scene: Scene, seed: int) -> None:
    choose = random.Random(seed)  # noqa: S311 the moments of a test
    for _ in range(100):
        scene.base.kill_in, scene.web.kill_in = choose.randrange(4), choose.randrange(4)
        try:
            told = scene.told(again=choose.random() < 0.5)
        except KilledError:
            continue
        if set(told.values()) == {"available"}:
            break
        scene.turn()
    assert set(told.values()) == {"available"}
    assert (len(scene.base.tokens), len(scene.web.tokens)) == (1, 1)
