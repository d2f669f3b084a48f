"""Findings of the rules, without those that are ignored; an ignore without effect is a finding too."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from generator.check.rule import Context, Finding, Rule
from generator.check.rules import RULES
from generator.check.rules.g001_ignore_without_effect import RULE as WITHOUT_EFFECT
from generator.errors import Diagnostic
from generator.source.report import did_you_mean, key_path
from generator.source.yaml import Document, Path
from generator.spec.ignores import IgnoreWritten

Found = tuple[Rule, Finding]


@dataclass(frozen=True)
class Outcome:
    diagnostics: tuple[Diagnostic, ...]
    idle: tuple[str, ...]  # codes of the command line that ignored nothing


@dataclass(frozen=True)
class _Ignore:
    """An entry, and what it reaches: all of the spec where it names neither an environment nor an image."""

    document: Document
    path: Path
    written: IgnoreWritten
    environment: str | None = None
    image: str | None = None

    def reaches(self, found: Found) -> bool:
        rule, finding = found
        return (
            rule.code == self.written.code
            and self.environment in (None, finding.environment)
            and self.image in (None, finding.image)
        )

    def is_expired(self, today: date) -> bool:
        return self.written.until is not None and date.fromisoformat(self.written.until) < today


def check_rules(context: Context, codes: Collection[str] = ()) -> Outcome:
    """What all rules find; `codes` are ignored everywhere."""
    found: list[Found] = [(rule, finding) for rule in RULES.values() for finding in rule.find(context)]
    ignores = list(_ignores(context))
    valid = [ignore for ignore in ignores if not ignore.is_expired(context.today)]
    left = [each for each in found if not any(ignore.reaches(each) for ignore in valid)]
    left += [(WITHOUT_EFFECT, finding) for finding in _without_effect(ignores, found, context.today)]
    shown = {_diagnostic(*each) for each in left if each[0].code not in codes}
    every = {rule.code for rule, _ in [*found, *left]}
    return Outcome(tuple(sorted(shown)), tuple(code for code in codes if code not in every))


def _without_effect(ignores: Iterable[_Ignore], found: Collection[Found], today: date) -> Iterator[Finding]:
    for ignore in ignores:
        code, message = ignore.written.code, ""
        if code not in RULES:
            message = f"there is no rule {code}.{did_you_mean(code, RULES)} `goldsmith explain` lists all."
        elif not any(ignore.reaches(each) for each in found):
            message = f"{code} finds nothing here. Remove it."
        elif ignore.is_expired(today):
            message = f"was meant until {ignore.written.until}, and {code} still finds it. Mend it, or set a new date."
        if message:
            yield Finding(ignore.document, (*ignore.path, "code"), message, ignore.environment, ignore.image)


def _ignores(context: Context) -> Iterator[_Ignore]:
    sources = context.sources
    if sources.organization:
        yield from _entries(sources.organization.document, (), sources.organization.written.ignore)
    for name, source in sources.environments.items():
        yield from _entries(source.document, (), source.written.ignore, name)
        for image in context.spec.environments[name].images:
            document, path = context.place(name, image.name)
            yield from _entries(document, path, context.use(name, image.name).ignore, name, image.name)
    for name, image_source in sources.images.items():
        yield from _entries(image_source.document, (), image_source.written.ignore, None, name)


def _entries(
    document: Document,
    path: Path,
    written: Iterable[IgnoreWritten] | None,
    environment: str | None = None,
    image: str | None = None,
) -> Iterator[_Ignore]:
    for index, each in enumerate(written or ()):
        yield _Ignore(document, (*path, "ignore", index), each, environment, image)


def _diagnostic(rule: Rule, finding: Finding) -> Diagnostic:
    place = finding.document.place(finding.path)
    return Diagnostic(
        finding.document.file,
        place.line,
        place.column,
        key_path(finding.path),
        finding.message,
        rule.severity,
        rule.code,
    )
