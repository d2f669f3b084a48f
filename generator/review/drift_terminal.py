"""Drift for people at a terminal: the verdict, a table of groups, the first diffs, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from generator.review.diffs import lines_of
from generator.review.drifted import Drifted, DriftGroup, in_words, verdict, who
from generator.review.summary import counted
from generator.review.terminal import DIFF_LINES, DIFFS, GROUPS, NAME, line_text
from generator.review.visible import clipped


def drift_summary(drifted: Drifted) -> RenderableType:
    """What a rich console prints. Text that somebody else wrote is Text: neither markup nor escape sequences work."""
    return Lines(*_parts(drifted))


def _parts(drifted: Drifted) -> Iterator[RenderableType]:
    yield Text(verdict(drifted), style="bold red" if drifted.review.failed else "bold")
    for root in drifted.review.failed:
        yield Text(f"Not looked at: {clipped(root.name, NAME)}", style="red")
    if drifted.groups:
        yield _table(drifted)
    for each in drifted.groups[:DIFFS]:
        yield _detail(each)
    more = len(drifted.groups) - DIFFS
    if more > 0:
        yield Text(f"and {counted(more, 'more group')}: `--markdown FILE` shows them", style="dim")


def _table(drifted: Drifted) -> Table:
    table = Table("Group", "Where", "Found", "Who should look")
    for each in drifted.groups[:GROUPS]:
        owners = "\n".join(clipped(who(owner), NAME) for owner in each.owners)
        table.add_row(each.group.name, Text(_where(each)), Text(in_words(each.counts)), Text(owners))
    return table


def _detail(each: DriftGroup) -> RenderableType:
    title = Text(f"\n{each.group.name}: {_where(each)}", style="bold")
    steps = (
        Text("Set back what the spec says:"),
        Text(each.command, style="bold", no_wrap=True, overflow="fold"),
        Text("or write what was found into the spec, and have that change reviewed."),
    )
    return Lines(title, *map(line_text, lines_of(each.group.plan, DIFF_LINES)), *steps)


def _where(each: DriftGroup) -> str:
    roots = each.group.roots
    if len(roots) == 1:
        return clipped(roots[0].name, NAME)
    return f"{counted(len(roots), 'root')} of {clipped(', '.join(each.group.environments), NAME)}"
