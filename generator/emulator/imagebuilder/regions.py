"""The Regions of AWS, as EC2 has them: botocore's data names none for Image Builder."""

from __future__ import annotations

from functools import cache


@cache
def ec2_regions() -> tuple[str, ...]:
    """Every Region of every partition."""
    from botocore.loaders import Loader

    return tuple(
        region
        for partition in _partitions(Loader())
        for region in partition["services"].get("ec2", {}).get("endpoints", {})
        if region in partition["regions"]
    )


@cache
def is_region(region: str, partition: str) -> bool:
    from moto.utilities.utils import get_partition

    return region in ec2_regions() and get_partition(region) == partition


def _partitions(loader: object) -> list[dict[str, dict[str, dict[str, object]]]]:
    return loader.load_data("endpoints")["partitions"]  # type: ignore[attr-defined, no-any-return]
