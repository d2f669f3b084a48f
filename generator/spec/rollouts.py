"""What a spec says of rollouts: `rollout` of the organization, and of an environment.

Limits of counts and percentages are those of StackSets: botocore cloudformation StackSetOperationPreferences.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from generator.source.report import shown
from generator.spec import values as v
from generator.spec.account_entries import Ous
from generator.spec.freezes import FreezeWritten
from generator.spec.model_rollout import Mode
from generator.spec.shape import Written, text_or

MAX_COUNT = 10_000
_WAIT = r"^([1-9][0-9]{0,2}) (minute|hour|day)s?$"

Wait = Annotated[str, v.matching(_WAIT, "a time reads like 30 minutes, 2 hours or 1 day")]


def _share(least: int) -> Any:
    """A count or a percentage, of which neither is below `least`."""

    def check(value: object) -> object:
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= MAX_COUNT:
            return value
        percentage = re.match(r"(0|[1-9][0-9]{0,2})%\Z", value) if isinstance(value, str) else None
        if percentage and least <= int(percentage[1]) <= 100:
            return value
        raise v.problem(
            f"{shown(value)} is not allowed; a count from {least} to {MAX_COUNT} is, such as 5, and a percentage from "
            f"{least}% to 100%."
        )

    number = {"type": "integer", "minimum": least, "maximum": MAX_COUNT}
    text = {"type": "string", "pattern": f"^({'' if least else '0|'}[1-9][0-9]?|100)%$"}
    return Annotated[int | str, BeforeValidator(check), WithJsonSchema({"anyOf": [number, text]})]


Tolerance, Size, Concurrent = _share(0), _share(1), _share(1)


Names = Annotated[list[str], Field(min_length=1)]
AccountNames = Annotated[Names, AfterValidator(v.unique("accounts"))]
Regions = Annotated[list[v.Region], Field(min_length=1), AfterValidator(v.unique("Regions"))]
Argument = Annotated[str, v.matching(r"^[^\x00]+$", "an argument of a command is text that is not empty")]
Approver = Annotated[
    str,
    Field(max_length=200),
    v.matching(r"^[^\s\x00-\x1f\x7f]([^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f])?$", "who approves is one line of text"),
]
GateWord = Annotated[
    str, v.matching("^(verify|build|approval)$", "`verify`, `build`, `approval`, or a mapping with one of them, is")
]


class GateWritten(Written):
    """What must hold before the next wave: exactly one of `build`, `command` and `approval`."""

    build: Annotated[list[str], Field(min_length=1), AfterValidator(v.unique("images"))] | None = Field(
        default=None, description="images that are built, and must reach AVAILABLE; of the build root's wave only"
    )
    command: Annotated[list[Argument], Field(min_length=1)] | None = Field(
        default=None, description="a program and its arguments, run without a shell; anything but 0 stops the rollout"
    )
    approval: Approver | None = Field(default=None, description="who has to approve, in words for people")
    timeout: Wait | None = Field(
        default=None,
        description="how long it may take [default: a build 3 hours, a command 10 minutes, an approval for ever]",
    )


Gate = text_or(GateWritten, GateWord)


class SelectorWritten(Written):
    """Which target roots: those that fit all that is said; and what replaces the rollout's for them."""

    accounts: AccountNames | None = Field(default=None, description="roots of these accounts")
    ou: Ous | None = Field(
        default=None, description="roots of accounts in this organizational unit, or one below it: text or a list"
    )
    tags: Annotated[dict[str, str], Field(min_length=1)] | None = Field(
        default=None, description="roots of accounts with all of these tags"
    )
    regions: Regions | None = Field(default=None, description="roots in these Regions")
    size: Size | None = Field(  # type: ignore[valid-type]
        default=None,
        description="only the first of them: a count, or a percentage of all that fit, rounded down but at least one",
    )
    max_concurrent: Concurrent | None = Field(  # type: ignore[valid-type]
        default=None, description="replaces the rollout's; a percentage of this wave"
    )
    failure_tolerance: Tolerance | None = Field(  # type: ignore[valid-type]
        default=None, description="replaces the rollout's; a percentage of this wave"
    )
    mode: Mode | None = Field(default=None, description="replaces the rollout's")
    bake: Wait | None = Field(default=None, description="replaces the rollout's")
    gates: list[Gate] | None = Field(  # type: ignore[valid-type]
        default=None, description="replaces the rollout's"
    )


class CanariesWritten(SelectorWritten):
    """The roots that come first. Short forms: a `size`, or a list of `accounts`."""


class WaveWritten(SelectorWritten):
    """A wave takes what earlier ones left. Its short form is its `size`."""

    name: v.Name | None = Field(default=None, description="how it is called [default: wave-1 and so on]")
    region_order: Regions | None = Field(default=None, description="replaces the rollout's")


class BuildRootWritten(Written):
    """What comes after the build root, which has a wave of its own behind the targets that it ships to."""

    bake: Wait | None = Field(default=None, description="replaces the rollout's")
    gates: list[Gate] | None = Field(  # type: ignore[valid-type]
        default=None, description="replaces the rollout's; `build` may stand here alone"
    )


def _canaries(value: object) -> object:
    if isinstance(value, list):
        return {"accounts": value}
    return _sized(value)


def _sized(value: object) -> object:
    return value if isinstance(value, dict | Written) else {"size": value}


CanariesValue = Annotated[
    CanariesWritten, BeforeValidator(_canaries, json_schema_input_type=Size | AccountNames | CanariesWritten)
]
WaveValue = Annotated[WaveWritten, BeforeValidator(_sized, json_schema_input_type=Size | WaveWritten)]


class RolloutWritten(Written):
    """How environments are rolled out."""

    canaries: CanariesValue | None = Field(
        default=None, description="target roots that come first: a size, a list of accounts, or a mapping"
    )
    waves: Annotated[list[WaveValue], Field(min_length=1)] | None = Field(
        default=None,
        description="waves of target roots, each a size or a mapping; what none of them takes comes last, as one more "
        "[default: all at once]",
    )
    region_order: Regions | None = Field(
        default=None, description="each wave is one for each of these Regions, in this order, then one for all others"
    )
    max_concurrent: Concurrent | None = Field(  # type: ignore[valid-type]
        default=None,
        description="how many roots of a wave are applied at once: a count, or a percentage of the wave, rounded down "
        "but at least one [default: 100%]",
    )
    failure_tolerance: Tolerance | None = Field(  # type: ignore[valid-type]
        default=None,
        description="how many roots of a wave may fail before the rollout stops: a count, or a percentage of the wave, "
        "rounded down [default: 0]",
    )
    mode: Mode | None = Field(
        default=None,
        description="`strict`: no more roots at once than may still fail, plus one; `soft`: `max_concurrent` alone "
        "counts [default: strict]",
    )
    bake: Wait | None = Field(
        default=None, description="how long to wait after a wave, before its gates: `30 minutes` [default: not at all]"
    )
    gates: list[Gate] | None = Field(  # type: ignore[valid-type]
        default=None,
        description="what must hold after a wave: `verify`, `approval`, or mappings, one after the other "
        "[default: verify]",
    )
    build_root: BuildRootWritten | None = Field(default=None, description="what comes after the build root")
    freeze: list[FreezeWritten] | None = Field(default=None, description="times in which no wave begins")


class EnvironmentRolloutWritten(RolloutWritten):
    """How an environment is rolled out."""

    after: Annotated[list[v.Name], AfterValidator(v.unique("environments"))] | None = Field(
        default=None,
        description="environments that are rolled out before it; `[]` for none [default: the one before it in the "
        "order of environments]",
    )
