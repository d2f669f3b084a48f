from __future__ import annotations

from generator.emulator.endpoint import Endpoint
from tests.conftest import client_for

ACCOUNT, REGION = "720000000031", "eu-central-1"


def owners(endpoint: Endpoint, *wanted: str) -> set[str]:
    found = client_for(endpoint, "ec2", ACCOUNT, REGION).describe_snapshots(OwnerIds=list(wanted))
    return {snapshot["OwnerId"] for snapshot in found["Snapshots"]}


def test_moto_shows_the_snapshots_of_others(plain_moto: Endpoint) -> None:
    assert owners(plain_moto, "self") - {ACCOUNT}


def test_who_asks_for_its_own_snapshots_is_shown_those_alone(emulator: Endpoint) -> None:
    ec2 = client_for(emulator, "ec2", ACCOUNT, REGION)
    volume = ec2.create_volume(Size=1, AvailabilityZone=f"{REGION}a")["VolumeId"]
    ec2.create_snapshot(VolumeId=volume)
    assert owners(emulator, "self") == {ACCOUNT}
    assert owners(emulator, ACCOUNT) == {ACCOUNT}
    amazon = owners(emulator, "amazon")
    assert amazon
    assert ACCOUNT not in amazon
