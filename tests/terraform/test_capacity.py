"""How many Terraforms fit."""

from __future__ import annotations

import pytest

from generator.terraform.capacity import MEMORY_PER_RUN, SETTLES_IN, default_jobs, has_room, jobs_for


@pytest.mark.parametrize(
    ("cores", "memory", "jobs"),
    [(8, 16_000_000_000, 8), (8, 3_000_000_000, 2), (8, 100_000_000, 1), (4, None, 4)],
)
def test_cores_and_memory_both_bound_the_jobs(cores: int, memory: int | None, jobs: int) -> None:
    assert jobs_for(cores, memory) == jobs


def test_this_machine_runs_at_least_one() -> None:
    assert default_jobs() >= 1


@pytest.mark.parametrize(
    ("free", "ages", "room"),
    [
        (1, [], True),
        (1, [SETTLES_IN, 600], True),  # those have their memory
        (1, [0], False),
        (2, [0], True),
        (2, [0, 0], False),
        (2, [SETTLES_IN / 2, SETTLES_IN / 2], True),
        (0.9, [600], False),
    ],
)
def test_memory_that_a_run_still_will_take_is_not_free(free: float, ages: list[float], room: bool) -> None:
    assert has_room(ages, lambda: int(free * MEMORY_PER_RUN)) is room


def test_there_is_room_where_nobody_knows_how_much_is_free() -> None:
    assert has_room([0] * 50, lambda: None)
