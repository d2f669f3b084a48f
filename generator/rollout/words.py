"""Waves in words, the same in tables, graphs and messages."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta

from generator.review.visible import clipped
from generator.rollout.plan import Wave
from generator.rollout.timeline import WaveTime
from generator.spec.model_rollout import Gate

TEXT = 80  # characters of a command, a reason or a name of an approver that are shown
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def conditions(wave: Wave) -> list[str]:
    """What comes after a wave before the next: `30 minutes`, `verify`, `build of web and db`."""
    bake = [lasting(wave.bake.total_seconds())] if wave.bake else []
    return [*bake, *(gate_in_words(gate) for gate in wave.gates)]


def gate_in_words(gate: Gate) -> str:
    match gate.kind:
        case "build":
            return f"build of {', '.join(gate.images)}"
        case "command":
            return f"command {clipped(shlex.join(gate.command), TEXT)}"
        case "approval" if gate.approver:
            return f"approval by {clipped(gate.approver, TEXT)}"
    return gate.kind


def lasting(seconds: float) -> str:
    """`1 hour 20 minutes`: the two largest units, the smaller one rounded."""
    whole = max(1, round(seconds)) if seconds else 0
    whole = whole if whole < 3_600 else round(whole / 60) * 60
    whole = whole if whole < 86_400 else round(whole / 3_600) * 3_600
    parts = []
    for name, size in _UNITS:
        number, whole = divmod(whole, size)
        if number:
            parts.append(f"{number} {name}{'' if number == 1 else 's'}")
    return " ".join(parts[:2]) or "0 seconds"


def moment_in_words(moment: datetime) -> str:
    """`Mon 2026-11-30 05:00 UTC`; a part of a minute counts as a whole one."""
    rounded = moment.astimezone(UTC) + timedelta(seconds=59)
    return f"{rounded:%a %Y-%m-%d %H:%M} UTC"


def begin_in_words(time: WaveTime, now: datetime) -> str:
    """`now`, a moment, and what froze it."""
    reason = ""
    if time.frozen:
        why = f": {clipped(time.frozen.reason, TEXT)}" if time.frozen.reason else ""
        zone = "" if time.frozen.timezone == "UTC" else f" {time.frozen.timezone}"
        reason = f" (frozen {time.frozen.text}{zone}{why})"
    if time.begins is None:
        return f"never{reason}"
    return ("now" if time.begins <= now else moment_in_words(time.begins)) + reason
