"""How many Terraforms fit."""

from __future__ import annotations

import pytest

from generator.terraform.capacity import default_jobs, jobs_for


@pytest.mark.parametrize(
    ("cores", "memory", "jobs"),
    [(8, 16_000_000_000, 8), (8, 3_000_000_000, 2), (8, 100_000_000, 1), (4, None, 4)],
)
def test_cores_and_memory_both_bound_the_jobs(cores: int, memory: int | None, jobs: int) -> None:
    assert jobs_for(cores, memory) == jobs


def test_this_machine_runs_at_least_one() -> None:
    assert default_jobs() >= 1
