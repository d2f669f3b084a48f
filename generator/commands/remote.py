"""The build accounts, asked for what they have under the versions of a spec."""

from __future__ import annotations

import os

from generator.aws import AccountClients
from generator.commands.session import aws_environment, start_emulator, state_directory_of
from generator.remote.versions import Answers, ask
from generator.spec.model import Spec
from generator.terraform.endpoint import require_endpoint


def ask_accounts(spec: Spec, use_emulator: bool) -> Answers:
    """What all build accounts say. Raises AwsError where no endpoint answers at all, EmulatorError without one."""
    endpoint = start_emulator(state_directory_of(os.environ), spec) if use_emulator else None
    environment = aws_environment(os.environ, endpoint)
    require_endpoint(environment)
    return ask(spec, AccountClients(spec.organization, spec.organization.roles.plan, environment))
