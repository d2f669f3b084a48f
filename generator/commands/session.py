"""What plan, apply, destroy, verify and build begin with: the spec, its roots, an AWS and a Terraform."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import click

from generator.affected.shards import ALL, Shard
from generator.commands.asked import Asked, Selection
from generator.errors import StaleError, TerraformError, UsageError
from generator.render.roots import Root, roots_of
from generator.source.report import did_you_mean, quoted
from generator.spec import load
from generator.spec.model import Spec
from generator.terraform.binary import Binary, find_terraform
from generator.terraform.capacity import cores, has_room
from generator.terraform.endpoint import require_endpoint
from generator.terraform.failures import RunFailedError
from generator.terraform.fleet import Bounds
from generator.terraform.passing import RETRIES
from generator.terraform.providers import with_providers
from generator.terraform.root import RootDirectory
from generator.terraform.secrets import KEY_VARIABLE, DigestKey

if TYPE_CHECKING:
    from generator.affected.affected import Affected
    from generator.emulator.endpoint import Endpoint

LOCK_FILE = ".terraform.lock.hcl"

# Of a user's shell, these would change what a run of ours does, or break the reading of its output.
_NEVER_INHERITED = ("TF_CLI_ARGS", "TF_DATA_DIR", "TF_LOG_PATH", "TF_REATTACH_PROVIDERS", "TF_WORKSPACE", KEY_VARIABLE)


@dataclass(frozen=True)
class Session:
    spec: Spec
    roots: tuple[Root, ...]  # those selected, in the order of roots_of
    rendered: Path
    state_directory: Path
    environment: Mapping[str, str]  # the whole environment for Terraform and for AWS clients
    binary: Binary
    bounds: Bounds  # of roots under way
    endpoint: Endpoint | None  # of the embedded AWS, where that is used
    key: DigestKey = field(default_factory=DigestKey)  # hashes what is sensitive in plans
    affected: Affected | None = None  # by a change, where that is asked for; roots that are removed are to be destroyed
    selection: Selection = field(default_factory=Selection)  # what was asked for
    shard: Shard = ALL  # which of how many parts of the roots asked for these are
    retries: int = RETRIES  # how often a root is tried again whose failure passes by itself
    commit: str = ""  # that is gone back to; empty where the tree is what is on disk

    def root_directory(self, root: Root) -> RootDirectory:
        """Where a root, its Terraform data and its log lie."""
        where = "emulator" if self.endpoint is not None else "aws"
        return RootDirectory(
            name=root.name,
            directory=(_tree_of(root.name, self.rendered, self.affected) / root.path).absolute(),
            data_directory=data_directory_of(self.state_directory, root.name, self.endpoint is not None),
            log=self.state_directory / "logs" / where / root.path.with_name(f"{root.path.name}.log"),
        )

    def is_removed(self, root: str) -> bool:
        """Whether the spec has the root no more: its tree is the base's, and its plan destroys."""
        return self.affected is not None and root in self.affected.removed

    def environment_with_role(self, role: str) -> dict[str, str]:
        """The environment for runs that assume `role` in each account."""
        return {**self.environment, "TF_VAR_role": role}


def open_session(
    asked: Asked,
    *,
    retries: int = RETRIES,
    spec: Spec | None = None,
    affected: Affected | None = None,
    shard: Shard = ALL,
) -> Session:
    """Everything that a command needs before its first Terraform, checked.

    `spec` is given where it is loaded already; `affected` takes the place of the selection, and may leave no root, as
    a shard may.

    Raises SpecError, UsageError for a name that the spec does not have, StaleError where the rendered tree is
    not what the spec says, TerraformError without a Terraform, AwsError or EmulatorError without an AWS.
    """
    rendered = asked.rendered_directory
    spec = spec or (asked.earlier.spec if asked.earlier else load(asked.spec_directory))
    roots = tuple(each.root for each in affected.roots) if affected else select_roots(spec, asked.selection)
    part = shard.of(root.name for root in roots)
    roots = tuple(root for root in roots if root.name in part)
    if asked.earlier is None:
        refuse_stale(spec, rendered)
    tell_extra_files(rendered, [root for root in roots if not (affected and root.name in affected.removed)])
    state_directory = state_directory_of(os.environ)
    keep_from_git(state_directory)
    binary = find_terraform(asked.terraform_path, state_directory)
    endpoint = start_emulator(state_directory, spec) if asked.use_emulator else None
    environment = aws_environment(os.environ, endpoint)
    require_endpoint(environment)
    return Session(
        spec=spec,
        roots=roots,
        rendered=rendered,
        state_directory=state_directory,
        environment=_with_providers(roots or roots_of(spec), rendered, affected, binary, environment),
        binary=binary,
        bounds=bounds_of(asked),
        endpoint=endpoint,
        key=DigestKey(os.environ.get(KEY_VARIABLE, "")),
        affected=affected,
        selection=asked.selection,
        shard=shard,
        retries=retries,
        commit=asked.commit,
    )


def bounds_of(asked: Asked) -> Bounds:
    """Who says how many jobs there are has looked at the machine's memory; else it is looked at before each root."""
    if asked.jobs:
        return Bounds(asked.jobs, asked.per_account)
    return Bounds(cores(), asked.per_account, has_room)


