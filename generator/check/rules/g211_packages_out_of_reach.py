"""A base whose packages the build's network does not reach.

What: a network without `nat` is made, and a base image has its packages, or its registry, outside of AWS.
Why: the network reaches what lies in S3 and behind its endpoints. Of the known systems only Amazon Linux has its
packages there: `apt-get` and its like hang until the build ends without success.
Bad:
    # images/web.yaml has `base: ubuntu-24-04`
    build: {network: own}
Good:
    build: {network: {nat: true}}
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/al2-ami-repos.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G211", "packages-out-of-reach", "warning", __doc__)
