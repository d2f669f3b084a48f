from __future__ import annotations

import os

import pytest

from generator.terraform.binary import find_terraform
from generator.terraform.mirror import terraform_environment
from generator.verify.fleet import Runner


@pytest.fixture(scope="session")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """The Terraform of this machine, found as commands find it."""
    state = tmp_path_factory.mktemp("state")
    return Runner(str(find_terraform(None, state).path), {**os.environ, **terraform_environment(state)})
