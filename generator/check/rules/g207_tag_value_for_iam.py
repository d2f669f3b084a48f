"""A tag with a value that IAM refuses.

What: a tag of the organization or an environment has a character that EC2 takes in a value, and IAM does not.
Why: roles get these tags too. Apply fails at the first role, after other things have been made.
Bad:
    tags: {Team: R&D}
Good:
    tags: {Team: R and D}
Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G207", "tag-value-for-iam", "warning", __doc__)
