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
    downloaded_mirror,
    find_mirrors,
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
    if locked.keys() <= find_mirrors(environment, state_directory).keys():
        return ready
    download(locked, lock_file, binary, ready, state_directory)
    return {**environment, **terraform_environment(state_directory, environment)}


def download(
    locked: Mapping[str, LockedProvider],
    lock_file: Path,
    binary: Binary,
    environment: Mapping[str, str],
    state_directory: Path,
) -> None:
    """Have Terraform install the locked providers into a mirror of ours. Raises RunFailedError."""
    mirror = downloaded_mirror(state_directory)
    mirror.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    log = RunLog(state_directory / "logs" / "providers.log")
    with TemporaryDirectory(prefix=".providers-", dir=mirror.parent) as name:
        root = Path(name, "root")
        root.mkdir()
        (root / "main.tf.json").write_text(json.dumps(_requirements(locked)), encoding="utf-8")
        shutil.copyfile(lock_file, root / lock_file.name)
        data = {"TF_DATA_DIR": str(Path(name, "data"))}
        invocation = Invocation(binary, root, {**environment, **data}, log, Cancellation(), seconds=DOWNLOAD_SECONDS)
        result = run(invocation, "init", input=False, json=FLAG, backend=False, lockfile="readonly")
        log.close()
        if result.exit_code != 0:
            raise RunFailedError("providers", result, log.path)
        shutil.rmtree(mirror, ignore_errors=True)
        # At once: another command never sees half a provider.
        Path(name, "data", "providers").rename(mirror)


def _requirements(locked: Mapping[str, LockedProvider]) -> dict[str, object]:
    """A root that needs nothing but the providers."""
    providers = {
        f"p{number}": {"source": source, "version": locked[source].version}
        for number, source in enumerate(sorted(locked))
    }
    return {"terraform": {"required_providers": providers}}
