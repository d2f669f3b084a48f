"""A Terraform for tests that takes a provider which runs already: starting and hashing providers is two thirds of what
a plan or an apply costs. Everything else of it is real: state, locks, plans, calls to the embedded AWS.

Tests take it by the fixture `attached_terraform`, which gives the variables for a `goldsmith` of their own:

    environment = {**redirected(outside, emulator), **attached_terraform}
    subprocess.run([sys.executable, "-m", "generator", "apply"], env=environment)

or by `lend_emulator(state_directory)`, for `goldsmith apply --emulator`. Whoever shows how a provider is installed,
hashed, started or ended, or has a root with two configurations of the provider, goes without it. So does whoever has an
embedded AWS beside the worker's own, which is where this provider calls.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

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


def write_attached_terraform(directory: Path, terraform: Path, attach: Mapping[str, str]) -> Path:
    """A program that is `terraform` with the variables `attach`, by which it takes a running provider."""
    program = directory / "bin" / "terraform"
    program.parent.mkdir()
    program.write_text(
        _PROGRAM.format(
            python=sys.executable,
            lock=json.dumps(str(program.with_name("provider.lock"))),
            variables=json.dumps(dict(attach)),
            terraform=json.dumps(str(terraform)),
        )
    )
    program.chmod(0o700)
    return program
