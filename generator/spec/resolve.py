"""From the spec as written to the frozen model: references followed, defaults applied (only here)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from generator.source.report import Report, did_you_mean, quoted
from generator.spec.accounts import check_region
from generator.spec.allowances import resolve_allowances
from generator.spec.bootstraps import check_environments, resolve_bootstrap
from generator.spec.boundaries import boundary_of
from generator.spec.chains import in_building_order
from generator.spec.container_places import check_repositories
from generator.spec.delivery import check_parameters_across, check_regions_of_images, with_delivery
from generator.spec.environments import (
    OWN_TAGS,
    Shared,
    check_tag_keys,
    resolve_environment,
    warn_of_tags,
)
from generator.spec.extras import with_extras
from generator.spec.files import Source, Sources
from generator.spec.imports import resolve_import
from generator.spec.infrastructure import check_infrastructure
from generator.spec.keeping import with_kept
from generator.spec.kept import read_kept
from generator.spec.launch_places import check_templates_across
from generator.spec.model import Environment, Organization, Roles, Spec, State
from generator.spec.model_bootstrap import Bootstrap
from generator.spec.model_pipeline import Workflow
from generator.spec.model_policies import Policies
from generator.spec.model_vm import Import
from generator.spec.operations import check_inspector, with_operations
from generator.spec.organization_accounts import resolve_accounts
from generator.spec.policies import resolve_policies
from generator.spec.recipes import Recipe, resolve_recipe
from generator.spec.rollout_rules import resolve_rollouts
from generator.spec.scheduling import resolve_schedule
from generator.spec.versions import LOCK_FILE, version_of
from generator.spec.written import EnvironmentWritten

DEFAULT_PARTITION = "aws"
UNVERSIONED = "0.0.0"  # stands for a version while a spec is looked at that has no lock yet


@dataclass(frozen=True)
class Versions:
    """The versions of what the spec holds now; what has no version is missing."""

    components: Mapping[str, str]
    recipes: Mapping[str, str]


def resolve(sources: Sources, report: Report) -> Spec | None:
    """The model, or None after what is wrong has been reported."""
    component_versions = _component_versions(sources, report)
    recipes = resolve_recipes(sources, component_versions, report)
    versions = Versions(component_versions, _recipe_versions(sources, recipes, report))
    organization = _resolve_organization(sources, report)
    if organization is None:
        return None
    environments = _resolve_environments(sources, organization, recipes, versions, report)
    policies = _policies(sources, report)
    rollouts = resolve_rollouts(sources, organization, environments, report)
    bootstrap = _bootstrap(sources, organization, environments, report)
    if report.has_errors:
        return None
    return Spec(organization, environments, resolve_allowances(sources), policies, rollouts, bootstrap)


def _bootstrap(
    sources: Sources, organization: Organization, environments: Mapping[str, Environment], report: Report
) -> Bootstrap | None:
    source = sources.organization
    if source is None or source.written.bootstrap is None:
        return None
    check_environments(source.document, environments, report)
    boundary = boundary_of(source.written)
    return resolve_bootstrap(source.written.bootstrap, source.document, organization, boundary, report)


def _policies(sources: Sources, report: Report) -> Policies:
    source = sources.organization
    return (
        resolve_policies(source.written.policies, source.document, sources.directory, report) if source else Policies()
    )


def resolve_recipes(sources: Sources, component_versions: Mapping[str, str], report: Report) -> dict[str, Recipe]:
    """Every recipe that can be resolved, by image."""
    for source in sources.images.values():
        check_infrastructure(source.document, ("infrastructure",), source.written.infrastructure, report)
        if source.written.schedule is not None:
            resolve_schedule(source.document, ("schedule",), source.written.schedule, report)
    recipes: dict[str, Recipe] = {}
    for name in in_building_order(sources, report):
        recipe = resolve_recipe(sources, sources.images[name], component_versions, recipes, report)
        if recipe:
            recipes[name] = recipe
    return recipes


def _component_versions(sources: Sources, report: Report) -> dict[str, str]:
    """The versions by the lock. Without a lock all get one that stands in, so that the rest is checked."""
    lock = sources.lock
    if lock is None:
        if not sources.has_lock_file:
            report.file_error(str(sources.directory / LOCK_FILE), "there is no such file. Run `goldsmith lock`.")
        return dict.fromkeys(sources.components, UNVERSIONED)
    versions = {}
    for name, component in sources.components.items():
        if name not in sources.used_components:
            versions[name] = UNVERSIONED  # reaches no recipe, and so no account
            continue
        version = version_of(lock.components, name, component.digest)
        if version is None:
            _report_stale(component.source.file, lock.components.get(name), report)
        versions[name] = version or UNVERSIONED
    return versions


def _recipe_versions(sources: Sources, recipes: Mapping[str, Recipe], report: Report) -> dict[str, str]:
    lock = sources.lock
    if lock is None:
        return dict.fromkeys(recipes, UNVERSIONED)
    versions = {}
    for name, recipe in recipes.items():
        version = version_of(lock.recipes, name, recipe.digest)
        if version is None and not _has_unversioned_component(recipe):
            _report_stale(sources.images[name].document.file, lock.recipes.get(name), report)
        versions[name] = version or UNVERSIONED
    return versions


def _has_unversioned_component(recipe: Recipe) -> bool:
    return any(use.version == UNVERSIONED for use in (*recipe.components, *recipe.tests))


def _report_stale(file: str, locked: Mapping[str, str] | None, report: Report) -> None:
    what = "has changed since its last version" if locked else "has no version yet"
    report.file_error(file, f"{what}; {LOCK_FILE} gives one to each content. Run `goldsmith lock`.")


def _resolve_organization(sources: Sources, report: Report) -> Organization | None:
    source = sources.organization
    if source is None:
        return None
    written = source.written
    partition = written.partition or DEFAULT_PARTITION
    accounts = resolve_accounts(source, sources, report)
    check_region(source.document, ("state", "region"), written.state.region, partition, report)
    warn_of_tags(source.document, written.tags or {}, report)
    check_tag_keys(source.document, OWN_TAGS, written.tags or {}, report)
    if accounts is None:
        return None
    return Organization(
        name=written.organization,
        partition=partition,
        accounts=accounts,
        state=State(written.state.bucket, written.state.region),
        roles=Roles(written.roles.plan, written.roles.apply),
        tags=dict(written.tags or {}),
    )


def _resolve_environments(
    sources: Sources,
    organization: Organization,
    recipes: Mapping[str, Recipe],
    versions: Versions,
    report: Report,
) -> dict[str, Environment]:
    if not sources.names["environments"]:
        report.file_error(str(sources.directory), "holds no environment. Add a file such as prod.yaml.")
    components = {
        (name, platform): document.component(versions.components[name], platform)
        for name, document in sources.components.items()
        for platform in document.platforms
    }
    imports = resolve_imports(sources, organization.partition, report)
    shared = Shared(sources, organization, recipes, versions.recipes, components, imports)
    workflows = _workflows(sources, report)
    kept = read_kept(sources, report)
    environments = {}
    for name in _ordered_names(sources, report):
        source = sources.environments.get(name)
        environment = resolve_environment(source, shared, report) if source else None
        if environment and source:
            operated = with_operations(environment, source, shared, workflows, report)
            delivered = with_delivery(operated, source, shared, report)
            whole = with_kept(delivered, source, shared, kept, report)
            environments[name] = replace(whole, permissions_boundary=_boundary(sources, source))
    _check_distribution_roles(sources, environments, report)
    check_inspector(sources, environments, report)
    check_repositories(sources, environments, report)
    check_parameters_across(sources, environments, report)
    check_templates_across(sources, environments, report)
    check_regions_of_images(sources, environments, report)
    return with_extras(environments, sources.names["environments"], sources.directory, report)


def _boundary(sources: Sources, source: Source[EnvironmentWritten]) -> str | None:
    return boundary_of(sources.organization.written, source.written) if sources.organization else None


def resolve_imports(sources: Sources, partition: str, report: Report) -> dict[str, Import]:
    """Every import that is right, by name; Image Builder would give an import and an image of one name one ARN."""
    found = {}
    for name, source in sources.imports.items():
        if name in sources.names["images"]:
            message = "there is an image of this name too; both would be one in EC2 Image Builder. Rename one."
            report.error(source.document, ("import",), message)
        resolved = resolve_import(source.written, source.document, partition, report)
        if resolved:
            found[name] = resolved
    return found


def _workflows(sources: Sources, report: Report) -> dict[str, Workflow]:
    """Every workflow of the spec under the version that the lock has for it."""
    found = {}
    for name, each in sources.workflows.items():
        version = version_of(sources.lock.workflows, name, each.digest) if sources.lock else UNVERSIONED
        if version is None and sources.lock:
            _report_stale(each.source.file, sources.lock.workflows.get(name), report)
        found[name] = Workflow(name, version or UNVERSIONED, each.kind, each.description, each.text, each.settings)
    return found


def _ordered_names(sources: Sources, report: Report) -> list[str]:
    """The environments in the order that organization.yaml gives, or that of their files."""
    known = sources.names["environments"]
    source = sources.organization
    if source is None or source.written.environments is None:
        return sorted(known)
    ordered = source.written.environments
    for index, name in enumerate(ordered):
        if name not in known:
            message = f"there is no file {name}.yaml.{did_you_mean(name, known)}"
            report.error(source.document, ("environments", index), message)
    left_out = sorted(known - set(ordered))
    if left_out:
        report.error(
            source.document,
            ("environments",),
            f"leaves out {quoted(left_out, 'and')}. Add every environment.",
        )
    return ordered


def _check_distribution_roles(sources: Sources, environments: Mapping[str, Environment], report: Report) -> None:
    """AWS fixes the role's name, so an account has one, with one trust and one state that it belongs to."""
    owners: dict[str, str] = {}
    for name, environment in environments.items():
        if not environment.amis:
            continue  # container images are pulled, so no account needs the role for them
        source = sources.environments[name]
        builder = environment.build.account.name
        receivers = {target.account.name for target in environment.targets if target.mode == "copy"} - {builder}
        for account in sorted(receivers):
            if account in owners:
                message = (
                    f"{account} receives copies from {owners[account]} already; its role "
                    "EC2ImageBuilderDistributionCrossAccountRole belongs to one environment. Remove it from "
                    "one, or share with it."
                )
                report.error(source.document, _place_of_account(source.written, account), message)
            owners.setdefault(account, name)


def _place_of_account(written: object, account: str) -> tuple[str | int, ...]:
    for index, entry in enumerate(getattr(written, "distribute", None) or []):
        if isinstance(entry.accounts, list) and account in entry.accounts:
            return ("distribute", index, "accounts", entry.accounts.index(account))
    return ("distribute",)
