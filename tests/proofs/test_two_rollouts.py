"""Two rollouts of the same roots that begin together: one runs, the other says who holds what."""

from __future__ import annotations

from collections.abc import Callable

from rollouts import Fleet


def test_of_two_rollouts_one_runs_and_the_other_says_who_holds_what(fleet: Callable[..., Fleet]) -> None:
    team = fleet(2, mode="soft")
    words = team.run_words(team.plan())
    both = [team.started(*words) for _ in range(2)]
    said = [process.communicate(timeout=600) for process in both]
    codes = [process.returncode for process in both]
    assert sorted(codes) == [0, 1], said
    refused = said[codes.index(1)][1]
    winner = team.record()
    for root in team.roots[:1]:
        assert f"{root}: held by " in refused
    assert f"for rollout {winner.id}, taken " in refused
    assert f"goldsmith rollout unlock {winner.id} --confirm" in refused
    assert len(team.ledger.ids()) == 1
    team.assert_done_once()
