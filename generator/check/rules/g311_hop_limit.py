"""A hop limit of 1 for a container image.

What: `metadata: {hop_limit: 1}` for a container image, with tokens required.
Why: the network of Docker is one hop more. The answer to the request for a token ends before the container that is
built has it, so nothing in there gets credentials: the build fails at its first call of AWS.
Bad:
    container: {}
    infrastructure: {metadata: {hop_limit: 1}}
Good:
    container: {}
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_InstanceMetadataOptions.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G311", "hop-limit", "error", __doc__)
