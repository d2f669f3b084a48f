"""A review as one page of HTML that holds all it needs: nothing is loaded, and it can be read without its script.

What somebody else wrote is escaped by the template, and made visible before. The page's own style and script are the
only ones that run: the policy names them by their hashes (https://www.w3.org/TR/CSP3/#framework-directive-source-list).
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from generator.review.diffs import lines_of
from generator.review.model import Group, Review
from generator.review.page_fleet import (
    LABELS,
    LEVELS,
    PROSE,
    SHORT,
    Roots,
    View,
    identifier,
    link,
    matrices,
    prose,
    row,
    shown,
)
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
FAILURE = 10_000  # characters of a message that are shown


def page(review: Review) -> str:
    """The page. The same review gives the same text."""
    roots = Roots(review)
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
            "environments": [shown(name) for name in dict.fromkeys(root.environment for root in roots.all)],
            "levels": LEVELS,
            "matrices": matrices(roots),
            "failures": [_failure(number, each, roots) for number, each in enumerate(failures(review))],
            "risks": [_risk(finding, roots) for finding in findings(review.risks)],
            "groups": groups,
            "groups_left": f"And {counted(left, 'more group')}, too long for one page." if left else "",
            "command": apply_words(review) if is_appliable(review) else "",
            "reasons": [{"text": prose(text), "roots": counted(number, "root")} for text, number in reasons(review)],
            "roots": [row(root, roots) for root in roots.all],
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
        "to commit" if planned.to_commit else "commit": planned.commit,
        "compared with": planned.base,
        "Terraform": planned.terraform,
    }
    return ({"name": name, "value": shown(value)} for name, value in facts.items() if value)


def _banner(review: Review) -> View | None:
    found = dangers(review)
    where = [
        {"environment": shown(each.environment), "counts": f"{each.signs} in {counted(each.roots, 'root')}"}
        for each in found
    ]
    return {"what": dangers_in_words(found), "where": where} if found else None


def _failure(number: int, failure: Failure, roots: Roots) -> View:
    lines = [clipped(line, PROSE) for line in failure.message[:FAILURE].split("\n")]
    more = len(failure.message) - FAILURE
    return {
        "id": f"failure-{number}",
        "title": counted(len(failure.roots), "root"),
        "numbers": roots.numbers(failure.roots),
        "roots": [link(root) for root in failure.roots],
        "message": "\n".join([*lines, f"… ({more:,} more characters)"] if more > 0 else lines),
    }


def _risk(finding: Finding, roots: Roots) -> View:
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
        "code": shown(risk.code),
        "name": shown(risk.name),
        "where": shown(finding.places),
        "groups": [{"id": identifier("group", name), "name": shown(name)} for name in groups[:LINKED]],
        "more_groups": f" and {len(groups) - LINKED} more" if len(groups) > LINKED else "",
        "address": shown(risk.address),
        "message": prose(risk.message),
        "allowed": allowed,
    }


def _groups(review: Review, roots: Roots) -> Iterator[View]:
    room = ALL_LINES
    for group in review.groups:
        lines = lines_of(group.plan, GROUP_LINES)
        room -= len(lines)
        if room < 0:
            return
        yield _group(group, lines, roots, only=len(review.groups) == 1)


def _group(group: Group, lines: Sequence[Line], roots: Roots, *, only: bool) -> View:
    css = group.level or ("allowed" if group.risks else "fine")
    return {
        "id": identifier("group", group.name),
        "name": shown(group.name),
        "numbers": roots.numbers(group.roots),
        "open": Markup(" open") if only else "",
        "signs": signed(group.counts),
        "where": f"{counted(len(group.roots), 'root')} of {shown(', '.join(group.environments))}",
        "css": css,
        "level": f"{LABELS[css]['mark']} {SHORT[css]}",
        "odd": prose(group.odd),
        "removed": all(root.removed for root in group.roots),
        "risks": [{**_risk(finding, roots), "groups": []} for finding in findings(group.risks)],
        "digest": shown(group.digest),
        "lines": [_line(line) for line in lines],
        "title": "Its root" if len(group.roots) == 1 else f"Its {counted(len(group.roots), 'root')}",
        "roots": [link(root) for root in group.roots],
    }


def _line(line: Line) -> View:
    return {"css": line.kind, "text": line.text if line.kind == "head" else f"{DIFF_MARKS[line.kind]}{line.text}"}


def _unaffected(review: Review) -> View | None:
    names = review.planned.unaffected
    if not names:
        return None
    title = f"{counted(len(names), 'root')} not planned, since nothing of theirs differs"
    return {"title": title, "names": [shown(name) for name in names]}
