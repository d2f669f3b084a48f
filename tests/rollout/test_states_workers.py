"""The state machine of a rollout with real workers: its builds are processes of Goldsmith, on the embedded AWS.

Terraform is stood in for; tests/proofs/test_state_machine_rollout.py has it itself.
"""

from __future__ import annotations

from pathlib import Path

from generator.emulator.endpoint import Endpoint
from tests.rollout.stepped import BUILD, DATA, WEB, stood_in_fleet

ROLLOUT = "rollout: {canaries: {accounts: [web-prod]}, gates: [], mode: soft, failure_tolerance: 1}\n"


def test_it_leaves_the_journal_that_a_local_rollout_leaves(tmp_path: Path, emulator: Endpoint) -> None:
    """One root fails, which is tolerated: all that a journal tells of."""
    stepped, terraform = stood_in_fleet(tmp_path / "stepped", emulator, "rollouts-stepped", ROLLOUT)
    local, other = stood_in_fleet(tmp_path / "local", emulator, "rollouts-local", ROLLOUT)
    for each in (terraform, other):
        each.mark("fails", DATA)
    execution, builds = stepped.by_state_machine()
    run = local.commands.run("rollout", "run", "--approved", local.digest, "--planned", "planned.json")
    assert run.returncode == 1
    assert execution.states[-1] == "Stopped", builds.failed
    assert [terraform.count("applied", root) for root in (WEB, DATA, BUILD)] == [1, 0, 1]
    assert {root["state"] for root in stepped.newest()["roots"]} == {"applied", "failed"}
    assert stepped.newest() == local.newest()
