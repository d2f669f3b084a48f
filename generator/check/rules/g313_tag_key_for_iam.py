"""Tags that IAM takes for one.

What: two tags of the organization, an environment or Goldsmith's own (`Environment`, `Image`, `ManagedBy`) whose keys
differ by case alone.
Why: roles get these tags too, and IAM's keys do not differ by case: apply fails at the first role.
Bad:
    tags: {environment: production}  # beside Goldsmith's Environment
Good:
    tags: {Stage: production}
Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G313", "tag-key-for-iam", "error", __doc__)
