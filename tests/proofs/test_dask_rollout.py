"""A rollout on a Dask cluster with real Terraform leaves the journal of a local one, also where a worker dies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from dask_cluster import running_cluster
from rollouts import Fleet

from generator.rollout.leases import read_lease
from generator.rollout.work import folder_of
from tests.rollout.same_journal import journal_of


def test_its_journal_is_that_of_a_local_rollout_also_where_a_worker_dies(fleet: Callable[..., Fleet]) -> None:
    team = fleet(3, mode="soft")
    words = team.run_words(team.plan())
    assert team.said(*words).returncode == 0
    local = journal_of(team.ledger, team.record().id)
    assert local["state"] == "succeeded"
    accounts = [word for name in team.accounts for word in ("--account", name)]
    assert team.said("destroy", "prod", *accounts, "--confirm", "prod").returncode == 0
    with running_cluster(team.variables, team.project.top) as scheduler:
        coordinator = team.started(*words, "--engine", "dask", "--scheduler", scheduler)
        os.kill(_worker_at_work(team), signal.SIGKILL)
        ended = team.ended(coordinator)
    assert ended.returncode == 0
    assert journal_of(team.ledger, team.record().id) == local
    assert team.locks() == []
    assert team.created_roles() == dict.fromkeys(team.accounts, 2), "once by each rollout"


def _worker_at_work(team: Fleet, seconds: float = 300) -> int:
    """The process of the cluster that has started the first `run-one` to begin to apply."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        applying = [root for root, state in team.states().items() if state == "applying"]
        id = team.record().id
        lease = read_lease(team.ledger.store, applying[0], folder_of(id)) if applying else None
        if lease is not None and lease.released is None:
            stat = Path(f"/proc/{lease.pid}/stat").read_text()
            return int(stat.rpartition(")")[2].split()[1])
        time.sleep(0.05)
    raise AssertionError("no root is applied")
