"""A repository of container images that is destroyed.

What: the plan destroys, or replaces, a repository of Amazon ECR.
Why: all its images go with it where `force_delete` is on, and services that run them can start no new task. Where it is
off, AWS refuses while the repository holds images, in the midst of an apply.
Bad:
    # module.repository_jobs.aws_ecr_repository.this must be replaced: encryption_configuration forces it
Good:
    # a repository of another name is added, and the old one goes when nobody pulls from it
Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene, is_true, word


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed_of("aws_ecr_repository", "aws_ecrpublic_repository"):
        if subject.ends:
            name = word(subject.before, "name", "repository_name")
            if is_true(subject.before.get("force_delete", subject.before.get("force_destroy"))):
                fate = "with all images in it"
            else:
                fate = "and AWS refuses while it holds images"
            again = " and made anew" if subject.what == "replace" else ""
            yield Finding(subject.address, f"repository {name} is destroyed{again}, {fate}.")


RULE = RiskRule("R106", "repository-destroyed", "block", __doc__, _find)
