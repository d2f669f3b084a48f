"""Single documents, with no spec around them: what an editor or a pre-commit hook hands over."""

from __future__ import annotations

from generator.documents.component import check_component
from generator.errors import Diagnostic, SpecError
from generator.source.report import Report
from generator.source.yaml import Document, parse
from generator.spec.dockerfiles import is_template, template_findings
from generator.spec.documents import check_canonical_size
from generator.spec.systems import read_systems
from generator.spec.workflow_documents import workflow_document

STDIN = "<stdin>"


def check_document(file: str, content: bytes) -> tuple[tuple[Diagnostic, ...], Document | None]:
    """Every finding in a component or workflow document or in `systems.yaml` (its keys tell which), and the document.

    `file` is what messages call it. The document is None where it is no YAML, as the template of a Dockerfile is none.
    """
    if is_template(file, content):
        return template_findings(file, content), None
    report = Report()
    try:
        document = parse(file, content)
    except SpecError as error:
        return error.diagnostics, None
    _check(document, report)
    return tuple(sorted(set(report.diagnostics))), document


def _check(document: Document, report: Report) -> None:
    data = document.data
    if isinstance(data, dict) and "steps" in data and "phases" not in data:
        workflow_document(document.file, document, report)
    elif isinstance(data, dict) and data.keys() == {"components"}:
        read_systems(document, None, report)
    elif isinstance(data, dict) and ("phases" in data or "schemaVersion" in data):
        check_component(document, report)
        check_canonical_size(document, "component", report)
    else:
        message = (
            "is neither a component document, which has phases, nor a workflow document, which has steps. "
            "Check a whole spec by its folder: `goldsmith check --spec DIR`."
        )
        report.error(document, (), message)
