"""What an apply records of its roots, and where that keeps it from applying any."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from generator.commands.recording import Recording, StoppedError, waves_of
from generator.rollout.journal import Actor
from generator.rollout.leases import LostError
from generator.rollout.ledger import Ledger
from generator.rollout.record import RootState, WaveOfRoots
from generator.rollout.store import DirectoryStore
from generator.terraform.fleet import Outcome
from tests.rollout.clocks import StillClock

WEB, DATA, BUILD = "prod/web/us-east-1", "prod/data/us-east-1", "prod/build/us-east-1"


def root(environment: str, name: str, kind: str) -> Any:
    return SimpleNamespace(environment=SimpleNamespace(name=environment), name=name, kind=kind, state_key=name)


class Apply:
    """A recorded apply of three roots, without Terraform."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = StillClock()
        self.ledger = Ledger(DirectoryStore(folder), Actor("ada"), self.clock)
        self.session: Any = SimpleNamespace(
            roots=[root("prod", BUILD, "build"), root("prod", WEB, "target"), root("prod", DATA, "target")]
        )
        self.record, self.leases = self.ledger.begin(["prod"], waves_of(self.session))
        self.recording = Recording(self.session, self.ledger, self.record, self.leases)

    @property
    def roots(self) -> dict[str, tuple[RootState, str]]:
        return {each.root: (each.state, each.reason) for each in self.ledger.roots(self.record)}


@pytest.fixture
def apply(tmp_path: Path) -> Apply:
    return Apply(tmp_path / "rollouts")


def test_targets_are_a_wave_before_their_build_root(apply: Apply) -> None:
    assert apply.record.waves == (WaveOfRoots("prod/targets", (WEB, DATA)), WaveOfRoots("prod/build", (BUILD,)))


def test_after_an_abort_no_root_is_begun(apply: Apply) -> None:
    apply.recording.bring(WEB, "planned")
    apply.ledger.abort(apply.record.id, "wrong image")
    with pytest.raises(StoppedError) as stopped:
        apply.recording.applies(WEB)
    outcomes: list[Outcome[Any]] = [Outcome(name, "skipped", message=str(stopped.value)) for name in (WEB, DATA, BUILD)]
    apply.recording.end(outcomes)
    assert apply.roots == dict.fromkeys((WEB, DATA, BUILD), ("skipped", "the rollout was aborted"))
    assert apply.ledger.read(apply.record.id).reason == "wrong image"


def test_without_its_lease_no_root_is_applied(apply: Apply) -> None:
    apply.recording.bring(WEB, "planned")
    apply.clock.advance(hours=1)
    Ledger(DirectoryStore(apply.folder), Actor("grace"), apply.clock).begin(["prod"], [WaveOfRoots("prod/web", (WEB,))])
    apply.leases.renew()
    with pytest.raises(LostError, match="held by grace"):
        apply.recording.applies(WEB)
    apply.recording.failed(WEB)
    assert apply.roots[WEB] == ("failed", "not held any more")


def test_an_end_tells_what_was_not_done(apply: Apply) -> None:
    apply.recording.bring(WEB, "planned")
    apply.recording.bring(WEB, "applying")
    apply.recording.failed(WEB, 3.0)
    apply.recording.failed(DATA)
    apply.recording.end(
        [
            Outcome(WEB, "failed"),
            Outcome(DATA, "failed"),
            Outcome(BUILD, "skipped", message=f"{BUILD}: not started; {WEB} did not get done."),
        ]
    )
    assert apply.roots == {
        WEB: ("failed", "apply failed"),
        DATA: ("failed", "plan failed"),
        BUILD: ("skipped", f"{WEB} did not get done"),
    }
    ended = apply.ledger.read(apply.record.id)
    assert (ended.state, ended.reason) == ("failed", "3 of 3 roots not done")


def test_a_failure_that_cannot_be_recorded_is_told(apply: Apply, capsys: pytest.CaptureFixture[str]) -> None:
    apply.folder.rename(apply.folder.with_name("away"))
    apply.recording.failed(WEB)
    assert f"{WEB}: failed, which is not on record: " in capsys.readouterr().err
