"""What checkov finds.

What: a check of checkov fails for a resource that the plan makes or changes. Its findings have its own codes, such as
CKV_AWS_24, which an entry under `allow` may name; `policies.checkov.level` says how much they weigh.
Why: it knows many hundred settings of services that no rule here is about.
Bad:
    # an S3 bucket of an extra file, without versioning
Good:
    policies:
      checkov: {level: warn, skip: [CKV_AWS_18]}
Source: https://www.checkov.io/5.Policy%20Index/terraform.html
"""

from __future__ import annotations

from generator.review.rule import RiskRule

RULE = RiskRule("R803", "checkov", "warn", __doc__)  # found by generator.review.checkov
