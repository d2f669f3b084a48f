"""Checks of checkov, for what a plan makes or changes; what stays as it is has been looked at before.

https://www.checkov.io/7.Scan%20Examples/Terraform%20Plan%20Scanning.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from generator.errors import ReviewError
from generator.review.external.running import Answer, ask, find_tool
from generator.review.model import Risk
from generator.review.rule import shortened
from generator.review.rules.r803_checkov import RULE
from generator.spec.model_policies import Checkov as Settings

FILE = "plan.json"
WITNESS, WITNESSED = "aws_sns_topic.goldsmith_witness", "CKV_AWS_26"  # a topic without encryption
_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


class Checkov:
    """Looks at plans by checkov's checks. Raises ReviewError where checkov is not there."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._program = find_tool(
            "checkov",
            "organization.yaml asks for checkov",
            "Install it (pip install 'goldsmith[checkov]', or pipx install checkov), or set checkov to false there.",
        )

    def find(self, root: str, plan: Mapping[str, Any]) -> tuple[Risk, ...]:
        """What checkov says of a root's plan that holds no secret. Raises ReviewError where it says nothing."""
        answer = ask(self._command(), files={FILE: json.dumps(_with_witness(plan))})
        try:
            return tuple(dict.fromkeys(self._risks(root, plan, answer)))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            why = answer.complaint or f"its answer has not the shape of checkov's JSON ({error})"
            raise ReviewError(f"{root}: checkov could not be asked: {why}") from error

    def _command(self) -> list[str]:
        """Without a word to anybody's server: no key, no download, no upload."""
        command = [self._program, "--file", FILE, "--framework", "terraform_plan", "--output", "json"]
        command += ["--quiet", "--compact", "--skip-download", "--skip-results-upload"]
        if self._settings.checks:
            command += ["--check", ",".join(sorted({*self._settings.checks, WITNESSED}))]
        skipped = set(self._settings.skip) - {WITNESSED}
        if skipped:
            command += ["--skip-check", ",".join(sorted(skipped))]
        return command

    def _risks(self, root: str, plan: Mapping[str, Any], answer: Answer) -> Iterator[Risk]:
        changed = {_plain(address) for address in _changed(plan)}
        for report in _reports(answer):
            for each in report["results"]["failed_checks"]:
                address = each.get("resource_address") or each["resource"]
                if _plain(address) in changed and self._is_asked_for(each["check_id"]):
                    message = shortened(f"{each['check_name']}.")
                    yield Risk(each["check_id"], RULE.name, self._settings.level, root, address, message)

    def _is_asked_for(self, check: str) -> bool:
        return check not in self._settings.skip and check in (self._settings.checks or (check,))


def _reports(answer: Answer) -> list[dict[str, Any]]:
    """What checkov found, by framework. Raises ValueError unless all of the plan was understood."""
    document = json.loads(answer.output)
    reports = [each for each in (document if isinstance(document, list) else [document]) if "results" in each]
    found = {(each["check_id"], each["resource"]) for report in reports for each in report["results"]["failed_checks"]}
    if answer.exit_code not in (0, 1) or (WITNESSED, WITNESS) not in found:
        raise ValueError(f"exit code {answer.exit_code}, and nothing of the plan was understood")
    if any(report["summary"]["parsing_errors"] for report in reports):
        raise ValueError("parts of the plan were not understood")
    return reports


def _with_witness(plan: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with one resource more, of which a finding is certain.

    Of a file that it cannot read, and of one in which nothing is wrong, checkov may say the same.
    """
    planned = plan.get("planned_values") or {}
    module = planned.get("root_module") or {}
    witness: dict[str, Any] = {
        "address": WITNESS,
        "mode": "managed",
        "type": WITNESS.partition(".")[0],
        "name": "goldsmith_witness",
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "schema_version": 0,
        "values": {"name": "none"},
    }
    resources = [*module.get("resources", ()), witness]
    return {**plan, "planned_values": {**planned, "root_module": {**module, "resources": resources}}}


def _changed(plan: Mapping[str, Any]) -> Iterator[str]:
    for item in plan.get("resource_changes", ()):
        if {"create", "update"} & set(item["change"]["actions"]):
            yield item["address"]


def _plain(address: str) -> str:
    """An address without keys, which checkov writes in more than one way."""
    return _KEY.sub("", address)
