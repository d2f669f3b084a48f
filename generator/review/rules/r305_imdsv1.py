"""Instances whose credentials can be asked for without a token.

What: an infrastructure configuration, a launch template or an instance no longer requires IMDSv2, or is made without.
Why: with IMDSv1 any request that a program on the instance can be made to send reads its role's credentials. Image
Builder leaves both on unless told otherwise.
Bad:
    infrastructure: {metadata: {tokens: optional}}
Good:
    # nothing: tokens are required unless told otherwise
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Subject, Tree, items

PLACES = {
    "aws_imagebuilder_infrastructure_configuration": "instance_metadata_options",
    "aws_instance": "metadata_options",
    "aws_launch_template": "metadata_options",
}


def _find(scene: Scene) -> Iterator[Finding]:
    for type_, block in PLACES.items():
        for subject in scene.changed_of(type_):
            if subject.after and _is_lost(subject, block):
                yield Finding(subject.address, "instances answer to IMDSv1 (http_tokens is not required).")


def _is_lost(subject: Subject, block: str) -> bool:
    """Not where it was so before: that is no change. What is known after apply only is a default of AWS's."""
    return not _is_required(subject.after, block) and (not subject.stays or _is_required(subject.before, block))


def _is_required(tree: Tree, block: str) -> bool:
    return "required" in set(items(tree, block, "http_tokens"))


RULE = RiskRule("R305", "imdsv1", "block", __doc__, _find)
