"""A rollout on a day on which AWS throttles, and does not answer at all for a while. Its journal is in a bucket too."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rollouts import Fleet, until

from generator.emulator.process import call

OUTAGE_SECONDS = 5
SHARE = 0.2


def test_throttling_and_an_outage_are_survived(fleet: Callable[..., Fleet], faults: Callable[..., None]) -> None:
    team = fleet(4, max_concurrent=2, mode="soft")
    digest = team.plan()
    speed = call(team.emulator, "clock", {})["speed"]
    faults("throttle", share=SHARE, seed=7)
    words = team.run_words(digest, "--rollouts", f"s3://{team.bucket}/journal", "--jobs", "2")
    process = team.started(*words)
    outage = threading.Thread(
        target=lambda: (
            until(lambda: team.created() or process.poll() is not None)
            and faults("outage", seconds=OUTAGE_SECONDS * speed)
        )
    )
    outage.start()
    ended = team.ended(process)
    outage.join()
    assert ended.returncode == 0
    assert "succeeded, 4 of 4 roots changed" in ended.stdout
    call(team.emulator, "faults", {}, "DELETE")
    status = team.said("rollout", "status", "--rollouts", f"s3://{team.bucket}/journal")
    assert status.stdout.count(" applied ") == 4, status.stdout
    assert "held by" not in status.stderr
    assert team.locks() == []
    assert set(team.created_roles().values()) == {1}
