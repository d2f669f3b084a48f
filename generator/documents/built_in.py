"""References to what AWSTOE itself looks up: parameters of Systems Manager, instance metadata, its context.

https://docs.aws.amazon.com/imagebuilder/latest/userguide/toe-user-defined-variables.html
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from generator.source.report import did_you_mean

CONTEXT = (
    "executionId", "accountId", "region", "osPlatform", "osName", "osVersion", "date", "dateTime", "uuid", "hostname",
    "phase", "step",
)  # fmt: skip
_ANY = re.compile(r"\{\{\s*(env|context|aws:imds|aws:ssm):[^{}\n]*\}\}")
_BUILT_IN = re.compile(r"\{\{\s*(context:|aws:imds:|aws:ssm:resolve\()([^{}]*?)(\)?)\s*\}\}")
_CREDENTIALS = ("iam", "identity-credentials")  # AWSTOE refuses paths below them when it checks a document


def without_built_in(text: str) -> str:
    """A text with a word of the same length for each of them: `{{ env:ProgramFiles(x86) }}` is no call."""
    return _ANY.sub(lambda match: "x" * len(match[0]), text)


def problems_in(text: str, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Token and message of each reference in a text that AWSTOE would not look up; `names` are declared."""
    if "{{" not in text:
        return
    for match in _BUILT_IN.finditer(text):
        kind, what, closing = match.groups()
        problem = _problem(kind, what + (closing if kind != "aws:ssm:resolve(" else ""), names)
        if problem:
            yield match[0], f"{match[0]}: {problem}"


def _problem(kind: str, what: str, names: Collection[str]) -> str:
    if kind == "aws:imds:" and what.strip("/").split("/")[0] in _CREDENTIALS:
        return "AWSTOE does not read credentials from the instance's metadata. Use the instance's role."
    if kind == "context:" and what not in CONTEXT:
        return did_you_mean(what, CONTEXT) and f"the context has no {what}.{did_you_mean(what, CONTEXT)}"
    if kind == "aws:ssm:resolve(" and ":" not in what and what not in names:
        hint = did_you_mean(what, names) or " Declare it under parameters."
        return f"there is no parameter {what}.{hint}"
    return ""
