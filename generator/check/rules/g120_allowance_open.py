"""A risk that is let through for long, or was until a day that has passed.

What: the last day of an entry under `allow` has passed, or is more than 90 days off.
Why: an entry is for one change that somebody has looked at. One that stays lets the next risk through, which nobody has
looked at; one that has passed lets nothing through, and looks as if it did.
Bad:
    allow:
      - {code: R103, address: "*", reason: for now, until: 2031-01-01}
Good:
    allow:
      - {code: R103, address: module.image_key.aws_kms_key.this, reason: the key moves, until: 2027-01-31}
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from generator.check.rule import Context, Finding, Rule
from generator.spec.allowances import allows_written

MOST_DAYS = 90


def _find(context: Context) -> Iterator[Finding]:
    for document, path, written, environment in allows_written(context.sources):
        days = (date.fromisoformat(written.until) - context.today).days
        if days < 0:
            message = f"{written.code} was let through until {written.until}, which has passed. Remove it."
        elif days > MOST_DAYS:
            message = f"{written.code} is let through for {days} days; {MOST_DAYS} are the most for one change."
        else:
            continue
        yield Finding(document, (*path, "until"), message, environment)


RULE = Rule("G120", "allowance-open", "warning", __doc__, _find)
