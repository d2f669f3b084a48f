"""Images that are built on each other in a circle.

What: an image is built on one that is, by way of others or at once, built on it.
Why: none of them can be the first. Terraform tells no circle, since each recipe names its base by an ARN: the builds
fail because there is no image below them.
Bad:
    # images/base.yaml
    base: {image: web}
    # images/web.yaml
    base: {image: base}
Good:
    # images/base.yaml
    base: amazon-linux-2023
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/manage-recipes.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G308", "chain-circle", "error", __doc__)
