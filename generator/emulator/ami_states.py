"""What becomes of an AMI after it was made: deprecated, disabled, enabled again, deregistered with its snapshots.

Done to moto's own objects, for the EC2 API and for Image Builder's lifecycle actions alike. Sources:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ami-deprecate.html,
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/disable-an-ami.html,
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeregisterImage.html
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from generator.emulator.clock import CLOCK

DISABLED = "disabled"
FORMAT = "%Y-%m-%dT%H:%M:%S.000Z"


def deprecate(ami: Any, moment: datetime) -> None:
    """From `moment` on, searches of others no longer find it; EC2 keeps the nearest minute."""
    rounded = (moment + timedelta(seconds=30)).astimezone(UTC).replace(second=0, microsecond=0)
    ami.deprecation_time = rounded.strftime(FORMAT)


def undeprecate(ami: Any) -> None:
    ami.deprecation_time = None


def is_deprecated(ami: Any) -> bool:
    """Whether its time of deprecation has come."""
    text: str = getattr(ami, "deprecation_time", None) or ""
    return bool(text) and datetime.strptime(text, FORMAT).replace(tzinfo=UTC) <= CLOCK.now()


def disable(ami: Any) -> None:
    """It launches nothing, and becomes private: whom it was shared with loses it for good."""
    ami.state = DISABLED
    ami.launch_permissions.clear()


def enable(ami: Any) -> None:
    ami.state = "available"


def launched(ami: Any) -> None:
    """An instance was launched from it now. EC2 tells of that a day later; here it is known at once."""
    ami.last_launched_time = CLOCK.now().strftime(FORMAT)


def last_launched(ami: Any) -> datetime | None:
    text = getattr(ami, "last_launched_time", None)
    return None if text is None else datetime.strptime(text, FORMAT).replace(tzinfo=UTC)


def snapshots_of(ami: Any) -> list[Any]:
    """Its snapshots: those of all its volumes where Image Builder made it, moto's single one otherwise."""
    return list(getattr(ami, "snapshots", None) or [ami.ebs_snapshot])


def deregister(ec2: Any, ami: Any) -> None:
    ec2.deregister_image(ami.id)


def delete_snapshot(ec2: Any, snapshot: Any) -> None:
    """One that is gone already is as good as deleted."""
    ec2.snapshots.pop(snapshot.id, None)
