"""A Region that gets nothing, or something for a Region that gets no images.

What: an entry of `distribute` that names Regions and nobody who receives there, or settings for a Region that no
entry ships images to.
Why: plan accepts a Region without an output, and AWS refuses it at apply: "One or more outputs should be provided for
each region in a distribution configuration." Settings for another Region would go nowhere.
Bad:
    distribute:
      - {regions: [eu-west-1]}
Good:
    distribute:
      - {accounts: [web], regions: [eu-west-1]}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_Distribution.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G305", "no-output", "error", __doc__)
