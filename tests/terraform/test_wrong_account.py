"""A root never works in another account than its own, whatever the credentials lead to."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generator.emulator.endpoint import Endpoint, redirected
from generator.emulator.process import CALL_SECONDS
from generator.terraform.binary import Binary
from generator.terraform.cancellation import Cancellation
from generator.terraform.failures import RunFailedError
from generator.terraform.mirror import terraform_environment
from generator.terraform.root import opened

from .conftest import RootFactory

ASKED_FOR = "717100000001"
REACHED = "123456789012"
CONFIGURATION = f"""
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = "5.100.0"
    }}
  }}
}}

provider "aws" {{
  allowed_account_ids = ["{ASKED_FOR}"]
  region              = "us-east-1"
}}

resource "aws_ssm_parameter" "here" {{
  name  = "/wrong-account"
  type  = "String"
  value = "x"
}}
"""


def test_another_account_is_refused_before_anything_is_made(
    emulator: Endpoint, aws: Callable[..., Any], new_root: RootFactory, binary: Binary, state_directory: Path
) -> None:
    variables = redirected(os.environ, emulator)
    variables |= terraform_environment(state_directory, variables)
    with (
        opened(new_root(configuration=CONFIGURATION), binary, variables, Cancellation(), seconds=CALL_SECONDS) as run,
        pytest.raises(RunFailedError) as refused,
        run.planned(),
    ):
        pass
    message = str(refused.value)
    assert f"lead to account {REACHED}" in message
    assert "dev/one/us-east-1" in message
    assert aws("ssm", REACHED).describe_parameters()["Parameters"] == []
