"""A review as one page of HTML that holds all it needs: nothing is loaded, and it can be read without its script.

What somebody else wrote is escaped by the template, and made visible before. The page's own style and script are the
only ones that run: the policy names them by their hashes (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from markupsafe import Markup

from generator.review.diffs import lines_of
from generator.review.model import Group, PlannedRoot, Review
from generator.review.parts import DIFF_MARKS
from generator.review.summary import (
    Failure,
    Finding,
    apply_words,
    counted,
    dangers,
    dangers_in_words,
    failures,
    findings,
    group_names,
    groups_of,
    is_appliable,
    reasons,
    signed,
    verdict,
)
from generator.review.templates import fill_page, static
from generator.review.textdiff import Line
from generator.review.visible import clipped

GROUP_LINES = 2_000  # of a group's diff
ALL_LINES = 60_000  # of all diffs: a browser shows them in a second or two
LINKED = 20  # groups that a risk leads to
NAME, PROSE, FAILURE = 200, 2_000, 10_000  # characters that are shown

View = Mapping[str, object]
_LEVELS = (
    {"css": "failed", "mark": "✗", "label": "not planned"},
    {"css": "block", "mark": "■", "label": "a risk blocks"},
    {"css": "warn", "mark": "▲", "label": "a risk to know of"},
    {"css": "note", "mark": "●", "label": "something to note"},
    {"css": "allowed", "mark": "✓", "label": "its risks are allowed"},
    {"css": "fine", "mark": "+", "label": "changes"},
    {"css": "none", "mark": "=", "label": "no changes"},
)
_LABELS = {level["css"]: level for level in _LEVELS}
_SHORT = {
    "failed": "failed",
    "block": "block",
    "warn": "warn",
    "note": "note",
    "allowed": "allowed",
    "fine": "no risk",
    "none": "same",
}


class _Roots:
    """What the page knows of each root: its number, its place, how bad it is, its group."""

    def __init__(self, review: Review) -> None:
        self.all = review.planned.roots
        self.number = {root.name: number for number, root in enumerate(self.all)}
        self.group_names = group_names(review)
        self.group = {root.name: group for group in review.groups for root in group.roots}
        self._worst: dict[str, str] = {}
        for finding in reversed(findings(review.risks)):
            self._worst |= dict.fromkeys(finding.roots, "allowed" if finding.risk.allowed else finding.risk.level)

    def css(self, root: PlannedRoot) -> str:
        if root.state == "failed":
            return "failed"
        return self._worst.get(root.name) or ("fine" if root.state == "changed" else "none")

    def numbers(self, roots: Iterable[PlannedRoot]) -> str:
        return self.of_names(root.name for root in roots)

    def of_names(self, names: Iterable[str]) -> str:
        return " ".join(str(self.number[name]) for name in names if name in self.number)

    def target(self, root: PlannedRoot) -> str:
        """Where a cell leads: to what would be done there, or to the root itself."""
        group = self.group.get(root.name)
        return _id("group", group.name) if group else _id("root", root.name)


def page(review: Review) -> str:
    """The page. The same review gives the same text."""
    roots = _Roots(review)
    style, script = static("page.css"), static("page.js")
    groups = list(_groups(review, roots))
    left = len(review.groups) - len(groups)
    return fill_page(
        {
            "policy": _policy(style, script),
            # Files of ours that take no values: not escaped, since a style or a script would not be one any more.
            "style": Markup(style),  # noqa: S704
            "script": Markup(script),  # noqa: S704
            "verdict": verdict(review),
            "facts": list(_facts(review)),
            "banner": _banner(review),
            "environments": [_shown(name) for name in dict.fromkeys(root.environment for root in roots.all)],
            "levels": _LEVELS,
            "matrices": _matrices(roots),
            "failures": [_failure(number, each, roots) for number, each in enumerate(failures(review))],
            "risks": [_risk(finding, roots) for finding in findings(review.risks)],
            "groups": groups,
            "groups_left": f"And {counted(left, 'more group')}, too long for one page." if left else "",
            "command": apply_words(review) if is_appliable(review) else "",
            "reasons": [{"text": _prose(text), "roots": counted(number, "root")} for text, number in reasons(review)],
            "roots": [_root(root, roots) for root in roots.all],
            "unaffected": _unaffected(review),
        }
    )


def _policy(style: str, script: str) -> str:
    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{digest(style)}'; script-src 'sha256-{digest(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _facts(review: Review) -> Iterator[View]:
    planned = review.planned
    facts = {
        "Fleet digest": review.digest,
        "commit": planned.commit,
        "compared with": planned.base,
        "Terraform": planned.terraform,
    }
    return ({"name": name, "value": _shown(value)} for name, value in facts.items() if value)


def _banner(review: Review) -> View | None:
    found = dangers(review)
    where = [
        {"environment": _shown(each.environment), "counts": f"{each.signs} in {counted(each.roots, 'root')}"}
        for each in found
    ]
    return {"what": dangers_in_words(found), "where": where} if found else None


def _matrices(roots: _Roots) -> list[View]:
    """One for each environment: a row for each account, a column for each Region."""
    return [
        _matrix(environment, [root for root in roots.all if root.environment == environment], roots)
        for environment in dict.fromkeys(root.environment for root in roots.all)
    ]


def _matrix(environment: str, members: Sequence[PlannedRoot], roots: _Roots) -> View:
    regions = sorted({root.region for root in members})
    places: dict[str, dict[str, PlannedRoot]] = {}
    for root in members:
        places.setdefault(root.account, {})[root.region] = root
    rows = [
        {
            "account": _shown(account),
            "cells": [_cell(there[region], roots) if region in there else None for region in regions],
        }
        for account, there in places.items()
    ]
    return {"environment": _shown(environment), "regions": [_shown(region) for region in regions], "rows": rows}


def _cell(root: PlannedRoot, roots: _Roots) -> View:
    css = roots.css(root)
    group = roots.group.get(root.name)
    named = f"group {group.name}, {signed(group.counts)}" if group else "no group"
    return {
        "css": css,
        "mark": _LABELS[css]["mark"],
        "text": f"{_shown(group.name)}{' odd,' if group.odd else ''} {_SHORT[css]}" if group else _SHORT[css],
        "target": roots.target(root),
        "number": str(roots.number[root.name]),
        "label": clipped(f"{root.account} in {root.region}: {_LABELS[css]['label']}, {named}", PROSE),
    }


def _failure(number: int, failure: Failure, roots: _Roots) -> View:
    lines = [clipped(line, PROSE) for line in failure.message[:FAILURE].split("\n")]
    more = len(failure.message) - FAILURE
    return {
        "id": f"failure-{number}",
        "title": counted(len(failure.roots), "root"),
        "numbers": roots.numbers(failure.roots),
        "roots": [_link(root) for root in failure.roots],
        "message": "\n".join([*lines, f"… ({more:,} more characters)"] if more > 0 else lines),
    }


def _risk(finding: Finding, roots: _Roots) -> View:
    risk = finding.risk
    groups = groups_of(finding, roots.group_names)
    allowed = risk.allowed and {
        "until": risk.allowed.until.isoformat(),
        "reason": clipped(risk.allowed.reason, PROSE),
    }
    return {
        "numbers": roots.of_names(finding.roots),
        "css": "allowed" if risk.allowed else risk.level,
        "level": f"{risk.level}, allowed" if risk.allowed else risk.level,
        "code": _shown(risk.code),
        "name": _shown(risk.name),
        "where": _shown(finding.places),
        "groups": [{"id": _id("group", name), "name": _shown(name)} for name in groups[:LINKED]],
        "more_groups": f" and {len(groups) - LINKED} more" if len(groups) > LINKED else "",
        "address": _shown(risk.address),
        "message": _prose(risk.message),
        "allowed": allowed,
    }


def _groups(review: Review, roots: _Roots) -> Iterator[View]:
    room = ALL_LINES
    for group in review.groups:
        lines = lines_of(group.plan, GROUP_LINES)
        room -= len(lines)
        if room < 0:
            return
        yield _group(group, lines, roots, only=len(review.groups) == 1)


def _group(group: Group, lines: Sequence[Line], roots: _Roots, *, only: bool) -> View:
    css = group.level or ("allowed" if group.risks else "fine")
    return {
        "id": _id("group", group.name),
        "name": _shown(group.name),
        "numbers": roots.numbers(group.roots),
        "open": Markup(" open") if only else "",
        "signs": signed(group.counts),
        "where": f"{counted(len(group.roots), 'root')} of {_shown(', '.join(group.environments))}",
        "css": css,
        "level": f"{_LABELS[css]['mark']} {_SHORT[css]}",
        "odd": _prose(group.odd),
        "removed": all(root.removed for root in group.roots),
        "risks": [{**_risk(finding, roots), "groups": []} for finding in findings(group.risks)],
        "digest": _shown(group.digest),
        "lines": [_line(line) for line in lines],
        "title": "Its root" if len(group.roots) == 1 else f"Its {counted(len(group.roots), 'root')}",
        "roots": [_link(root) for root in group.roots],
    }


def _line(line: Line) -> View:
    return {"css": line.kind, "text": line.text if line.kind == "head" else f"{DIFF_MARKS[line.kind]}{line.text}"}


def _link(root: PlannedRoot) -> View:
    return {"id": _id("root", root.name), "name": _shown(root.name)}


def _root(root: PlannedRoot, roots: _Roots) -> View:
    css = roots.css(root)
    group = roots.group.get(root.name)
    return {
        "id": _id("root", root.name),
        "number": str(roots.number[root.name]),
        "environment": _shown(root.environment),
        "name": _shown(root.name),
        "account": _shown(root.account),
        "account_id": _shown(root.account_id),
        "css": css,
        "mark": _LABELS[css]["mark"],
        "label": f"{_LABELS[css]['label']}{', removed' if root.removed else ''}",
        "target": _id("group", group.name) if group else "",
        "group": _shown(group.name) if group else "",
        "digest": root.digest[:16],
        "why": clipped("; ".join(reason.text for reason in root.reasons), PROSE),
    }


def _unaffected(review: Review) -> View | None:
    names = review.planned.unaffected
    if not names:
        return None
    title = f"{counted(len(names), 'root')} not planned, since nothing of theirs differs"
    return {"title": title, "names": [_shown(name) for name in names]}


def _id(kind: str, name: str) -> str:
    """`root-prod/web-prod/us-east-1`: the same in `id` and in `href`, whatever the name is."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9./-]', lambda found: f'_{ord(found[0]):x}_', name[:NAME])}"


def _prose(message: str) -> list[View]:
    """The parts of a message; those in backticks are code."""
    parts = clipped(message.replace("->", "→"), PROSE).split("`")
    if len(parts) % 2 == 0:  # one that is left over marks nothing
        parts[-2:] = ["`".join(parts[-2:])]
    return [{"text": part, "is_code": bool(number % 2)} for number, part in enumerate(parts) if part]


def _shown(text: str) -> str:
    return clipped(text, NAME)
