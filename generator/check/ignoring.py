"""Findings of a spec, without those that are ignored; an ignore without effect is a finding too.

Only warnings can be ignored: of what is an error nothing can be rendered.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from generator.check.rule import Context, Finding, Rule
from generator.check.rules import RULES
from generator.check.rules.g001_ignore_without_effect import RULE as WITHOUT_EFFECT
from generator.errors import Diagnostic
from generator.source.report import diagnostic_of, did_you_mean
from generator.source.yaml import Document, Path
from generator.spec.files import Sources
from generator.spec.ignores import IgnoreWritten
from generator.spec.loading import Reading
from generator.spec.written import ImageUseWritten

_USE = re.compile(r"images\[(\d+)\]")


@dataclass(frozen=True)
class Outcome:
    diagnostics: tuple[Diagnostic, ...]
    idle: tuple[str, ...]  # codes of the command line that ignored nothing


@dataclass(frozen=True)
class _Found:
    """A finding, and the environment and the image that it is about."""

    diagnostic: Diagnostic
    environment: str | None = None
    image: str | None = None


@dataclass(frozen=True)
class _Ignore:
    """An entry, and what it reaches: all of the spec where it names no environment, no image and no file."""

    document: Document
    path: Path
    written: IgnoreWritten
    environment: str | None = None
    image: str | None = None
    file: str | None = None  # of a component or workflow document

    def reaches(self, found: _Found) -> bool:
        return (
            found.diagnostic.severity == "warning"
            and found.diagnostic.code == self.written.code
            and self.environment in (None, found.environment)
            and self.image in (None, found.image)
            and self.file in (None, found.diagnostic.file)
        )

    def is_expired(self, today: date) -> bool:
        return self.written.until is not None and date.fromisoformat(self.written.until) < today


def judge(reading: Reading, today: date, codes: Collection[str] = (), also: Iterable[Diagnostic] = ()) -> Outcome:
    """All that is found in a spec, by reading it, by the rules and `also`; `codes` are ignored everywhere."""
    if reading.sources is None:
        return without({*reading.diagnostics, *also}, codes)
    found = [_placed(each, reading.sources) for each in (*reading.diagnostics, *also)]
    if reading.spec is not None:
        context = Context(reading.spec, reading.sources, today)
        found += [_found(rule, finding) for rule in RULES.values() for finding in rule.find(context)]
    ignores = list(_ignores(reading.sources))
    valid = [ignore for ignore in ignores if not ignore.is_expired(today)]
    left = [each.diagnostic for each in found if not any(ignore.reaches(each) for ignore in valid)]
    if reading.spec is not None:
        left += [_found(WITHOUT_EFFECT, each).diagnostic for each in _without_effect(ignores, found, today)]
    told = {each.diagnostic.code for each in found} if reading.spec is not None else set(codes)
    outcome = without(left, codes)
    return Outcome(outcome.diagnostics, tuple(code for code in outcome.idle if code not in told))


def without(diagnostics: Collection[Diagnostic], codes: Collection[str]) -> Outcome:
    """The findings in file order, but for warnings of these codes."""
    left = {each for each in diagnostics if each.severity == "error" or each.code not in codes}
    told = {each.code for each in diagnostics}
    return Outcome(tuple(sorted(left)), tuple(code for code in codes if code not in told))


def _without_effect(ignores: Iterable[_Ignore], found: Collection[_Found], today: date) -> Iterator[Finding]:
    for ignore in ignores:
        code, message = ignore.written.code, ""
        if code not in RULES:
            message = f"there is no rule {code}.{did_you_mean(code, RULES)} `goldsmith explain` lists all."
        elif RULES[code].severity == "error":
            message = f"{code} is an error, and only warnings can be ignored. Remove it."
        elif not any(ignore.reaches(each) for each in found):
            message = f"{code} finds nothing here. Remove it."
        elif ignore.is_expired(today):
            message = f"was meant until {ignore.written.until}, and {code} still finds it. Mend it, or set a new date."
        if message:
            yield Finding(ignore.document, (*ignore.path, "code"), message, ignore.environment, ignore.image)


def _ignores(sources: Sources) -> Iterator[_Ignore]:
    if sources.organization:
        document, organization = sources.organization.document, sources.organization.written
        yield from _entries(document, (), organization.ignore)
        components = {name: each.source.file for name, each in sources.components.items()}
        workflows = {name: each.source.file for name, each in sources.workflows.items()}
        for section, settings, known in (
            ("components", organization.components, components),
            ("workflows", organization.workflows, workflows),
        ):
            for name, said in (settings or {}).items():
                yield from _entries(document, (section, name), said.ignore, file=known.get(name, ""))
    for name, source in sources.environments.items():
        yield from _entries(source.document, (), source.written.ignore, name)
        for index, use in enumerate(source.written.images):
            if isinstance(use, ImageUseWritten):
                yield from _entries(source.document, ("images", index), use.ignore, name, use.image)
    for name, image_source in sources.images.items():
        yield from _entries(image_source.document, (), image_source.written.ignore, None, name)


def _entries(
    document: Document,
    path: Path,
    written: Iterable[IgnoreWritten] | None,
    environment: str | None = None,
    image: str | None = None,
    file: str | None = None,
) -> Iterator[_Ignore]:
    for index, each in enumerate(written or ()):
        yield _Ignore(document, (*path, "ignore", index), each, environment, image, file)


def _placed(diagnostic: Diagnostic, sources: Sources) -> _Found:
    """What was found as the spec was read is about what its file is of, or about the image whose place it stands in."""
    for name, source in sources.environments.items():
        if source.document.file == diagnostic.file:
            use = _USE.match(diagnostic.key)
            image = source.written.images[int(use[1])] if use else None
            return _Found(diagnostic, name, image.image if isinstance(image, ImageUseWritten) else image)
    images = (name for name, source in sources.images.items() if source.document.file == diagnostic.file)
    return _Found(diagnostic, None, next(images, None))


def _found(rule: Rule, finding: Finding) -> _Found:
    diagnostic = diagnostic_of(finding.document, finding.path, finding.message, rule.severity, rule.code)
    return _Found(diagnostic, finding.environment, finding.image)
