from __future__ import annotations

from datetime import timedelta

import pytest

from generator.emulator.clock import Clock


class Ticks:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def clock_at(speed: float) -> tuple[Clock, Ticks]:
    ticks = Ticks()
    return Clock(speed, ticks), ticks


def test_runs_at_its_speed() -> None:
    clock, ticks = clock_at(60)
    start = clock.now()
    ticks.seconds = 20
    assert clock.now() - start == timedelta(minutes=20)


def test_stands_still_at_speed_0_until_it_is_turned() -> None:
    clock, ticks = clock_at(0)
    start = clock.now()
    ticks.seconds = 100
    assert clock.now() == start
    assert clock.advance(30) == start + timedelta(seconds=30) == clock.now()


def test_changes_its_speed_from_now_on() -> None:
    clock, ticks = clock_at(10)
    start = clock.now()
    ticks.seconds = 1
    clock.speed = 2
    ticks.seconds = 2
    assert clock.now() - start == timedelta(seconds=12)


def test_catches_up_with_a_later_moment_and_ignores_an_earlier_one() -> None:
    clock, _ = clock_at(0)
    later = clock.now() + timedelta(days=2)
    clock.not_before(later)
    clock.not_before(later - timedelta(days=1))
    assert clock.now() == later


@pytest.mark.parametrize("seconds", [-1, float("inf"), float("nan")])
def test_is_never_turned_back(seconds: float) -> None:
    clock, _ = clock_at(0)
    with pytest.raises(ValueError, match="turned forward"):
        clock.advance(seconds)


@pytest.mark.parametrize("speed", [-1, float("inf"), float("nan")])
def test_never_runs_backwards(speed: float) -> None:
    clock, _ = clock_at(1)
    with pytest.raises(ValueError, match="a clock runs at 0"):
        clock.speed = speed
