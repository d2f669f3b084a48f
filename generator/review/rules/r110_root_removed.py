"""A whole root that is destroyed.

What: the spec no longer has an account and Region in an environment, so all that was made there goes.
Why: a line taken out of `distribute`, or another `build` Region, takes down roles, keys and pipelines in an account
that may still run what was built there.
Bad:
    distribute:
      - {accounts: [web-prod], regions: [us-east-1]}  # eu-central-1 was there, and instances run there
Good:
    # nothing of eu-central-1 is in use any more, and an entry under `allow` says so
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.model import PlannedRoot
from generator.review.rule import Finding, RiskRule


def _find(root: PlannedRoot) -> Iterator[Finding]:
    if root.removed and root.state != "unchanged":
        yield Finding(
            "", f"the spec has {root.account} in {root.region} no more: all of {root.environment} there goes."
        )


RULE = RiskRule("R110", "root-removed", "block", __doc__, find_in_root=_find)
