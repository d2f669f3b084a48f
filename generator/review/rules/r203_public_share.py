"""Images or repositories for everybody.

What: the group `all` comes into launch permissions, a repository of the public registry is made, or an account's guard
against public AMIs or snapshots goes.
Why: an AMI that is public is found and read by scanners within minutes. Its snapshots hold all that the
disk held.
Bad:
    # distribution_web: launch_permission.user_groups = ["all"]
Good:
    # accounts, organizations or units are named
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-intro.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.receivers import sharing
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene

GUARDS = ("aws_ec2_image_block_public_access", "aws_ebs_snapshot_block_public_access")


def _find(scene: Scene) -> Iterator[Finding]:
    for subject, before, after in sharing(scene):
        if after.is_public and not before.is_public:
            yield Finding(subject.address, "everybody may launch the images.")
    for subject in scene.changed_of("aws_ecrpublic_repository"):
        if subject.is_new:
            yield Finding(subject.address, "everybody may pull from the repository.")
    for subject in scene.changed_of(*GUARDS):
        if subject.before and not str(subject.after.get("state", "unblocked")).startswith("block"):
            yield Finding(subject.address, "the account no longer stops images from being made public.")


RULE = RiskRule("R203", "public-share", "block", __doc__, _find)
