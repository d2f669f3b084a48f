"""What a recipe holds besides its base, its components and its root volume. Part of the model."""

from __future__ import annotations

from dataclasses import dataclass

Regional = tuple[tuple[str, str], ...]  # Region -> id, sorted


@dataclass(frozen=True)
class Device:
    """A block device besides the root volume.

    A volume where `size` or one of the snapshots is set; else an instance store (`virtual_name`), or a device of
    the base image that the image is to be without (`is_removed`).
    """

    name: str  # /dev/sdf
    size: int | None = None  # GiB; None: that of the snapshot
    type: str = "gp3"
    encrypted: bool = True
    iops: int | None = None
    throughput: int | None = None  # MiB/s
    snapshot: str | None = None  # in every Region that builds
    snapshots: Regional = ()  # instead of `snapshot`: one for each Region
    delete_on_termination: bool = True
    virtual_name: str | None = None  # ephemeral0
    is_removed: bool = False

    @property
    def is_volume(self) -> bool:
        return self.virtual_name is None and not self.is_removed

    def snapshot_in(self, region: str) -> str | None:
        return self.snapshot or dict(self.snapshots).get(region)


@dataclass(frozen=True)
class InstanceSettings:
    """What a recipe says of the instances that build and test. As it stands: what Image Builder does by itself."""

    working_directory: str | None = None
    user_data: str | None = None  # text; AWS takes it in base64
    uninstall_agent: bool | None = None  # the SSM Agent; None: where Image Builder installed it
