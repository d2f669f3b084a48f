"""Images for a whole organization, or a unit of it.

What: the ARN of an organization or of an organizational unit is new in launch permissions. Of a distribution that is
made with it, this is a warning.
Why: every account of it may launch the image, also those that join later. Accounts that are sold, lent or compromised
are among them.
Bad:
    distribute:
      - {organizations: [arn:aws:organizations::111111111111:organization/o-abcdefghij], regions: [us-east-1]}
Good:
    distribute:
      - {accounts: [web-prod, data-prod], regions: [us-east-1], mode: share}
Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/share-amis-with-organizations-and-OUs.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.receivers import sharing
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject, before, after in sharing(scene):
        new = after.organizations - before.organizations
        if new:
            is_made = subject.is_new and subject.type == "aws_imagebuilder_distribution_configuration"
            message = f"every account of {listed(new)} may launch the images."
            yield Finding(subject.address, message, "warn" if is_made else None)


RULE = RiskRule("R202", "shared-with-organization", "block", __doc__, _find)
