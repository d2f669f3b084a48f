"""The parts of a comment, each as Markdown: what they say is in summary.py, how it is laid out in templates/review/."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from generator.review.escaping import Md, cell, code, fenced, html_code, in_table, joined, prose, trusted
from generator.review.limits import Detail
from generator.review.model import Group, Level, PlannedRoot, Review
from generator.review.summary import (
    Finding,
    apply_words,
    counted,
    dangers,
    dangers_in_words,
    failures,
    findings,
    group_names,
    groups_of,
    reasons,
    signed,
)
from generator.review.textdiff import Line

ENVIRONMENTS = 12  # that a list names
GROUPS = 4  # that the line of a risk names
MESSAGE_LINES = 12  # of Terraform's error
SHORT_DIGEST = 12
DIFF_MARKS = {"add": "+ ", "remove": "- ", "change": "! ", "same": "  ", "note": "# "}
LEVEL_MARKS: Mapping[Level, str] = {"block": "🛑 block", "warn": "⚠️ warn", "note": "💬 note"}


def names(texts: Sequence[str], limit: int, thing: str) -> Md:
    """`a`, `b` and 12 more roots."""
    shown = joined(", ", map(code, texts[:limit]))
    more = len(texts) - limit
    return shown if more <= 0 else Md(f"{shown} and {counted(more, f'more {thing}')}")


def banner(review: Review) -> list[Md]:
    """What is replaced or destroyed, and in which environments; nothing where nothing is."""
    found = dangers(review)
    if not found:
        return []
    where = [
        Md(f"{code(each.environment)} ({each.signs} in {counted(each.roots, 'root')})") for each in found[:ENVIRONMENTS]
    ]
    more = len(found) - ENVIRONMENTS
    rest = f" and {counted(more, 'more environment')}" if more > 0 else ""
    return [Md(f"**{dangers_in_words(found)}**, in {joined(', ', where)}{rest}.")]


def group_rows(review: Review, detail: Detail) -> list[Mapping[str, Md]]:
    return [
        {
            "name": Md(f"**{cell(group.name, 20)}**"),
            "where": _where(group),
            "changes": trusted(signed(group.counts)),
            "digest": cell(group.digest[:SHORT_DIGEST]),
            "risk": _risk(group),
        }
        for group in review.groups[: detail.groups]
    ]


def _where(group: Group) -> Md:
    """The one root, or how many there are in each environment; then what makes the group odd."""
    if len(group.roots) == 1:
        where = cell(group.roots[0].name)
    else:
        counts: dict[str, int] = {}
        for root in group.roots:
            counts[root.environment] = counts.get(root.environment, 0) + 1
        shown = [Md(f"{cell(name)} {counted(number, 'root')}") for name, number in list(counts.items())[:4]]
        more = len(counts) - len(shown)
        rest = f" and {counted(more, 'more environment')}" if more else ""
        where = Md(f"{joined(', ', shown)}{rest}")
    if all(root.removed for root in group.roots):
        where = Md(f"{where}<br>gone from the spec")
    return where if not group.odd else Md(f"{where}<br>odd: {in_table(prose(group.odd, 160))}")


def _risk(group: Group) -> Md:
    """The worst level that nobody allowed, with the codes of that level."""
    if group.level is None:
        return trusted("allowed" if group.risks else "none")
    codes = dict.fromkeys(risk.code for risk in group.risks if risk.level == group.level and risk.allowed is None)
    return Md(f"{LEVEL_MARKS[group.level]} {joined(', ', (cell(each, 40) for each in list(codes)[:4]))}")


def risk_lines(review: Review, limit: int) -> list[Md]:
    names = group_names(review)
    return [_risk_line(finding, groups_of(finding, names)) for finding in findings(review.risks)[:limit]]


def _risk_line(finding: Finding, groups: Sequence[str]) -> Md:
    risk = finding.risk
    where = code(finding.places) if finding.roots[0] and len(finding.roots) == 1 else finding.places
    if groups:
        shown = joined(", ", (code(name, 20) for name in groups[:GROUPS]))
        where = f"{where} ({shown}{' and others' if len(groups) > GROUPS else ''})"
    subject = f"{code(risk.address)}: " if risk.address else ""
    line = f"{LEVEL_MARKS[risk.level]} **{code(risk.code, 40)}** {code(risk.name, 60)} in {where}: {subject}"
    allowed = ""
    if risk.allowed:
        allowed = f" *Allowed until {risk.allowed.until.isoformat()}:* {prose(risk.allowed.reason, 200)}"
    return Md(f"{line}{prose(risk.message)}{allowed}")


def diff_block(lines: Iterable[Line]) -> Md:
    """Markers in the first column, where the colours of a diff are found."""
    return fenced(map(_diff_line, lines), "diff")


def _diff_line(line: Line) -> str:
    return f"@@ {line.text} @@" if line.kind == "head" else f"{DIFF_MARKS[line.kind]}{line.text}"


def diff_summary(group: Group) -> Md:
    """The line that unfolds a group: HTML, in which Markdown is not read."""
    environments = ", ".join(html_code(name, 60).text for name in group.environments[:4])
    more = len(group.environments) - 4
    rest = f" and {more} more" if more > 0 else ""
    roots, odd = counted(len(group.roots), "root"), ", odd" if group.odd else ""
    return Md(f"<b>{html_code(group.name, 20)}</b>: {signed(group.counts)} in {roots} of {environments}{rest}{odd}")


def failure_views(review: Review, detail: Detail) -> list[Mapping[str, Md]]:
    return [
        {
            "title": trusted(counted(len(failure.roots), "root")),
            "roots": root_names(failure.roots, detail.names),
            "message": fenced(_first_lines(failure.message)),
        }
        for failure in failures(review)[: detail.failures]
    ]


def _first_lines(message: str) -> list[str]:
    lines = [f"{line[:300]}…" if len(line) > 300 else line for line in message.strip().splitlines()]
    more = len(lines) - MESSAGE_LINES
    return lines if more <= 0 else [*lines[:MESSAGE_LINES], f"… and {more} more lines"]


def reason_lines(review: Review, limit: int) -> list[Md]:
    return [Md(f"{prose(text, 200)} ({counted(number, 'root')})") for text, number in reasons(review)[:limit]]


def root_names(roots: Sequence[PlannedRoot], limit: int) -> Md:
    return names([root.name for root in roots], limit, "root")


def apply_command(review: Review) -> Md:
    return fenced([apply_words(review)], "sh")


def tallies(review: Review) -> list[Md]:
    """What is there, in numbers: groups, risks by level, changed roots by environment."""
    odd = sum(bool(group.odd) for group in review.groups)
    lines = [f"{counted(len(review.groups), 'group')} of changes" + (f", {odd} of them odd" if odd else "")]
    levels = Counter("allowed" if each.risk.allowed else each.risk.level for each in findings(review.risks))
    if levels:
        lines.append(f"Risks: {', '.join(f'{number} {level}' for level, number in levels.items())}")
    changed = Counter(root.environment for root in review.changed)
    for name, number in changed.most_common(ENVIRONMENTS):
        lines.append(f"{code(name)}: {counted(number, 'root')} with changes")
    if len(changed) > ENVIRONMENTS:
        lines.append(f"… and {counted(len(changed) - ENVIRONMENTS, 'more environment')}")
    return list(map(Md, lines))


def left_out(number: int, thing: str) -> Md | None:
    """`and 12 more groups`; None where all are shown."""
    return trusted(f"and {counted(number, f'more {thing}')}") if number > 0 else None
