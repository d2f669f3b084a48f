"""A review as one comment in Markdown, for GitHub and GitLab.

GitHub refuses a body of more than 65,536 characters. What does not fit is left out in whole
blocks: first diffs, then rows of tables, then all but counts. Nothing is ever cut inside of a block.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from itertools import accumulate

from generator.errors import GoldsmithError
from generator.review import parts
from generator.review.diffs import lines_of
from generator.review.escaping import Md, code, prose, trusted
from generator.review.graph import graph
from generator.review.header import header, linked, status_line
from generator.review.limits import COMMENT, COUNTS, LADDER, RESERVE, Detail, units
from generator.review.model import Group, Review
from generator.review.summary import counted, failures, findings, is_appliable, reasons, situation, verdict
from generator.review.templates import fill_markdown

DIFF_LINES = (400, 120, 40, 15)  # of each group: as many as fit for all of them
MARKS = {
    "failed": "❌",
    "blocked": "🛑",
    "destroy": "⚠️",
    "first_run": "🌱",
    "changes": "📝",
    "no_changes": "✅",
}


def markdown(review: Review, *, link: str = "", limit: int = COMMENT) -> str:
    """The comment, within `limit` characters as UTF-16 counts them; the same review gives the same text.

    `link` leads to all that is left out: the page, or the run that has it. Raises GoldsmithError where not even the
    counts fit.
    """
    for detail in LADDER:
        view = _view(review, detail, link)
        text = fill_markdown(_template(review, detail), {**view, "diffs": [], "diffs_left": None})
        room = limit - RESERVE - units(text)
        if room < 0:
            continue
        if not detail.diffs:
            return text
        diffs = _diffs(review, detail, room)
        left = parts.left_out(len(review.groups) - len(diffs), "group")
        return fill_markdown(_template(review, detail), {**view, "diffs": diffs, "diffs_left": left})
    raise GoldsmithError(
        f"the review of {counted(len(review.planned.roots), 'root')} does not fit into a comment, not even its counts. "
        "This is a bug; please report it with what `goldsmith review --json` writes."
    )


def _template(review: Review, detail: Detail) -> str:
    if detail is COUNTS:
        return "counts"
    found = situation(review)
    alone = len(review.planned.roots) == 1 and found in ("changes", "destroy", "first_run")
    return "one_root" if alone else found


def _view(review: Review, detail: Detail, link: str) -> dict[str, object]:
    """Everything that a template may say, but for the diffs."""
    rows = parts.group_rows(review, detail)
    risks = parts.risk_lines(review, detail.risks)
    told = parts.failure_views(review, detail)
    why = parts.reason_lines(review, detail.reasons)
    return {
        "header": header(review),
        "status": status_line("planned"),
        "verdict": trusted(f"{MARKS[situation(review)]} {verdict(review)}"),
        "source": _source(review),
        "banner": parts.banner(review),
        "groups": rows,
        "groups_left": parts.left_out(len(review.groups) - len(rows), "group"),
        "risks": risks,
        "risks_left": parts.left_out(len(findings(review.risks)) - len(risks), "risk"),
        "failures": told,
        "failures_left": parts.left_out(len(failures(review)) - len(told), "message"),
        "reasons": why,
        "reasons_left": parts.left_out(len(reasons(review)) - len(why), "reason"),
        "rest": _rest(review, detail),
        "tallies": parts.tallies(review),
        "graph": graph(review) if detail.graph else None,
        "command": parts.apply_command(review) if is_appliable(review) else None,
        "link": Md(linked("[Everything in detail]", link)) if link else None,
    }


def _source(review: Review) -> Md:
    """Which commit was planned, with what, and the digest that an approval names."""
    planned = review.planned
    told = [f"Fleet digest {code(review.digest)}"] if review.digest else ["No fleet digest: not all was planned"]
    if planned.commit:
        told.append(f"{'to ' if planned.to_commit else ''}commit {code(planned.commit[:12])}")
    if planned.base:
        told.append(f"compared with {code(planned.base[:12])}")
    if planned.terraform:
        told.append(f"Terraform {code(planned.terraform)}")
    return Md(" · ".join(told))


def _rest(review: Review, detail: Detail) -> list[Md]:
    """A line for the roots without changes, and one for those that were not planned."""
    lines = []
    if review.unchanged:
        names = parts.root_names(review.unchanged, detail.names)
        lines.append(Md(f"{counted(len(review.unchanged), 'root')} without changes: {names}."))
    if review.planned.unaffected:
        number = counted(len(review.planned.unaffected), "root")
        lines.append(trusted(f"{number} not planned, since nothing of theirs differs."))
    return lines


def _diffs(review: Review, detail: Detail, room: int) -> list[Mapping[str, Md | None]]:
    """A diff for each group, as long as all of them can be; where even the shortest are too long, the first ones."""
    groups = review.groups[: detail.groups]
    for limit in DIFF_LINES:
        views = [_diff(group, detail, limit) for group in groups]
        sizes = [_size(view) for view in views]
        if sum(sizes) <= room:
            return views
    fitting = bisect_right(list(accumulate(sizes)), room)
    return views[:fitting]


def _size(view: Mapping[str, Md | None]) -> int:
    """With what the template puts around it."""
    return sum(units(part.text) for part in view.values() if part) + 100


def _diff(group: Group, detail: Detail, limit: int) -> Mapping[str, Md | None]:
    return {
        "summary": parts.diff_summary(group),
        "odd": prose(group.odd) if group.odd else None,
        "roots": parts.root_names(group.roots, detail.names),
        "block": parts.diff_block(lines_of(group.plan, limit)),
    }
