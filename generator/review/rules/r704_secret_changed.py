"""A secret that changes.

What: an attribute that is marked sensitive has another value, which nobody may see.
Why: a review shows everything else. That this changes, and where, is all that it can say of it.
Bad:
    # a secret is rotated beside twenty other changes, and whoever uses it is not told
Good:
    # in a change of its own; or an argument that is write-only, which no plan holds
Source: https://developer.hashicorp.com/terraform/language/manage-sensitive-data
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.policies import listed
from generator.review.rule import Finding, RiskRule
from generator.review.subjects import Scene


def _find(scene: Scene) -> Iterator[Finding]:
    for subject in scene.changed:
        if subject.secrets and subject.stays:
            yield Finding(subject.address, f"{listed(subject.secrets)} changes, and is not shown.")


RULE = RiskRule("R704", "secret-changed", "note", __doc__, _find)
