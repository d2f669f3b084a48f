"""A shard's roots are taken a few at a time, a failure stops its lane at most, and an interrupt comes through once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.rollout.lanes import Lanes
from generator.rollout.shards import divide

ROOTS = [f"prod/a{number}/us-east-1" for number in range(5)]


def lanes(script: str, *, count: int = 1, strict: bool = False, goes_on: Callable[[], bool] = lambda: True) -> Lanes:
    """Each root is a Python that runs the script, with the root as its argument."""
    return Lanes(count, strict, lambda root: [sys.executable, "-c", script, root], goes_on, os.environ)


def test_all_are_taken_though_one_fails(tmp_path: Path) -> None:
    ran = lanes(
        f"import sys; open({str(tmp_path / 'log')!r}, 'a').write(sys.argv[1] + '\\n'); sys.exit('a1' in sys.argv[1])"
    )
    ran.take(ROOTS)
    assert (tmp_path / "log").read_text().splitlines() == ROOTS
    assert ran.failed == [ROOTS[1]]
    assert not ran.waiting


def test_600_roots_are_each_taken_once_by_all_shards_together(tmp_path: Path) -> None:
    roots = [f"prod/team-{account:02}/region-{region:02}" for account in range(40) for region in range(15)]
    shards = divide(roots, 100)
    log = tmp_path / "log"
    for part in shards.parts:
        ran = Lanes(
            shards.at_once, True, lambda root: ["sh", "-c", f'echo "{root}" >> "{log}"'], lambda: True, os.environ
        )
        ran.take(part)
        assert (ran.failed, list(ran.waiting)) == ([], [])
    assert len(shards.parts) * shards.at_once <= 100
    assert sorted(log.read_text().splitlines()) == sorted(roots)


def test_in_a_strict_wave_a_failure_ends_its_lane() -> None:
    ran = lanes("import sys; sys.exit('a1' in sys.argv[1])", strict=True)
    ran.take(ROOTS)
    assert ran.failed == [ROOTS[1]]
    assert list(ran.waiting) == ROOTS[2:]


def test_no_further_root_is_begun_when_its_time_is_over() -> None:
    times = iter([True, True, False])
    ran = lanes("", goes_on=lambda: next(times))
    ran.take(ROOTS)
    assert list(ran.waiting) == ROOTS[2:]
    assert ran.failed == []


def test_never_more_are_under_way_than_there_are_lanes(tmp_path: Path) -> None:
    """Each root waits until another one has begun beside it, and would see a third."""
    script = f"""
import os, sys, time
place = {str(tmp_path)!r}
mine = os.path.join(place, sys.argv[1].replace("/", "-"))
open(mine, "w").close()
seen, end = 0, time.monotonic() + 20
while seen < 2 and time.monotonic() < end:
    seen = max(seen, len(os.listdir(place)))
    time.sleep(0.01)
seen = max(seen, len(os.listdir(place)))
os.remove(mine)
sys.exit(seen > 2)
"""
    ran = lanes(script, count=2)
    ran.take(ROOTS[:4])
    assert ran.failed == []


def test_an_interrupt_reaches_what_is_under_way_and_is_waited_for(tmp_path: Path) -> None:
    script = f"""
import signal, sys, time
def stop(*_):
    open({str(tmp_path / "ended")!r}, "a").write("stopped in good order\\n")
    sys.exit(130)
signal.signal(signal.SIGINT, stop)
open({str(tmp_path / "begun")!r}, "w").close()
signal.pause()
"""

    def interrupt() -> None:
        while not (tmp_path / "begun").exists():
            threading.Event().wait(0.01)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt, daemon=True).start()
    ran = lanes(script)
    with pytest.raises(KeyboardInterrupt):
        ran.take(ROOTS)
    assert (tmp_path / "ended").read_text() == "stopped in good order\n"
    assert list(ran.waiting) == ROOTS[1:]
