"""Another provider, module, Terraform or Goldsmith.

What: a root is affected because the version of its provider, of Terraform or of Goldsmith, or the code of a module is
another.
Why: the same spec then means something else. A provider that is new may plan what nobody asked for, and writes a state
that the one before it cannot read.
Bad:
    # hashicorp/aws 5.100.0 -> 6.0.0, in the same change as a new component
Good:
    # in a change of its own, in which no resource changes
Source: https://developer.hashicorp.com/terraform/language/files/dependency-lock
"""

from __future__ import annotations

from collections.abc import Iterator

from generator.review.model import PlannedRoot
from generator.review.rule import Finding, RiskRule

KINDS = ("goldsmith", "module", "provider", "terraform")


def _find(root: PlannedRoot) -> Iterator[Finding]:
    for reason in root.reasons:
        if reason.kind in KINDS:
            yield Finding("", f"{reason.text}.")


RULE = RiskRule("R701", "tools-changed", "warn", __doc__, find_in_root=_find)
