"""A rule of your own that denies.

What: a rule `deny` or `violation` of the policies in Rego says no to the plan.
Why: it is your organization's own word.
Bad:
    package main
    import rego.v1
    deny contains {"msg": "no public addresses", "address": each.address} if {
      some each in input.resource_changes
      each.change.after.associate_public_ip_address
    }
Good:
    # the plan has none
Source: https://www.conftest.dev/
"""

from __future__ import annotations

from generator.review.rule import RiskRule

RULE = RiskRule("R801", "policy-denies", "block", __doc__)  # found by generator.review.conftest
