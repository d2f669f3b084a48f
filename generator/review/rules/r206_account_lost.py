"""An account that gets no new images any more.

What: in a Region that still gets images, an account is no longer among those that receive or may launch them.
Why: who was given copies goes on with the last one, and gets no fixes. Who launched a shared image cannot launch the
next, and an Auto Scaling group there stops to scale when the old one is retired.
Bad:
    # distribution_web: target_account_ids of us-east-1 loses 555555555555
Good:
    # the account launches nothing of it any more
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cross-account-dist.html
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.receivers import sharing
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject, before, after in sharing(scene):
        places: dict[str, list[str]] = {}
        for region in sorted(before.regions & after.regions) if after.is_whole else ():
            for account in before.by_region[region] - after.by_region[region]:
                places.setdefault(account, []).append(region)
        for account, regions in sorted(places.items()):
            yield Finding(subject.address, f"{account} will get no more images in {listed(regions)}.")


RULE = RiskRule("R206", "account-lost", "warn", __doc__, _find)
