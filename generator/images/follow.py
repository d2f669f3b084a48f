"""A build followed until it ends: which stages it has been in, and for how long each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from generator.aws import UnreachableError
from generator.images.build import Build

Read = Callable[[], Build]

# On AWS a build lasts an hour: a network that is away for a while is no reason to leave it.
PATIENCE = 20


@dataclass(frozen=True)
class Stage:
    """A status that a build was seen in, by `ticks` of the clock: seconds of no particular origin."""

    name: str
    began: float
    ended: float | None = None

    def seconds(self, now: float) -> float:
        return (now if self.ended is None else self.ended) - self.began


@dataclass(frozen=True)
class Progress:
    """A build so far. Times are those at which we saw a change: AWS keeps none for its stages."""

    build: Build
    stages: tuple[Stage, ...]
    began: float
    unreachable: str | None = None  # why the last look at it failed

    def seconds(self, now: float) -> float:
        """How long it has been followed, until it ended."""
        last = self.stages[-1].ended if self.stages else None
        return (now if last is None else last) - self.began


def follow(
    read: Read,
    interval: float,
    timeout: float,
    ticks: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Progress]:
    """Look at a build every `interval` seconds until it has ended or `timeout` seconds are over.

    Yields after each look; the last one tells how it ended, or is still running where the time was over.
    Raises AwsError when AWS refuses to answer, or cannot be reached many times in a row.
    """
    began = ticks()
    progress = seen(None, read(), began)
    yield progress
    failures = 0
    while progress.build.is_running and ticks() - began < timeout:
        sleep(interval)
        try:
            build = read()
        except UnreachableError as error:
            failures += 1
            if failures >= PATIENCE:
                raise
            progress = replace(progress, unreachable=str(error))
        else:
            failures = 0
            progress = seen(progress, build, ticks())
        yield progress


def seen(before: Progress | None, build: Build, now: float) -> Progress:
    """The progress after a look at a build, by `now` of the clock."""
    if before is None:
        stages = (Stage(build.status, now),) if build.is_running else ()
        return Progress(build, stages, now)
    if not before.build.is_running:
        return replace(before, build=build, unreachable=None)
    *past, current = before.stages
    if build.status == current.name:
        return replace(before, build=build, unreachable=None)
    ended = (*past, replace(current, ended=now))
    following = (Stage(build.status, now),) if build.is_running else ()
    return replace(before, build=build, stages=(*ended, *following), unreachable=None)
