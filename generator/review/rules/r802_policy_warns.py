"""A rule of your own that warns.

What: a rule `warn` of the policies in Rego is true of the plan.
Why: it is your organization's own word.
Bad:
    package main
    import rego.v1
    warn contains {"msg": "t3 is dearer than t3a", "address": each.address} if {
      some each in input.resource_changes
      "t3.medium" in each.change.after.instance_types
    }
Good:
    # the plan has none
Source: https://www.conftest.dev/
"""

from __future__ import annotations

from generator.review.rule import RiskRule

RULE = RiskRule("R802", "policy-warns", "warn", __doc__)  # found by generator.review.conftest
