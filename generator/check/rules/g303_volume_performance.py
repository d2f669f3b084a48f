"""Throughput or IOPS that a volume cannot have.

What: `throughput` on another type than gp3, `iops` on a type that has none to choose, none on io1 and io2, or more
than the size and the type allow.
Why: plan accepts it. EC2 refuses the volume when the build launches its instance, or when the new image is launched.
Bad:
    volume: {type: gp2, throughput: 250}
Good:
    volume: {type: gp3, throughput: 250}
Source: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G303", "volume-performance", "error", __doc__)
