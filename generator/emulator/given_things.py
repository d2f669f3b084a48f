"""What a spec names by name or id and Goldsmith does not make, made in moto's own objects.

Each has the name or id that the spec gives, and is as plain as a thing of its kind can be.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from moto.ec2.models import ec2_backends, elastic_block_store
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ecr.models import ecr_backends
from moto.iam.models import iam_backends

SNAPSHOT_SIZE = 1  # GiB; whatever size a device has, it holds that


def lay_given(wanted: Mapping[str, Any]) -> list[str]:
    """Make what is missing; what was made, in words, and empty text for what is there."""
    makers: Mapping[str, Callable[[Mapping[str, str]], str]] = {
        "key_pairs": _key_pair,
        "policies": _policy,
        "repositories": _repository,
        "snapshots": _snapshot,
    }
    return [make(each) for kind, make in makers.items() for each in wanted.get(kind, ())]


@contextmanager
def next_id(module: ModuleType, maker: str, identifier: str) -> Iterator[None]:
    """Let moto's next object of a kind bear `identifier`; requests wait for their turn meanwhile."""
    original = getattr(module, maker)
    setattr(module, maker, lambda *_: identifier)
    try:
        yield
    finally:
        setattr(module, maker, original)


def _key_pair(wanted: Mapping[str, str]) -> str:
    backend = ec2_backends[wanted["account"]][wanted["region"]]
    if wanted["name"] in backend.key_pairs:
        return ""
    backend.create_key_pair(wanted["name"], "ed25519", {})
    return f"key pair {wanted['name']} in {_place(wanted)}"


def _snapshot(wanted: Mapping[str, str]) -> str:
    """Of a volume that is gone, as most are whose snapshots are kept."""
    backend = ec2_backends[wanted["account"]][wanted["region"]]
    if wanted["id"] in backend.snapshots:
        return ""
    zone = RegionsAndZonesBackend.zones[wanted["region"]][0].name
    volume = backend.create_volume(SNAPSHOT_SIZE, zone)
    with next_id(elastic_block_store, "random_snapshot_id", wanted["id"]):
        backend.create_snapshot(volume.id, "Made by the embedded AWS")
    backend.delete_volume(volume.id)
    return f"{wanted['id']} in {_place(wanted)}"


def _repository(wanted: Mapping[str, str]) -> str:
    """Its tags may move: whether they may is the owner's to decide, and images of all kinds are to reach it."""
    backend = ecr_backends[wanted["account"]][wanted["region"]]
    if wanted["name"] in backend.repositories:
        return ""
    backend.create_repository(
        wanted["name"], None, {"encryptionType": "AES256"}, {"scanOnPush": True}, "MUTABLE", []
    )  # fmt: skip
    return f"repository {wanted['name']} in {_place(wanted)}"


def _policy(wanted: Mapping[str, str]) -> str:
    """It allows what it is for: workflows that call Lambda and Step Functions; a boundary whatever builds need."""
    backend = iam_backends[wanted["account"]][wanted["partition"]]
    arn = f"arn:{wanted['partition']}:iam::{wanted['account']}:policy/{wanted['path']}"
    if arn in backend.managed_policies:
        return ""
    actions = ["lambda:InvokeFunction", "states:DescribeExecution", "states:StartExecution"]
    statement = {"Effect": "Allow", "Action": wanted.get("action") or actions, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    path, _, name = f"/{wanted['path']}".rpartition("/")
    backend.create_policy("Made by the embedded AWS", f"{path}/", document, name, [])
    return arn


def _place(wanted: Mapping[str, str]) -> str:
    return f"account {wanted['account']}, {wanted['region']}"
