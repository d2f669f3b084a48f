"""A bucket of states that takes nothing any more in the middle of an apply."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rollouts import Fleet, until

from generator.emulator.process import call


def test_a_state_that_was_refused_is_kept_named_and_pushed(
    fleet: Callable[..., Fleet], faults: Callable[..., None]
) -> None:
    team = fleet(1)
    [root] = team.roots
    process = team.started(*team.run_words(team.plan()))

    def refuse() -> None:
        """Once the apply has its lock, which is the second one after that of the plan."""
        written = f"PUT /{team.bucket}/{root}/terraform.tfstate.tflock"
        before = 1  # of the plan for the review
        until(lambda: team.emulator_log.read_text().count(written) >= before + 2 or process.poll() is not None)
        faults("unavailable", service="s3", operation="PutObject", next=1000)

    striking = threading.Thread(target=refuse)
    striking.start()
    ended = team.ended(process)
    striking.join()
    assert ended.returncode == 1
    kept = team.project.top / ".goldsmith" / "terraform" / "aws" / f"{root}.errored.tfstate"
    assert f"all that is known of what was made is in {kept}." in ended.stderr
    assert kept.is_file()
    assert team.root_records()[root].reason == "apply failed"
    assert f"{root}/terraform.tfstate" not in team.objects()

    call(team.emulator, "faults", {}, "DELETE")
    resumed = team.said("rollout", "resume")
    assert resumed.returncode == 0, resumed.stderr
    assert not kept.exists()
    team.assert_done_once()
    again = team.said(*team.run_words(team.plan()))
    assert "succeeded, nothing was to be changed." in again.stdout, again.stderr
    team.assert_done_once()
