"""The durable journal: states come in their order, any machine reads them, and what is damaged is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.errors import JournalError, UsageError
from generator.rollout.journal import Actor
from generator.rollout.leases import HeldError
from generator.rollout.ledger import Ledger
from generator.rollout.record import NEXT, RootRecord, RootState, WaveOfRoots, from_text, moved, pending, to_text
from generator.rollout.store import ConflictError, DirectoryStore
from tests.rollout.clocks import StillClock

ADA, HOPPER = Actor("ada", "https://ci.example.com/7"), Actor("grace")
ROOT, BUILD = "prod/web/us-east-1", "prod/build/us-east-1"
WAVES = (WaveOfRoots("prod/targets", (ROOT,)), WaveOfRoots("prod/build", (BUILD,)))


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def ledger(tmp_path: Path, clock: StillClock) -> Ledger:
    return Ledger(DirectoryStore(tmp_path), ADA, clock)


def test_a_rollout_is_read_as_it_was_begun(ledger: Ledger, tmp_path: Path, clock: StillClock) -> None:
    begun, _ = ledger.begin(["prod"], WAVES, approved="a" * 64, commit="c" * 40)
    other = Ledger(DirectoryStore(tmp_path), HOPPER, clock)
    read = other.read(begun.id)
    assert read == begun
    assert begun.id.startswith("20260301-120000-")
    assert (read.roots, read.state, read.actor) == ((ROOT, BUILD), "running", ADA)
    assert [record.state for record in other.roots(read)] == ["pending", "pending"]
    assert {lease.root for lease in other.held(read)} == {ROOT, BUILD}


def test_a_root_comes_from_state_to_state(ledger: Ledger, clock: StillClock) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    ledger.bring(begun.id, ROOT, "planned", digest="d" * 64)
    assert ledger.bring(begun.id, ROOT, "approved").started is None, "its turn is still to come"
    clock.advance(hours=5)
    started = clock.now
    ledger.bring(begun.id, ROOT, "applying")
    clock.advance(seconds=30)
    ledger.bring(begun.id, ROOT, "applied", seconds=28.5, serial=3, lineage="9f0c")
    assert ledger.roots(begun)[0] == RootRecord(
        *(ROOT, "applied", ADA, clock.now, "d" * 64, started, clock.now),
        *(28.5, 3, "9f0c", "", "", True),
    )


def test_a_root_with_nothing_to_do_at_its_turn_took_no_time_before_it(ledger: Ledger, clock: StillClock) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    for state in ("planned", "approved"):
        ledger.bring(begun.id, ROOT, state)  # type: ignore[arg-type]
    clock.advance(hours=5)
    ledger.bring(begun.id, ROOT, "planned")
    done = ledger.bring(begun.id, ROOT, "applied")
    assert done.started == done.ended == clock.now


def test_a_root_that_failed_is_planned_afresh(ledger: Ledger, clock: StillClock) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    ledger.bring(begun.id, ROOT, "failed", reason="plan failed", cause="x")
    clock.advance(hours=1)
    planned = ledger.bring(begun.id, ROOT, "planned")
    assert (planned.reason, planned.cause, planned.started, planned.ended) == ("", "", clock.now, None)


def test_no_state_is_jumped_to(ledger: Ledger) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    for state in ("applying", "applied", "verified", "pending"):
        with pytest.raises(JournalError, match=f"{ROOT}: is pending in the journal, so it cannot become {state}"):
            ledger.bring(begun.id, ROOT, state)  # type: ignore[arg-type]


@given(st.lists(st.sampled_from(sorted(NEXT)), max_size=12))
def test_what_was_applied_was_planned_and_nothing_leaves_a_good_end(steps: list[RootState]) -> None:
    clock = StillClock()
    record = pending(ROOT, ADA, clock.now)
    reached = [record.state]
    for step in steps:
        clock.advance(seconds=1)
        try:
            record = moved(record, step, ADA, clock.now)
        except JournalError:
            continue
        reached.append(record.state)
        assert from_text(RootRecord, to_text(record), "here") == record
        assert (record.ended is None) == (step in {"planned", "approved", "applying"})
    if "applied" in reached:
        assert "planned" in reached[: reached.index("applied")]
        assert set(reached[reached.index("applied") + 1 :]) <= {
            "verified",
            "failed",
            "planned",
            "approved",
            "applying",
            "applied",
            "skipped",
        }
    assert "verified" not in reached[:-1]


def test_of_two_writers_of_a_root_one_is_refused(tmp_path: Path, clock: StillClock) -> None:
    class Overtaken(DirectoryStore):
        def replace(self, key: str, text: str, etag: str) -> str:
            Ledger(DirectoryStore(tmp_path), HOPPER, clock).bring(begun.id, ROOT, "skipped")
            return super().replace(key, text, etag)

    begun, _ = Ledger(DirectoryStore(tmp_path), ADA, clock).begin(["prod"], WAVES)
    with pytest.raises(ConflictError):
        Ledger(Overtaken(tmp_path), ADA, clock).bring(begun.id, ROOT, "planned")


def test_a_second_rollout_of_a_root_leaves_nothing(ledger: Ledger, tmp_path: Path, clock: StillClock) -> None:
    begun, leases = ledger.begin(["prod"], WAVES)
    second = Ledger(DirectoryStore(tmp_path), HOPPER, clock)
    with pytest.raises(HeldError, match=f"for rollout {begun.id}"):
        second.begin(["prod"], [WaveOfRoots("prod/build", (BUILD, "prod/more/us-east-1"))])
    assert second.ids() == [begun.id]
    leases.release()
    second.begin(["prod"], WAVES)


def test_an_end_stays(ledger: Ledger) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    ledger.end(begun.id, "succeeded")
    with pytest.raises(JournalError, match=f"{begun.id}: has succeeded, so it cannot become aborted"):
        ledger.abort(begun.id, "no")


def test_an_abort_is_stronger_than_the_end_that_follows(ledger: Ledger, tmp_path: Path, clock: StillClock) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    Ledger(DirectoryStore(tmp_path), HOPPER, clock).abort(begun.id, "wrong image")
    ended = ledger.end(begun.id, "failed", "skipped")
    assert (ended.state, ended.reason, ended.ended_by) == ("aborted", "wrong image", HOPPER)
    with pytest.raises(JournalError, match="was aborted, so it cannot become aborted"):
        ledger.abort(begun.id, "again")


def test_a_change_of_a_rollout_that_meets_another_is_made_again(tmp_path: Path, clock: StillClock) -> None:
    class Overtaken(DirectoryStore):
        times = 1

        def replace(self, key: str, text: str, etag: str) -> str:
            if self.times:
                self.times -= 1
                Ledger(DirectoryStore(tmp_path), HOPPER, clock).abort(begun.id, "wrong image")
            return super().replace(key, text, etag)

    begun, _ = Ledger(DirectoryStore(tmp_path), ADA, clock).begin(["prod"], WAVES)
    assert Ledger(Overtaken(tmp_path), ADA, clock).end(begun.id, "succeeded").state == "aborted"


def test_rollouts_are_found_by_the_beginning_of_their_id(ledger: Ledger, clock: StillClock) -> None:
    with pytest.raises(UsageError, match="there is no rollout in"):
        ledger.find(None)
    first, leases = ledger.begin(["prod"], WAVES)
    leases.release()
    clock.advance(days=1)
    second, _ = ledger.begin(["prod"], WAVES)
    assert ledger.ids() == [second.id, first.id]
    assert (ledger.find(None), ledger.find("20260301")) == (second.id, first.id)
    with pytest.raises(UsageError, match=f"202603: so begin 2 rollouts, {first.id} to {second.id}"):
        ledger.find("202603")
    with pytest.raises(UsageError, match="1999: there is no such rollout"):
        ledger.find("1999")


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda text: text[: len(text) // 2], "is damaged, as it is no JSON"),
        (lambda text: "", "is damaged, as it is no JSON"),
        (lambda text: "[]", "is a record of version None"),
        (
            lambda text: text.replace('"version": 1', '"version": 2'),
            "is a record of version 2; this Goldsmith reads version 1",
        ),
        (lambda text: text.replace('"running"', '"resting"'), "is damaged at state"),
        (lambda text: text.replace("12:00:00Z", "12:00:00"), "is damaged at started"),
        (lambda text: json.dumps({**json.loads(text), "more": 1}), "is damaged at more"),
    ],
)
def test_a_record_that_is_damaged_is_told(ledger: Ledger, tmp_path: Path, damage: object, message: str) -> None:
    begun, _ = ledger.begin(["prod"], WAVES)
    path = tmp_path / "rollouts" / begun.id / "rollout.json"
    path.write_text(damage(path.read_text()))  # type: ignore[operator]
    with pytest.raises(JournalError, match=f"rollout.json: {message}"):
        ledger.read(begun.id)


def test_a_record_that_is_gone_is_told(ledger: Ledger) -> None:
    with pytest.raises(JournalError, match=r"rollouts/x/rollout\.json: is not there any more"):
        ledger.read("x")


def test_one_that_failed_is_taken_up_again_with_its_roots_held(tmp_path: Path) -> None:
    clock = StillClock()
    ledger = Ledger(DirectoryStore(tmp_path), Actor("ada"), clock)
    begun, leases = ledger.begin(["prod"], [WaveOfRoots("prod/build", ("prod/build/us-east-1",))])
    ledger.end(begun.id, "failed", "interrupted")
    with pytest.raises(HeldError):
        ledger.resume(begun.id)
    leases.release()
    record, again = ledger.resume(begun.id)
    assert (record.state, record.reason, record.ended) == ("running", "", None)
    again.require("prod/build/us-east-1")


def test_one_whose_run_died_goes_on_and_one_that_was_aborted_does_not(tmp_path: Path) -> None:
    ledger = Ledger(DirectoryStore(tmp_path), Actor("ada"), StillClock())
    begun, leases = ledger.begin(["prod"], [WaveOfRoots("prod/build", ("prod/build/us-east-1",))])
    leases.release()
    record, leases = ledger.resume(begun.id)
    assert record.state == "running"
    leases.release()
    ledger.abort(begun.id, "")
    with pytest.raises(JournalError, match="was aborted, so it cannot become running"):
        ledger.resume(begun.id)
    assert ledger.held(record) == []
