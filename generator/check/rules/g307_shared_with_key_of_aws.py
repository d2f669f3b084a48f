"""An AMI for others that is encrypted with a key that AWS manages.

What: `keys` names an alias below alias/aws/, such as that of the default key of EBS, and other accounts receive.
Why: no other account can ever use such a key, since its policy cannot be changed: the copy fails, and whoever the AMI
is shared with cannot launch it.
Bad:
    keys: {us-east-1: "arn:aws:kms:us-east-1:111111111111:alias/aws/ebs"}
Good:
    keys: {us-east-1: "arn:aws:kms:us-east-1:111111111111:alias/images"}
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G307", "shared-with-key-of-aws", "error", __doc__)
