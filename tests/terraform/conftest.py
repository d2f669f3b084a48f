"""Roots without a provider: a run takes a tenth of a second, and all that Terraform does about it is real."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.terraform.binary import Binary, find_terraform
from generator.terraform.mirror import terraform_environment
from generator.terraform.root import RootDirectory

HARMLESS = 'resource "terraform_data" "thing" {\n  input = "thing"\n}\n'

RootFactory = Callable[..., RootDirectory]


@pytest.fixture(scope="session")
def state_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def binary(state_directory: Path) -> Binary:
    return find_terraform(None, state_directory)


@pytest.fixture(scope="session")
def environment(state_directory: Path) -> dict[str, str]:
    return {**os.environ, **terraform_environment(state_directory)}


@pytest.fixture
def new_root(tmp_path: Path) -> RootFactory:
    """`new_root(name, configuration)`: a root with local state in a directory of the test's own."""

    def new(name: str = "dev/one/us-east-1", configuration: str = HARMLESS) -> RootDirectory:
        directory = tmp_path / "rendered" / name
        directory.mkdir(parents=True)
        (directory / "main.tf").write_text(configuration)
        return RootDirectory(name, directory, tmp_path / "data" / name, tmp_path / "logs" / f"{name}.log")

    return new
