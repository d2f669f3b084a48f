"""A parameter, a launch template or a fast launch in an account that owns no AMI there.

What: an entry is for an account that receives no copy of the image, or none in that Region.
Why: Image Builder writes to "a target account for the Region" alone. The build fails as it distributes, after
everything else has been done. Whom an AMI is shared with does not own it.
Bad:
    distribute: [{accounts: [web], regions: [us-east-1]}]
    # images/web.yaml
    distribution: {parameters: [{name: /images/web, accounts: [data]}]}
Good:
    distribution: {parameters: [{name: /images/web, accounts: [web]}]}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_SsmParameterConfiguration.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G306", "no-owner", "error", __doc__)
