"""AMIs are deprecated, disabled and deregistered as in EC2.

Why: moto lacks EnableImageDeprecation and DisableImageDeprecation; its DisableImage keeps launch permissions, and
what is disabled is still listed and launched; DeregisterImage leaves the snapshots that it was told to delete.
Sources: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableImageDeprecation.html,
API_DisableImage.html, API_DeregisterImage.html and API_DescribeImages.html there (IncludeDeprecated, IncludeDisabled).
Not there: the Recycle Bin, and protection from deregistration.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from generator.emulator import ami_states
from generator.emulator.clock import CLOCK

LONGEST = timedelta(days=3653)  # 10 years from now
LONGEST_PUBLIC = timedelta(days=731)  # 2 years from its creation


def apply() -> None:
    _answer_deprecation()
    _hide_from_searches()
    _delete_snapshots()
    _lose_permissions()
    _watch_launches()


def _answer_deprecation() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.responses import EC2Response

    def enable_image_deprecation(self: Any) -> Any:
        ami = _own(self.ec2_backend, self._get_param("ImageId"))
        moment = _moment(ami, self._get_param("DeprecateAt"))
        self.error_on_dryrun()
        ami_states.deprecate(ami, moment)
        return ActionResult({"Return": True})

    def disable_image_deprecation(self: Any) -> Any:
        ami = _own(self.ec2_backend, self._get_param("ImageId"))
        self.error_on_dryrun()
        ami_states.undeprecate(ami)
        return ActionResult({"Return": True})

    EC2Response.enable_image_deprecation = enable_image_deprecation
    EC2Response.disable_image_deprecation = disable_image_deprecation


def _moment(ami: Any, given: Any) -> datetime:
    from moto.ec2.exceptions import EC2ClientError

    moment = given if isinstance(given, datetime) else datetime.fromisoformat(str(given))
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    created = ami.creation_date
    created = created if getattr(created, "tzinfo", None) else created.replace(tzinfo=UTC)
    latest = created + LONGEST_PUBLIC if ami.is_public else CLOCK.now() + LONGEST
    if not CLOCK.now() - timedelta(minutes=1) <= moment <= latest:
        raise EC2ClientError(
            "InvalidParameterValue",
            f"The deprecation time {moment.strftime(ami_states.FORMAT)} must not be in the past, nor after "
            f"{latest.strftime(ami_states.FORMAT)}. It is {CLOCK.now().strftime(ami_states.FORMAT)}.",
        )
    return moment


def _own(backend: Any, ami_id: str) -> Any:
    """An AMI of the caller. Raises what EC2 says of one that is not there, or is another account's."""
    from moto.ec2.exceptions import EC2ClientError, InvalidAMIIdError

    if ami_id in backend.amis:
        ami = backend.amis[ami_id]
        if ami.owner_id == backend.account_id:
            return ami
        raise EC2ClientError("AuthFailure", f"Not authorized for image:{ami_id}")
    raise InvalidAMIIdError(ami_id)


def _hide_from_searches() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.responses import EC2Response

    original = EC2Response.describe_images

    def describe_images(self: Any) -> Any:
        wanted = self._get_param("ImageIds", [])
        with_deprecated = bool(self._get_param("IncludeDeprecated")) or bool(wanted)
        with_disabled = bool(self._get_param("IncludeDisabled"))
        answer = original(self)
        shown = [
            ami
            for ami in answer.result["Images"]
            if (with_disabled or ami.state != ami_states.DISABLED)
            and (with_deprecated or ami.owner_id == self.current_account or not ami_states.is_deprecated(ami))
        ]
        return ActionResult({"Images": shown})

    EC2Response.describe_images = describe_images


def _delete_snapshots() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.responses import EC2Response

    original = EC2Response.deregister_image

    def deregister_image(self: Any) -> Any:
        backend = self.ec2_backend
        ami = backend.amis.get(self._get_param("ImageId"))
        answer = original(self)
        if ami is None or not self._get_param("DeleteAssociatedSnapshots"):
            return answer
        results = [_deleted(backend, snapshot) for snapshot in ami_states.snapshots_of(ami)]
        return ActionResult({"Return": True, "DeleteSnapshotResults": results})

    EC2Response.deregister_image = deregister_image


def _deleted(backend: Any, snapshot: Any) -> dict[str, str]:
    """DeleteSnapshotReturnCode of the model; a snapshot that another AMI stands on is kept."""
    shared = any(snapshot in ami_states.snapshots_of(ami) for ami in backend.amis.values())
    if not shared:
        ami_states.delete_snapshot(backend, snapshot)
    return {"SnapshotId": snapshot.id, "ReturnCode": "skipped" if shared else "success"}


def _lose_permissions() -> None:
    from moto.ec2.models.amis import AmiBackend

    original = AmiBackend.disable_image

    def disable_image(self: Any, ami_id: str) -> None:
        original(self, ami_id)
        ami_states.disable(self.amis[ami_id])

    AmiBackend.disable_image = disable_image


def _watch_launches() -> None:
    from moto.ec2.exceptions import EC2ClientError
    from moto.ec2.models.instances import InstanceBackend

    original = InstanceBackend.run_instances

    def run_instances(self: Any, image_id: str, *arguments: Any, **named: Any) -> Any:
        ami_id = image_id or _of_template(self, named.get("launch_template"))
        ami = _of_any_account(self, ami_id)
        if ami is not None and ami.state == ami_states.DISABLED:
            raise EC2ClientError("InvalidAMIID.Unavailable", f"The image ID '{ami_id}' is no longer available")
        reservation = original(self, image_id, *arguments, **named)
        if ami is not None:
            ami_states.launched(ami)
        return reservation

    InstanceBackend.run_instances = run_instances


def _of_template(backend: Any, template: Any) -> str:
    return str(backend._get_template_from_args(template).data.get("ImageId", "")) if template else ""


def _of_any_account(backend: Any, ami_id: str) -> Any | None:
    """The AMI as its owner has it, so that the owner sees that it was launched."""
    from moto.ec2.models import ec2_backends

    if ami_id in backend.amis:
        return backend.amis[ami_id]
    for account_id, regions in list(ec2_backends.items()):
        if account_id != backend.account_id and backend.region_name in regions.keys():  # noqa: SIM118 (`in` makes one)
            ami = regions[backend.region_name].amis.get(ami_id)
            if ami is not None:
                return ami
    return None
