"""A schedule that AWS refuses, or that never comes.

What: a cron expression that has not six fields, has no ? as one of its two days, or has a day that no month of it
has; a rate that is none.
Why: plan accepts any text. AWS refuses the pipeline at apply, or takes it and never builds.
Bad:
    schedule: cron(0 3 * * *)
    schedule: cron(0 3 30 feb ? *)
Good:
    schedule: cron(0 3 * * ? *)
Source: https://docs.aws.amazon.com/imagebuilder/latest/userguide/cron-expressions.html
"""

from __future__ import annotations

from generator.check.rule import Rule

RULE = Rule("G314", "schedule", "error", __doc__)
