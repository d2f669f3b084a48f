"""DescribeFastLaunchImages: the AMIs for which fast launch is on.

Why: moto does not have the operation, so that nobody could see what Image Builder enabled.
Source: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeFastLaunchImages.html
Not there: filters other than by AMI id, and pages.
"""

from __future__ import annotations

from typing import Any


def apply() -> None:
    from moto.core.responses import ActionResult
    from moto.ec2.responses import EC2Response

    def describe_fast_launch_images(self: Any) -> Any:
        wanted = self._get_param("ImageIds", [])
        self.error_on_dryrun()
        found = [
            ami.fast_launch
            for ami in self.ec2_backend.amis.values()
            if getattr(ami, "fast_launch", None) and (not wanted or ami.id in wanted)
        ]
        return ActionResult({"FastLaunchImages": found})

    EC2Response.describe_fast_launch_images = describe_fast_launch_images
