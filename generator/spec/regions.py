"""Which Regions AWS has, from botocore's data (the file alone: botocore itself is not loaded)."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files


@cache
def regions_of(partition: str) -> frozenset[str]:
    """The Regions of a partition, without its pseudo Region for global endpoints (aws-global)."""
    partitions = json.loads(files("botocore").joinpath("data", "partitions.json").read_bytes())["partitions"]
    return frozenset(
        region
        for each in partitions
        if each["id"] == partition
        for region in each["regions"]
        if not region.endswith("-global")
    )
