"""What an image is made from at the moment: the newest that its recipe's base and components mean."""

from __future__ import annotations

from typing import Any

from generator.emulator.imagebuilder.arns import Arn
from generator.emulator.imagebuilder.bases import own_image, resolve_base
from generator.emulator.imagebuilder.errors import ImageBuilderError
from generator.emulator.imagebuilder.state import Record


def sources_of(state: Any, recipe: Record) -> tuple[str, ...]:
    """The base's AMI or image and the build versions of the components. What is not there stands as it is written."""
    return (_base(state, recipe), *(_component(state, use["componentArn"]) for use in recipe["components"]))


def _base(state: Any, recipe: Record) -> str:
    written = str(recipe["parentImage"])
    try:
        if "containerType" not in recipe:
            return resolve_base(state, written).ami_id
        arn = Arn.parse(written)
        return written if arn is None or arn.owner != state.account_id else str(own_image(state, arn)["arn"])
    except ImageBuilderError:
        return written


def _component(state: Any, written: str) -> str:
    try:
        return str(state.resolve_component(written)["arn"])
    except ImageBuilderError:
        return written
