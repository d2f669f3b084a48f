"""An account that gets images and did not before.

What: an account's id is new in a distribution's target accounts or launch permissions, or in an AMI's own; or who is
among them is known after apply only.
Why: whoever may launch an image reads all that is on it: packages, configuration, and whatever secret was left there by
mistake.
Bad:
    # distribution_web: launch_permission.user_ids gains 444444444444, and nobody knows why
Good:
    # the account is one of the spec's, named under `distribute` in the same change
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharingamis-explicit.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.receivers import sharing
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject, before, after in sharing(scene):
        new = (after.accounts - before.accounts - {scene.place.account_id}) & _known(scene, after.accounts)
        is_permission = subject.type != "aws_imagebuilder_distribution_configuration"
        if new and (subject.stays or is_permission):
            yield Finding(subject.address, f"{listed(new)} will get images.")
        if subject.stays and not after.is_whole:
            yield Finding(subject.address, "who will get images cannot be read in the plan.")


def _known(scene: Scene, accounts: frozenset[str]) -> frozenset[str]:
    """Strangers have a rule of their own."""
    return scene.place.known_accounts or accounts


RULE = RiskRule("R201", "new-account", "warn", __doc__, _find)
