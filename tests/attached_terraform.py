"""A Terraform for tests that takes a provider which runs already: starting and hashing providers is two thirds of what
a plan or an apply costs. Everything else of it is real: state, locks, plans, calls to the embedded AWS.

Tests take it by the fixture `attached_terraform`, which gives the variables for a `goldsmith` of their own:

    environment = {**redirected(outside, emulator), **attached_terraform}
    subprocess.run([sys.executable, "-m", "generator", "apply"], env=environment)

or by `lend_emulator(state_directory)`, for `goldsmith apply --emulator`. Whoever shows how a provider is installed,
hashed, started or ended, or has a root with two configurations of the provider, goes without it. Whoever has an AWS
beside the worker's own runs a provider for that: `run_provider`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from generator.emulator.endpoint import Endpoint, redirected
from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment
from generator.terraform.running import REATTACH, RunningProvider, locked_executable

LOCK_FILE = Path(__file__).parent.parent / "templates" / "root" / "terraform.lock.hcl.j2"

# A provider serves one Terraform at a time (docs/decisions/0006-running-providers.md), `goldsmith` runs several. The
# lock is that of the open file, so it is released however Terraform ends.
_PROGRAM = """\
#!{python} -IS
import fcntl, os, sys
if sys.argv[1:2] != ["version"]:
    provider = os.open({lock}, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(provider, fcntl.LOCK_EX)
    os.set_inheritable(provider, True)
os.environ.update({variables})
os.execv({terraform}, [{terraform}, *sys.argv[1:]])
"""


@contextmanager
def run_provider(endpoint: Endpoint, state: Path) -> Iterator[Mapping[str, str]]:
    """The variables by which a Terraform takes a provider that calls this embedded AWS, and runs as long as the block.

    Empty where no mirror has the provider of the lock file.
    """
    environment = redirected({**os.environ, **terraform_environment(state)}, endpoint)
    executable = locked_executable(LOCK_FILE, environment, state)
    if executable is None:
        yield {}
        return
    provider = RunningProvider(executable, environment)
    try:
        yield {REATTACH: provider.reattach}
    finally:
        provider.stop()


def attach(running: Mapping[str, str], directory: Path) -> Mapping[str, str]:
    """The variables for a `goldsmith` whose every Terraform takes the provider that runs by these of `run_provider`."""
    if not running:
        return {}
    program = _write_program(directory / "bin" / "terraform", find_terraform(None, directory).path, running)
    # With a configuration that counts as the user's own, `goldsmith plan` keeps no provider of its own beside this one.
    return {"GOLDSMITH_TERRAFORM": str(program), **terraform_environment(directory)}


def _write_program(program: Path, terraform: Path, variables: Mapping[str, str]) -> Path:
    """A program that is `terraform` with these variables."""
    program.parent.mkdir(parents=True)
    program.write_text(
        _PROGRAM.format(
            python=sys.executable,
            lock=json.dumps(str(program.with_name("provider.lock"))),
            variables=json.dumps(dict(variables)),
            terraform=json.dumps(str(terraform)),
        )
    )
    program.chmod(0o700)
    return program
