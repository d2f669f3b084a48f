"""Roots divided among jobs, and the matrix that GitHub reads."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.affected.shards import MOST_JOBS, Shard, github_matrix, parse_shard, shard_count
from generator.errors import UsageError

NAMES = st.lists(st.from_regex(r"[a-z]{1,3}/[a-z]{1,3}/[a-z]{1,3}", fullmatch=True), unique=True, max_size=60)


@given(names=NAMES, count=st.integers(1, 70))
def test_every_root_is_in_one_shard_and_none_is_longer_than_another_by_more_than_one(
    names: list[str], count: int
) -> None:
    shards = [Shard(index, count).of(reversed(names)) for index in range(1, count + 1)]
    assert sorted(name for shard in shards for name in shard) == sorted(names)
    assert max(map(len, shards)) - min(map(len, shards)) <= 1
    assert shards == [Shard(index, count).of(names) for index in range(1, count + 1)]


@pytest.mark.parametrize("text", ["0/5", "6/5", "1", "1/0", "a/b", "1/5/5", "-1/5", "1/5 ", "01/5", "1/99999"])
def test_what_is_no_shard_is_wrong_usage(text: str) -> None:
    with pytest.raises(UsageError, match="is no shard; the first of five is 1/5, the last 5/5"):
        parse_shard(text)


def test_a_shard_reads_as_it_is_written() -> None:
    assert parse_shard("2/5") == Shard(2, 5)
    assert str(Shard(2, 5)) == "2/5"


@pytest.mark.parametrize(
    ("roots", "wanted", "count"),
    [
        *[(0, None, 0), (0, 5, 0), (1, None, 1), (12, None, 1), (13, None, 2), (240, None, 20), (3000, None, 20)],
        *[(3, 5, 3), (300, 256, 256), (300, 100, 100), (10, 1, 1)],
    ],
)
def test_there_are_as_many_shards_as_serve(roots: int, wanted: int | None, count: int) -> None:
    assert shard_count(roots, wanted) == count


def test_a_matrix_has_no_more_jobs_than_github_takes_and_holds_every_root() -> None:
    names = [f"prod/account-{number}/us-east-1" for number in range(1000)]
    matrix = github_matrix(names, shard_count(len(names), MOST_JOBS), "f" * 40)
    jobs = json.loads(json.dumps(matrix))["include"]
    assert len(jobs) == 256
    assert sum(job["roots"] for job in jobs) == 1000
    assert jobs[0] == {
        "shard": "1/256",
        "base": "f" * 40,
        "roots": 4,
        "name": "prod/account-0/us-east-1 and 3 more",
    }


def test_a_matrix_without_a_root_has_no_job() -> None:
    assert github_matrix([], 0, "f" * 40) == {"include": []}
