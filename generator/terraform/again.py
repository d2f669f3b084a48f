"""A worker's attempt at a root, made again after a failure that passes by itself."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from generator.terraform.adapter import CancelledError
from generator.terraform.cancellation import Cancellation
from generator.terraform.failures import RunFailedError
from generator.terraform.log import RunLog
from generator.terraform.passing import Kind

T = TypeVar("T")

FIRST_SECONDS = 10.0  # at most, before the first retry; twice as long before each next one
MOST_SECONDS = 60.0

_IN_WORDS: dict[Kind, str] = {
    "throttling": "throttled",
    "unavailable": "AWS is not available",
    "network": "the network failed",
    "conflict": "another changed it at the same moment",
    "consistency": "AWS does not know a new role yet",
    "registry": "the registry is not available",
}


@dataclass(frozen=True)
class Retries:
    """How often one root is tried again, and who is told."""

    most: int = 0
    tell: Callable[[str], None] = lambda _text: None
    dice: Callable[[], float] = random.random  # from 0 up to 1
    wait: Callable[[Cancellation, float], bool] = Cancellation.wait  # whether a stop was asked for

    def seconds(self, number: int) -> float:
        """Before retry `number`, from 1: full jitter, so that roots that failed together do not come back together.

        https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
        """
        return self.dice() * min(MOST_SECONDS, FIRST_SECONDS * 2.0 ** (number - 1))

    def run(
        self,
        root: str,
        cancellation: Cancellation,
        log: RunLog,
        attempt: Callable[[], T],
        may: Callable[[RunFailedError], bool],
    ) -> T:
        """What `attempt` returns. It is made whole again while it fails passingly and `may` lets it.

        Raises what the last attempt raised, CancelledError as soon as a stop is asked for.
        """
        for number in range(1, self.most + 1):
            try:
                return attempt()
            except RunFailedError as error:
                if error.passing is None or not may(error):
                    raise
                seconds = self.seconds(number)
                told = f"{_IN_WORDS[error.passing]}: again in {seconds:.0f} s ({number} of {self.most})"
            log.text(f"{told}\n\n")
            self.tell(f"{root}: {told}")
            if self.wait(cancellation, seconds):
                raise CancelledError(f"{root}: not tried again; the command was interrupted.")
        return attempt()
