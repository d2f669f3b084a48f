"""A Region that AWS does not have.

What: a Region that is in no list of the partition's, by the data of botocore.
Why: plan accepts any text. AWS refuses the distribution at apply, or Terraform waits for a host that does not exist.
Bad:
    distribute: [{accounts: [web], regions: [us-mars-1]}]
Good:
    distribute: [{accounts: [web], regions: [us-east-1]}]
Source: https://docs.aws.amazon.com/general/latest/gr/imagebuilder.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G315", "no-such-region", "error", __doc__)
