"""Writes the tables of keys in docs/spec.md from the models that read a spec. Run it with no arguments."""

from __future__ import annotations

import re
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from generator.spec import (
    account_entries,
    allows,
    bootstraps,
    building,
    containers,
    distribute,
    distribution,
    document_settings,
    exports,
    freezes,
    ignores,
    imports,
    infrastructure,
    instance_settings,
    launching,
    lifecycle,
    network,
    notifications,
    policies,
    rollouts,
    scanning,
    scheduling,
    systems,
    volumes,
    workflows,
    written,
)
from generator.spec.bases import KNOWN_BASES
from generator.spec.container_bases import KNOWN_REFERENCES

PAGE = Path(__file__).parent / "spec.md"

# The models in the order of the page, by the name that the page's marks give them.
MODELS: dict[str, type[BaseModel]] = {
    "organization": written.OrganizationWritten,
    "accounts": account_entries.AccountWritten,
    "accounts_from": account_entries.AccountsWritten,
    "state": written.StateWritten,
    "roles": written.RolesWritten,
    "bootstrap": bootstraps.BootstrapWritten,
    "bootstrap_github": bootstraps.GitHubWritten,
    "bootstrap_gitlab": bootstraps.GitLabWritten,
    "environment": written.EnvironmentWritten,
    "build": written.BuildWritten,
    "network": network.NetworkWritten,
    "images": written.ImageUseWritten,
    "distribute": distribute.DistributeWritten,
    "distribute_accounts": account_entries.AccountFilterWritten,
    "image": written.ImageWritten,
    "base": written.BaseWritten,
    "components": written.ComponentUseWritten,
    "volume": volumes.VolumeWritten,
    "devices": volumes.DeviceWritten,
    "user_data": instance_settings.UserDataWritten,
    "container": containers.ContainerWritten,
    "repository": containers.RepositoryWritten,
    "instance": containers.InstanceWritten,
    "component_settings": document_settings.ComponentSettingsWritten,
    "workflow_settings": document_settings.WorkflowSettingsWritten,
    "systems": systems.ComponentSystemsWritten,
    "schedule": scheduling.ScheduleWritten,
    "distribution": distribution.DistributionWritten,
    "distribution_region": distribution.RegionWritten,
    "distribution_parameter": distribution.ParameterWritten,
    "distribution_launch_template": launching.LaunchTemplateWritten,
    "distribution_fast_launch": launching.FastLaunchWritten,
    "distribution_fast_launch_template": launching.FastLaunchTemplateWritten,
    "infrastructure": infrastructure.InfrastructureWritten,
    "metadata": infrastructure.MetadataWritten,
    "placement": infrastructure.PlacementWritten,
    "ignore": ignores.IgnoreWritten,
    "allow": allows.AllowWritten,
    "policies": policies.PoliciesWritten,
    "checkov": policies.CheckovWritten,
    "rollout": rollouts.EnvironmentRolloutWritten,
    "rollout_canaries": rollouts.CanariesWritten,
    "rollout_waves": rollouts.WaveWritten,
    "rollout_build_root": rollouts.BuildRootWritten,
    "rollout_gates": rollouts.GateWritten,
    "rollout_freeze": freezes.FreezeWritten,
    "testing": building.TestingWritten,
    "build_on_apply": building.BuildOnApplyWritten,
    "workflows": workflows.WorkflowUseWritten,
    "scanning": scanning.ScanningWritten,
    "inspector": scanning.InspectorWritten,
    "registry": scanning.RegistryWritten,
    "notify": notifications.NotifyWritten,
    "lifecycle": lifecycle.LifecycleWritten,
    "age": lifecycle.AgeRuleWritten,
    "delete": lifecycle.DeleteRuleWritten,
    "exclude": lifecycle.ExclusionsWritten,
    "export": exports.ExportWritten,
    "import": imports.ImportWritten,
}
TEXT_NAMES = {str: "text", int: "number", bool: "true or false", type(None): ""}


def generated(page: str) -> str:
    """The page with what stands between its marks written anew."""
    tables = {name: table(model) for name, model in MODELS.items()}
    for name, content in {**tables, "bases": bases(), "container_bases": container_bases()}.items():
        begin, end = f"<!-- generated: {name} -->", "<!-- end -->"
        pattern = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
        if not pattern.search(page):
            raise SystemExit(f"{PAGE}: the mark {begin} is missing.")
        page = pattern.sub(lambda _, text=f"{begin}\n{content}\n{end}": text, page)
    return page


def table(model: type[BaseModel]) -> str:
    rows = [_row(field.alias or name, field) for name, field in model.model_fields.items()]
    return "\n".join(["| key | | value | meaning |", "|---|---|---|---|", *rows])


def bases() -> str:
    rows = [
        f"| `{name}` | `{base.managed_image or base.ssm_parameter}` | {base.platform}, {base.architecture} | "
        f"`{base.root_device}` | {base.end_of_support or 'not named'} |"
        for name, base in KNOWN_BASES.items()
    ]
    head = [
        "| base | Amazon-managed image or SSM parameter | platform | root device | end of support |",
        "|---|---|---|---|---|",
    ]
    return "\n".join([*head, *rows])


def container_bases() -> str:
    rows = [f"| `{name}` | `{reference}` |" for name, reference in KNOWN_REFERENCES.items()]
    return "\n".join(["| base | container image |", "|---|---|", *rows])


def _row(name: str, field: FieldInfo) -> str:
    need = "required" if field.is_required() else ""
    return f"| `{name}` | {need} | {value_of(field.annotation)} | {(field.description or '').replace('|', '&#124;')} |"


def value_of(annotation: Any) -> str:
    """A type in words: `list of text`."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return value_of(arguments[0])
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(filter(None, map(value_of, arguments))))
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in arguments)
    if origin is list:
        return f"list of {value_of(arguments[0])}"
    if origin is dict:
        return f"mapping of {value_of(arguments[1])}"
    return TEXT_NAMES.get(annotation, "mapping")


if __name__ == "__main__":
    PAGE.write_text(generated(PAGE.read_text()))
