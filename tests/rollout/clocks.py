"""A clock that stands still until a test turns it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class StillClock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **time: float) -> None:
        self.now += timedelta(**time)
