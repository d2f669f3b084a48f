"""Terraform's own locks, which a dead run left: named with owner and age, removed on request alone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generator.cli import run
from generator.commands.state_locks import wait_for_state
from generator.emulator.endpoint import Endpoint, redirected
from generator.errors import AwsError, JournalError
from generator.rollout.journal import Actor
from generator.rollout.ledger import Ledger
from generator.rollout.record import WaveOfRoots
from generator.rollout.state_locks import StateLocks
from generator.rollout.store import DirectoryStore
from generator.terraform.adapter import CancelledError
from generator.terraform.living import living, mark_of
from tests.conftest import AwsFactory

BUCKET = "rollout-locks-states"
WEB, DATA, BUILD = "prod/web/us-east-1", "prod/data/us-east-1", "prod/build/us-east-1"
WAVES = (WaveOfRoots("prod/targets", (WEB, DATA)), WaveOfRoots("prod/build", (BUILD,)))
Output = pytest.CaptureFixture[str]


def text_of(number: int, hours: int) -> bytes:
    created = (datetime.now(UTC) - timedelta(hours=hours, minutes=5)).isoformat().replace("+00:00", "Z")
    facts = {"ID": f"lock-{number}", "Operation": "OperationTypeApply", "Who": "ada@ci-7", "Version": "1.11.4"}
    return json.dumps({**facts, "Created": created}).encode()


@pytest.fixture
def s3(emulator: Endpoint, aws: AwsFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOLDSMITH_ROLLOUTS", "rollouts")
    monkeypatch.setenv("GOLDSMITH_STATE_DIR", str(tmp_path / "state"))
    for name, value in redirected({}, emulator).items():
        monkeypatch.setenv(name, value)
    client = aws("s3")
    client.create_bucket(Bucket=BUCKET)
    for root in (WEB, DATA, BUILD):
        client.delete_object(Bucket=BUCKET, Key=key_of(root))
    return client


@pytest.fixture
def rollout() -> str:
    """One whose run has died while it applied, and holds nothing any more. Its id."""
    ledger = Ledger(DirectoryStore(Path("rollouts")), Actor("ada"))
    begun, leases = ledger.begin(["prod"], WAVES, state_bucket=BUCKET, state_region="us-east-1")
    for root in (WEB, DATA):
        ledger.bring(begun.id, root, "planned", digest="d" * 64)
        ledger.bring(begun.id, root, "applying")
    ledger.bring(begun.id, WEB, "applied")
    leases.release()
    return begun.id


def key_of(root: str) -> str:
    return f"{root}/terraform.tfstate.tflock"


def locked(s3: Any) -> list[str]:
    return [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_lock_is_told_and_removed_when_that_is_confirmed(s3: Any, rollout: str, capsys: Output) -> None:
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(1, hours=3))
    words = f"{DATA}: its state is locked by ada@ci-7 3 h ago (apply, Terraform 1.11.4, lock lock-1)"
    assert run(["rollout", "status"]) == 0
    assert words in capsys.readouterr().err
    assert run(["rollout", "status", "--json"]) == 0
    [shown] = json.loads(capsys.readouterr().out)["rollouts"]
    assert [(lock["root"], lock["lock"]["who"]) for lock in shown["locks"]] == [(DATA, "ada@ci-7")]
    assert run(["rollout", "unlock", rollout]) == 64
    assert words in capsys.readouterr().err
    assert locked(s3) == [key_of(DATA)]
    assert run(["rollout", "unlock", rollout, "--confirm"]) == 0
    assert f"{rollout}: 0 roots are free, 1 lock of Terraform's removed." in capsys.readouterr().err
    assert locked(s3) == []
    assert run(["rollout", "unlock", rollout, "--confirm"]) == 0
    assert f"{rollout}: holds no root, and none of its states is locked." in capsys.readouterr().err


def test_a_lock_stays_while_a_terraform_of_its_root_lives_here(s3: Any, rollout: str, capsys: Output) -> None:
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(2, hours=0))
    mark = mark_of(Path("state", "terraform", "aws", DATA))
    with living(mark) as descriptors:
        terraform = subprocess.Popen(["/bin/cat"], stdin=subprocess.PIPE, pass_fds=descriptors)
    try:
        assert run(["rollout", "unlock", rollout, "--confirm"]) == 1
    finally:
        terraform.communicate()
    assert f"{DATA}: a Terraform of it runs on this machine" in capsys.readouterr().err
    assert locked(s3) == [key_of(DATA)]


def test_a_lock_stays_in_a_root_that_another_rollout_holds(s3: Any, rollout: str, capsys: Output) -> None:
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(3, hours=0))
    other, _ = Ledger(DirectoryStore(Path("rollouts")), Actor("bob")).begin(["prod"], WAVES)
    assert run(["rollout", "unlock", rollout, "--confirm"]) == 1
    assert f"for rollout {other.id}" in capsys.readouterr().err
    assert locked(s3) == [key_of(DATA)]


class Waiting:
    """Stands in for a Terraform: what it tells, and what happens while it waits."""

    def __init__(self, meanwhile: Callable[[], object], stopped: bool = False) -> None:
        self.told: list[str] = []
        self.root, self.retries = SimpleNamespace(name=DATA), SimpleNamespace(tell=self.told.append)
        self.cancellation = SimpleNamespace(wait=lambda _seconds: bool(meanwhile()) or stopped)
        self.wait_for_outliving = lambda: None


def waited(terraform: Waiting) -> list[str]:
    organization = SimpleNamespace(state=SimpleNamespace(bucket=BUCKET, region="us-east-1"))
    session: Any = SimpleNamespace(spec=SimpleNamespace(organization=organization), environment=os.environ)
    wait_for_state(session, terraform)  # type: ignore[arg-type]
    return terraform.told


def test_a_lock_of_another_machine_is_waited_for_and_told_once(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(6, hours=0))
    looks = iter([lambda: None, lambda: s3.delete_object(Bucket=BUCKET, Key=key_of(DATA)) and None])
    told = waited(Waiting(lambda: next(looks)()))
    lock = "locked by ada@ci-7 5 min ago (apply, Terraform 1.11.4, lock lock-6)"
    assert told == [f"{DATA}: its state is {lock}; waits for up to 10 min"]
    assert waited(Waiting(pytest.fail)) == []


def test_a_lock_of_another_machine_is_not_waited_for_for_ever(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(7, hours=0))
    with pytest.raises(CancelledError, match="the command was interrupted"):
        waited(Waiting(lambda: None, stopped=True))
    monkeypatch.setattr("generator.commands.state_locks.PATIENCE", timedelta())
    assert waited(Waiting(pytest.fail)) == []


def test_a_lock_of_this_machine_is_not_waited_for_where_no_terraform_lives(s3: Any) -> None:
    ours = text_of(8, hours=0).replace(b"ada@ci-7", f"ada@{socket.gethostname()}".encode())
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=ours)
    assert waited(Waiting(pytest.fail)) == []


def test_a_lock_that_became_another_one_is_not_removed(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(4, hours=3))
    locks = StateLocks(s3, BUCKET)
    [found] = locks.of([WEB, DATA])
    s3.put_object(Bucket=BUCKET, Key=key_of(DATA), Body=text_of(5, hours=0))
    with pytest.raises(JournalError, match="its state's lock is another by now"):
        locks.remove(found)
    assert locked(s3) == [key_of(DATA)]


def test_where_the_bucket_cannot_be_read_the_rest_is_told(s3: Any, capsys: Output) -> None:
    ledger = Ledger(DirectoryStore(Path("rollouts")), Actor("ada"))
    begun, _ = ledger.begin(["prod"], WAVES, state_bucket="no-such-bucket-of-states", state_region="us-east-1")
    ledger.bring(begun.id, WEB, "planned", digest="d" * 64)
    assert run(["rollout", "status"]) == 0
    output, told = capsys.readouterr()
    assert output.startswith(begun.id)
    assert "Whether Terraform has its own locks is not known: s3://no-such-bucket-of-states/" in told
    with pytest.raises(AwsError) as refused:
        StateLocks(s3, "no-such-bucket-of-states").read(WEB)
    assert isinstance(refused.value.__cause__, ClientError)
