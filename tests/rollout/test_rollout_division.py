"""A wave's roots are divided so that no root is lost, none is taken twice, and never more run than the wave lets."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from generator.affected.shards import MOST_JOBS
from generator.rollout.shards import MOST_AT_ONCE, Shards, divide

FLEETS = st.lists(st.integers(1, 12), min_size=1, max_size=300).map(
    lambda regions: [f"prod/a{number:03}/r{each}" for number, count in enumerate(regions) for each in range(count)]
)
LIMITS = st.integers(1, 1000)


def at_once(shards: Shards) -> int:
    return len(shards.parts) * shards.at_once


def turns(shards: Shards) -> list[list[str]]:
    """What is under way together, if all roots take the same time."""
    step = shards.at_once
    longest = max(len(part) for part in shards.parts)
    return [[root for part in shards.parts for root in part[turn : turn + step]] for turn in range(0, longest, step)]


@given(FLEETS, LIMITS)
def test_every_root_is_in_exactly_one_shard(roots: list[str], limit: int) -> None:
    assert Counter(root for part in divide(roots, limit).parts for root in part) == Counter(roots)


@given(FLEETS, LIMITS)
def test_what_runs_at_once_is_never_more_than_the_wave_lets(roots: list[str], limit: int) -> None:
    shards = divide(roots, limit)
    assert at_once(shards) <= limit
    assert 1 <= len(shards.parts) <= MOST_JOBS
    assert 1 <= shards.at_once <= MOST_AT_ONCE


@given(FLEETS, LIMITS)
def test_the_wave_takes_as_few_turns_as_its_limit_allows(roots: list[str], limit: int) -> None:
    wanted = -(-len(roots) // min(limit, len(roots)))
    if limit <= MOST_JOBS:
        assert len(turns(divide(roots, limit))) == wanted


@given(FLEETS, LIMITS)
def test_no_shard_is_longer_than_another_by_more_than_one(roots: list[str], limit: int) -> None:
    lengths = [len(part) for part in divide(roots, limit).parts]
    assert max(lengths) - min(lengths) <= 1


@given(FLEETS, LIMITS)
def test_an_accounts_roots_are_spread_over_the_turns(roots: list[str], limit: int) -> None:
    """One turn more than the least, since turns of unequal length border on each other."""
    shards = divide(roots, limit)
    together = turns(shards)
    accounts = Counter(root.split("/")[1] for root in roots)
    for turn in together:
        for account, count in Counter(root.split("/")[1] for root in turn).items():
            assert count <= -(-accounts[account] // len(together)) + 1


@given(st.randoms(use_true_random=False), FLEETS, LIMITS)
def test_the_order_of_the_roots_changes_nothing(random: object, roots: list[str], limit: int) -> None:
    mixed = list(roots)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert divide(mixed, limit) == divide(roots, limit)


def test_600_roots_at_once_are_150_jobs_with_four_each() -> None:
    shards = divide([f"prod/team-{number:03}/us-east-1" for number in range(600)], 600)
    assert (len(shards.parts), shards.at_once, {len(part) for part in shards.parts}) == (150, 4, {4})


def test_600_roots_one_after_the_other_are_one_job() -> None:
    shards = divide([f"prod/team-{number:03}/us-east-1" for number in range(600)], 1)
    assert (len(shards.parts), shards.at_once, len(shards.parts[0])) == (1, 1, 600)


def test_2000_roots_at_once_are_no_more_jobs_than_a_matrix_has() -> None:
    shards = divide([f"prod/team-{number:04}/us-east-1" for number in range(2000)], 2000)
    assert (len(shards.parts), shards.at_once) == (256, 4)


def test_nothing_to_do_is_no_shard() -> None:
    assert divide([], 10) == Shards((), 1)
