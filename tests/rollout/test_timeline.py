"""When waves could begin and how long they take, by the journal of earlier runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from generator.errors import JournalError
from generator.render.roots import Root
from generator.rollout.history import read_durations
from generator.rollout.journal import Actor, Entry, Journal
from generator.rollout.plan import RolloutPlan, plan_rollout
from generator.rollout.timeline import timeline
from generator.spec.freezes import FreezeWritten, freeze_of
from generator.spec.model import Environment, Organization, Placement, Roles, Spec, State
from generator.spec.model_accounts import Account
from generator.spec.model_rollout import Pace, Rollout, Selector, Share, WaveRule

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)  # a Friday
WEEKEND = freeze_of(FreezeWritten(weekly="fri 16:00 to mon 06:00", reason="nobody is there"))
SOFT = Pace(mode="soft", bake=timedelta(hours=1))


def plan_of(*, pace: Pace = SOFT, **members: Any) -> RolloutPlan:
    """One canary and three others, then the build root."""
    organization = Organization("acme", "aws", {}, State("state", "us-east-1"), Roles("Plan", "Apply"), {})
    environment = Environment("prod", Placement(Account("images", "1"), "us-east-1", None, ()), (), (), (), {})
    roots = [Root(organization, environment, Account(f"t{n}", str(n)), "us-east-1", "target") for n in range(4)]
    roots.append(Root(organization, environment, Account("images", "1"), "us-east-1", "build"))
    canaries = WaveRule("canaries", Selector(size=Share(1)), pace)
    rollout = Rollout((), canaries, (WaveRule("rest", pace=pace),), pace, **members)
    return plan_rollout(Spec(organization, {"prod": environment}, rollouts={"prod": rollout}), roots)


def seconds(**given: float) -> dict[str, float]:
    return {f"prod/{account}/us-east-1": value for account, value in given.items()}


def told(plan: RolloutPlan, durations: dict[str, float], now: datetime = NOW, jobs: int = 8) -> list[Any]:
    times = timeline(plan, durations, now, jobs).waves
    return [(wave.id, times[wave.id].seconds, times[wave.id].begins) for wave in plan.waves]


def test_a_wave_begins_when_the_one_before_it_has_ended_and_baked() -> None:
    known = seconds(t0=60, t1=30, t2=90, t3=60, images=120)
    assert told(plan_of(), known) == [
        ("prod/canaries", 60, NOW),
        ("prod/rest", 90, NOW + timedelta(hours=1, seconds=60)),
        ("prod/build", 120, NOW + timedelta(hours=2, seconds=150)),
    ]
    assert timeline(plan_of(), known, NOW, 8).ends == NOW + timedelta(hours=3, seconds=270)


@pytest.mark.parametrize(
    ("jobs", "strict", "expected"), [(8, False, 90), (2, False, 120), (1, False, 180), (8, True, 180)]
)
def test_a_wave_takes_as_long_as_its_concurrency_and_the_machine_have_it(
    jobs: int, strict: bool, expected: float
) -> None:
    pace = Pace() if strict else SOFT
    known = seconds(t0=60, t1=30, t2=60, t3=90, images=120)
    assert told(plan_of(pace=pace), known, jobs=jobs)[1][1] == expected


def test_a_root_that_has_never_run_takes_the_median_of_its_kind() -> None:
    times = timeline(plan_of(), seconds(t1=10, t2=20, images=300), NOW, 8)
    assert [times.waves[name].seconds for name in ("prod/canaries", "prod/rest", "prod/build")] == [15, 20, 300]
    assert times.recorded == 3
    assert timeline(plan_of(), seconds(t1=10), NOW, 8).waves["prod/build"].seconds == 10


def test_nothing_is_estimated_by_nothing() -> None:
    times = timeline(plan_of(), seconds(other=10), NOW, 8)
    assert not times.is_estimated
    assert [each.seconds for each in times.waves.values()] == [None, None, None]
    assert [each.begins for each in times.waves.values()] == [NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=2)]


def test_a_freeze_puts_off_what_would_begin_in_it_and_all_after_it() -> None:
    times = timeline(plan_of(freezes=(WEEKEND,)), seconds(t0=60), datetime(2026, 11, 27, 15, 30, tzinfo=UTC), 8).waves
    monday = datetime(2026, 11, 30, 6, tzinfo=UTC)
    assert [each.begins for each in times.values()] == [
        datetime(2026, 11, 27, 15, 30, tzinfo=UTC),
        monday,
        monday + timedelta(hours=1, seconds=60),
    ]
    assert [each.frozen for each in times.values()] == [None, WEEKEND, None]


def test_a_rollout_that_is_always_frozen_never_begins() -> None:
    always = freeze_of(FreezeWritten(weekly="daily 00:00 to 24:00"))
    times = timeline(plan_of(freezes=(always,)), seconds(t0=60), NOW, 8)
    assert times.ends is None
    assert [(each.begins, each.frozen) for each in times.waves.values()] == [(None, always), (None, None), (None, None)]


def entry(root: str, state: Any, seconds: float) -> Entry:
    return Entry(NOW, root, state, "", "", "", Actor("ada"), seconds)


def test_the_last_apply_counts_else_the_last_run_that_had_nothing_to_do(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    for line in [
        entry("a", "applied", 50),
        entry("a", "applied", 40),
        entry("a", "unchanged", 5),
        entry("a", "failed", 1),
        entry("b", "unchanged", 6),
        entry("c", "skipped", 0),
        entry("d", "failed", 3),
    ]:
        journal.write(line)
    assert read_durations(journal.file) == {"a": 40, "b": 6}


def test_lines_that_mean_nothing_here_are_passed_over(tmp_path: Path) -> None:
    good = {"version": 1, "root": "a", "state": "applied", "seconds": 7}
    odd: list[Any] = [
        [],
        {**good, "version": 2, "seconds": 1},
        {**good, "seconds": "1"},
        {**good, "seconds": True},
        {**good, "seconds": -1},
        {**good, "root": 3},
        {**good, "state": []},
    ]
    lines = [json.dumps(each).encode() for each in [good, *odd]]
    (tmp_path / "journal").write_bytes(b"\n".join([*lines, b"\xff\xfe", b'{"version": 1, "root": "a", "sec']))
    assert read_durations(tmp_path / "journal") == {"a": 7}


def test_no_journal_knows_nothing_and_one_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert read_durations(tmp_path / "none") == {}
    with pytest.raises(JournalError, match=r"the journal cannot be read .*--journal"):
        read_durations(tmp_path)
