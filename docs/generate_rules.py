"""Writes docs/rules.md from the rules of `goldsmith check`: python docs/generate_rules.py"""

from __future__ import annotations

import re
from pathlib import Path

from generator.check.rule import Rule
from generator.check.rules import RULES

PAGE = Path(__file__).parent / "rules.md"
HEAD = """\
# Rules of `goldsmith check`

What is wrong by itself, a key, a value or a document, is told as such. These rules look at what is right by itself and
wrong together. `goldsmith explain CODE` prints a rule. What is meant is ignored with a reason, next to the thing
([`ignore`](spec.md#ignore)), or with `--ignore CODE` on the command line.

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
