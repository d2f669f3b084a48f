"""An AMI that is shared with an account can be seen and copied by it, and by nobody else but its owner.

Why: moto keeps AMIs by account and looks nowhere else, so that launch permissions have no effect: the
receiver of a shared AMI is told InvalidAMIID.NotFound. In AWS it sees the AMI, without the owner's tags,
may launch and copy it, and may not change it.
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
Not judged: sharing with an organization or a unit of one, and access to the snapshots and keys behind the
AMI.
"""

from __future__ import annotations

import copy
from typing import Any


def apply() -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.amis import AmiBackend

    original_describe = AmiBackend.describe_images

    def describe_images(self: Any, *arguments: Any, **named: Any) -> Any:
        own = self.amis
        self.amis = {**shared_with(self), **own}
        try:
            return original_describe(self, *arguments, **named)
        finally:
            self.amis = own

    def for_owner_only(name: str) -> None:
        original = getattr(AmiBackend, name)

        def method(self: Any, ami_id: str, *arguments: Any, **named: Any) -> Any:
            if ami_id not in self.amis:
                describe_images(self, ami_ids=[ami_id])  # raises InvalidAMIID.NotFound when it is not shared
                raise EC2ClientError("AuthFailure", f"Not authorized for image:{ami_id}")
            return original(self, ami_id, *arguments, **named)

        setattr(AmiBackend, name, method)

    AmiBackend.describe_images = describe_images
    for name in ("modify_image_attribute", "describe_image_attribute"):
        for_owner_only(name)


def shared_with(backend: Any) -> dict[str, Any]:
    """The AMIs of other accounts that the account of an EC2 backend may use, as that account sees them."""
    from moto.ec2.models import ec2_backends

    return {
        ami.id: _as_seen_by(backend, ami)
        for account_id, regions in list(ec2_backends.items())
        if account_id != backend.account_id and backend.region_name in regions.keys()  # noqa: SIM118 (`in` makes one)
        for ami in regions[backend.region_name].amis.values()
        if ami.owner_alias is None and _is_shared(ami, backend.account_id)
    }


def _is_shared(ami: Any, account_id: str) -> bool:
    return ami.is_public or any(permission.get("UserId") == account_id for permission in ami.launch_permissions)


def _as_seen_by(backend: Any, ami: Any) -> Any:
    """The same AMI under the receiver's own tags."""
    seen = copy.copy(ami)
    seen.ec2_backend = backend
    return seen
