"""Loading a spec: files, documents, references and versions, with everything wrong reported in one run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from generator.errors import Diagnostic, SpecError
from generator.source.report import Report
from generator.source.yaml import Document
from generator.spec.files import Sources, gather
from generator.spec.model import Spec
from generator.spec.resolve import resolve


@dataclass(frozen=True)
class Reading:
    """What came of reading a spec: the model unless there are errors, and all findings in file order."""

    spec: Spec | None
    diagnostics: tuple[Diagnostic, ...]
    documents: tuple[Document, ...] = ()  # of the components, as far as they could be read
    sources: Sources | None = None  # the spec as written; None where there is none

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        return tuple(each for each in self.diagnostics if each.severity == "warning")


def read(directory: Path) -> Reading:
    """Read the spec under a directory."""
    report = Report()
    try:
        sources = gather(directory, report)
    except SpecError as error:
        return Reading(None, error.diagnostics)
    spec = resolve(sources, report)
    documents = tuple(component.source for component in sources.components.values())
    model = None if report.has_errors else spec
    return Reading(model, tuple(sorted(set(report.diagnostics))), documents, sources)


def load(directory: Path) -> Spec:
    """The spec under a directory. Raises SpecError with every error; `goldsmith check` tells the warnings."""
    reading = read(directory)
    if reading.spec is None:
        raise SpecError(reading.errors)
    return reading.spec
