"""DescribeSnapshots shows whose snapshots were asked for.

Why: moto does not read the owners, so that whoever asks for their own snapshots is shown those of all public AMIs.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html (OwnerIds.N)
"""

from __future__ import annotations

from typing import Any


def apply() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.responses.elastic_block_store import ElasticBlockStore

    original = ElasticBlockStore.describe_snapshots

    def describe_snapshots(self: Any) -> ActionResult:
        answer: ActionResult = original(self)
        wanted = {self.current_account if owner == "self" else owner for owner in self._get_param("OwnerIds", [])}
        if not wanted:
            return answer
        amis = self.ec2_backend.amis
        return ActionResult(
            {"Snapshots": [each for each in answer.result["Snapshots"] if _owners(each, amis) & wanted]}
        )

    ElasticBlockStore.describe_snapshots = describe_snapshots


def _owners(snapshot: Any, amis: Any) -> set[str]:
    """The account, and `amazon` where the snapshot is of an AMI of Amazon's."""
    ami = amis.get(snapshot.from_ami)
    return {snapshot.owner_id, *({ami.owner_alias} if ami is not None and ami.owner_alias else set())}
