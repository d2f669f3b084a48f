"""More copies at once than EC2 makes.

What: more than 50 AMIs of an environment may be copied into one account and Region at the same time.
Why: EC2 copies 50 at once into an account and Region. The distribution of a build that finds no room fails.
Bad:
    images: [...]  # 51 of them, all weekly
Good:
    images: [...]  # some with a schedule of their own
Source: https://docs.aws.amazon.com/general/latest/gr/ec2-service.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G209", "copies-at-once", "warning", __doc__)
