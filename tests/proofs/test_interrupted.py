"""Ctrl-C and SIGTERM in the middle of a wave: each Terraform stops in good order, and the record is true."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from rollouts import RESOURCES, Fleet, until


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_in_the_middle_of_a_wave_leaves_a_true_record(
    fleet: Callable[..., Fleet], number: signal.Signals
) -> None:
    team = fleet(4, max_concurrent=2, mode="soft")
    process = team.started(*team.run_words(team.plan()), "--jobs", "2")
    until(lambda: bool(team.created()) or process.poll() is not None)
    os.killpg(process.pid, number)
    assert team.ended(process).returncode == 130
    assert team.locks() == []
    assert team.record().state == "failed"
    assert team.record().reason == "interrupted"
    assert team.ledger.held(team.record()) == []
    states, resources = team.states(), team.in_states()
    assert {root for root, state in states.items() if state == "applied"} <= {
        root for root, count in resources.items() if count == RESOURCES
    }
    assert "applying" not in states.values(), states
    assert team.has_role() <= {root for root, count in resources.items() if count}  # what AWS has is in a state

    resumed = team.said("rollout", "resume")
    if resumed.returncode:  # one was applied in part: what is left to do has to be reviewed
        assert "was approved, and its plan is" in resumed.stderr, resumed.stderr
        resumed = team.said(*team.run_words(team.plan()))
    assert resumed.returncode == 0, resumed.stderr
    assert team.has_role() == {*team.roots}
    assert team.locks() == []
    assert team.in_states() == dict.fromkeys(team.roots, RESOURCES)
