"""An `ignore` that ignores nothing.

What: an entry under `ignore:` whose rule finds nothing where it stands, whose date has passed, whose code no rule has,
or is that of an error.
Why: an ignore that is left behind would hide the next finding, which nobody has looked at.
Bad:
    ignore:
      - {code: G103, reason: tests follow with the next release, until: 2026-01-31}  # passed
Good:
    # the entry is gone, as is what it was for
Source: none; it is about this spec alone.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.check.rule import Context, Finding, Rule


def _find(_: Context) -> Iterable[Finding]:
    """What ignores do is known only after all other rules: see `generator.check.ignoring`."""
    return ()


RULE = Rule("G001", "ignore-without-effect", "warning", __doc__, _find)
