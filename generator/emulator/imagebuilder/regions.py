"""The Regions of AWS, as EC2 has them: botocore's data names none for Image Builder."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def ec2_regions() -> tuple[str, ...]:
    """Every Region of every partition."""
    from botocore.loaders import Loader

    loader: Any = Loader()
    return tuple(
        region
        for partition in loader.load_data("endpoints")["partitions"]
        for region in partition["services"].get("ec2", {}).get("endpoints", {})
        if region in partition["regions"]
    )


@cache
def is_region(region: str, partition: str) -> bool:
    from moto.utilities.utils import get_partition

    return region in ec2_regions() and get_partition(region) == partition
