"""A target account that lets nobody in any more after the review."""

from __future__ import annotations

import json
from collections.abc import Callable

from rollouts import Fleet

DENIED = "team-01"
ROOT = f"prod/{DENIED}/us-east-1"


def deny(team: Fleet, role: str) -> dict[str, str]:
    """Have the account trust nobody; returns what has it as it was."""
    iam = team.client("iam", DENIED)
    trust = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    nobody = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "sts:AssumeRole"}]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(nobody))
    return {"RoleName": role, "PolicyDocument": json.dumps(trust)}


def test_within_tolerance_it_is_told_and_skipped_and_all_others_are_done(fleet: Callable[..., Fleet]) -> None:
    team = fleet(3, waves=[{"accounts": ["team-00", DENIED]}], failure_tolerance=1, mode="soft")
    words = team.run_words(team.plan())
    as_before = deny(team, "GoldsmithApply")
    ended = team.said(*words)
    assert ended.returncode == 1, ended.stderr
    assert "Cannot assume IAM Role" in ended.stderr
    assert "must exist in the account and trust whoever runs this" in ended.stderr
    assert f"{ROOT}: failed within what may fail; all others are done." in ended.stderr
    records = team.root_records()
    assert {name: record.state for name, record in records.items()} == {
        **dict.fromkeys(team.roots, "applied"),
        ROOT: "failed",
    }
    assert records[ROOT].reason == "plan failed"
    team.client("iam", DENIED).update_assume_role_policy(**as_before)
    resumed = team.said("rollout", "resume")
    assert resumed.returncode == 0, resumed.stderr
    team.assert_done_once()


def test_beyond_tolerance_the_rollout_stops_before_the_next_wave(fleet: Callable[..., Fleet]) -> None:
    team = fleet(3, waves=[{"accounts": ["team-00", DENIED]}], mode="soft")
    words = team.run_words(team.plan())
    as_before = deny(team, "GoldsmithApply")
    ended = team.said(*words)
    assert ended.returncode == 1, ended.stderr
    assert "1 of 2 roots failed, and 0 may, so no further wave begins." in ended.stderr
    assert team.states() == {
        "prod/team-00/us-east-1": "applied",
        ROOT: "failed",
        "prod/team-02/us-east-1": "skipped",
    }
    assert team.locks() == []
    team.client("iam", DENIED).update_assume_role_policy(**as_before)
    resumed = team.said("rollout", "resume")
    assert resumed.returncode == 0, resumed.stderr
    team.assert_done_once()


def test_a_denial_while_all_are_planned_begins_nothing(fleet: Callable[..., Fleet]) -> None:
    team = fleet(2, mode="soft")
    digest = team.plan()
    deny(team, "GoldsmithPlan")
    chosen = [word for name in team.accounts for word in ("--account", name)]
    ended = team.said("rollout", "run", "prod", *chosen, "--approved", digest)
    assert ended.returncode == 1
    assert "Cannot assume IAM Role" in ended.stderr
    assert f"{ROOT}: cannot be planned, as is told above. Nothing was applied." in ended.stderr
    assert team.ledger.ids() == []
    assert not team.created()
