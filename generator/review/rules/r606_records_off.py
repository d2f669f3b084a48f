"""Builds of which less is known afterwards.

What: logs of builds are no longer written to S3, the packages of an image no longer recorded, or images no longer
scanned for known weaknesses.
Why: a build that fails tells why in its logs only. What is not scanned is not told to be weak.
Bad:
    # infrastructure_web: logging is gone
Good:
    scanning: true
Source: https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_Logging.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, Tree, is_unknown, items


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_imagebuilder_infrastructure_configuration"):
        if subject.stays and _has_logs(subject.before) and not _has_logs(subject.after):
            yield Finding(subject.address, "logs of builds are no longer kept in S3.")
    for subject in scene.changed_of("aws_ecr_repository"):
        path = ("image_scanning_configuration", "scan_on_push")
        if subject.stays and True in set(items(subject.before, *path)) and True not in set(items(subject.after, *path)):
            yield Finding(subject.address, "images are no longer scanned as they are pushed.")
    for subject in scene.changed_of("aws_imagebuilder_image_pipeline"):
        if not subject.stays:
            continue
        before, after = subject.before, subject.after
        if (
            before.get("enhanced_image_metadata_enabled") is True
            and after.get("enhanced_image_metadata_enabled") is False
        ):
            yield Finding(subject.address, "what is in an image is no longer recorded.")
        if _scans(before) and not _scans(after):
            yield Finding(subject.address, "images are no longer scanned.")


def _has_logs(tree: Tree) -> bool:
    return is_unknown(tree.get("logging")) or any(True for _ in items(tree, "logging", "s3_logs", "s3_bucket_name"))


def _scans(tree: Tree) -> bool:
    block = "image_scanning_configuration"
    return is_unknown(tree.get(block)) or True in set(items(tree, block, "image_scanning_enabled"))


RULE = RiskRule("R606", "records-off", "warn", __doc__, _find)
