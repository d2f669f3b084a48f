"""Policies in Rego, by conftest: `deny` and `violation` block, `warn` warns.

A rule that says of which resource it speaks does so by the member `address` beside `msg`.
https://www.conftest.dev/, https://www.conftest.dev/output
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generator.errors import ReviewError
from generator.review.external.running import Answer, ask, find_tool
from generator.review.model import Risk
from generator.review.rule import Finding
from generator.review.rules.r801_policy_denies import RULE as DENIES
from generator.review.rules.r802_policy_warns import RULE as WARNS

_DATA = (".json", ".yaml", ".yml")


class Conftest:
    """Looks at plans by the policies in a folder. Raises ReviewError where conftest is not there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._program = find_tool(
            "conftest",
            f"{folder} holds policies",
            "Install it (https://www.conftest.dev/install/), or take the policies away.",
        )

    def find(self, root: str, plan: Mapping[str, Any]) -> tuple[Risk, ...]:
        """What the policies say of a root's plan that holds no secret. Raises ReviewError where they say nothing."""
        command = [self._program, "test", "-", "--parser", "json", "--output", "json", "--no-color"]
        command += ["--all-namespaces", "--policy", str(self._folder)]
        if any(path.suffix in _DATA for path in self._folder.rglob("*")):
            command += ["--data", str(self._folder)]
        answer = ask(command, json.dumps(plan))
        try:
            addresses = frozenset(item["address"] for item in plan.get("resource_changes", ()))
            return tuple(dict.fromkeys(_risks(root, addresses, answer)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            why = answer.complaint or f"its answer has not the shape of conftest's JSON ({error})"
            raise ReviewError(f"{root}: the policies in {self._folder} could not be asked: {why}") from error


def _risks(root: str, addresses: frozenset[str], answer: Answer) -> Iterator[Risk]:
    results = json.loads(answer.output)
    failures = [each for result in results for each in result.get("failures") or ()]
    if answer.exit_code not in (0, 1) or not results or (answer.exit_code == 1) != bool(failures):
        raise ValueError(f"exit code {answer.exit_code}")
    for result in results:
        for each in result.get("failures") or ():
            yield DENIES.risk(root, _finding(addresses, result, each))
        for each in result.get("warnings") or ():
            yield WARNS.risk(root, _finding(addresses, result, each))


def _finding(addresses: frozenset[str], result: Mapping[str, Any], each: Mapping[str, Any]) -> Finding:
    """About a resource where it names one of the plan's; what else it names is part of the message."""
    message, about = str(each["msg"]), (each.get("metadata") or {}).get("address")
    namespace = result.get("namespace") or "main"
    if namespace != "main":
        message = f"{message} ({namespace})"
    if isinstance(about, str) and about in addresses:
        return Finding(about, message)
    return Finding("", f"{about}: {message}" if isinstance(about, str) else message)
