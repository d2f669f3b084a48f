"""The outputs of a root with types, for tests that people write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar

from generator.errors import GoldsmithError

_Entry = TypeVar("_Entry", "PipelineOutput", "ComponentOutput")


@dataclass(frozen=True)
class PipelineOutput:
    pipeline_arn: str
    recipe_arn: str
    recipe_version: str
    infrastructure_arn: str
    distribution_arn: str
    regions: tuple[str, ...]
    repository_name: str | None = None  # of a container image


@dataclass(frozen=True)
class ComponentOutput:
    arn: str
    version: str


@dataclass(frozen=True)
class Outputs:
    """Everything that a root may put out; what its kind does not have is empty or None.

    `raw` is every output by name, as Terraform's JSON has it.
    """

    pipelines: Mapping[str, PipelineOutput]  # by image; empty for a target root
    components: Mapping[str, ComponentOutput]  # by name; empty for a target root
    kept_components: Mapping[str, Mapping[str, str]]  # ARNs of what stays alive beside the newest, by name and version
    kept_recipes: Mapping[str, Mapping[str, str]]  # the same, by image and version
    log_bucket: str | None
    instance_profile: str | None
    key_alias_arn: str | None
    distribution_role_arn: str | None
    launch_templates: Mapping[str, str]  # ids of those that are made here, by name
    raw: Mapping[str, Any]


def outputs_of(root: str, raw: Mapping[str, Any]) -> Outputs:
    """Give types to outputs. Raises GoldsmithError where the root puts out something of another shape."""
    return Outputs(
        pipelines=_entries(root, raw, "pipelines", PipelineOutput),
        components=_entries(root, raw, "components", ComponentOutput),
        kept_components=(raw.get("kept") or {}).get("components", {}),
        kept_recipes=(raw.get("kept") or {}).get("recipes", {}),
        log_bucket=raw.get("log_bucket"),
        instance_profile=raw.get("instance_profile"),
        key_alias_arn=raw.get("key_alias_arn"),
        distribution_role_arn=raw.get("distribution_role_arn"),
        launch_templates=raw.get("launch_templates") or {},
        raw=raw,
    )


def _entries(root: str, raw: Mapping[str, Any], name: str, kind: type[_Entry]) -> dict[str, _Entry]:
    entries = raw.get(name, {})
    try:
        return {key: _entry(entry, kind) for key, entry in entries.items()}
    except (AttributeError, KeyError, TypeError) as error:
        keys = ", ".join(field.name for field in fields(kind) if field.default is MISSING)
        raise GoldsmithError(
            f"{root}: output {name} is {entries!r}; it is a map of objects with {keys}. "
            "Render and apply the root again: goldsmith render && goldsmith apply"
        ) from error


def _entry(entry: Mapping[str, Any], kind: type[_Entry]) -> _Entry:
    values = {
        field.name: entry[field.name] for field in fields(kind) if field.default is MISSING or field.name in entry
    }
    typed: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return kind(**typed)
