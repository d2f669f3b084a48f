"""A component for another platform than the image's.

What: a component of the spec or of Amazon's that is for Windows in a Linux image, or the other way round.
Why: a recipe has one platform, and AWS refuses components of others: at apply, after plan has passed.
Bad:
    base: amazon-linux-2023
    components: [{aws: update-windows}]
Good:
    base: amazon-linux-2023
    components: [{aws: update-linux}]
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_CreateImageRecipe.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G301", "other-platform", "error", __doc__)
