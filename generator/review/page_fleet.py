"""The roots on the page: how bad each is, its cell in the matrix of accounts and Regions, its row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from generator.review.model import PlannedRoot, Review
from generator.review.summary import findings, group_names, signed
from generator.review.visible import clipped

NAME, PROSE = 200, 2_000  # characters that are shown

View = Mapping[str, object]
LEVELS = (
    {"css": "failed", "mark": "✗", "label": "not planned"},
    {"css": "block", "mark": "■", "label": "a risk blocks"},
    {"css": "warn", "mark": "▲", "label": "a risk to know of"},
    {"css": "note", "mark": "●", "label": "something to note"},
    {"css": "allowed", "mark": "✓", "label": "its risks are allowed"},
    {"css": "fine", "mark": "+", "label": "changes"},
    {"css": "none", "mark": "=", "label": "no changes"},
)
LABELS = {level["css"]: level for level in LEVELS}
SHORT = {
    "failed": "failed",
    "block": "block",
    "warn": "warn",
    "note": "note",
    "allowed": "allowed",
    "fine": "no risk",
    "none": "same",
}


class Roots:
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
        return identifier("group", group.name) if group else identifier("root", root.name)


def matrices(roots: Roots) -> list[View]:
    """One for each environment: a row for each account, a column for each Region."""
    members: dict[str, list[PlannedRoot]] = {}
    for root in roots.all:
        members.setdefault(root.environment, []).append(root)
    return [_matrix(environment, each, roots) for environment, each in members.items()]


def _matrix(environment: str, members: Sequence[PlannedRoot], roots: Roots) -> View:
    regions = sorted({root.region for root in members})
    places: dict[str, dict[str, PlannedRoot]] = {}
    for root in members:
        places.setdefault(root.account, {})[root.region] = root
    rows = [
        {
            "account": shown(account),
            "cells": [_cell(there[region], roots) if region in there else None for region in regions],
        }
        for account, there in places.items()
    ]
    return {"environment": shown(environment), "regions": [shown(region) for region in regions], "rows": rows}


def _cell(root: PlannedRoot, roots: Roots) -> View:
    css = roots.css(root)
    group = roots.group.get(root.name)
    named = f"group {group.name}, {signed(group.counts)}" if group else "no group"
    return {
        "css": css,
        "mark": LABELS[css]["mark"],
        "text": f"{shown(group.name)}{' odd,' if group.odd else ''} {SHORT[css]}" if group else SHORT[css],
        "target": roots.target(root),
        "number": str(roots.number[root.name]),
        "label": clipped(f"{root.account} in {root.region}: {LABELS[css]['label']}, {named}", PROSE),
    }


def link(root: PlannedRoot) -> View:
    return {"id": identifier("root", root.name), "name": shown(root.name)}


def row(root: PlannedRoot, roots: Roots) -> View:
    css = roots.css(root)
    group = roots.group.get(root.name)
    return {
        "id": identifier("root", root.name),
        "number": str(roots.number[root.name]),
        "environment": shown(root.environment),
        "name": shown(root.name),
        "account": shown(root.account),
        "account_id": shown(root.account_id),
        "css": css,
        "mark": LABELS[css]["mark"],
        "label": f"{LABELS[css]['label']}{', removed' if root.removed else ''}",
        "target": identifier("group", group.name) if group else "",
        "group": shown(group.name) if group else "",
        "digest": root.digest[:16],
        "why": clipped("; ".join(reason.text for reason in root.reasons), PROSE),
    }


def identifier(kind: str, name: str) -> str:
    """`root-prod/web-prod/us-east-1`: the same in `id` and in `href`, whatever the name is."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9./-]', lambda found: f'_{ord(found[0]):x}_', name[:NAME])}"


def prose(message: str) -> list[View]:
    """The parts of a message; those in backticks are code."""
    parts = clipped(message.replace("->", "→"), PROSE).split("`")
    if len(parts) % 2 == 0:  # one that is left over marks nothing
        parts[-2:] = ["`".join(parts[-2:])]
    return [{"text": part, "is_code": bool(number % 2)} for number, part in enumerate(parts) if part]


def shown(text: str) -> str:
    return clipped(text, NAME)
