"""The parts of a `rollout` as written, in the model's terms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from generator.spec.model_rollout import Gate, Pace, Selector, Share
from generator.spec.rollouts import GateWritten, SelectorWritten
from generator.spec.shape import Written

BUILD_TIMEOUT, COMMAND_TIMEOUT = timedelta(hours=3), timedelta(minutes=10)


def share_of(written: int | str) -> Share:
    """`5`, `25%`."""
    if isinstance(written, str):
        return Share(int(written.removesuffix("%")), is_percentage=True)
    return Share(written)


def wait_of(written: str) -> timedelta:
    """`30 minutes`, `2 hours`, `1 day`."""
    number, unit = written.split(" ")
    return timedelta(**{f"{unit.removesuffix('s')}s": int(number)})


def selector_of(written: SelectorWritten) -> Selector:
    return Selector(
        accounts=tuple(written.accounts or ()),
        ous=tuple(written.ou or ()),
        tags=dict(written.tags or {}),
        regions=tuple(written.regions or ()),
        size=share_of(written.size) if written.size is not None else None,
    )


def pace_of(written: Sequence[Written], images: Iterable[str]) -> Pace:
    """What the first says that says it, for each part of a pace; `images` are those that gates can build."""
    default, images = Pace(), tuple(images)
    concurrent, tolerance = _first(written, "max_concurrent"), _first(written, "failure_tolerance")
    bake, gates = _first(written, "bake"), _first(written, "gates")
    return Pace(
        max_concurrent=default.max_concurrent if concurrent is None else share_of(concurrent),
        failure_tolerance=default.failure_tolerance if tolerance is None else share_of(tolerance),
        mode=_first(written, "mode") or default.mode,
        bake=default.bake if bake is None else wait_of(bake),
        gates=default.gates if gates is None else _gates_of(gates, images),
    )


def _first(written: Iterable[Written], key: str) -> Any:
    return next((value for each in written if (value := getattr(each, key, None)) is not None), None)


def _gates_of(written: Iterable[str | GateWritten], images: Sequence[str]) -> tuple[Gate, ...]:
    """Without gates that would build nothing: what the organization says of images that an environment has none of."""
    gates = (_gate_of(each, images) for each in written)
    return tuple(gate for gate in gates if gate.kind != "build" or gate.images)


def _gate_of(written: str | GateWritten, images: Sequence[str]) -> Gate:
    gate = written if isinstance(written, GateWritten) else GateWritten()
    timeout = wait_of(gate.timeout) if gate.timeout else None
    if gate.command is not None:
        return Gate("command", command=tuple(gate.command), timeout=timeout or COMMAND_TIMEOUT)
    if gate.build is not None or written == "build":
        named = images if gate.build is None else [name for name in gate.build if name in images]
        return Gate("build", images=tuple(named), timeout=timeout or BUILD_TIMEOUT)
    if written == "verify":
        return Gate("verify")
    return Gate("approval", approver=gate.approval or "", timeout=timeout)
