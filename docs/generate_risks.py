"""Writes docs/risks.md from the risk rules of a review: python docs/generate_risks.py"""

from __future__ import annotations

import re
from pathlib import Path

from generator.review.rule import RiskRule
from generator.review.rules import RULES

PAGE = Path(__file__).parent / "risks.md"
HEAD = """\
# Risks

What a review looks for in the plans of a fleet. A risk that **blocks** stops the review (exit code 1) and an approved
apply; a **warn** is shown where one looks first; a **note** is told. `goldsmith explain CODE` prints a rule. What is
meant is let through with a reason until a day ([`allow`](spec.md#allow)). Rules of your own, in Rego or by checkov, are
found the same way ([review.md](review.md#risks)).

Rules read the values of a plan, never its text: policies as statements, in whatever order and form; sets as sets. What
is sensitive is not shown. What is known after apply only cannot be judged, which a rule of its own says (R408).

Written by `docs/generate_risks.py`.

"""


def page() -> str:
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | `{rule.name}` | {rule.level} | {rule.headline} |"
        for rule in RULES.values()
    ]
    table = "\n".join(["| code | name | level | finds |", "|---|---|---|---|", *rows])
    return HEAD + table + "\n\n" + "\n".join(_section(rule) for rule in RULES.values())


def _section(rule: RiskRule) -> str:
    """A rule's page, each of its parts a paragraph."""
    body = re.sub(r"(?m)^(What|Why|Bad|Good|Source):( ?)", r"\n**\1:**\2", rule.body)
    body = re.sub(r"(?m)^(\*\*(?:Bad|Good):\*\*)\n", r"\1\n\n", body).strip()
    return f"## {rule.code} {rule.name}\n\n{rule.headline}\n\n{body}\n"


if __name__ == "__main__":
    PAGE.write_text(page())
