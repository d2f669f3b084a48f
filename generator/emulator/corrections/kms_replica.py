"""A replica of a multi-Region key has its own description, and its primary stays the primary.

Why: moto copies the primary key but shares its multi-Region configuration with it, so that describing the
replica turns the primary into a replica too and the next plan fails with "not a multi-Region primary key".
It also copies the description and the aliases, which AWS does not: a replica has those that ReplicateKey
and CreateAlias give it.
Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html (Description; shared
properties)
"""

from __future__ import annotations

import copy
from typing import Any


def apply() -> None:
    from moto.kms.models import KmsBackend, kms_backends
    from moto.kms.responses import KmsResponse

    original_replicate = KmsBackend.replicate_key
    original_answer = KmsResponse.replicate_key

    def replicate_key(self: Any, key_id: str, replica_region: str) -> Any:
        primary = self.keys[key_id]
        replica = original_replicate(self, key_id, replica_region)
        replica.multi_region_configuration = copy.deepcopy(primary.multi_region_configuration)
        replica.multi_region_configuration["MultiRegionKeyType"] = "REPLICA"
        replica.aliases, replica.grants = {}, {}
        replica.rotations = list(primary.rotations)
        replica.description = ""
        return replica

    def answer(self: Any) -> Any:
        body = original_answer(self)
        region, key_id = self._get_param("ReplicaRegion"), self._get_param("KeyId")
        backend = kms_backends[self.current_account][region]
        key = backend.keys[key_id.rsplit("/", 1)[-1]]
        key.description = self._get_param("Description") or ""
        key.policy = self._get_param("Policy") or key.generate_default_policy()
        if self._get_param("Tags"):
            backend.tag_resource(key.id, self._get_param("Tags"))
        return body

    KmsBackend.replicate_key = replicate_key
    KmsResponse.replicate_key = answer
