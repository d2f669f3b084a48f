"""Why a root is affected by a change."""

from __future__ import annotations

from dataclasses import dataclass

# What a reason is about, as machines read it; docs/affected.md says what each means.
KINDS = (
    *("new", "removed", "renamed", "organization", "account", "build", "target", "audience", "keys", "tags"),
    *("component", "recipe", "image", "schedule", "infrastructure", "pipeline", "distribution", "container"),
    *("kept", "workflow", "operations", "extra", "environment"),
    *("provider", "terraform", "module", "goldsmith", "foreign", "other"),
)


@dataclass(frozen=True)
class Reason:
    """Why a root is affected: `component harden-os 1.0.3 -> 1.0.4 through image web`."""

    kind: str  # one of KINDS
    text: str


def printable(name: str) -> str:
    """A name that somebody gave, on one line and without control characters."""
    return name if name.isprintable() else ascii(name)
