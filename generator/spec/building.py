"""How a pipeline builds: its tests, what it collects, and whether an apply waits for an image."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from generator.spec.shape import Written, switch

DEFAULT_BUILD_TIMEOUT = 180  # minutes; the provider's own of 60 is short for Windows


class TestingWritten(Written):
    """Whether and for how long an image is tested."""

    __test__ = False

    enabled: bool | None = Field(default=None, description="whether tests run [default: true]")
    timeout: Annotated[int, Field(ge=60, le=1440)] | None = Field(
        default=None, description="minutes that they may take [default: 720]"
    )


class BuildOnApplyWritten(Written):
    """Builds an image within the apply. The short form is true or false."""

    enabled: bool | None = Field(default=None, description="whether an apply builds [default: true]")
    timeout: Annotated[int, Field(ge=10, le=1440)] | None = Field(
        default=None, description="minutes that an apply waits for the image [default: 180]"
    )


BuildOnApplyValue = Annotated[BuildOnApplyWritten, switch(BuildOnApplyWritten)]
