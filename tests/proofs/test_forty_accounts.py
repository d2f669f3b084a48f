"""Forty accounts in three waves behind a canary: all of it, and then nothing."""

from __future__ import annotations

from pathlib import Path

from waves import ENVIRONMENT, planned_fleet

ROOTS = 40


def test_forty_accounts_are_rolled_out_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    with planned_fleet(tmp_path, ROOTS) as fleet:
        first = fleet.goldsmith(*fleet.rollout()[3:])
        record = fleet.ledger.read(fleet.ledger.ids()[0])
        sizes = {wave.name.removeprefix(f"{ENVIRONMENT}/"): len(wave.roots) for wave in record.waves}
        roots = fleet.ledger.roots(record)
        again = fleet.goldsmith("rollout", "run", "--approved", fleet.plan()["digest"], "--planned", "planned.json")
        second = fleet.ledger.roots(fleet.ledger.read(fleet.ledger.ids()[0]))

    assert f"succeeded, {ROOTS} of {ROOTS} roots changed." in first
    assert sizes == {"canaries": 1, "early": 9, "rest": 29, "build": 1}
    assert {root.state for root in roots} == {"verified"}
    assert "succeeded, nothing was to be changed." in again
    assert {(root.state, root.reason) for root in second} == {("verified", "no changes")}
    assert {root.root: root.serial for root in second} == {root.root: root.serial for root in roots}
