"""A rollout whose whole process group is killed again and again comes to its end, with everything done once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable

from rollouts import RESOURCES, Fleet

KILLS = 20
SEED = 20261125
REQUESTS = 50  # of a run that has two roots under way: somewhere among these it is killed


def killed_after(fleet: Fleet, process: subprocess.Popen[str], requests: int) -> bool:
    """Kill its group once AWS has seen so many more requests; whether it lived so long."""
    seen = fleet.requests()
    while process.poll() is None and fleet.requests() < seen + requests:
        time.sleep(0.02)
    if process.poll() is not None:
        return False
    os.killpg(process.pid, signal.SIGKILL)
    return True


def finished(fleet: Fleet) -> set[str]:
    """The roots that are on record as applied."""
    return {root for root, state in fleet.states().items() if state == "applied"} if fleet.ledger.ids() else set()


def test_a_rollout_that_is_killed_twenty_times_does_everything_once(fleet: Callable[..., Fleet]) -> None:
    dice = random.Random(SEED)  # noqa: S311 (to be repeated, not to be secret)
    team = fleet(8, max_concurrent=2, mode="soft")
    words = team.run_words(team.plan())
    kills, behind = 0, set[str]()
    process = team.started(*words, "--jobs", "2")
    while True:
        alive = killed_after(team, process, dice.randrange(REQUESTS)) if kills < KILLS else False
        ended = team.ended(process)
        if not alive:
            break
        kills += 1
        before, behind = behind, finished(team)
        assert before <= behind, "what was done once is done after every kill"
        if not team.ledger.ids():  # nothing was begun yet
            process = team.started(*words, "--jobs", "2")
        else:
            process = team.started("rollout", "resume", "--jobs", "2")
    assert (ended.returncode, kills) == (0, KILLS)
    assert "succeeded, 8 of 8 roots changed." in ended.stdout
    assert len(team.ledger.ids()) == 1
    team.assert_done_once()
    assert team.in_states() == dict.fromkeys(team.roots, RESOURCES)
    records, lines = team.root_records(), team.journal()
    approved = {root: record.digest for root, record in records.items()}
    done = [line for line in lines if line["state"] in ("applied", "unchanged")]
    assert {line["root"] for line in done} == {*team.roots}
    applied = [line["root"] for line in done if line["state"] == "applied"]
    assert sorted(applied) == sorted({*applied})
    assert all(line["digest"] == approved[line["root"]] for line in done if line["state"] == "applied")
    assert all(record.serial is not None and record.lineage for record in records.values())
    assert len({*approved.values()}) == len(team.roots)
