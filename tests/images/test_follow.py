"""Builds are followed on a clock that the tests turn; what AWS says is given as a script."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from generator.aws import UnreachableError
from generator.errors import AwsError
from generator.images.build import Build
from generator.images.follow import PATIENCE, Progress, Stage, follow

ARN = "arn:aws:imagebuilder:us-east-1:333333333333:image/prod-web/1.0.0/1"


class Turned:
    """A clock that stands still until somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def ticks(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def reader(*said: str | AwsError) -> Callable[[], Build]:
    """Reads what is said, one after the other, the last one for ever."""
    answers: Iterator[str | AwsError] = iter(said)
    last = said[0]

    def read() -> Build:
        nonlocal last
        last = next(answers, last)
        if isinstance(last, AwsError):
            raise last
        return Build(ARN, last)

    return read


def followed(read: Callable[[], Build], timeout: float = 1000) -> list[Progress]:
    clock = Turned()
    return list(follow(read, 10, timeout, clock.ticks, clock.sleep))


def test_each_stage_lasts_from_when_it_was_first_seen_until_the_next_one() -> None:
    last = followed(reader("PENDING", "BUILDING", "BUILDING", "TESTING", "AVAILABLE"))[-1]
    assert last.stages == (
        Stage("PENDING", 100, 110),
        Stage("BUILDING", 110, 130),
        Stage("TESTING", 130, 140),
    )
    assert (last.build.status, last.seconds(9999)) == ("AVAILABLE", 40)


def test_a_build_that_has_ended_is_looked_at_once() -> None:
    (only,) = followed(reader("FAILED"))
    assert (only.build.status, only.stages, only.seconds(100)) == ("FAILED", (), 0)


def test_following_ends_when_its_time_is_over_and_tells_that_the_build_runs() -> None:
    progress = followed(reader("BUILDING"), timeout=30)
    assert len(progress) == 4
    assert progress[-1].build.is_running


def test_an_aws_out_of_reach_is_waited_for() -> None:
    away = UnreachableError("AWS does not answer")
    told = followed(reader("BUILDING", away, away, "AVAILABLE"))
    assert [each.unreachable for each in told] == [None, str(away), str(away), None]
    assert told[-1].build.status == "AVAILABLE"


def test_an_aws_that_stays_out_of_reach_ends_the_following() -> None:
    away = [UnreachableError("AWS does not answer")] * PATIENCE
    with pytest.raises(UnreachableError):
        followed(reader("BUILDING", *away))


def test_a_refusal_ends_the_following_at_once() -> None:
    with pytest.raises(AwsError, match="expired"):
        followed(reader("BUILDING", AwsError("the credentials have expired")))
