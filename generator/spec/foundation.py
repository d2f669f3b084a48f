"""What an image takes over from the image of the spec that it is built on."""

from __future__ import annotations

from typing import Protocol

from generator.spec.bases import KnownBase
from generator.spec.model import BaseImage, Volume


class Foundation(Protocol):
    """The lower image's recipe."""

    @property
    def base(self) -> BaseImage: ...
    @property
    def known(self) -> KnownBase | None: ...
    @property
    def volume(self) -> Volume | None: ...  # None: a container image
