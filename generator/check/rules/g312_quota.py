"""More than AWS takes.

What: more components in a recipe, workflows in a pipeline, receivers, launch templates or tags than there may be.
Why: plan accepts any number. AWS refuses the resource at apply, after others have been made.
Bad:
    components: [...]  # 21 of them
Good:
    # the first ones in an image of their own, images/base.yaml
    base: {image: base}
    components: [...]  # the others
Source: https://docs.aws.amazon.com/general/latest/gr/imagebuilder.html,
https://docs.aws.amazon.com/imagebuilder/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G312", "quota", "error", __doc__)
