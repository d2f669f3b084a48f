"""The risks of a fleet's plans, with those that the spec lets through for a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from generator.review.globs import glob_matches
from generator.review.model import Allowance, Planned, PlannedRoot, Risk
from generator.review.rules import RULES
from generator.review.rules.r001_allowance_without_effect import RULE as WITHOUT_EFFECT
from generator.spec.model_allowances import AllowedRisk


@dataclass
class _Entry:
    """An entry under `allow`, and how many risks it is about."""

    allowed: AllowedRisk
    found: int = field(default=0)

    def reaches(self, risk: Risk, environment: str) -> bool:
        return (
            self.allowed.environment in (None, environment)
            and glob_matches(self.allowed.root, risk.root)
            and glob_matches(self.allowed.address, risk.address)
        )


def find_risks(planned: Planned, allowances: Sequence[AllowedRisk], today: date) -> tuple[Risk, ...]:
    """Every risk: in the order of the roots, then of the rules. What an entry lets through says so.

    An entry that lets nothing through is a risk itself, as is one whose day has passed and that is needed still.
    """
    entries: dict[str, list[_Entry]] = {}
    for allowed in allowances:
        entries.setdefault(allowed.code, []).append(_Entry(allowed))
    risks = [
        _judged(risk, entries.get(risk.code, ()), root.environment, today)
        for root in planned.roots
        for risk in _risks_of(root)
    ]
    told = _without_effect([each for found in entries.values() for each in found], planned, today)
    return (*risks, *told)


def _risks_of(root: PlannedRoot) -> Iterator[Risk]:
    """Those that its worker found, and those that are about the root as such."""
    yield from root.findings
    for rule in RULES.values():
        if rule.find_in_root:
            for finding in rule.find_in_root(root):
                yield rule.risk(root.name, finding)


def _judged(risk: Risk, entries: Iterable[_Entry], environment: str, today: date) -> Risk:
    """The risk, allowed where an entry says so whose day has not passed; of several the one that holds longest."""
    reaching = [each for each in entries if each.reaches(risk, environment)]
    for each in reaching:
        each.found += 1
    valid = [each.allowed for each in reaching if each.allowed.until >= today]
    if not valid:
        return risk
    longest = max(valid, key=lambda each: each.until)
    return replace(risk, allowed=Allowance(longest.reason, longest.until))


def _without_effect(entries: Iterable[_Entry], planned: Planned, today: date) -> Iterator[Risk]:
    """Entries that need another look. A root that failed, or was not asked for, may be what one is about."""
    for entry in entries:
        allowed = entry.allowed
        if entry.found and allowed.until < today:
            message = f"{allowed.place}: {allowed.code} was let through until {allowed.until}, and is still found."
            yield Risk(WITHOUT_EFFECT.code, WITHOUT_EFFECT.name, WITHOUT_EFFECT.level, "", allowed.address, message)
        elif not entry.found and _is_in_view(allowed, planned):
            message = f"{allowed.place}: {allowed.code} is found nowhere; the entry can go once all is applied."
            yield Risk(WITHOUT_EFFECT.code, WITHOUT_EFFECT.name, "note", "", allowed.address, message)


def _is_in_view(allowed: AllowedRisk, planned: Planned) -> bool:
    """Whether what an entry is about has been looked at: there are such roots, and none of them failed."""
    states = [
        root.state
        for root in planned.roots
        if allowed.environment in (None, root.environment) and glob_matches(allowed.root, root.name)
    ]
    prefix = f"{allowed.environment}/" if allowed.environment else ""
    unaffected = any(name.startswith(prefix) and glob_matches(allowed.root, name) for name in planned.unaffected)
    return "failed" not in states and (bool(states) or unaffected)
