"""What a fleet that nobody changed should not show: each group of its changes as an issue."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from generator.review import parts
from generator.review.diffs import lines_of
from generator.review.escaping import Md, code, html_comment
from generator.review.header import linked
from generator.review.limits import COMMENT, units
from generator.review.model import Group, Review
from generator.review.posting.tracker import Wanted
from generator.review.summary import counted, signed

NAME = "goldsmith:drift"
DIFF_LINES = (200, 40, 5)
NOBODY: Mapping[str, Md] = {}
ROOTS = 200  # that an issue names
_KEY = re.compile(rf'\A<!-- {NAME} \{{"group": ?"([0-9a-f]{{16,64}})"\}} -->')


def drift_issues(review: Review, link: str = "", owners: Mapping[str, Md] = NOBODY) -> Sequence[Wanted]:
    """One for each group, by the digest of its changes: the same drift is the same issue, whoever else gets it.

    `owners` says by a group's name who should look.
    """
    return [
        Wanted(group.digest, _title(group), _body(review, group, link, owners.get(group.name)))
        for group in review.groups
    ]


def key_of(body: str) -> str | None:
    """Of which group an issue is; None where it is none of ours."""
    found = _KEY.match(body)
    return found[1] if found else None


def _title(group: Group) -> str:
    """Says how much and where, and no word that came from elsewhere than the spec's names."""
    where = ", ".join(group.environments[:3]) + (" and others" if len(group.environments) > 3 else "")
    return f"Drift: {signed(group.counts)} in {counted(len(group.roots), 'root')} of {where} ({group.digest[:8]})"


def _body(review: Review, group: Group, link: str, owners: Md | None) -> str:
    """With as much of the diff as a comment holds."""
    texts = (_text(review, group, link, owners, lines) for lines in DIFF_LINES)
    return next((text for text in texts if units(text) <= COMMENT), _text(review, group, link, owners, 0))


def _text(review: Review, group: Group, link: str, owners: Md | None, lines: int) -> str:
    head = html_comment(NAME, {"group": group.digest})
    commit = f" of commit {code(review.planned.commit[:12])}" if review.planned.commit else ""
    who = f"Who should look: {owners}\n\n" if owners else ""
    text = (
        f"{head}\n\nThe plan{commit} differs from what is there, and nobody has asked for it in a pull request. "
        "Apply it to put things back, or change the spec to keep what was found.\n\n"
        f"Roots: {parts.root_names(group.roots, ROOTS)}\n\n"
        f"{who}{parts.diff_block(lines_of(group.plan, lines))}\n"
    )
    return f"{text}\n{Md(linked('[The run]', link))}\n" if link else text
