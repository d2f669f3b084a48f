"""What AWSTOE refuses in a component's document, on the instance that runs it.

CreateComponent takes many a document that AWSTOE does not: a build fails then, after its instance has started.
What CreateComponent itself refuses is in `documents`.
"""

from __future__ import annotations

from collections.abc import Iterable

from generator.documents.component import check_component
from generator.emulator.imagebuilder.state import Record, State
from generator.errors import SpecError
from generator.source.report import Report
from generator.source.yaml import parse


def refusal(state: State, arns: Iterable[str]) -> str | None:
    """Why AWSTOE does not run the components of the account itself that these ARNs mean; None where it does."""
    for arn in arns:
        component = _own(state, arn)
        problem = _problem(component["data"]) if component else None
        if component and problem:
            return f"Parsing the document of component {component['name']} {component['version']} failed: {problem}"
    return None


def _own(state: State, arn: str) -> Record | None:
    """The newest build that a build or version ARN means."""
    builds = [each for each in state.components if each == arn or each.rsplit("/", 1)[0] == arn]
    newest = max(builds, key=lambda each: int(each.rsplit("/", 1)[1]), default=None)
    return state.components[newest] if newest else None


def _problem(data: str) -> str | None:
    """The first error of a document. What our reader of YAML alone refuses is AWSTOE's to read."""
    report = Report()
    try:
        check_component(parse("document.yaml", data.encode()), report)
    except SpecError:
        return None
    errors = sorted(each for each in report.diagnostics if each.severity == "error")
    return f"line {errors[0].line}: {errors[0].key}: {errors[0].message}" if errors else None
