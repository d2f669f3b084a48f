"""An entry under `allow` that lets nothing through, or whose day has passed.

What: nothing in this review is what an entry of `allow:` is about, or the last day of one that is needed has passed.
Why: an entry that is left behind would let the next risk through, which nobody has looked at. One that has passed lets
nothing through any more: what it was for blocks again.
Bad:
    allow:
      - {code: R103, address: "*", reason: the key moves to another account, until: 2026-01-31}  # passed
Good:
    # the entry is gone once what it was for has been applied
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from generator.review.rule import RiskRule

# What entries do is known only after all other rules: generator.review.risks.
RULE = RiskRule("R001", "allowance-without-effect", "warn", __doc__)
