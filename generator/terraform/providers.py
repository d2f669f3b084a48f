"""Download the providers of a lock file once for all roots, where the machine has no mirror of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from generator.terraform.adapter import FLAG, Invocation, run
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.failures import RunFailedError
from generator.terraform.lock_file import LockedProvider, locked_providers
from generator.terraform.log import RunLog
from generator.terraform.mirror import (
    cli_configuration,
    downloaded_mirror,
    find_mirrors,
    own_configuration,
    platform_directory,
    terraform_environment,
    user_configuration,
)

DOWNLOAD_SECONDS = 1800.0


def with_providers(
    lock_file: Path, binary: Binary, environment: Mapping[str, str], state_directory: Path
) -> dict[str, str]:
    """The environment with which every root finds the providers of `lock_file` on this machine.

    Inits beside each other must not share a cache that they write to, and a copy for each root is 700 MB: one
    init downloads, and what it made is a mirror that is only read. Raises RunFailedError when that fails.
    """
    ready = {**environment, **terraform_environment(state_directory, environment)}
    if user_configuration(environment) is not None or not lock_file.is_file():
        return ready
    locked = locked_providers(lock_file)
    mirrors, ours = find_mirrors(environment, state_directory), downloaded_mirror(state_directory)
    # Mirrors of others are theirs to fill; of ours, an earlier lock file has had another version.
    had = [source for source in locked if mirrors.get(source, ours) != ours or _has(ours, source, locked[source])]
    if len(had) == len(locked):
        return ready
    download(locked, lock_file, binary, ready, state_directory)
    return {**environment, **terraform_environment(state_directory, environment)}


def _has(mirror: Path, source: str, provider: LockedProvider) -> bool:
    return (mirror / source / provider.version / platform_directory()).is_dir()


def download(
    locked: Mapping[str, LockedProvider],
    lock_file: Path,
    binary: Binary,
    environment: Mapping[str, str],
    state_directory: Path,
) -> None:
    """Have Terraform install the locked providers into a mirror of ours, beside others. Raises RunFailedError."""
    mirror = downloaded_mirror(state_directory)
    mirror.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = RunLog(state_directory / "logs" / "providers.log")
    with TemporaryDirectory(prefix=".providers-", dir=mirror.parent) as name:
        root = Path(name, "root")
        root.mkdir()
        (root / "main.tf.json").write_text(json.dumps(_requirements(locked)), encoding="utf-8")
        shutil.copyfile(lock_file, root / lock_file.name)
        variables = {**environment, "TF_DATA_DIR": str(Path(name, "data"))}
        if variables.get("TF_CLI_CONFIG_FILE") == str(own_configuration(state_directory)):
            # Ours has Terraform look into the mirror alone, for what is in there in another version.
            mirrors = find_mirrors(environment, state_directory)
            others = {source: place for source, place in mirrors.items() if place != mirror}
            (root / "terraformrc").write_text(cli_configuration(others), encoding="utf-8")
            variables["TF_CLI_CONFIG_FILE"] = str(root / "terraformrc")
        invocation = Invocation(binary, root, variables, log, Cancellation(), seconds=DOWNLOAD_SECONDS)
        result = run(invocation, "init", input=False, json=FLAG, backend=False, lockfile="readonly")
        log.close()
        if result.exit_code != 0:
            raise RunFailedError("providers", result, log.path)
        _move_in(Path(name, "data", "providers"), mirror)


def _move_in(made: Path, mirror: Path) -> None:
    """Move packages into the mirror, each at once: another command never sees half a provider."""
    for package in made.glob(f"*/*/*/*/{platform_directory()}"):
        place = mirror / package.relative_to(made)
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not place.exists():
            package.rename(place)


def _requirements(locked: Mapping[str, LockedProvider]) -> dict[str, object]:
    """A root that needs nothing but the providers."""
    providers = {
        f"p{number}": {"source": source, "version": locked[source].version}
        for number, source in enumerate(sorted(locked))
    }
    return {"terraform": {"required_providers": providers}}
