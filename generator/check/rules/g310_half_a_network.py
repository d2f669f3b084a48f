"""A subnet without security groups, or the other way round.

What: `build` has one of `subnet` and `security_groups`.
Why: plan accepts it. Image Builder takes a subnet with its security groups; what instances would get of half of it
shows in the build, not before.
Bad:
    build: {account: images, region: us-east-1, subnet: subnet-0123456789abcdef0}
Good:
    build:
      account: images
      region: us-east-1
      subnet: subnet-0123456789abcdef0
      security_groups: [sg-0123456789abcdef0]
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateInfrastructureConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G310", "half-a-network", "error", __doc__)
