"""A build or test instance that answers IMDSv1.

What: `metadata: {tokens: optional}`.
Why: a forged request, through any program on the instance that fetches what it is told to, then reads the credentials
of the instance's role. IMDSv2 wants a token first, which such a request cannot get.
Bad:
    infrastructure: {metadata: {tokens: optional}}
Good:
    infrastructure: {}
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G201", "imdsv1-answers", "warning", __doc__)