def _with_providers(
    roots: Sequence[Root],
    rendered: Path,
    affected: Affected | None,
    binary: Binary,
    environment: Mapping[str, str],
) -> dict[str, str]:
    """The environment with the providers of the roots: of one that stays, and of removed ones, which may be others."""
    removed = affected.removed if affected is not None else frozenset()
    lock_files = {root.name: _tree_of(root.name, rendered, affected) / root.path / LOCK_FILE for root in roots}
    staying = [lock_file for name, lock_file in lock_files.items() if name not in removed]
    state_directory = state_directory_of(os.environ)
    ready = with_providers(staying[0], binary, environment, state_directory) if staying else dict(environment)
    others = {_bytes(lock_files[name]): lock_files[name] for name in lock_files.keys() & removed}
    for lock_file in others.values():
        with suppress(RunFailedError):  # told of the root itself, which fails alone
            ready = with_providers(lock_file, binary, environment, state_directory)
    return ready


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _tree_of(root: str, rendered: Path, affected: Affected | None) -> Path:
    """The rendered tree that a root is in: the base's, of one that is removed."""
    base = affected.base_tree if affected is not None and root in affected.removed else None
    return base or rendered


def state_directory_of(environment: Mapping[str, str]) -> Path:
    """Where a project keeps what need not be committed: `.goldsmith`, or GOLDSMITH_STATE_DIR. Absolute."""
    return Path(environment.get("GOLDSMITH_STATE_DIR") or ".goldsmith").absolute()


def data_directory_of(state_directory: Path, root: str, use_emulator: bool) -> Path:
    """What init makes of a root: one for AWS, another for the embedded AWS."""
    return state_directory / "terraform" / ("emulator" if use_emulator else "aws") / root


def keep_from_git(state_directory: Path) -> None:
    """Make the state directory, with a .gitignore of its own that has all in it ignored. Raises TerraformError."""
    try:
        state_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        ignore = state_directory / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="ascii")
    except OSError as error:
        raise TerraformError(
            f"{state_directory}: cannot be written ({error.strerror}); what Terraform installs and its logs are kept "
            "there. Name another folder with GOLDSMITH_STATE_DIR."
        ) from error


def start_emulator(state_directory: Path, spec: Spec) -> Endpoint:
    """The embedded AWS, with what the spec takes for granted: roles, the state bucket, networks."""
    from generator.emulator.landing_zone import prepare
    from generator.emulator.process import ensure_started

    keep_from_git(state_directory)
    endpoint = ensure_started(state_directory / "emulator")
    prepare(endpoint, spec)
    return endpoint


def aws_environment(environment: Mapping[str, str], endpoint: Endpoint | None) -> dict[str, str]:
    """The caller's environment without what would mislead Terraform, and sent to the embedded AWS.

    `endpoint` None is AWS itself, or whatever AWS_ENDPOINT_URL names.
    """
    kept = {name: value for name, value in environment.items() if not name.startswith(_NEVER_INHERITED)}
    if endpoint is not None:
        from generator.emulator.endpoint import redirected

        return redirected(kept, endpoint)
    if kept.get("AWS_ENDPOINT_URL", "").startswith("http://"):
        # Without TLS the bundle is of no use, and the provider fails on one that it cannot add.
        kept.pop("AWS_CA_BUNDLE", None)
    return kept


def select_roots(spec: Spec, selection: Selection) -> tuple[Root, ...]:
    """The roots that a command line asks for. Raises UsageError for unknown names and where none is left."""
    roots = roots_of(spec)
    require_known("environment", selection.environments, spec.environments)
    require_known("account", selection.accounts, spec.organization.accounts)
    require_known("Region", selection.regions, {root.region for root in roots})
    built = {name: {image.name for image in environment.images} for name, environment in spec.environments.items()}
    require_known("image", selection.images, {image for names in built.values() for image in names})
    selected = tuple(
        root
        for root in roots
        if root.environment.name in (selection.environments or spec.environments)
        and root.account.name in (selection.accounts or spec.organization.accounts)
        and (not selection.regions or root.region in selection.regions)
        and (not selection.images or built[root.environment.name] & set(selection.images))
    )
    if not selected:
        raise UsageError(
            "no root is in all of the environments, accounts, Regions and images that were asked for. "
            "Leave one of them out."
        )
    return selected


def require_known(kind: str, asked: Iterable[str], known: Iterable[str]) -> None:
    allowed = list(known) if isinstance(known, Mapping) else sorted(known)
    for name in asked:
        if name not in allowed:
            raise UsageError(
                f"{name}: the spec has no such {kind}; there are {quoted(allowed, 'and')}.{did_you_mean(name, allowed)}"
            )


def tell_extra_files(rendered: Path, roots: Iterable[Root]) -> None:
    """Tell, on standard error, what is planned besides what Goldsmith renders: extra files, and strangers."""
    from generator.render.extra_files import extras_of
    from generator.render.strangers import strangers, told

    named: dict[tuple[str, ...], list[str]] = {}
    for root in roots:
        named.setdefault(tuple(extra.path for extra in extras_of(root)), []).append(root.name)
    for paths, names in named.items():
        if paths:
            more = f" and {len(names) - 3} more roots" if len(names) > 3 else ""
            click.echo(f"{', '.join(names[:3])}{more}: with extra files of the spec: {', '.join(paths)}", err=True)
    folders = tuple(f"{root.path}/" for root in roots)
    for line in told([path for path in strangers({}, rendered) if path.startswith(folders)], rendered):
        click.echo(line, err=True)


def refuse_stale(spec: Spec, rendered: Path) -> None:
    """Raise StaleError unless the rendered tree is what the spec says: what is planned was reviewed."""
    from generator.render.render import render
    from generator.render.writer import compare

    difference = compare(render(spec), rendered)
    if difference:
        paths = (*difference.written, *difference.removed)
        named = ", ".join(paths[:3]) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
        raise StaleError(f"{rendered}: the rendered tree is not what the spec says ({named}). Run: goldsmith render")
