"""Trying again what fails for a moment, and not for ever."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from generator.review.posting.conversation import Trouble

ATTEMPTS = 4
PATIENCE = 120.0  # seconds: a longer wait is the next run's business, which costs a runner less
Result = TypeVar("Result")
Wait = Callable[[float], None]


def persistently(act: Callable[[], Result], wait: Wait = time.sleep) -> Result:
    """What `act` returns; after Trouble it is done again, at most ATTEMPTS times in all. `act` must bear repetition."""
    for attempt in range(1, ATTEMPTS):
        try:
            return act()
        except Trouble as trouble:
            seconds = 2.0**attempt if trouble.after is None else trouble.after
            if seconds > PATIENCE:
                raise
            wait(seconds)
    return act()
