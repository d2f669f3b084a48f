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


def package_away(directory: Path, version: str) -> Path:
    """An unpacked provider in a mirror that stands for its registry; returns the package."""
    package = directory / "away" / SOURCE / version / platform_directory()
    package.mkdir(parents=True)
    (package / f"terraform-provider-thing_v{version}").touch(mode=0o755)
    (directory / "terraformrc").write_text(cli_configuration({SOURCE: directory / "away"}))
    return package


def lock(lock_file: Path, version: str, package: Path) -> None:
    hashes = f'  hashes = ["{_hash_of(package)}"]\n'
    lock_file.write_text(f'provider "{SOURCE}" {{\n  version = "{version}"\n{hashes}}}\n')


def test_what_one_init_installs_is_the_mirror_of_all_roots(
    tmp_path: Path, binary: Binary, environment: dict[str, str], lock_file: Path
) -> None:
    """A provider of another version, for another lock file, comes beside it."""
    state = tmp_path / "state"
    for version in ("1.2.3", "1.3.0"):
        lock(lock_file, version, package_away(tmp_path, version))
        locked = {SOURCE: LockedProvider(version, frozenset())}
        away = {**environment, "TF_CLI_CONFIG_FILE": str(tmp_path / "terraformrc")}
        download(locked, lock_file, binary, away, state)
    home = {"HOME": str(tmp_path)}
    mirror = state / "terraform" / "providers"
    assert find_mirrors(home, state, tmp_path / "opt") == {SOURCE: mirror}
    assert sorted(path.name for path in (mirror / SOURCE).iterdir()) == ["1.2.3", "1.3.0"]
    assert not list((state / "terraform").glob(".providers-*"))


def test_a_version_that_our_mirror_lacks_is_not_looked_for_in_it(
    tmp_path: Path, binary: Binary, environment: dict[str, str], lock_file: Path
) -> None:
    """What a Goldsmith of before downloaded does not stand in for what the lock file says now."""
    state = tmp_path / "state"
    earlier = state / "terraform" / "providers" / SOURCE / "1.0.0" / platform_directory()
    earlier.mkdir(parents=True)
    bare = {**environment, "HOME": str(tmp_path), "TF_CLI_CONFIG_FILE": str(tmp_path / "missing")}
    with pytest.raises(RunFailedError, match=r"example\.invalid"):
        with_providers(lock_file, binary, bare, state)
    lock_file.write_text(lock_file.read_text().replace("1.2.3", "1.0.0"))
    ready = with_providers(lock_file, binary, bare, state)
    assert ready["TF_CLI_CONFIG_FILE"] == str(state / "terraform" / "terraformrc")


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
