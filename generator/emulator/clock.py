"""The clock that image builds go by: real time, made faster, and turned by hand.

Nothing happens by itself when it moves. Work that has fallen due is done by `generator.emulator.imagebuilder.pump`,
which the server calls before each request, so that whoever asks sees all effects of the time that has passed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass(frozen=True)
class _Anchor:
    """The clock showed `shown` when the underlying clock stood at `ticks` seconds, and runs at `speed` since."""

    shown: datetime
    ticks: float
    speed: float


class Clock:
    """Time that never runs backwards. `speed` is simulated seconds per real second; 0 stands still."""

    def __init__(self, speed: float = 1.0, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ticks = ticks
        self._anchor = _Anchor(datetime.now(UTC), ticks(), _checked_speed(speed))

    def now(self) -> datetime:
        anchor = self._anchor
        return anchor.shown + timedelta(seconds=(self._ticks() - anchor.ticks) * anchor.speed)

    def advance(self, seconds: float) -> datetime:
        """Turn the clock forward, and say what it shows. Raises ValueError for a negative number of seconds."""
        if not 0 <= seconds < float("inf"):
            raise ValueError(f"advance {seconds}: a clock is turned forward, by 0 or more seconds")
        self._set(self.now() + timedelta(seconds=seconds), self.speed)
        return self._anchor.shown

    def not_before(self, moment: datetime) -> None:
        """Catch up with `moment` if it lies ahead: a state that was kept must not meet an earlier time."""
        self._set(max(self.now(), moment), self.speed)

    @property
    def speed(self) -> float:
        return self._anchor.speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._set(self.now(), _checked_speed(speed))

    def _set(self, shown: datetime, speed: float) -> None:
        self._anchor = _Anchor(shown, self._ticks(), speed)


def _checked_speed(speed: float) -> float:
    if not 0 <= speed < float("inf"):
        raise ValueError(f"speed {speed}: a clock runs at 0 (it stands still) or more seconds per second")
    return speed


CLOCK = Clock()
