"""What governs a change of the fleet, whichever commit it leads to: the spec of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generator.spec.model import Image, Spec
from generator.spec.model_rollout import Gate, Pace, Rollout


def governed(then: Spec, today: Spec) -> Spec:
    """What `then` makes, changed in the way of `today`; an environment that is gone keeps its own waves."""
    gone = {name: rollout for name, rollout in then.rollouts.items() if name not in today.rollouts}
    return replace(
        then,
        organization=replace(then.organization, roles=today.organization.roles),
        rollouts={**_buildable(today.rollouts, then), **gone},
        allowances=today.allowances,
        policies=today.policies,
    )


def _buildable(rollouts: Mapping[str, Rollout], then: Spec) -> dict[str, Rollout]:
    """The rollouts with gates that build no image that there was not."""
    return {
        name: replace(rollout, build_root=_with_images(rollout.build_root, then.environments[name].images))
        if name in then.environments
        else rollout
        for name, rollout in rollouts.items()
    }


def _with_images(pace: Pace, images: tuple[Image, ...]) -> Pace:
    there = {image.name for image in images}
    gates = (replace(gate, images=tuple(name for name in gate.images if name in there)) for gate in pace.gates)
    return replace(pace, gates=tuple(gate for gate in gates if _asks(gate)))


def _asks(gate: Gate) -> bool:
    return gate.kind != "build" or bool(gate.images)
