"""Drift as Markdown, for whatever posts or keeps it: within a comment, cut in whole blocks and never inside of one."""

from __future__ import annotations

from itertools import islice

from generator.review import parts
from generator.review.diffs import lines_of
from generator.review.drifted import Drifted, DriftGroup, in_words, verdict
from generator.review.escaping import Md, cell, code, fenced, html_code, joined, prose, trusted
from generator.review.limits import COMMENT, FULL, units
from generator.review.summary import counted, failures
from generator.review.templates import fill_markdown

# Groups that are told, and lines of the diff of each.
_SIZES = ((100, 200), (100, 40), (40, 10), (10, 1), (0, 0))
OWNERS = 6  # that a group names


def drift_markdown(drifted: Drifted, limit: int = COMMENT) -> str:
    """The whole of it, or as much as `limit` characters hold as UTF-16 counts them; what is left out is counted."""
    texts = (_text(drifted, groups, lines) for groups, lines in _SIZES)
    return next((text for text in texts if units(text) <= limit), _text(drifted, *_SIZES[-1]))


def owner_names(group: DriftGroup) -> Md:
    """`platform` (image `web` of `prod`), and how many more there are."""
    shown = joined(", ", (_who(each.owner, each.image, each.environment) for each in group.owners[:OWNERS]))
    more = len(group.owners) - OWNERS
    return Md(f"{shown} and {more} more") if more > 0 else shown


def _who(owner: str, image: str, environment: str) -> Md:
    named = code(owner, 60) if owner else trusted("nobody is named")
    what = f"image {code(image, 60)} of {code(environment, 60)}" if image else code(environment, 60)
    return Md(f"{named} ({what})")


def _text(drifted: Drifted, groups: int, lines: int) -> str:
    review = drifted.review
    told = list(islice(drifted.groups, groups))
    bad = failures(review)
    return fill_markdown(
        "drift",
        {
            "verdict": trusted(f"{_mark(drifted)} {verdict(drifted)}"),
            "source": _source(drifted),
            "groups": [_row(each) for each in told],
            "details": [_detail(each, lines) for each in told],
            "groups_left": parts.left_out(len(drifted.groups) - len(told), "group"),
            "failures": parts.failure_views(review, FULL),
            "failures_left": parts.left_out(len(bad) - FULL.failures, "message"),
        },
    )


def _mark(drifted: Drifted) -> str:
    if drifted.review.failed:
        return "❌"
    return "⚠️" if drifted.review.changed else "✅"


def _source(drifted: Drifted) -> Md:
    planned = drifted.review.planned
    told = [counted(len(planned.roots), "root")]
    if planned.commit:
        told.append(f"commit {code(planned.commit[:12])}")
    if planned.terraform:
        told.append(f"Terraform {code(planned.terraform)}")
    return Md(" · ".join(told))


def _row(each: DriftGroup) -> dict[str, Md]:
    group = each.group
    roots = cell(group.roots[0].name) if len(group.roots) == 1 else trusted(counted(len(group.roots), "root"))
    return {
        "name": cell(group.name, 20),
        "where": roots,
        "found": trusted(in_words(each.counts)),
        "digest": cell(group.digest[: parts.SHORT_DIGEST]),
        "owners": Md(owner_names(each).text.replace("|", "\\|")),
    }


def _detail(each: DriftGroup, lines: int) -> dict[str, Md | None]:
    group = each.group
    return {
        "summary": Md(
            f"<b>{html_code(group.name, 20)}</b>: {in_words(each.counts)} in "
            f"{counted(len(group.roots), 'root')} of {_environments(each)}"
        ),
        "odd": prose(group.odd) if group.odd else None,
        "roots": parts.root_names(group.roots, FULL.names),
        "owners": owner_names(each),
        "block": parts.diff_block(lines_of(group.plan, lines)),
        "command": fenced([each.command], "sh"),
    }


def _environments(each: DriftGroup) -> str:
    names = each.group.environments
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(html_code(name, 60).text for name in names[:4]) + more
