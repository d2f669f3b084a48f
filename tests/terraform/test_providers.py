"""Providers on a machine without a mirror."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.terraform.binary import Binary
from generator.terraform.failures import RunFailedError
from generator.terraform.lock_file import LockedProvider
from generator.terraform.mirror import cli_configuration, find_mirrors, platform_directory
from generator.terraform.providers import download, with_providers

SOURCE = "example.invalid/acme/thing"


@pytest.fixture
def lock_file(tmp_path: Path) -> Path:
    path = tmp_path / ".terraform.lock.hcl"
    path.write_text(f'provider "{SOURCE}" {{\n  version     = "1.2.3"\n  constraints = "1.2.3"\n}}\n')
    return path


def test_what_one_init_installs_is_the_mirror_of_all_roots(
    tmp_path: Path, binary: Binary, environment: dict[str, str], lock_file: Path
) -> None:
    package = tmp_path / "away" / SOURCE / "1.2.3" / platform_directory()
    package.mkdir(parents=True)
    (package / "terraform-provider-thing_v1.2.3").touch(mode=0o755)
    away = tmp_path / "terraformrc"
    away.write_text(cli_configuration({SOURCE: tmp_path / "away"}))
    state = tmp_path / "state"
    lock_file.write_text(lock_file.read_text().replace("}", f'  hashes = ["{_hash_of(package)}"]\n}}'))
    download(
        {SOURCE: LockedProvider("1.2.3", frozenset())},
        lock_file,
        binary,
        {**environment, "TF_CLI_CONFIG_FILE": str(away)},
        state,
    )
    home = {"HOME": str(tmp_path)}
    assert find_mirrors(home, state, tmp_path / "opt") == {SOURCE: state / "terraform" / "providers"}
    assert not list((state / "terraform").glob(".providers-*"))


def test_no_provider_and_no_registry_is_an_error_with_the_next_step(
    tmp_path: Path, binary: Binary, environment: dict[str, str], lock_file: Path
) -> None:
    bare = {**environment, "HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    with pytest.raises(RunFailedError, match="set GOLDSMITH_PROVIDER_MIRROR to a folder"):
        with_providers(lock_file, binary, bare, tmp_path / "state")
    assert not list((tmp_path / "state" / "terraform").glob(".providers-*"))


def _hash_of(package: Path) -> str:
    """Terraform's `h1:` of a package: sha256 over a sorted list of its files' sha256."""
    import base64
    import hashlib

    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in sorted(package.iterdir())]
    return "h1:" + base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()
