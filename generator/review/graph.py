"""A Mermaid graph of what changes where: reasons, groups of the same changes, and the environments they reach.

GitHub and GitLab draw what stands in a block of `mermaid`: https://mermaid.js.org/syntax/flowchart.html.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from generator.review.escaping import Md, fenced, label
from generator.review.model import Group, PlannedRoot, Review
from generator.review.summary import counted, signed

REASONS, GROUPS, PLACES = 6, 10, 12  # nodes of each kind; one more says how many are left out
_STYLES = {
    "block": "  classDef block fill:#ffebe9,stroke:#cf222e,stroke-width:3px,color:#1f2328",
    "warn": "  classDef warn fill:#fff8c5,stroke:#9a6700,stroke-width:2px,color:#1f2328",
}


@dataclass(frozen=True)
class _Column:
    """A node of the middle: a group, or all groups that are left out."""

    id: str
    line: str
    roots: Sequence[PlannedRoot]
    style: str = ""


def graph(review: Review) -> Md | None:
    """The graph as a block of Mermaid; None where nothing changes."""
    if not review.groups:
        return None
    columns = [_group(number, group) for number, group in enumerate(review.groups[:GROUPS])]
    more = review.groups[GROUPS:]
    if more:
        roots = [root for group in more for root in group.roots]
        text = f"and {counted(len(more), 'more group')}: {counted(len(roots), 'root')}"
        columns.append(_Column("gmore", f"  gmore[{label(text)}]", roots))
    styles = [line for style, line in _STYLES.items() if any(style == column.style for column in columns)]
    lines = [*_reasons(columns), *(column.line for column in columns), *_places(columns), *styles]
    return fenced(["flowchart LR", *lines], "mermaid")


def _group(number: int, group: Group) -> _Column:
    odd = ", odd" if group.odd else ""
    text = f"{group.name}: {signed(group.counts)} in {counted(len(group.roots), 'root')}{odd}"
    style = group.level if group.level in _STYLES else ""
    styled = f":::{style}" if style else ""
    return _Column(f"g{number}", f"  g{number}[{label(text)}]{styled}", group.roots, style or "")


def _reasons(columns: Iterable[_Column]) -> list[str]:
    """Reasons, each with an arrow to every group of a root that it affects."""
    reached: dict[str, list[str]] = {}
    for column in columns:
        for text in dict.fromkeys(reason.text for root in column.roots for reason in root.reasons):
            reached.setdefault(text, []).append(column.id)
    lines = []
    for number, (text, groups) in enumerate(list(reached.items())[:REASONS]):
        lines.append(f"  r{number}([{label(text)}])")
        lines += [f"  r{number} --> {group}" for group in groups]
    if len(reached) > REASONS:
        more = dict.fromkeys(group for groups in list(reached.values())[REASONS:] for group in groups)
        text = f"and {counted(len(reached) - REASONS, 'more reason')}"
        lines.append(f"  rmore([{label(text)}])")
        lines += [f"  rmore --> {group}" for group in more]
    return lines


def _places(columns: Iterable[_Column]) -> list[str]:
    """Environments, each with an arrow from every group that reaches it, which says in how many roots."""
    roots = _by_environment(columns)
    shown = {name: f"e{number}" for number, name in enumerate(list(roots)[:PLACES])}
    lines = [f"  {node}[({label(_place(name, roots[name]))})]" for name, node in shown.items()]
    if len(roots) > PLACES:
        text = f"and {counted(len(roots) - PLACES, 'more environment')}"
        lines.append(f"  emore[({label(text)})]")
    for column in columns:
        counts: dict[str, int] = {}
        for root in column.roots:
            node = shown.get(root.environment, "emore")
            counts[node] = counts.get(node, 0) + 1
        lines += [f"  {column.id} -->|{number}| {node}" for node, number in counts.items()]
    return lines


def _by_environment(columns: Iterable[_Column]) -> dict[str, list[PlannedRoot]]:
    found: dict[str, list[PlannedRoot]] = {}
    for column in columns:
        for root in column.roots:
            found.setdefault(root.environment, []).append(root)
    return found


def _place(environment: str, roots: Sequence[PlannedRoot]) -> str:
    accounts, regions = {root.account for root in roots}, {root.region for root in roots}
    return f"{environment}: {counted(len(accounts), 'account')}, {counted(len(regions), 'Region')}"
