"""A Region that stands twice for one receiver.

What: an account, an organization or a unit receives in the same Region by two entries of `distribute`, or an entry
names a Region twice.
Why: plan accepts a Region twice in a distribution, and AWS refuses it. Where one entry copies and the other shares,
it is open which of them is meant.
Bad:
    distribute:
      - {accounts: [web], regions: [us-east-1, us-east-1]}
Good:
    distribute:
      - {accounts: [web], regions: [us-east-1, eu-west-1]}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateDistributionConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G304", "receives-twice", "error", __doc__)
