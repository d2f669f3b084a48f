"""Records that something else wrote over: what still goes, and how the runbook mends the rest."""

from __future__ import annotations

from typing import Any

import pytest
from aws_clients import client_for

from generator.emulator.endpoint import Endpoint
from generator.errors import JournalError
from generator.rollout.journal import Actor
from generator.rollout.leases import key_of
from generator.rollout.ledger import Ledger
from generator.rollout.record import RolloutRecord, WaveOfRoots
from generator.rollout.s3_store import S3Store

BUCKET, ACCOUNT = "rollouts-that-are-damaged", "740000000023"
WEB, DATA = "prod/web/us-east-1", "prod/data/us-east-1"


@pytest.fixture(scope="module")
def s3(emulator: Endpoint) -> Any:
    client = client_for(emulator, "s3", ACCOUNT)
    client.create_bucket(Bucket=BUCKET)
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


@pytest.fixture
def ledger(s3: Any, request: pytest.FixtureRequest) -> Ledger:
    return Ledger(S3Store(s3, BUCKET, request.node.name), Actor("ada"))


def begun(ledger: Ledger, root: str) -> RolloutRecord:
    record, leases = ledger.begin(["prod"], [WaveOfRoots("prod/targets", (root,))])
    leases.release()
    return record


def damage(s3: Any, ledger: Ledger, key: str) -> str:
    """Write over a record. Returns its key in the bucket."""
    prefix = ledger.store.place.removeprefix(f"s3://{BUCKET}/")
    s3.put_object(Bucket=BUCKET, Key=f"{prefix}/{key}", Body=b'{"version": 1,')
    return f"{prefix}/{key}"


def put_back(s3: Any, key: str) -> None:
    """As the runbook has it: the version before the newest."""
    versions = s3.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]
    before = next(each["VersionId"] for each in versions if not each["IsLatest"])
    s3.copy_object(Bucket=BUCKET, Key=key, CopySource=f"{BUCKET}/{key}?versionId={before}")


def test_a_record_whose_version_before_is_put_back_goes_on(s3: Any, ledger: Ledger) -> None:
    record = begun(ledger, WEB)
    for state in ("planned", "applying", "applied"):
        ledger.bring(record.id, WEB, state)
    damaged = damage(s3, ledger, f"rollouts/{record.id}/roots/{WEB}.json")
    with pytest.raises(JournalError, match="is damaged, as it is no JSON"):
        ledger.roots(record)
    put_back(s3, damaged)
    assert [root.state for root in ledger.roots(record)] == ["applied"]
    assert ledger.bring(record.id, WEB, "verified").state == "verified"


def test_a_rollout_with_a_damaged_root_can_still_be_aborted(s3: Any, ledger: Ledger) -> None:
    record = begun(ledger, WEB)
    damage(s3, ledger, f"rollouts/{record.id}/roots/{WEB}.json")
    assert ledger.abort(record.id, "damaged").state == "aborted"
    assert begun(ledger, WEB).state == "running"


def test_a_damaged_lease_keeps_its_root_back_and_no_other_until_it_is_gone(s3: Any, ledger: Ledger) -> None:
    begun(ledger, WEB)
    damaged = damage(s3, ledger, key_of(WEB))
    with pytest.raises(JournalError, match="is damaged, as it is no JSON"):
        begun(ledger, WEB)
    assert begun(ledger, DATA).state == "running"
    s3.delete_object(Bucket=BUCKET, Key=damaged)
    assert begun(ledger, WEB).state == "running"
