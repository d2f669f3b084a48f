"""A review for people at a terminal: the verdict, a table of groups, risks, the first diffs, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rich.console import Group as Lines
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from generator.review.diffs import lines_of
from generator.review.markdown import MARKS
from generator.review.model import Group, Level, Review
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
    is_appliable,
    reasons,
    signed,
    situation,
    verdict,
)
from generator.review.textdiff import Line
from generator.review.visible import clipped

GROUPS, DIFFS, DIFF_LINES, RISKS, REASONS, NAMES = 50, 5, 40, 20, 10, 3
NAME, MESSAGE = 120, 600
_STYLES: Mapping[str, str] = {
    "head": "bold cyan",
    "add": "green",
    "remove": "red",
    "change": "yellow",
    "note": "dim",
    "same": "",
}
_LEVEL_STYLES: Mapping[Level | None, str] = {"block": "bold red", "warn": "yellow", "note": "blue", None: ""}


def summary(review: Review) -> RenderableType:
    """What a rich console prints. Text that somebody else wrote is Text: neither markup nor escape sequences work."""
    return Lines(*_parts(review))


def _parts(review: Review) -> Iterator[RenderableType]:
    yield Text(f"{MARKS[situation(review)]} {verdict(review)}", style="bold")
    found = dangers(review)
    if found:
        where = ", ".join(f"{_name(each.environment)} ({each.signs})" for each in found)
        yield Text(f"{dangers_in_words(found)}, in {where}", style="bold red")
    for failure in failures(review):
        yield from _failure(failure)
    if review.groups:
        yield _table(review)
    yield from _listed(map(_risk, findings(review.risks)), RISKS, "risk")
    for group in review.groups[:DIFFS]:
        yield _diff(group)
    yield from _more(len(review.groups) - DIFFS, "group", "`--html FILE` shows them all")
    why = (Text(f"{clipped(text, MESSAGE)} ({counted(number, 'root')})") for text, number in reasons(review))
    yield from _listed(why, REASONS, "reason")
    yield from _rest(review)


def _failure(failure: Failure) -> Iterator[RenderableType]:
    names = [_name(root.name) for root in failure.roots[:NAMES]]
    more = f" and {len(failure.roots) - NAMES} more" if len(failure.roots) > NAMES else ""
    yield Text(f"\nNot planned: {', '.join(names)}{more}", style="bold red")
    lines = failure.message.strip().splitlines()[:DIFF_LINES]
    yield Padding(Text("\n".join(clipped(line, MESSAGE) for line in lines)), (0, 2))


def _table(review: Review) -> Table:
    table = Table("Group", "Where", "Changes", "Digest", "Risk", title_justify="left")
    for group in review.groups[:GROUPS]:
        level = group.level or ("allowed" if group.risks else "none")
        codes = dict.fromkeys(risk.code for risk in group.risks if risk.level == group.level and not risk.allowed)
        table.add_row(
            Text(f"{_name(group.name)}{' odd' if group.odd else ''}"),
            Text(_where(group)),
            Text(signed(group.counts)),
            Text(_name(group.digest[:12])),
            Text(" ".join([level, *map(_name, list(codes)[:4])]), style=_LEVEL_STYLES[group.level]),
        )
    return table


def _where(group: Group) -> str:
    if len(group.roots) == 1:
        return _name(group.roots[0].name)
    return f"{counted(len(group.roots), 'root')} of {_name(', '.join(group.environments))}"


def _risk(finding: Finding) -> Text:
    risk = finding.risk
    allowed = f" (allowed until {risk.allowed.until}: {clipped(risk.allowed.reason, NAME)})" if risk.allowed else ""
    text = Text(f"{risk.level} {_name(risk.code)}", style=_LEVEL_STYLES[None if risk.allowed else risk.level])
    subject = f" {_name(risk.address)}:" if risk.address else ""
    return text.append(
        f" in {_name(finding.places)}:{subject} {clipped(risk.message, MESSAGE)}{allowed}", style="default not bold"
    )


def _diff(group: Group) -> RenderableType:
    title = Text(f"\n{_name(group.name)}: {_where(group)}", style="bold")
    odd = [Text(f"Odd: {clipped(group.odd, MESSAGE)}")] if group.odd else []
    return Lines(title, *odd, *map(line_text, lines_of(group.plan, DIFF_LINES)))


def line_text(line: Line) -> Text:
    mark = "" if line.kind == "head" else DIFF_MARKS[line.kind]
    return Text(f"{mark}{line.text}", style=_STYLES[line.kind], no_wrap=True, overflow="ellipsis")


def _listed(lines: Iterable[Text], limit: int, thing: str) -> Iterator[RenderableType]:
    every = list(lines)
    if every:
        yield Text("")
    yield from every[:limit]
    yield from _more(len(every) - limit, thing, "")


def _more(number: int, thing: str, hint: str) -> Iterator[Text]:
    if number > 0:
        yield Text(f"and {counted(number, f'more {thing}')}{f': {hint}' if hint else ''}", style="dim")


def _rest(review: Review) -> Iterator[Text]:
    yield Text("")
    if review.unchanged:
        yield Text(f"{counted(len(review.unchanged), 'root')} without changes.")
    if review.planned.unaffected:
        yield Text(f"{counted(len(review.planned.unaffected), 'root')} not planned, since nothing of theirs differs.")
    if is_appliable(review):
        yield Text("Approve this, then apply it; any other plan is refused:")
        yield Text(apply_words(review), style="bold", no_wrap=True, overflow="fold")


def _name(text: str) -> str:
    return clipped(text, NAME)
