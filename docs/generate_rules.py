"""Writes docs/rules.md from the rules of `goldsmith check`: python docs/generate_rules.py"""

from __future__ import annotations

import re
from pathlib import Path

from generator.check.rule import Rule
from generator.check.rules import RULES

PAGE = Path(__file__).parent / "rules.md"
HEAD = """\
# Rules of `goldsmith check`

What is wrong by its form, a key, a value or a document, is told as such. These rules are of what reads right and is
wrong all the same: G0 of `goldsmith check` itself, G1 of the spec as a whole, G2 of single things that may be meant, G3
of what AWS refuses or does otherwise, mostly after `terraform plan` has passed, G4 of scripts. A finding ends with its
code, and `goldsmith explain CODE` prints the rule. A warning that is meant is ignored with a reason, next to the thing
([`ignore`](spec.md#ignore)), or with `--ignore CODE` on the command line. Errors cannot be ignored.

Written by `docs/generate_rules.py`.

"""


def page() -> str:
    rows = [
        f"| [{rule.code}](#{rule.code.lower()}-{rule.name}) | `{rule.name}` | {rule.severity} | {rule.headline} |"
        for rule in RULES.values()
    ]
    table = "\n".join(["| code | name | severity | finds |", "|---|---|---|---|", *rows])
    return HEAD + table + "\n\n" + "\n".join(_section(rule) for rule in RULES.values())


def _section(rule: Rule) -> str:
    """A rule's page, each of its parts a paragraph."""
    body = re.sub(r"(?m)^(What|Why|Bad|Good|Source):( ?)", r"\n**\1:**\2", rule.body)
    body = re.sub(r"(?m)^(\*\*(?:Bad|Good):\*\*)\n", r"\1\n\n", body).strip()
    return f"## {rule.code} {rule.name}\n\n{rule.headline}\n\n{body}\n"


if __name__ == "__main__":
    PAGE.write_text(page())
