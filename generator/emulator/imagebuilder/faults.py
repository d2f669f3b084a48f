"""Faults on demand in what Image Builder does: builds, copies of AMIs, lifecycle actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generator.emulator.faults import FAULTS, Fault
from generator.emulator.imagebuilder.builds import STAGES, Stage


def add_fault(wanted: Mapping[str, Any]) -> Fault:
    """Any fault, from a request to the control endpoint. Raises ValueError."""
    if wanted.get("kind", "build") == "build":
        _check_build(wanted)
    return FAULTS.add(wanted)


def inject_fault(stage: str, reason: str, image: str = "*") -> None:
    """Let the next image, by the name of its recipe, fail at the end of `stage` with `reason`. Raises ValueError."""
    add_fault({"kind": "build", "stage": stage, "reason": reason, "image": image})


def _check_build(wanted: Mapping[str, Any]) -> None:
    if wanted.get("stage") not in STAGES:
        raise ValueError(
            f"stage {wanted.get('stage')!r}: there is no such stage of a build; there are {', '.join(STAGES)}"
        )
    if not wanted.get("reason"):
        raise ValueError("reason: a fault needs one; it becomes the reason of the failed image")


def take_fault(stage: Stage, image: str) -> Fault | None:
    """The fault that waits for this stage of an image, if any."""
    return FAULTS.take("build", stage=stage, image=image)


def take_copy_fault(account_id: str, region: str, image: str) -> Fault | None:
    return FAULTS.take("copy", account=account_id, region=region, image=image)


def take_lifecycle_fault(action: str, account_id: str, region: str, image: str) -> Fault | None:
    return FAULTS.take("lifecycle", action=action, account=account_id, region=region, image=image)


def clear_faults() -> None:
    FAULTS.clear()
