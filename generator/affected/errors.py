"""What keeps a change from being compared, with what to do about it."""

from __future__ import annotations

from generator.errors import GoldsmithError

NAME_IT = "Name the commit to compare with: --base REF for `affected`, --changed REF for `plan`."


class BaseError(GoldsmithError):
    """No commit to compare with; composes its message."""

    def __init__(self, problem: str, remedy: str = NAME_IT) -> None:
        super().__init__(f"No base to compare with: {problem}. {remedy}")


class EarlierError(GoldsmithError):
    """A commit that cannot be gone back to; composes its message."""

    def __init__(self, named: str, problem: str, remedy: str) -> None:
        super().__init__(f"--to {named}: {problem}. {remedy}")
